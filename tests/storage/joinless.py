"""A store that cannot join: it answers from SQLite, and refuses whatever asks of related records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.query.page import Query
from atakora_data.storage.port import Absent, Change, Children, Linked, Record, Target
from atakora_data.storage.resolving import LONGEST_LIST, crosses
from atakora_data.storage.sqlite.store import SqliteEntityStore


class JoinlessStore(SqliteEntityStore):
    """As `SqliteEntityStore`, for single entities only. questions: how many pages it was asked for."""

    questions = 0

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page."""
        self.questions += 1
        assert query.limit <= LONGEST_LIST
        _refuse_joins(query.filter, *query.order)
        return await super().select(target, query)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page as it is stored."""
        _refuse_joins(query.filter, *query.order)
        return await super().select_stored(target, query)

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page a parent."""
        _refuse_junction(children)
        return await super().select_children(target, children)

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page a parent as it is stored."""
        _refuse_junction(children)
        return await super().select_children_stored(target, children)

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """Never asked."""
        raise AssertionError(f"{target.entity} was asked for with its links")

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many each parent has."""
        _refuse_junction(children)
        return await super().count_children(target, children)

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many match."""
        _refuse_joins(filter)
        return await super().count(target, filter)

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        measured = [each.field for each in aggregation.measures if each.field is not None]
        _refuse_joins(aggregation.filter, *aggregation.groups, *measured)
        return await super().aggregate(target, aggregation)

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none."""
        for change in changes:
            if isinstance(change, Absent):
                _refuse_joins(change.filter)
        return await super().apply(changes)


def _refuse_junction(children: Children) -> None:
    assert children.junction is None
    _refuse_joins(children.key, children.query.filter, *children.query.order)


def _refuse_joins(*parts: Any) -> None:
    assert not crosses(*parts)
