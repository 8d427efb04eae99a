"""What records are written from: their fields, and what becomes of their relations in the same write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby, product

from atakora_data.api.rest.openapi.writes import (
    is_changeable,
    is_settable,
    keys_behind,
    keys_of_relations,
    settable,
    through_fields,
)
from atakora_data.codegen.python.names import attribute, stem
from atakora_data.codegen.python.text import Module, alias, class_, literals, member
from atakora_data.codegen.python.types import Form, typed
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_NOTHING: frozenset[str] = frozenset()
_ID = "rt.Reference"
_MOST_WAYS = 16
"""Of more ways to set the keys of a record, types say only what may be set."""


def input_types(module: Module, registry: Registry, entity: EntityModel) -> Iterator[str]:
    """The definitions of an entity's inputs."""
    name = entity.name
    yield from _whole(module, f"Create{name}Input", entity, f"A new {name}.")
    yield from _whole(module, f"Replace{name}Input", entity, f"All of a {name}.", optional=frozenset({"id"}))
    changes = [*_changes(module, entity)]
    yield _dict(f"UpdateMany{name}Input", changes, f"Changes of {name} records.")
    relations = [each for each in entity.relations.values() if is_changeable(entity, each)]
    wider = [member(attribute(each.name), f"{_stem(entity, each)}UpdateInput") for each in relations]
    yield _dict(f"Update{name}Input", [*changes, *wider], f"Changes of a {name}: what is not named stays.")
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
    for field in fields.values():
        yield _member(module, field, Form.INPUT, is_needed=field.required)


def patch_members(module: Module, fields: Mapping[str, FieldModel]) -> Iterator[str]:
    """The members of a change."""
    for field in fields.values():
        yield _member(module, field, Form.PATCH, is_needed=False)


def _member(module: Module, field: FieldModel, form: Form, *, is_needed: bool) -> str:
    type = typed(module, field.type, form)
    return member(attribute(field.name), f"rt.Required[{type}]" if is_needed else type, None, field.description)


def _dict(name: str, members: Iterable[str], description: str | None = None) -> str:
    return class_(f"{name}(rt.TypedDict, total=False)", members, description)


def _changes(module: Module, entity: EntityModel) -> Iterator[str]:
    fields = {name: each for name, each in settable(entity).items() if not each.immutable and not each.primary_key}
    return patch_members(module, fields)


def _stem(entity: EntityModel, relation: RelationModel) -> str:
    return f"{entity.name}{relation.wire[:1].upper()}{relation.wire[1:]}"


def _whole(
    module: Module,
    name: str,
    entity: EntityModel,
    description: str,
    *,
    optional: frozenset[str] = _NOTHING,
    given: frozenset[str] = _NOTHING,
    more: Iterable[str] = (),
) -> Iterator[str]:
    """An input that sets a whole record; a foreign key that must be set is set by itself or by its relation."""
    keys = keys_of_relations(entity)
    left_out = {*given, *(wire for key in given for wire in keys.get(key, ()))}
    fields = {wire: each for wire, each in settable(entity).items() if wire not in left_out}
    relations = [each for wire, each in entity.relations.items() if wire not in left_out and is_settable(entity, each)]
    needed = [key for key in keys if key in fields and fields[key].required and key not in optional]
    choices = [*_choices(module, entity, fields, needed, keys)]
    ways = [*product(*choices)]
    is_exact = len(ways) <= _MOST_WAYS
    either = {*needed, *(wire for key in needed for wire in keys[key])}
    apart = either if is_exact and choices else _NOTHING
    listed = [
        _member(module, each, Form.INPUT, is_needed=each.required and wire not in (optional | either))
        for wire, each in fields.items()
        if wire not in apart
    ]
    listed += [member(attribute(each.name), _use(module, entity, each)) for each in relations if each.wire not in apart]
    if not apart:
        yield _dict(name, [*listed, *more], description)
        return
    yield _dict(f"_{name}", [*listed, *more], description)
    said = [_way(f"_{name}", way) for way in ways]
    yield from (text for _, text in said)
    yield literals(name, (), *(called for called, _ in said))


def _use(module: Module, entity: EntityModel, relation: RelationModel) -> str:
    return module.use(f"{_stem(entity, relation)}CreateInput")


_Way = list[tuple[str, str]]
"""Names and types of what is set together."""


def _choices(
    module: Module,
    entity: EntityModel,
    fields: Mapping[str, FieldModel],
    needed: Iterable[str],
    keys: Mapping[str, list[str]],
) -> Iterator[list[_Way]]:
    """For each relation whose keys must be set: the keys, or the relation."""
    for relations, found in groupby(sorted(needed, key=lambda key: keys[key]), key=lambda key: keys[key]):
        own = [(attribute(fields[key].name), typed(module, fields[key].type, Form.INPUT)) for key in found]
        held = [entity.relations[wire] for wire in relations]
        yield [own, *([(attribute(each.name), _use(module, entity, each))] for each in held)]


def _way(base: str, way: tuple[_Way, ...]) -> tuple[str, str]:
    """The input that sets keys in one way, and what it is called."""
    called = stem(f"{base}By", "_and_".join(choice[0][0] for choice in way))
    return called, class_(f"{called}({base})", [member(name, type) for choice in way for name, type in choice])


def _of_relation(module: Module, registry: Registry, entity: EntityModel, relation: RelationModel) -> Iterator[str]:
    """What can be asked of a relation: in a new record, and in a change."""
    begins = _stem(entity, relation)
    if relation.through:
        yield _dict(f"{begins}ThroughInput", members(module, through_fields(registry, relation)))
    yield from _made(module, registry, entity, relation)
    yield from _named(registry, entity, relation)
    asked = {"create": f"{begins}RecordInput", "connect": f"{begins}ConnectInput"}
    keys = keys_behind(registry, entity, relation)
    if not relation.holds_key and any(key.immutable for key in keys):
        del asked["connect"]
    is_loose = all(key.type.nullable for key in keys)
    yield from (_lists if relation.is_to_many else _ways)(begins, asked, is_loose)


def _ways(begins: str, asked: Mapping[str, str], is_loose: bool) -> Iterator[str]:
    """What can be asked of a to-one relation: one thing."""
    ways = [f"rt.{verb.capitalize()}[{type}]" for verb, type in asked.items()]
    yield alias(f"{begins}CreateInput", ways)
    yield alias(f"{begins}UpdateInput", [*ways, *(["rt.Disconnect"] if is_loose else [])])


def _lists(begins: str, asked: Mapping[str, str], is_loose: bool) -> Iterator[str]:
    """What can be asked of a to-many relation: several things, or which are all there are to be."""
    several = [member(verb, f"rt.Sequence[{type}]") for verb, type in asked.items()]
    yield _dict(f"{begins}CreateInput", several)
    change = f"{begins}CreateInput"
    if is_loose:
        change = f"_{begins}Changes"
        yield class_(f"{change}({begins}CreateInput, total=False)", [member("disconnect", f"rt.Sequence[{_ID}]")])
    exactly = [f"rt.Exactly[{asked['connect']}]"] if "connect" in asked else []
    yield alias(f"{begins}UpdateInput", [change, *exactly])


def _made(module: Module, registry: Registry, entity: EntityModel, relation: RelationModel) -> Iterator[str]:
    """A record that is made with the one that leads to it, from which it may get its foreign key."""
    name = f"{_stem(entity, relation)}RecordInput"
    if relation.targets:
        found = {each: (f"_{name}{each}", module.use(f"Create{each}Input")) for each in relation.targets}
        yield from (class_(f"{called}(rt.TypedDict)", [member(each, type)]) for each, (called, type) in found.items())
        yield literals(name, (), *(called for called, _ in found.values()))
        return
    if relation.kind is RelationKind.BELONGS_TO:
        yield alias(name, [module.use(f"Create{relation.target}Input")])
        return
    target = registry[relation.target]
    given = _NOTHING if relation.junction else frozenset(filter(None, (relation.foreign_key, relation.type_field)))
    said = f"A new {target.name} among the {relation.name}."
    yield from _whole(module, name, target, said, given=given, more=_through(registry, entity, relation))


def _named(registry: Registry, entity: EntityModel, relation: RelationModel) -> Iterator[str]:
    """A record that is there already, by its id; to link it, maybe with through fields."""
    name = f"{_stem(entity, relation)}ConnectInput"
    if relation.targets:
        called = [f"_{name}{each}" for each in relation.targets]
        pairs = zip(called, relation.targets, strict=True)
        yield from (class_(f"{each}(rt.TypedDict)", [member(target, _ID)]) for each, target in pairs)
        yield literals(name, (), *called)
        return
    yield class_(f"{name}(rt.Reference, total=False)", _through(registry, entity, relation))


def _through(registry: Registry, entity: EntityModel, relation: RelationModel) -> list[str]:
    if not relation.through:
        return []
    type = f"{_stem(entity, relation)}ThroughInput"
    is_needed = any(field.required for field in through_fields(registry, relation).values())
    return [member("through_", f"rt.Required[{type}]" if is_needed else type)]
