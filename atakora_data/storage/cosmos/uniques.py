"""What is unique among the records of a tenant, and the text that two records must not share."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson
from msgspec import Struct

from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import Kind
from atakora_data.registry.entity import EntityModel, FieldModel
from atakora_data.registry.references import linked_pairs
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import ByEntity, ByTenant
from atakora_data.storage.port import Target

_LONGEST: Final = 256


class Unique(Struct, frozen=True):
    """One field, or the two ends of a junction, that no two records of a tenant share.

    name: what it is called below `/_unique` in documents and in the container's unique keys.
    """

    entity: str
    fields: tuple[FieldModel, ...]

    @property
    def name(self) -> str:
        """The wire name of the field, or both."""
        return "_".join(field.wire for field in self.fields)

    @property
    def is_pair(self) -> bool:
        """Whether it is a junction's: a second link of the same records exists already."""
        return len(self.fields) > 1

    def claim(self, tenant: str, record: Mapping[str, Any]) -> str | None:
        """The text that no other record of the container may hold; None when a value is null, for nulls differ."""
        values = [_comparable(field, record.get(field.wire)) for field in self.fields]
        if None in values:
            return None
        text = orjson.dumps([self.entity, tenant, *values]).decode()
        return text if len(text) <= _LONGEST else "#" + hashlib.blake2b(text.encode(), digest_size=32).hexdigest()


def uniques_of(registry: Registry, model: EntityModel) -> tuple[Unique, ...]:
    """All that is unique in the entity, apart from the id."""
    single = [(field,) for field in model.unique_fields if not field.primary_key]
    pairs = sorted({tuple(sorted(pair)) for pair in linked_pairs(registry, model)})
    return tuple(
        Unique(model.name, fields)
        for fields in (*single, *(tuple(model.fields[wire] for wire in pair) for pair in pairs))
    )


def keeps_uniques(model: EntityModel) -> bool:
    """Whether the container's unique keys keep them: all records of a tenant and entity share a logical partition."""
    return isinstance(model.storage.partition, ByEntity | ByTenant)


def unique_names(registry: Registry, container: str) -> tuple[str, ...]:
    """The names below `/_unique` that every document of the container holds, and its unique keys are made of."""
    return tuple(
        sorted({name for model in registry if model.container == container for name in _names(registry, model)})
    )


def claims(registry: Registry, model: EntityModel, target: Target, record: Mapping[str, Any]) -> dict[str, str]:
    """What the record holds of each that is unique, by name; without those that are null."""
    found = {each.name: each.claim(target.tenant, record) for each in uniques_of(registry, model)}
    return {name: text for name, text in found.items() if text is not None}


def _names(registry: Registry, model: EntityModel) -> Iterator[str]:
    if keeps_uniques(model):
        yield from (each.name for each in uniques_of(registry, model))


def _comparable(field: FieldModel, value: Any) -> Any:
    """Equal values have equal texts: numbers whatever their spelling. What is no number of a decimal is null."""
    is_number = field.type.kind in (Kind.NUMBER, Kind.DECIMAL) and not isinstance(value, bool)
    if value is None or not is_number:
        return value
    try:
        return decimal_key(str(value))
    except ValueError:
        return None
