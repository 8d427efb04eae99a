"""What records are written from: their fields, and what becomes of their relations in the same write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from atakora_data.api.rest.openapi.parameters import id_schema
from atakora_data.api.rest.openapi.types import Schema, closed_object, input_field, reference
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_NOTHING: frozenset[str] = frozenset()


def input_schemas(registry: Registry, entity: EntityModel) -> dict[str, Schema]:
    """The component schemas of an entity's input, by name."""
    name, offered = entity.name, entity.operations
    found = {f"{name}.Create": _whole(entity, f"A new {name}.")}
    if "replace" in offered:
        said = f"All of a {name}; the id may be repeated."
        found[f"{name}.Replace"] = _whole(entity, said, optional=frozenset(("id",)))
    if "update" in offered:
        found[f"{name}.Update"] = _patch(entity)
        found[f"{name}.UpdateMany"] = _fields_patch(entity)
    for relation in entity.relations.values():
        found |= _of_relation(registry, entity, relation)
    return found


def settable(entity: EntityModel) -> dict[str, FieldModel]:
    """The fields that input may name."""
    return {name: field for name, field in entity.fields.items() if not field.read_only}


def through_input(registry: Registry, relation: RelationModel) -> Schema:
    """The through fields of a link, as input."""
    fields = through_fields(registry, relation)
    required = [name for name, field in fields.items() if field.required]
    properties = {name: input_field(field, ".Input") for name, field in fields.items()}
    return closed_object(properties, required, f"What {relation.wire} says of a link.")


def through_fields(registry: Registry, relation: RelationModel) -> dict[str, FieldModel]:
    """The through fields of a link that input may name."""
    fields = registry[relation.junction].fields
    return {name: fields[name] for name in relation.through if not fields[name].read_only}


def _whole(
    entity: EntityModel,
    description: str,
    *,
    optional: frozenset[str] = _NOTHING,
    given: frozenset[str] = _NOTHING,
) -> Schema:
    """An object that sets a whole record; a foreign key may be set by its relation instead.

    given: keys that are set already, with all relations that go by them.
    """
    keys = keys_of_relations(entity)
    left_out = {*given, *(name for key in given for name in keys.get(key, ()))}
    fields = {name: each for name, each in settable(entity).items() if name not in left_out}
    relations = [name for name, each in entity.relations.items() if name not in left_out and is_settable(entity, each)]
    needed = [name for name, field in fields.items() if field.required and name not in optional]
    properties = {
        **{name: input_field(field, ".Input") for name, field in fields.items()},
        **{name: reference(f"{entity.name}.{name}.Input") for name in relations},
    }
    schema = closed_object(properties, [name for name in needed if name not in keys], description)
    return {**schema, **_either({key: ways for key, ways in keys.items() if key not in given}, needed)}


def _patch(entity: EntityModel) -> Schema:
    schema = _fields_patch(entity)
    changeable = [name for name, each in entity.relations.items() if is_changeable(entity, each)]
    relations = {name: reference(f"{entity.name}.{name}.Patch") for name in changeable}
    whole = {**schema, "properties": {**schema["properties"], **relations}}
    return {**whole, **_either(keys_of_relations(entity), ())}


def _fields_patch(entity: EntityModel) -> Schema:
    """Changes of fields alone, as they can be made to many records at once."""
    fields = {name: each for name, each in settable(entity).items() if not each.immutable and not each.primary_key}
    properties = {name: input_field(field, ".Patch") for name, field in fields.items()}
    return closed_object(properties, [], f"Changes of a {entity.name}, as JSON merge patch.")


def keys_of_relations(entity: EntityModel) -> dict[str, list[str]]:
    """The fields that a relation can set as well, with those relations."""
    found: dict[str, list[str]] = {}
    for relation in entity.relations.values():
        if relation.holds_key:
            for name in filter(None, (relation.foreign_key, relation.type_field)):
                found.setdefault(name, []).append(relation.wire)
    return found


def _either(keys: Mapping[str, list[str]], required: Iterable[str]) -> Schema:
    """That a key is set once: as a field or by a relation."""
    conditions: list[Schema] = []
    for key, relations in keys.items():
        ways = [{"required": [name]} for name in (key, *relations)]
        none = {"not": {"anyOf": ways}}
        conditions.append({"oneOf": ways if key in required else [*ways, none]})
    return {"allOf": conditions} if conditions else {}


def is_settable(entity: EntityModel, relation: RelationModel) -> bool:
    """Whether the relation can be given to a new record: not when that would set a key that clients never set."""
    return not relation.holds_key or not any(key.read_only for key in _held(entity, relation))


def is_changeable(entity: EntityModel, relation: RelationModel) -> bool:
    """Whether the relation can lead elsewhere later."""
    return not relation.holds_key or not any(key.read_only or key.immutable for key in _held(entity, relation))


def _held(holder: EntityModel, relation: RelationModel) -> list[FieldModel]:
    """The fields of the holder by which a relation goes."""
    return [holder.fields[name] for name in (relation.foreign_key, relation.type_field) if name]


def _of_relation(registry: Registry, entity: EntityModel, relation: RelationModel) -> dict[str, Schema]:
    """What can be asked of a relation: in a new record, and in a change."""
    name = f"{entity.name}.{relation.wire}"
    asked = {"create": _made(registry, entity, relation), "connect": _named(registry, entity, relation)}
    keys = keys_behind(registry, entity, relation)
    if not relation.holds_key and any(key.immutable for key in keys):
        del asked["connect"]
    is_loose = all(key.type.nullable for key in keys)
    found = {f"{name}.Link": through_input(registry, relation)} if relation.through else {}
    forms = _lists if relation.is_to_many else _ways
    new, change = forms(registry, relation, asked, is_loose)
    return {**found, f"{name}.Input": new, f"{name}.Patch": change}


def keys_behind(registry: Registry, entity: EntityModel, relation: RelationModel) -> list[FieldModel]:
    """The keys that change when the relation does; none where links are made and taken away."""
    if relation.junction:
        return []
    return _held(entity if relation.holds_key else registry[relation.target], relation)


def _ways(
    _registry: Registry, _relation: RelationModel, asked: Mapping[str, Schema], is_loose: bool
) -> tuple[Schema, Schema]:
    """What can be asked of a to-one relation: one thing."""
    ways = [_only(verb, each) for verb, each in asked.items()]
    off = [_only("disconnect", {"const": True})] if is_loose else []
    return {"oneOf": ways}, {"oneOf": [*ways, *off]}


def _lists(
    registry: Registry, relation: RelationModel, asked: Mapping[str, Schema], is_loose: bool
) -> tuple[Schema, Schema]:
    """What can be asked of a to-many relation: several things, or which are all there are to be."""
    lists = {verb: _several(each) for verb, each in asked.items()}
    off = {"disconnect": _several(_by_id(registry[relation.target]))} if is_loose else {}
    change = closed_object({**lists, **off}, [])
    exactly = [_only("set", _several(asked["connect"]))] if "connect" in asked else []
    return closed_object(lists, []), {"anyOf": [change, *exactly]}


def _made(registry: Registry, entity: EntityModel, relation: RelationModel) -> Schema:
    """A record that is made with the one that leads to it, from which it may get its foreign key."""
    if relation.targets:
        return {"oneOf": [_only(each, reference(f"{each}.Create")) for each in relation.targets]}
    if relation.kind is RelationKind.BELONGS_TO:
        return reference(f"{relation.target}.Create")
    target = registry[relation.target]
    given = _NOTHING if relation.junction else frozenset(filter(None, (relation.foreign_key, relation.type_field)))
    schema = _whole(target, f"A new {target.name} among the {relation.wire}.", given=given)
    if not relation.through:
        return schema
    through = {"_through": reference(f"{entity.name}.{relation.wire}.Link")}
    required = [*schema.get("required", ()), *_needed(registry, relation)]
    return {**schema, "properties": {**schema["properties"], **through}, "required": required}


def _named(registry: Registry, entity: EntityModel, relation: RelationModel) -> Schema:
    """A record that is there already, by its id; to link it, maybe with through fields."""
    if relation.targets:
        return {"oneOf": [_only(each, _by_id(registry[each])) for each in relation.targets]}
    bare = _by_id(registry[relation.target])
    if not relation.through:
        return bare
    through = {"_through": reference(f"{entity.name}.{relation.wire}.Link")}
    return closed_object({**bare["properties"], **through}, ["id", *_needed(registry, relation)])


def _needed(registry: Registry, relation: RelationModel) -> list[str]:
    return ["_through"] if any(field.required for field in through_fields(registry, relation).values()) else []


def _by_id(entity: EntityModel) -> Schema:
    return closed_object({"id": id_schema(entity)}, ["id"])


def _only(name: str, schema: Schema) -> Schema:
    """An object with just this member."""
    return closed_object({name: schema}, [name])


def _several(schema: Schema) -> dict[str, Any]:
    return {"type": "array", "items": schema}
