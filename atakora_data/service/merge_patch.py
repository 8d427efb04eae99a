"""JSON merge patch (RFC 7396) on records whose types are known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.registry.entity import FieldModel, FieldType, TypeName


def merge(fields: Mapping[str, FieldModel], record: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The record with the patch applied, still to be validated: names the record lacks are kept for the error.

    A null removes a key of a map, as the RFC says; a declared field it sets to null, which is the same absence
    but lets validation say whether the field allows it.
    """
    merged = dict(record)
    for name, value in patch.items():
        field = fields.get(name)
        merged[name] = value if field is None else _merge_value(field.type, record.get(name), value)
    return merged


def _merge_value(type: FieldType, old: Any, new: Any) -> Any:
    if not isinstance(new, Mapping):
        return new
    before = old if isinstance(old, Mapping) else {}
    if type.name is TypeName.OBJECT and type.object is not None:
        return merge(type.object.fields, before, new)
    if type.name is TypeName.MAP:
        return _merge_map(type.item, before, new)
    return new


def _merge_map(item: FieldType | None, old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for key, value in new.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = value if item is None else _merge_value(item, old.get(key), value)
    return merged
