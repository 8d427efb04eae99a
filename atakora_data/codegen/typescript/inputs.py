"""What records are written from: their fields, and what becomes of their relations in the same write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from atakora_data.api.rest.openapi.writes import (
    is_changeable,
    is_settable,
    keys_behind,
    keys_of_relations,
    settable,
    through_fields,
)
from atakora_data.codegen.typescript.names import stem
from atakora_data.codegen.typescript.text import Module, alias, braced, comment, grouped, interface, line, union
from atakora_data.codegen.typescript.types import Form, array, typed
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_NOTHING: frozenset[str] = frozenset()
_ID = "rt.Reference"


def input_types(module: Module, registry: Registry, entity: EntityModel) -> Iterator[str]:
    """The definitions of an entity's inputs."""
    name = entity.name
    yield _whole(module, f"Create{name}Input", entity, f"A new {name}.")
    yield _whole(module, f"Replace{name}Input", entity, f"All of a {name}.", optional=frozenset({"id"}))
    changes = [*_changes(module, entity)]
    yield interface(f"UpdateMany{name}Input", changes, f"Changes of {name} records.")
    relations = [each for each in entity.relations.values() if is_changeable(entity, each)]
    wider = [line(each.wire, f"{_stem(entity, each)}UpdateInput", optional=True) for each in relations]
    yield interface(f"Update{name}Input", [*changes, *wider], f"Changes of a {name}: what is not named stays.")
    for relation in entity.relations.values():
        yield from _of_relation(module, registry, entity, relation)


def input_names(entity: EntityModel) -> Iterator[str]:
    """The names of these types."""
    yield from (f"{verb}{entity.name}Input" for verb in ("Create", "Replace", "UpdateMany", "Update"))
    for relation in entity.relations.values():
        begins = _stem(entity, relation)
        yield from (f"{begins}{each}Input" for each in ("Create", "Update", "Record", "Connect"))
        if relation.through:
            yield f"{begins}ThroughInput"


def members(module: Module, fields: Mapping[str, FieldModel]) -> Iterator[str]:
    """The members of an input that is sent whole."""
    for wire, field in fields.items():
        yield line(wire, typed(module, field.type, Form.INPUT), field.description, optional=not field.required)


def patch_members(module: Module, fields: Mapping[str, FieldModel]) -> Iterator[str]:
    """The members of a change."""
    for wire, field in fields.items():
        yield line(wire, typed(module, field.type, Form.PATCH), field.description, optional=True)


def _changes(module: Module, entity: EntityModel) -> Iterator[str]:
    fields = {name: each for name, each in settable(entity).items() if not each.immutable and not each.primary_key}
    return patch_members(module, fields)


def _stem(entity: EntityModel, relation: RelationModel) -> str:
    return stem(entity.name, relation.wire)


def _whole(
    module: Module,
    name: str,
    entity: EntityModel,
    description: str,
    *,
    optional: frozenset[str] = _NOTHING,
    given: frozenset[str] = _NOTHING,
    more: Iterable[str] = (),
) -> str:
    """An input that sets a whole record; a foreign key that must be set is set by itself or by its relation."""
    keys = keys_of_relations(entity)
    left_out = {*given, *(wire for key in given for wire in keys.get(key, ()))}
    fields = {wire: each for wire, each in settable(entity).items() if wire not in left_out}
    relations = {
        wire: each for wire, each in entity.relations.items() if wire not in left_out and is_settable(entity, each)
    }
    needed = [key for key in keys if key in fields and fields[key].required and key not in optional]
    either = list(_either(module, entity, fields, needed, keys))
    by_either = {*needed, *(wire for key in needed for wire in keys[key])}
    plain = {
        wire: line(
            wire,
            typed(module, each.type, Form.INPUT),
            each.description,
            optional=not each.required or wire in optional,
        )
        for wire, each in fields.items()
    }
    plain |= {wire: line(wire, _use(module, entity, each), optional=True) for wire, each in relations.items()}
    listed = [*(text for wire, text in plain.items() if wire not in by_either), *more]
    if not either:
        return interface(name, listed, description)
    ways = " &\n  ".join(either)
    return f"{comment(description)}export type {name} = {braced(listed)} & {ways};\n"


def _use(module: Module, entity: EntityModel, relation: RelationModel) -> str:
    return module.use(f"{_stem(entity, relation)}CreateInput")


def _either(
    module: Module,
    entity: EntityModel,
    fields: Mapping[str, FieldModel],
    needed: Iterable[str],
    keys: Mapping[str, list[str]],
) -> Iterator[str]:
    """For each relation whose keys must be set: the keys, or the relation."""
    for relations, found in groupby(sorted(needed, key=lambda key: keys[key]), key=lambda key: keys[key]):
        own = [(key, typed(module, fields[key].type, Form.INPUT)) for key in found]
        other = [(wire, _use(module, entity, entity.relations[wire])) for wire in relations]
        names = [name for name, _ in (*own, *other)]
        ways = [own, *([each] for each in other)]
        yield grouped(_way(way, names) for way in ways)


def _way(way: list[tuple[str, str]], names: list[str]) -> str:
    set_here = dict(way)
    said = [f"{name}: {set_here[name]}" if name in set_here else f"{name}?: never" for name in names]
    return f"{{ {'; '.join(said)} }}"


def _of_relation(module: Module, registry: Registry, entity: EntityModel, relation: RelationModel) -> Iterator[str]:
    """What can be asked of a relation: in a new record, and in a change."""
    begins = _stem(entity, relation)
    if relation.through:
        yield interface(f"{begins}ThroughInput", members(module, through_fields(registry, relation)))
    yield _made(module, registry, entity, relation)
    yield _named(registry, entity, relation)
    asked = {"create": f"{begins}RecordInput", "connect": f"{begins}ConnectInput"}
    keys = keys_behind(registry, entity, relation)
    if not relation.holds_key and any(key.immutable for key in keys):
        del asked["connect"]
    is_loose = all(key.type.nullable for key in keys)
    yield from (_lists if relation.is_to_many else _ways)(begins, asked, is_loose)


def _ways(begins: str, asked: Mapping[str, str], is_loose: bool) -> Iterator[str]:
    """What can be asked of a to-one relation: one thing."""
    ways = [f"rt.{verb.capitalize()}<{type}>" for verb, type in asked.items()]
    yield alias(f"{begins}CreateInput", union(ways))
    yield alias(f"{begins}UpdateInput", union([*ways, *(["rt.Disconnect"] if is_loose else [])]))


def _lists(begins: str, asked: Mapping[str, str], is_loose: bool) -> Iterator[str]:
    """What can be asked of a to-many relation: several things, or which are all there are to be."""
    yield interface(f"{begins}CreateInput", (line(verb, array(type), optional=True) for verb, type in asked.items()))
    change = f"({begins}CreateInput & rt.Disconnects)" if is_loose else f"{begins}CreateInput"
    exactly = [f"rt.Exactly<{asked['connect']}>"] if "connect" in asked else []
    yield alias(f"{begins}UpdateInput", union([change, *exactly]))


def _made(module: Module, registry: Registry, entity: EntityModel, relation: RelationModel) -> str:
    """A record that is made with the one that leads to it, from which it may get its foreign key."""
    name = f"{_stem(entity, relation)}RecordInput"
    if relation.targets:
        return alias(name, union(f"{{ {each}: {module.use(f'Create{each}Input')} }}" for each in relation.targets))
    if relation.kind is RelationKind.BELONGS_TO:
        return alias(name, module.use(f"Create{relation.target}Input"))
    target = registry[relation.target]
    given = _NOTHING if relation.junction else frozenset(filter(None, (relation.foreign_key, relation.type_field)))
    said = f"A new {target.name} among the {relation.wire}."
    return _whole(module, name, target, said, given=given, more=_through(registry, entity, relation))


def _named(registry: Registry, entity: EntityModel, relation: RelationModel) -> str:
    """A record that is there already, by its id; to link it, maybe with through fields."""
    name = f"{_stem(entity, relation)}ConnectInput"
    if relation.targets:
        return alias(name, union(f"{{ {each}: {_ID} }}" for each in relation.targets))
    return interface(name, ["id: string;", *_through(registry, entity, relation)])


def _through(registry: Registry, entity: EntityModel, relation: RelationModel) -> list[str]:
    if not relation.through:
        return []
    is_needed = any(field.required for field in through_fields(registry, relation).values())
    return [line("_through", f"{_stem(entity, relation)}ThroughInput", optional=not is_needed)]
