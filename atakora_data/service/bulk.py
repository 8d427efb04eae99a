"""Writes many records at once, all or none: each by its own rules, hooks and validation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from atakora_data.authorization.access import Access
from atakora_data.errors import InvalidLimit, MalformedRequest, TooManyAffected
from atakora_data.registry.entity import Operation
from atakora_data.service.creating import NOTHING
from atakora_data.service.deleting import delete_records
from atakora_data.service.filtering import readable_filter
from atakora_data.service.graph import create
from atakora_data.service.input import refuse_read_only
from atakora_data.service.judging import authorize, is_readable, not_found, visible
from atakora_data.service.merge_patch import merge
from atakora_data.service.nested import refuse
from atakora_data.service.overlay import Staged
from atakora_data.service.reading import SCAN_BUDGET, require_within_budget
from atakora_data.service.updating import update_record
from atakora_data.service.work import Work
from atakora_data.storage.port import Document, Record

DEFAULT: Final = 100
"""How many records a write by filter may change unless it says otherwise."""

MOST: Final = 1000
"""How many records one bulk write may create, change or delete, whatever it says."""


async def create_many(work: Work, access: Access, inputs: Sequence[Mapping[str, Any]]) -> list[Staged]:
    """Stage new records; what is wrong with one is told below its number."""
    if len(inputs) > MOST:
        raise MalformedRequest(
            f"{len(inputs)} records are sent; at most {MOST} are created at once.", hint="Send them in parts."
        )
    staged: list[Staged] = []
    for index, input in enumerate(inputs):
        with work.at(f"/{index}"):
            staged.append(await create(work, access, input, NOTHING))
    return staged


async def update_many(
    work: Work, access: Access, filter: Mapping[str, Any], patch: Mapping[str, Any], max_affected: int | None
) -> list[Staged]:
    """Stage a patch of all that match and may be read; one that no record could take is refused even if none does."""
    entity = access.entity
    for name in patch:
        if name in entity.relations:
            raise refuse(f"/{name}", "is a relation, which cannot be written by filter", "invalid", "Write one by one.")
    refuse_read_only(entity, patch, None)
    entity.codec.judge(merge(entity.fields, {}, patch))
    staged: list[Staged] = []
    for record in await _matching(work, access, filter, max_affected):
        document = await work.unit.get(entity.name, record["id"])
        if document is None:
            raise not_found(entity, record["id"])
        await authorize(work, access, Operation.UPDATE, document.record)
        staged.append(await update_record(work, access, document, patch))
    return staged


async def delete_many(
    work: Work, access: Access, filter: Mapping[str, Any], max_affected: int | None
) -> tuple[list[Record], list[Record]]:
    """Stage that all go that match and may be read, with what goes with them: how they were, and what was seen of it.

    Rules that cross relations are asked before: afterwards there is nothing left to cross.
    """
    records = await _matching(work, access, filter, max_affected)
    seen = [await visible(work, access, record) for record in records]
    await delete_records(work, access, [Document(record, {}) for record in records])
    return records, seen


async def _matching(work: Work, access: Access, filter: Mapping[str, Any], max_affected: int | None) -> list[Record]:
    """The records that match and that the caller may read, if they are not too many."""
    most = _checked(max_affected)
    is_exact = access.is_exact(Operation.READ)
    limit = most + 1 if is_exact else SCAN_BUDGET + 1
    found = await work.unit.select(access.entity.name, readable_filter(access, filter), limit)
    readable = found if is_exact else await _readable(work, access, found)
    if len(readable) > most:
        raise TooManyAffected(
            f"At least {most + 1} {access.entity.name} match, and at most {most} may change; nothing was written.",
            hint=f"Narrow the filter, or raise maxAffected (at most {MOST}).",
        )
    return readable


async def _readable(work: Work, access: Access, found: Sequence[Record]) -> list[Record]:
    require_within_budget(found, f"Finding which {access.entity.name} match")
    return [record for record in found if await is_readable(work, access, record)]


def _checked(max_affected: int | None) -> int:
    if max_affected is None:
        return DEFAULT
    if isinstance(max_affected, bool) or not isinstance(max_affected, int) or not 1 <= max_affected <= MOST:
        raise InvalidLimit(f"maxAffected is {max_affected}; 1 to {MOST} are allowed.")
    return max_affected
