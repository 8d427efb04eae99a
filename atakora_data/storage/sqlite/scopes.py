"""What a statement reads at each place: the records asked for, and in subqueries those that they lead to.

The tenant is the first parameter of every statement; subqueries name it again as `?1`, which needs no other value.
"""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from atakora_data.query.filter import FieldRef, Filter, Link, Some, all_of
from atakora_data.query.page import Order, OrderKey
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.compile import Place, Sql, condition, value
from atakora_data.storage.sqlite.documents import Documents
from atakora_data.storage.sqlite.indexes import leading_fields
from atakora_data.storage.sqlite.seeking import Seeking


class Layout:
    """Where the records of every entity lie, and what is quick to seek there."""

    def __init__(self, registry: Registry) -> None:
        self.documents: Mapping[str, Documents] = {model.name: Documents.of(model) for model in registry}
        self.seeking = Seeking({model.name: leading_fields(registry, model) for model in registry})

    def scope(self, entity: str, name: str = "d") -> Scope:
        """The place of the records that a statement is about."""
        return Scope(self, self.documents[entity], name)


@dataclass(frozen=True)
class Scope:
    """The records of one entity at one place in a statement, under a name of their own; depth: how far inside."""

    layout: Layout
    documents: Documents
    name: str
    depth: int = 0

    @cached_property
    def alias(self) -> str:
        """What qualifies the columns here."""
        return f"{self.name}."

    @cached_property
    def table(self) -> str:
        """What stands in FROM."""
        return f"{self.documents.table} AS {self.name}"

    def mine(self, tenant: str = "?1") -> str:
        """The condition that a record is of this entity and tenant."""
        return f"{self.documents.mine(self.alias)} AND {self.alias}tenant={tenant}"

    def field(self, field: FieldRef) -> str:
        """The value of a field, without its guard."""
        return self.documents.field(field, self.alias)

    def condition(self, filter: Filter) -> Sql:
        """The condition of a WHERE."""
        params: list[Any] = []
        return Sql(self.holds(filter, params), tuple(params))

    def value(self, field: FieldRef) -> Sql:
        """The value of a field, null where its guard does not hold."""
        params: list[Any] = []
        return Sql(self._value(field, params), tuple(params))

    def order(self, order: Order) -> Sql:
        """ORDER BY and what follows; nothing for an empty order."""
        params: list[Any] = []
        keys = [self.key(key, params) + (" DESC" if key.descending else "") for key in order]
        return Sql(f" ORDER BY {', '.join(keys)}" if keys else "", tuple(params))

    def holds(self, filter: Filter, params: list[Any]) -> str:
        """The filter as SQL, which adds its parameters."""
        return self.documents.by_column(condition(filter, self._place, params), self.alias)

    def _value(self, field: FieldRef, params: list[Any]) -> str:
        return self.documents.by_column(value(field, self._place, params), self.alias)

    @cached_property
    def _place(self) -> Place:
        return Place(f"{self.alias}body", self._some)

    def key(self, key: OrderKey, params: list[Any]) -> str:
        """What an order sorts by: over hops the value of a subquery, NULL where they lead nowhere."""
        if not key.via:
            return self._value(key.field, params)
        hop, *further = key.via
        there = self._there(hop.link)
        found = there.key(replace(key, via=tuple(further)), params)
        guard = self._guard(hop.link, params)
        return f"(SELECT {found} FROM {there.table} WHERE {guard}{self._linked(there, hop.link, hop.filter, params)})"

    def _some(self, asked: Some, params: list[Any]) -> str:
        """Either sought for each record, or all found first and each record looked up among them: as `Seeking` says."""
        link = asked.link
        there, guard = self._there(link), self._guard(link, params)
        if self.layout.seeking.finds(link.target, asked.filter):
            wanted = there.holds(_seen(link, asked.filter), params)
            found = f"SELECT {_bare(there.field(link.remote))} FROM {there.table} WHERE {wanted} AND {there.mine()}"
            return f"({guard}{self.field(link.local)} IN ({found}))"
        exists = f"EXISTS (SELECT 1 FROM {there.table} WHERE {self._linked(there, link, asked.filter, params)})"
        return f"({guard}{exists})" if guard else exists

    def _linked(self, there: Scope, link: Link, filter: Filter, params: list[Any]) -> str:
        """The deep condition goes to the front, for the sake of the parser's stack."""
        wanted = there.holds(_seen(link, filter), params)
        return f"{wanted} AND {there.mine()} AND {there.field(link.remote)}={_bare(self.field(link.local))}"

    def _guard(self, link: Link, params: list[Any]) -> str:
        return "" if link.local.guard is None else f"{self.holds(link.local.guard, params)} AND "

    def _there(self, link: Link) -> Scope:
        depth = self.depth + 1
        return Scope(self.layout, self.layout.documents[link.target], f"r{depth}", depth)


def _seen(link: Link, filter: Filter) -> Filter:
    """The filter, where the remote value is not hidden."""
    return filter if link.remote.guard is None else all_of(filter, link.remote.guard)


def _bare(value: str) -> str:
    """Without the type of its column, which would keep an index over JSON values from being sought."""
    return f"+{value}"
