"""A store that tells what it was asked, how long that took and what it cost."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from time import perf_counter
from typing import TypeVar

from atakora_data.errors import RequestError
from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.query.page import Query
from atakora_data.storage.charges import charging
from atakora_data.storage.port import Change, Children, Document, EntityStore, Keep, Linked, Record, Target
from atakora_data.storage.statements import tells
from atakora_data.telemetry.happenings import StoreAsked
from atakora_data.telemetry.port import Observer
from atakora_data.telemetry.trace import current_trace

_T = TypeVar("_T")


class ObservedStore:
    """An `EntityStore` that answers as another does, and tells an observer of each call."""

    def __init__(self, store: EntityStore, observer: Observer) -> None:
        self._store = store
        self._observer = observer

    async def start(self) -> None:
        """Open the store."""
        await self._store.start()

    async def stop(self) -> None:
        """Close the store."""
        await self._store.stop()

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""
        return await self._told("get", target, self._store.get(target, id))

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id."""
        return await self._told("get_many", target, self._store.get_many(target, ids))

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page."""
        return await self._told("select", target, self._store.select(target, query))

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page by id, as it is stored."""
        return await self._told("select", target, self._store.select_stored(target, query))

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page for each parent."""
        return await self._told("select_children", target, self._store.select_children(target, children))

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page for each parent, as it is stored."""
        return await self._told("select_children", target, self._store.select_children_stored(target, children))

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has."""
        return await self._told("count_children", target, self._store.count_children(target, children))

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """One page for each parent, over a junction."""
        return await self._told("select_linked", target, self._store.select_linked(target, children))

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many records match."""
        return await self._told("count", target, self._store.count(target, filter))

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        return await self._told("aggregate", target, self._store.aggregate(target, aggregation))

    def statement(self, target: Target, filter: Filter) -> str | None:
        """How the other store asks for those that match."""
        return self._store.statement(target, filter) if tells(self._store) else None

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them."""
        return await self._told("apply", _common(changes), self._store.apply(changes))

    async def _told(self, operation: str, target: Target | None, answer: Awaitable[_T]) -> _T:
        began, error = perf_counter(), None
        with charging() as charge:
            try:
                return await answer
            except BaseException as raised:
                error = raised.code if isinstance(raised, RequestError) else type(raised).__name__
                raise
            finally:
                self._observer.note(
                    StoreAsked(
                        current_trace(),
                        operation,
                        None if target is None else target.entity,
                        "" if target is None else target.tenant,
                        perf_counter() - began,
                        charge.units,
                        charge.requests,
                        error,
                    )
                )


def _common(changes: Sequence[Change]) -> Target | None:
    """The target of all changes, None if they have several."""
    found = {each.target for each in changes if not isinstance(each, Keep)}
    return found.pop() if len(found) == 1 else None
