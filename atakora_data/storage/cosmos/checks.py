"""Looks at what changes require of other records, just before they are made."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeAlias

from atakora_data.query.evaluate import matches
from atakora_data.query.page import Query
from atakora_data.storage.cosmos.asking import side_by_side
from atakora_data.storage.cosmos.batches import Settle
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.lookup import Lookup
from atakora_data.storage.cosmos.retrying import Again, Effort
from atakora_data.storage.cosmos.steps import Partition
from atakora_data.storage.port import BY_ID, Absent, Change, Insert, Record, Remove, Replace, Require, Target

Select: TypeAlias = Callable[[Target, Query], Awaitable[list[Record]]]
"""One page of a query, as the port says."""

_Made: TypeAlias = dict[tuple[Target, str], Record | None]


class Checks:
    """What `Require` and `Absent` ask. names: of containers, by entity; select: how records are asked for."""

    def __init__(
        self,
        documents: Mapping[str, Documents],
        names: Mapping[str, str],
        lookup: Lookup,
        settle: Settle,
        select: Select,
    ) -> None:
        self._documents = documents
        self._names = names
        self._settle = settle
        self._lookup = lookup
        self._select = select

    async def hold(self, effort: Effort, changes: Sequence[Change]) -> None:
        """Raise the first refusal, of what is stored with the changes before it made.

        Between this and the changes themselves others may write: that is not noticed.
        """
        made: _Made = {}
        there = await self._there(effort, changes)
        for change in changes:
            match change:
                case Insert() | Replace():
                    made[change.target, change.id] = change.record
                case Remove():
                    made[change.target, change.id] = None
                case Require():
                    record = change.target, change.id
                    if made[record] is None if record in made else record not in there:
                        raise change.refusal
                case Absent():
                    if await self._is_any(change, made):
                        raise change.refusal

    async def _there(self, effort: Effort, changes: Sequence[Change]) -> frozenset[tuple[Target, str]]:
        """Which of the required records there are."""
        wanted = list(dict.fromkeys((each.target, each.id) for each in changes if isinstance(each, Require)))
        found = await side_by_side(self._is_there(effort, *each) for each in wanted)
        return frozenset(record for record, is_there in zip(wanted, found, strict=True) if is_there)

    async def _is_there(self, effort: Effort, target: Target, id: str) -> bool:
        async def attempt() -> bool:
            found = await self._lookup.located(target, id)
            if found is None:
                return False
            if "_pending" in found and await self._settle(effort, self._partition(target, found), found):
                raise Again
            return self._documents[target.entity].holds(target, found)

        return await effort.make(attempt)

    def _partition(self, target: Target, found: CosmosDocument) -> Partition:
        return Partition(target.entity, self._names[target.entity], self._lookup.key(target, found))

    async def _is_any(self, change: Absent, made: _Made) -> bool:
        mine = {id: record for (target, id), record in made.items() if target == change.target}
        if any(record is not None and matches(change.filter, record) for record in mine.values()):
            return True
        found = await self._select(change.target, Query(change.filter, BY_ID, len(mine) + 1))
        return any(record["id"] not in mine for record in found)
