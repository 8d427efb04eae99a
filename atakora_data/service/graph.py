"""Writes a record with what its input says of its relations: each record by its own rules, hooks and validation.

To-one targets are made before the record that holds their key, everything else after it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from atakora_data.authorization.access import Access
from atakora_data.registry.entity import EntityModel, Operation, RelationKind
from atakora_data.service.children import Children
from atakora_data.service.creating import NOTHING, create_record
from atakora_data.service.joined import Joined
from atakora_data.service.judging import enter
from atakora_data.service.keys import emptied
from atakora_data.service.nested import Item, Nested, refuse, split
from atakora_data.service.overlay import Staged
from atakora_data.service.updating import replace_record, update_record
from atakora_data.service.work import Work
from atakora_data.storage.port import Document

MAX_DEPTH: Final = 5
"""How many relations deep the input of one write may nest."""

MAX_SIZE: Final = 1000
"""How many records the input of one write may name or make below relations."""

Values: TypeAlias = dict[str, Any]


def create(work: Work, access: Access, input: Mapping[str, Any], vouched: Mapping[str, Any]) -> Awaitable[Staged]:
    """Stage a new record and what its input says of relations. vouched: as in `create_record`."""
    fields, nested = _split(work, access.entity, input, is_new=True)
    if nested:
        return _create(work, access, fields, vouched, nested)
    return create_record(work, access, fields, vouched)


def update(work: Work, access: Access, document: Document, patch: Mapping[str, Any]) -> Awaitable[Staged]:
    """Stage a patch of a record that the caller may update as it is, and what it says of relations."""
    fields, nested = _split(work, access.entity, patch, is_new=False)
    if nested:
        return _change(work, access, document, fields, nested, update_record)
    return update_record(work, access, document, fields)


def replace(work: Work, access: Access, document: Document, input: Mapping[str, Any]) -> Awaitable[Staged]:
    """Stage a replacement of a record that the caller may update as it is, and what it says of relations."""
    fields, nested = _split(work, access.entity, input, is_new=False)
    if nested:
        return _change(work, access, document, fields, nested, replace_record)
    return replace_record(work, access, document, fields)


async def _create(
    work: Work, access: Access, fields: Mapping[str, Any], vouched: Mapping[str, Any], nested: Sequence[Nested]
) -> Staged:
    named, made = await _keys(work, access.entity, nested)
    for name in (*named, *made):
        if name in vouched:
            raise refuse(f"/{name}", "is set by the relation already", "conflict", "Leave it out.")
    staged = await create_record(work, access, {**fields, **named}, {**vouched, **made})
    await _spread(work, access.entity, staged.id, nested)
    return staged


async def _change(
    work: Work,
    access: Access,
    document: Document,
    fields: Mapping[str, Any],
    nested: Sequence[Nested],
    change: Callable[[Work, Access, Document, Values, Values], Awaitable[Staged]],
) -> Staged:
    named, made = await _keys(work, access.entity, nested)
    staged = await change(work, access, document, {**fields, **named}, made)
    await _spread(work, access.entity, staged.id, nested)
    return staged


def _split(
    work: Work, entity: EntityModel, input: Mapping[str, Any], *, is_new: bool
) -> tuple[Mapping[str, Any], list[Nested]]:
    fields, nested = split(work.tools.registry, entity, input, is_new=is_new)
    if not nested:
        return fields, nested
    if work.depth >= MAX_DEPTH:
        raise refuse(nested[0].pointer, f"nests deeper than {MAX_DEPTH} relations", "too_deep", "Write it in several.")
    work.size += sum(each.size for each in nested)
    if work.size > MAX_SIZE:
        raise refuse(
            nested[0].pointer,
            f"takes the input to more than {MAX_SIZE} related records",
            "too_many",
            "Write them in several requests.",
        )
    return fields, nested


async def _keys(work: Work, entity: EntityModel, nested: Sequence[Nested]) -> tuple[Values, Values]:
    """The values of the record's own keys: those that the caller named, and those of records made for it."""
    named: Values = {}
    made: Values = {}
    for each in nested:
        if not each.relation.holds_key:
            continue
        relation = each.relation
        if each.is_emptied:
            named |= emptied(entity, relation.foreign_key, relation.type_field)
        for item in each.connect:
            named |= _key(each, item, item.id)
            work.spell(f"/{relation.foreign_key}", f"{each.pointer}{item.pointer}/id")
        for item in each.create:
            with work.at(f"{each.pointer}{item.pointer}"):
                made |= _key(each, item, (await _make(work, item)).id)
    return named, made


def _key(asked: Nested, item: Item, id: str) -> Values:
    relation = asked.relation
    key: Values = {relation.foreign_key: id}
    return {**key, relation.type_field: item.target.name} if relation.type_field else key


async def _spread(work: Work, entity: EntityModel, id: str, nested: Sequence[Nested]) -> None:
    """What lies behind the record: those that hold its id, and those that are linked to it."""
    for each in nested:
        if each.relation.kind is RelationKind.MANY_TO_MANY:
            await Joined(work, each, id, _make).write()
        elif not each.relation.holds_key:
            await Children(work, entity, each, id, _make).write()


async def _make(work: Work, item: Item, vouched: Mapping[str, Any] = NOTHING) -> Staged:
    """A new record below a relation; the work stands at the item."""
    access = enter(work, item.target, Operation.CREATE)
    work.depth += 1
    staged = await create(work, access, item.fields, vouched)
    work.depth -= 1
    return staged
