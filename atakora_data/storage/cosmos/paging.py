"""Pages, always full: by one request where the server has an index for the order, else by one more for each tie.

The server orders by any one field. So a page in another order is made of what it gives by the first field, sorted here;
only what ties at the end of the page is asked for once more, in the order of the fields that are left. Where a field is
hidden in some records, or missing in the documents of some, these are asked for by themselves, as nulls.
"""

from __future__ import annotations

from collections.abc import Mapping

from atakora_data.query.evaluate import read
from atakora_data.query.filter import NOTHING, Compare, Filter, Kind, Operator, all_of, negate
from atakora_data.query.keyset import after, is_null
from atakora_data.query.page import Order, OrderKey, Query
from atakora_data.storage.cosmos.asking import Asking
from atakora_data.storage.cosmos.completeness import Completeness
from atakora_data.storage.cosmos.documents import Documents, decimal_shadow
from atakora_data.storage.cosmos.facts import Facts
from atakora_data.storage.cosmos.ordering import Orders, ranked, ranking
from atakora_data.storage.cosmos.scope import Scope
from atakora_data.storage.port import Record, Target


class Pages:
    """Reads pages of the records of all entities."""

    def __init__(self, asking: Asking, documents: Mapping[str, Documents], orders: Mapping[str, Orders]) -> None:
        self._asking = asking
        self._documents = documents
        self._orders = orders
        self._completeness = Completeness(asking, documents)

    async def page(self, target: Target, query: Query) -> list[Record]:
        """One page of the query."""
        position = query.after
        filter = query.filter if position is None else all_of(query.filter, after(query.order, position))
        return await self._first(target, filter, query.order, query.limit)

    async def some(self, target: Target, filter: Filter, order: Order, most: int) -> list[Record]:
        """At most so many of what matches, the first by an order that the server makes; decoded, and in this order."""
        scope = self._scope(target, filter)
        documents = self._documents[target.entity]
        found = await self._asking.query(scope.ask("*", most, order))
        records = [documents.record(target, each) for each in found]
        return records if scope.is_whole else ranked(order, records)[:most]

    async def _first(self, target: Target, filter: Filter, order: Order, limit: int) -> list[Record]:
        """The first records in this order."""
        facts = Facts(filter)
        if limit < 1 or filter == NOTHING or facts.are_contradictory:
            return []
        left = facts.varying(order)
        in_all = [key.field in facts.present or await self._completeness.has_all(target, key) for key in left]
        served = self._orders[target.entity].served(facts, left)
        if served is not None and all(in_all):
            return await self.some(target, filter, served, limit)
        if in_all[0]:
            return await self._by_first_key(target, filter, left, limit)
        return await self._nulls_apart(target, filter, left, limit)

    async def _by_first_key(self, target: Target, filter: Filter, order: Order, limit: int) -> list[Record]:
        first, *rest = order
        found = ranked(order, await self.some(target, filter, (first,), limit + 1))
        ranks = [*map(ranking(first), found)]
        if len(found) <= limit or ranks[limit] != ranks[limit - 1]:
            return found[:limit]
        before = found[: ranks.index(ranks[limit])]
        tied = all_of(filter, _ties(first, found[limit]))
        return before + await self._first(target, tied, tuple(rest), limit - len(before))

    async def _nulls_apart(self, target: Target, filter: Filter, order: Order, limit: int) -> list[Record]:
        """One after the other those where the first key is null, which the rest orders, and the others."""
        first = order[0]
        nulls, others = is_null(first), negate(is_null(first))
        found: list[Record] = []
        for part in (others, nulls) if first.descending else (nulls, others):
            found += await self._first(target, all_of(filter, part), order, limit - len(found))
        return found

    def _scope(self, target: Target, filter: Filter) -> Scope:
        return Scope(self._documents[target.entity], target, filter)


def _ties(key: OrderKey, record: Record) -> Filter:
    """That the key has the same value as in this record."""
    value = read(key.field, record)
    is_nothing = value is None or (key.field.kind is Kind.DECIMAL and decimal_shadow(value) is None)
    return is_null(key) if is_nothing else Compare(key.field, Operator.EQ, value)
