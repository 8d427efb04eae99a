"""A unit of work: collects the changes of a write, or of several, and commits all of them or none.

`together.py` runs several writes in one unit. Changes of one record become one: what counts is how the unit leaves it.
"""

from __future__ import annotations

from collections.abc import Sequence

from atakora_data.errors import AlreadyExists
from atakora_data.service.journal import journaling
from atakora_data.service.overlay import Overlay, Staged
from atakora_data.service.receipts import Receipt
from atakora_data.storage.port import (
    Absent,
    Change,
    Document,
    EntityStore,
    Insert,
    Metadata,
    Record,
    Remove,
    Replace,
    Require,
    Target,
)


class Unit(Overlay):
    """The changes of one write. `commit` raises what `EntityStore.apply` does.

    writer: the number of the write that stages now, where several share the unit. journaled: the entities whose changes
    go into the journal. who: the id of the principal. receipt: what the request is known again by. authors: which of
    them is to blame when a condition does not hold, by its refusal.
    """

    is_open = True
    writer = 0
    journaled: frozenset[str] = frozenset()
    who: str | None = None
    receipt: Receipt | None = None

    def __init__(self, store: EntityStore, tenant: str) -> None:
        super().__init__(store, tenant)
        self._first: list[Require | Absent] = []
        self._last: list[Absent] = []
        self.authors: dict[Exception, int] = {}

    def insert(self, entity: str, record: Record, metadata: Metadata) -> Staged:
        """Stage a new record."""
        id = record["id"]
        staged = self._staged.get((entity, id))
        if staged is None:
            staged = self._new(entity, id, None)
        elif staged.record is not None:
            raise AlreadyExists(f"A {entity} with this id exists.", hint="Choose another id, or update it.")
        staged.is_anew = staged.base is not None
        return _leave(staged, record, metadata, 1)

    def replace(self, entity: str, document: Document, record: Record, metadata: Metadata) -> Staged:
        """Stage another state of a record that was read from this unit; its version counts one from the stored one."""
        staged = self._staged.get((entity, record["id"])) or self._new(entity, record["id"], document)
        base = None if staged.is_anew else staged.base
        version = 1 if base is None else int(base.record["_version"]) + 1
        return _leave(staged, record, metadata, version)

    def remove(self, entity: str, document: Document) -> Staged:
        """Stage that a record that was read from this unit goes."""
        id = document.record["id"]
        staged = self._staged.get((entity, id)) or self._new(entity, id, document)
        staged.record, staged.is_anew = None, False
        self._removed.add(entity)
        staged.stored = document.record
        return staged

    def check_first(self, condition: Require | Absent) -> None:
        """Let the unit be refused unless this holds before its changes."""
        self._first.append(condition)
        self.authors[condition.refusal] = self.writer

    def check_last(self, condition: Absent) -> None:
        """Let the unit be refused unless this holds after its changes."""
        self._last.append(condition)
        self.authors[condition.refusal] = self.writer

    async def commit(self) -> None:
        """Write everything at once; each `Staged.stored` is then what was stored."""
        parts = [(staged, change) for staged in self._staged.values() for change in self._changes_of(staged)]
        if not (parts or self._first or self._last):
            return
        changes: list[Change] = [change for _, change in parts]
        results = await self._apply([*self._first, *changes, *self._last] if self.authors else changes)
        for (staged, _), stored in zip(parts, results[len(self._first) :], strict=False):
            if stored is not None:
                staged.stored = stored

    async def _apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """The stored records; the receipt of a request is kept with the first of its writes."""
        receipt = self.receipt
        if receipt is None or receipt.is_kept:
            return await self.store.apply(changes)
        results = await self.store.apply([*changes, receipt.keep()])
        receipt.is_kept = True
        return results

    def _changes_of(self, staged: Staged) -> list[Change]:
        changes = _changes_of(staged)
        if staged.target.entity not in self.journaled:
            return changes
        before = None if staged.base is None else staged.base.record
        return [journaling(change, before, self.who) for change in changes]

    def _new(self, entity: str, id: str, base: Document | None) -> Staged:
        staged = self._staged[entity, id] = Staged(Target(entity, self.tenant), id, base, self.writer)
        self._by_entity.setdefault(entity, []).append(staged)
        return staged


def _leave(staged: Staged, record: Record, metadata: Metadata, version: int) -> Staged:
    record["_version"] = metadata["version"] = version
    staged.record = staged.stored = record
    staged.metadata = metadata
    return staged


def _changes_of(staged: Staged) -> list[Change]:
    """What the store has to do for one record."""
    target, id, base, record = staged.target, staged.id, staged.base, staged.record
    if base is None:
        return [] if record is None else [Insert(target, id, record, staged.metadata)]
    etag = base.record["_etag"]
    if record is None:
        return [Remove(target, id, etag)]
    if staged.is_anew:
        return [Remove(target, id, etag), Insert(target, id, record, staged.metadata)]
    return [Replace(target, id, record, staged.metadata, etag)]
