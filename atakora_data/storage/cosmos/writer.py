"""Makes changes: it looks at what they require, brings them into writes, and has these carried out."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Sequence
from itertools import groupby
from typing import Final, TypeAlias

from atakora_data.query.evaluate import matches
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.batches import Batches
from atakora_data.storage.cosmos.documents import CosmosDocument, documents_of, public_etag
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.retrying import PATIENT, Effort, Patience
from atakora_data.storage.cosmos.writes import (
    Partition,
    Planner,
    Write,
    Writing,
    changed,
    etag_of,
    gone,
    refuse_collisions,
    refuse_contradictions,
)
from atakora_data.storage.port import BY_ID, Absent, Change, Insert, Record, Remove, Replace, Require, Target

Select: TypeAlias = Callable[[Target, Query], Awaitable[list[Record]]]
"""One page of a query, as the port says."""

_TOKEN_BYTES: Final = 12


class CosmosWriter:
    """Makes changes in the containers of a registry. select: how `Absent` asks; patience: how long it tries."""

    def __init__(
        self, registry: Registry, containers: ContainerSource, select: Select, patience: Patience = PATIENT
    ) -> None:
        self._documents = documents_of(registry)
        self._uniques = {name: each.uniques for name, each in self._documents.items()}
        self._planner = Planner(registry, self._documents)
        self._lookup = Lookup(containers, self._documents)
        self._batches = Batches(containers, self._lookup, self._uniques, self._settle)
        self._select = select
        self._patience = patience

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them, durably, in their order; the stored records."""
        if not changes:
            return []
        refuse_contradictions(changes)
        effort = Effort(self._patience)
        writes = await self._planned(effort, changes)
        refuse_collisions(writes, self._uniques)
        await self._check(effort, changes)
        etags = await self._carry_out(effort, writes)
        return [_stored(change, etags.get(number)) for number, change in enumerate(changes)]

    async def _planned(self, effort: Effort, changes: Sequence[Change]) -> list[Write]:
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        return [
            self._planner.write(number, change, token, await self._key(effort, change))
            for number, change in enumerate(changes)
            if isinstance(change, Insert | Replace | Remove)
        ]

    async def _key(self, effort: Effort, change: Writing) -> PartitionKey:
        """The logical partition that the record of the change lies in, or will."""
        placement = self._documents[change.target.entity].placement
        if isinstance(change, Insert):
            return placement.partition(change.target, change.id, change.record)
        key = placement.partition(change.target, change.id)
        if placement.is_whole(key):
            return key
        found = await effort.make(lambda: self._lookup.located(change.target, change.id))
        if found is None:
            raise gone(change.target.entity)
        if found["_etag"] != etag_of(change):
            raise changed(change.target.entity)
        return self._lookup.key(change.target, found)

    async def _check(self, effort: Effort, changes: Sequence[Change]) -> None:
        """Raise what `Require` and `Absent` say, of what is stored with the changes before them made."""
        made: dict[tuple[Target, str], Record | None] = {}
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

    async def _is_there(self, effort: Effort, change: Require, made: dict[tuple[Target, str], Record | None]) -> bool:
        record = change.target, change.id
        if record in made:
            return made[record] is not None
        found = await effort.make(lambda: self._lookup.located(*record))
        return found is not None and self._documents[change.target.entity].holds(change.target, found)

    async def _is_any(self, change: Absent, made: dict[tuple[Target, str], Record | None]) -> bool:
        mine = {id: record for (target, id), record in made.items() if target == change.target}
        if any(record is not None and matches(change.filter, record) for record in mine.values()):
            return True
        found = await self._select(change.target, Query(change.filter, BY_ID, len(mine) + 1))
        return any(record["id"] not in mine for record in found)

    async def _carry_out(self, effort: Effort, writes: Sequence[Write]) -> dict[int, str | None]:
        etags: dict[int, str | None] = {}
        for _, group in groupby(writes, lambda each: each.partition.place):
            part = list(group)
            for size in range(0, len(part), 100):
                chunk = part[size : size + 100]
                etags |= dict(
                    zip((each.number for each in chunk), await self._batches.write(effort, chunk), strict=True)
                )
        return etags

    async def _settle(self, effort: Effort, partition: Partition, document: CosmosDocument) -> None:
        raise NotImplementedError


def _stored(change: Change, etag: str | None) -> Record | None:
    if etag is None or not isinstance(change, Insert | Replace):
        return None
    return {**change.record, "_etag": public_etag(etag)}
