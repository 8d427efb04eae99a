"""What the caller sees of a record: masked, with computed fields, only what was selected."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

import orjson

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.query.filter import Filter
from atakora_data.registry.entity import ComputedModel, EntityModel, Operation
from atakora_data.service.commands import ALL, Selection
from atakora_data.storage.port import Record


class Matching(Protocol):
    """Tells which stored records match, of many at once."""

    async def matching(self, entity: str, ids: Sequence[str], filter: Filter) -> Collection[str]:
        """The ids of those that match."""


BOOKKEEPING = ("_etag", "_version")
"""What every answer carries beside the fields."""


def shape(entity: EntityModel, record: Record, visible: Record, selection: Selection) -> Record:
    """The answer for one record: `visible` is what the field rules leave of it.

    A stored field that the entity no longer declares has no rule any more, and is nobody's to see.
    """
    wanted = selection.fields
    computed = _computed(entity, record, visible, wanted) if entity.computed else None
    if wanted is None:
        known = entity.stored_names
        answer = visible if visible.keys() <= known else {name: visible[name] for name in visible if name in known}
        return answer if computed is None else {**answer, **computed}
    answer = {name: visible[name] for name in visible if name in wanted or name in BOOKKEEPING}
    if computed:
        answer.update(computed)
    return answer


def shapes(
    entity: EntityModel, records: Sequence[Record], visible: Sequence[Record], selection: Selection
) -> list[Record]:
    """The answers for many records, each as `shape` makes it."""
    known = entity.stored_names
    if selection.fields is None and not entity.computed and all(part.keys() <= known for part in visible):
        return list(visible)
    return [shape(entity, record, part, selection) for record, part in zip(records, visible, strict=True)]


def is_as_stored(entity: EntityModel, access: Access, selection: Selection) -> bool:
    """Whether the answer for every record that the rules select is the stored record itself, beside its relations."""
    return (
        selection.fields is None and access.always_readable and not entity.computed and access.is_exact(Operation.READ)
    )


def as_stored(entity: EntityModel, records: Iterable[Record | bytes]) -> list[Record | orjson.Fragment]:
    """The answers for records where `is_as_stored` holds."""
    return [orjson.Fragment(each) if isinstance(each, bytes) else shape(entity, each, each, ALL) for each in records]


class Related(NamedTuple):
    """What a relation leads to, under which name, by the ids of those it leads from; text is JSON."""

    name: str
    found: Mapping[Hashable, Any]
    nothing: Any


def with_relations(
    entity: EntityModel, records: Mapping[str, Record | bytes], related: Sequence[Related]
) -> orjson.Fragment:
    """The answers for records by id, as those of `as_stored`, with what they lead to: one JSON array."""
    ends = [(b"," + orjson.dumps(name) + b":", found, orjson.dumps(nothing)) for name, found, nothing in related]
    parts = list[bytes]()
    for id, record in records.items():
        text = record if isinstance(record, bytes) else orjson.dumps(shape(entity, record, record, ALL))
        parts.append(text[:-1])
        for name, found, nothing in ends:
            page = found.get(id)
            parts += (name, nothing if page is None else page if isinstance(page, bytes) else orjson.dumps(page))
        parts.append(b"},")
    parts[-1] = b"}]"
    return orjson.Fragment(b"[" + b"".join(parts))


async def visible_part(access: Access, record: Record, custom: Any) -> Record:
    """The record without the fields the caller may not read."""
    if access.always_readable:
        return record
    return await access.reveal(record, custom)


async def visible_parts(
    access: Access, records: Sequence[Record], custom: CustomContext, store: Matching
) -> list[Record]:
    """As `visible_part` for stored records; of rules that cross relations the store is asked once for all."""
    if access.always_readable:
        return list(records)
    if access.masks_exactly:
        return [access.mask(record) for record in records]
    readable = None
    if len(records) > 1:
        name, ids = access.entity.name, [record["id"] for record in records]
        readable = {field: await store.matching(name, ids, rule) for field, rule in access.crossing_fields.items()}
    return [await access.reveal(record, custom, readable) for record in records]


def is_hidden(name: str, record: Mapping[str, Any], visible: Mapping[str, Any]) -> bool:
    """Whether the field rules took this stored field out of the answer."""
    return name in record and name not in visible


def _computed(
    entity: EntityModel, record: Record, visible: Record, wanted: frozenset[str] | None
) -> dict[str, Any] | None:
    asked = [each for name, each in entity.computed.items() if wanted is None or name in wanted]
    readable = [each for each in asked if not _reads_hidden(each, record, visible)]
    if not readable:
        return None
    instance = entity.codec.load(record)
    return {each.wire: each.function(instance) for each in readable}


def _reads_hidden(computed: ComputedModel, record: Record, visible: Record) -> bool:
    return record is not visible and any(is_hidden(name, record, visible) for name in computed.reads)
