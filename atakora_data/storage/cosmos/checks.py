"""Looks at what changes require of other records, just before they are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from atakora_data.query.evaluate import matches
from atakora_data.query.page import Query
from atakora_data.storage.cosmos.documents import Documents
from atakora_data.storage.cosmos.lookup import Lookup
from atakora_data.storage.cosmos.retrying import Effort
from atakora_data.storage.port import BY_ID, Absent, Change, Insert, Record, Remove, Replace, Require, Target

Select: TypeAlias = Callable[[Target, Query], Awaitable[list[Record]]]
"""One page of a query, as the port says."""

_Made: TypeAlias = dict[tuple[Target, str], Record | None]


class Checks:
    """What `Require` and `Absent` ask. select: how records are asked for."""

    def __init__(self, documents: Mapping[str, Documents], lookup: Lookup, select: Select) -> None:
        self._documents = documents
        self._lookup = lookup
        self._select = select

    async def hold(self, effort: Effort, changes: Sequence[Change]) -> None:
        """Raise the first refusal, of what is stored with the changes before it made.

        Between this and the changes themselves others may write: that is not noticed.
        """
        made: _Made = {}
        for change in changes:
            match change:
                case Insert() | Replace():
                    made[change.target, change.id] = change.record
                case Remove():
                    made[change.target, change.id] = None
                case Require():
                    if not await self._is_there(effort, change, made):
                        raise change.refusal
                case Absent():
                    if await self._is_any(change, made):
                        raise change.refusal

    async def _is_there(self, effort: Effort, change: Require, made: _Made) -> bool:
        record = change.target, change.id
        if record in made:
            return made[record] is not None
        found = await effort.make(lambda: self._lookup.located(*record))
        return found is not None and self._documents[change.target.entity].holds(change.target, found)

    async def _is_any(self, change: Absent, made: _Made) -> bool:
        mine = {id: record for (target, id), record in made.items() if target == change.target}
        if any(record is not None and matches(change.filter, record) for record in mine.values()):
            return True
        found = await self._select(change.target, Query(change.filter, BY_ID, len(mine) + 1))
        return any(record["id"] not in mine for record in found)
