"""From Python values to the wire form the service takes: operands, records, and what is written of relations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel

from atakora_data.api.typed.names import field_of, names_in, relation_of
from atakora_data.errors import ValidationError, Violation, perhaps, perhaps_one_of
from atakora_data.registry.conditions import wire_value
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, RelationKind, RelationModel, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import THROUGH

_TO_ONE: Final = ("connect", "create", "disconnect")
_TO_MANY: Final = (*_TO_ONE, "set")


def wire_input(registry: Registry, entity: EntityModel, values: Mapping[str, Any], place: str = "") -> dict[str, Any]:
    """A record's values and relations by their wire names; ValidationError names those that do not exist.

    place: a JSON pointer to the record, for nested ones.
    """
    written: dict[str, Any] = {}
    unknown: list[str] = []
    for name, value in values.items():
        field, relation = field_of(entity.fields, name), relation_of(entity, name)
        if field is not None:
            written[field.wire] = _of_type(field.type, value, f"{place}/{name}")
        elif relation is not None:
            written[relation.wire] = _relation(registry, relation, value, f"{place}/{name}")
        else:
            unknown.append(name)
    if unknown:
        known = [*names_in(entity.fields), *(each.name for each in entity.relations.values())]
        raise _unknown_names(entity.name, unknown, known, place)
    return written


def _of_type(type: FieldType, value: Any, place: str) -> Any:
    """A field's value; dicts that stand for nested models go by Python names, too."""
    if isinstance(value, Mapping):
        if type.object is not None:
            return _fields(type.object.name, type.object.fields, value, place)
        item = type.item if type.name is TypeName.MAP else None
        return {key: each if item is None else _of_type(item, each, f"{place}/{key}") for key, each in value.items()}
    if type.item is not None and isinstance(value, list | tuple | set | frozenset):
        return [_of_type(type.item, each, f"{place}/{index}") for index, each in enumerate(value)]
    return wire_value(value)


def _fields(owner: str, fields: Mapping[str, FieldModel], values: Mapping[str, Any], place: str) -> dict[str, Any]:
    found = {name: field_of(fields, name) for name in values}
    unknown = [name for name, field in found.items() if field is None]
    if unknown:
        raise _unknown_names(owner, unknown, names_in(fields), place)
    return {
        field.wire: _of_type(field.type, values[name], f"{place}/{name}")
        for name, field in found.items()
        if field is not None
    }


def _relation(registry: Registry, relation: RelationModel, value: Any, place: str) -> Any:
    """What is done with a relation: in full `{"connect": {"id": …}}`; a record, a list or None say it shortly."""
    if relation.is_to_many:
        return _list(registry, relation, _in_full(value) if isinstance(value, list | tuple) else value, place)
    if value is None:
        return {"disconnect": True}
    if isinstance(value, BaseModel):
        value = {"connect": value}
    words = _words(relation, value, _TO_ONE, place)
    return {word: _one(registry, relation, word, each, f"{place}/{word}") for word, each in words.items()}


def _in_full(items: list[Any] | tuple[Any, ...]) -> dict[str, Any]:
    """A plain list: records are connected, the values of new ones created."""
    parts = {
        "connect": [each for each in items if isinstance(each, BaseModel)],
        "create": [each for each in items if not isinstance(each, BaseModel)],
    }
    return {word: part for word, part in parts.items() if part}


def _list(registry: Registry, relation: RelationModel, value: Any, place: str) -> dict[str, Any]:
    words = _words(relation, value, _TO_MANY, place)
    for word, items in words.items():
        if not isinstance(items, list | tuple):
            raise _refused(f"{place}/{word}", "must be a list")
    return {
        word: [_one(registry, relation, word, each, f"{place}/{word}/{index}") for index, each in enumerate(items)]
        for word, items in words.items()
    }


def _words(relation: RelationModel, value: Any, known: tuple[str, ...], place: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise _refused(place, f"is a relation, written with {', '.join(known)}", f'Write {{"{known[0]}": …}}.')
    unknown = next((word for word in value if word not in known), None)
    if unknown is not None:
        hint = perhaps(unknown, known) or f'For a new {relation.target or "record"} write {{"create": {{…}}}}.'
        raise _refused(place, f"has no `{unknown}`; a relation is written with {', '.join(known)}", hint)
    return value


def _one(registry: Registry, relation: RelationModel, word: str, value: Any, place: str) -> Any:
    """One record that is connected, created or let go."""
    if isinstance(value, bool):
        return value
    if relation.kind is RelationKind.POLYMORPHIC:
        return _of_several(registry, relation, word, value, place)
    return _single(registry, relation, registry[relation.target], word, value, place)


def _of_several(registry: Registry, relation: RelationModel, word: str, value: Any, place: str) -> Any:
    if isinstance(value, BaseModel):
        value = {type(value).__name__: value}
    if not isinstance(value, Mapping):
        raise _refused(place, "must name the entity", f'Write {{"{relation.targets[0]}": …}}.')
    unknown = next((name for name in value if name not in relation.targets), None)
    if unknown is not None:
        raise _refused(place, f"does not lead to `{unknown}`", perhaps_one_of(unknown, relation.targets))
    return {
        name: _single(registry, relation, registry[name], word, each, f"{place}/{name}") for name, each in value.items()
    }


def _single(
    registry: Registry, relation: RelationModel, target: EntityModel, word: str, value: Any, place: str
) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        value = {"id": getattr(value, "id", None)}
    if not isinstance(value, Mapping):
        remedy = '{"id": …}' if word != "create" else '{"name": …}'
        raise _refused(place, "must be a record or a dict", f"Write {remedy}.")
    rest = {name: each for name, each in value.items() if name != THROUGH or not relation.junction}
    if word == "create":
        written = wire_input(registry, target, rest, place)
    else:
        written = {name: wire_value(each) for name, each in rest.items()}
    if THROUGH in value and relation.junction:
        junction = registry[relation.junction]
        written[THROUGH] = wire_input(registry, junction, value[THROUGH], f"{place}/{THROUGH}")
    return written


def _unknown_names(owner: str, unknown: list[str], known: list[str], place: str) -> ValidationError:
    return ValidationError(
        f"{owner} has no field {', '.join(f'`{name}`' for name in unknown)}.",
        hint=perhaps(unknown[0], known),
        errors=[Violation(f"{place}/{name}", "is not a field", "unknown_field") for name in unknown],
    )


def _refused(place: str, said: str, hint: str | None = None) -> ValidationError:
    return ValidationError(f"{place} {said}.", hint=hint, errors=[Violation(place, said, "invalid")])
