"""What of an input may be set at all, before validation: read-only, immutable, and the id."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.errors import ValidationError, Violation
from atakora_data.registry.entity import EntityModel, FieldModel

_BOOKKEEPING = {
    "_etag": "send it as If-Match (REST) or ifMatch (GraphQL)",
    "_version": "it counts by itself",
}


def refuse_read_only(entity: EntityModel, input: Mapping[str, Any], stored: Mapping[str, Any] | None) -> None:
    """Raise ValidationError for every named field that a client cannot set.

    stored: the record as the caller sees it, None for a new one. A read-only or immutable field may be repeated with
    the value it has, so that a record that was read can be sent back; of a hidden value nothing is told.
    """
    fixed = entity.fixed_names
    found = [
        violation
        for name, value in input.items()
        if name in fixed and (violation := _judge(entity, name, value, stored)) is not None
    ]
    if found:
        raise ValidationError("The input sets what cannot be set.", errors=found)


def _judge(entity: EntityModel, name: str, value: Any, stored: Mapping[str, Any] | None) -> Violation | None:
    if name in _BOOKKEEPING:
        return Violation(f"/{name}", f"cannot be part of the input: {_BOOKKEEPING[name]}", "read_only")
    if name in entity.computed:
        return Violation(f"/{name}", "is computed and cannot be set", "read_only")
    if name in entity.relations:
        return Violation(f"/{name}", "is a relation and cannot be set here", "read_only")
    field = entity.fields.get(name)
    if field is None or not _is_fixed(field, stored):
        return None
    if stored is not None and name in stored and is_same(entity, field, value, stored[name]):
        return None
    word = "read_only" if field.read_only else "immutable"
    said = "is read-only" if field.read_only else "cannot change after creation"
    return Violation(f"/{name}", said, word)


def _is_fixed(field: FieldModel, stored: Mapping[str, Any] | None) -> bool:
    return field.read_only or (stored is not None and (field.immutable or field.primary_key))


def is_same(entity: EntityModel, field: FieldModel, value: Any, stored: Any) -> bool:
    """Whether the input says what is stored, maybe in another spelling."""
    if value == stored:
        return True
    try:
        return value is not None and bool(entity.codec.canonical(field, value) == stored)
    except ValueError:
        return False
