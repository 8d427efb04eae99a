"""What a read within a unit of work sees: the changes that wait there first, then the store."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from atakora_data.authorization.relatives import crosses, holds
from atakora_data.errors import QueryTooExpensive
from atakora_data.query.evaluate import matcher
from atakora_data.query.filter import And, Compare, Filter, Link, Operator, all_of, somes
from atakora_data.query.page import Query
from atakora_data.storage.port import BY_ID, Document, EntityStore, Metadata, Record, Target

CANDIDATES = 2000
"""How many stored records one read may judge in memory, because what it asks depends on changes that still wait."""


class Staged:
    """One record as a unit of work leaves it.

    base: as it is stored, None for a new one. record: as it will be, None when it goes. stored: as it was committed.
    is_anew: it goes, and another with its id comes. writer: which of several writes it belongs to.
    """

    __slots__ = ("base", "id", "is_anew", "metadata", "record", "stored", "target", "writer")

    def __init__(self, target: Target, id: str, base: Document | None, writer: int) -> None:
        self.target = target
        self.id = id
        self.base = base
        self.record: Record | None = None
        self.metadata: Metadata = {}
        self.stored: Record = {}
        self.is_anew = False
        self.writer = writer

    @property
    def document(self) -> Document | None:
        """The record as later writes of the unit find it; its etag, which no caller can know, is empty."""
        return None if self.record is None else Document({**self.record, "_etag": ""}, self.metadata)


class Overlay:
    """Reads of one tenant's records. It is a `RelatedReader`, so rules see what waits, too."""

    def __init__(self, store: EntityStore, tenant: str) -> None:
        self.store = store
        self.tenant = tenant
        self._staged: dict[tuple[str, str], Staged] = {}
        self._removed: set[str] = set()
        self._by_entity: dict[str, list[Staged]] = {}

    async def get(self, entity: str, id: str) -> Document | None:
        """The record with this id."""
        staged = self._staged.get((entity, id)) if self._staged else None
        return await self.store.get(Target(entity, self.tenant), id) if staged is None else staged.document

    async def get_many(self, entity: str, ids: Iterable[str]) -> dict[str, Record]:
        """The records with these ids, by id; missing ones are left out."""
        waiting = {id: self._staged[entity, id].document for id in ids if (entity, id) in self._staged}
        others = [id for id in ids if id not in waiting]
        found = await self.store.get_many(Target(entity, self.tenant), others) if others else {}
        return found | {id: document.record for id, document in waiting.items() if document is not None}

    async def exists(self, link: Link, value: Any, filter: Filter) -> bool:
        """Whether the link leads from a record with this value to one that matches the filter."""
        wanted = all_of(Compare(link.remote, Operator.EQ, value), filter)
        return bool(await self.select(link.target, wanted, 1))

    async def select(self, entity: str, filter: Filter, limit: int) -> list[Record]:
        """At most so many of the records that match, in the order of their ids."""
        if not self._staged:
            return await self.store.select(Target(entity, self.tenant), Query(filter, BY_ID, limit))
        staged = self._staged_of(entity)
        stored = await self._stored(entity, filter, limit + len(staged))
        others = [record for record in stored if (entity, record["id"]) not in self._staged]
        waiting = [document.record for each in staged if (document := each.document) is not None]
        matching = await self._matching(filter, waiting)
        return sorted([*others, *matching], key=_id)[:limit]

    def is_staged(self, entity: str, id: str) -> bool:
        """Whether a change of this record waits."""
        return (entity, id) in self._staged

    def has_removed(self, entity: str) -> bool:
        """Whether a record of the entity waits to go, or did before it was to come again."""
        return entity in self._removed

    def _staged_of(self, entity: str) -> list[Staged]:
        return self._by_entity.get(entity, [])

    async def _stored(self, entity: str, filter: Filter, limit: int) -> Sequence[Record]:
        """Stored records that match, among them those whose changes wait."""
        target = Target(entity, self.tenant)
        if not self._depends(filter):
            return await self.store.select(target, Query(filter, BY_ID, limit))
        candidates = await self.store.select(target, Query(_alone(filter), BY_ID, CANDIDATES + 1))
        if len(candidates) > CANDIDATES:
            raise QueryTooExpensive(
                f"Which {entity} are meant depends on changes of the same batch, and more than {CANDIDATES} may be.",
                hint="Narrow the filter, or send the writes one after another.",
            )
        return await self._matching(filter, candidates)

    async def _matching(self, filter: Filter, records: Sequence[Record]) -> list[Record]:
        if crosses(filter):
            return [record for record in records if await holds(filter, record, self)]
        matches = matcher(filter)
        return [record for record in records if matches(record)]

    def _depends(self, filter: Filter) -> bool:
        """Whether the filter asks of related records some of which wait to be changed."""
        return any(self._staged_of(asked.link.target) or self._depends(asked.filter) for asked in somes(filter))


def _alone(filter: Filter) -> Filter:
    """What the filter asks of the record itself, or less."""
    parts = filter.items if isinstance(filter, And) else (filter,)
    return all_of(*(part for part in parts if not any(True for _ in somes(part))))


def _id(record: Record) -> str:
    return str(record["id"])
