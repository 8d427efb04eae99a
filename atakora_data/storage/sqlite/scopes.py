"""What a statement reads at each place: the records asked for, and in subqueries those that they lead to.

The tenant is the first parameter of every statement; subqueries name it again as `?1`, which needs no other value.
"""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Link, Or, Some, all_of
from atakora_data.query.page import Order, OrderKey
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.compile import Place, Sql, condition, value
from atakora_data.storage.sqlite.documents import Documents
from atakora_data.storage.sqlite.indexes import leading
from atakora_data.storage.sqlite.seeking import Count, Leading, Seeking


class Layout:
    """Where the records of every entity lie, and what is quick to seek there."""

    def __init__(self, registry: Registry) -> None:
        self.documents: Mapping[str, Documents] = {model.name: Documents.of(model) for model in registry}
        self._leading: Mapping[str, Leading] = {model.name: leading(registry, model) for model in registry}

    def seeking(self, tenant: str, count: Count) -> Seeking:
        """The decisions for one statement in this tenant."""
        return Seeking(self._leading, count, tenant)

    def scope(self, entity: str, seeking: Seeking, name: str = "d") -> Scope:
        """The place of the records that a statement is about."""
        return Scope(self.documents, seeking, self.documents[entity], name)


class Scope(Struct, frozen=True, dict=True):
    """The records of one entity at one place in a statement, under a name of their own. depth: how far inside."""

    everywhere: Mapping[str, Documents]
    seeking: Seeking
    documents: Documents
    name: str
    depth: int = 0

    @property
    def entity(self) -> str:
        """Whose records stand here."""
        return self.documents.entity

    @property
    def source(self) -> str:
        """FROM and WHERE, with the tenant as the next parameter."""
        return self.documents.source(self.name)

    @property
    def table(self) -> str:
        """What stands in FROM."""
        return f"{self.documents.table} AS {self.name}"

    @property
    def mine(self) -> str:
        """The condition that a record is of this entity and of the statement's tenant."""
        return f"{self.documents.mine(self._alias)} AND {self._alias}tenant=?1"

    def field(self, field: FieldRef) -> str:
        """The value of a field, without its guard."""
        return self.documents.field(field, self._alias)

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

    def sample(self, filter: Filter, limit: int) -> Sql:
        """How many match, counted up to the limit: guards do not count, for an index does not know them."""
        params: list[Any] = []
        led_to = self._led_to(filter, params)
        text = f"SELECT count(*) FROM (SELECT 1 {self.source} AND {led_to} LIMIT ?)"
        return Sql(text, (*params, limit))

    def beyond(self, link: Link) -> Scope:
        """The place of those that the link leads to."""
        depth = self.depth + 1
        return Scope(self.everywhere, self.seeking, self.everywhere[link.target], f"r{depth}", depth)

    def holds(self, filter: Filter, params: list[Any]) -> str:
        """The filter as SQL, which adds its parameters."""
        return self.documents.by_column(condition(filter, self._place, params), self._alias)

    def all_hold(self, filter: Filter, params: list[Any]) -> str:
        """As `holds`, for where an AND needs no parentheses."""
        text = self.holds(filter, params)
        return text[1:-1] if isinstance(filter, And) and filter.items else text

    def key(self, key: OrderKey, params: list[Any]) -> str:
        """What an order sorts by: over hops the value of a subquery, NULL where they lead nowhere."""
        if not key.via:
            return self._value(key.field, params)
        hop, *further = key.via
        there = self.beyond(hop.link)
        found = there.key(replace(key, via=tuple(further)), params)
        return f"(SELECT {found} FROM {there.table} WHERE {self._linked(there, hop.link, hop.filter, params)})"

    @cached_property
    def _alias(self) -> str:
        return f"{self.name}."

    @cached_property
    def _place(self) -> Place:
        return Place(f"{self._alias}body", self._some)

    def _value(self, field: FieldRef, params: list[Any]) -> str:
        return self.documents.by_column(value(field, self._place, params), self._alias)

    def _some(self, asked: Some, params: list[Any]) -> str:
        """As everywhere, what is deep goes to the front, for the sake of the parser's stack."""
        there, guard = self.beyond(asked.link), asked.link.local.guard
        if not self.seeking.finds(there, asked.filter):
            return f"EXISTS (SELECT 1 FROM {there.table} WHERE {self._linked(there, asked.link, asked.filter, params)})"
        found = self._found(there, asked, params)
        return found if guard is None else f"({found} AND {self.holds(guard, params)})"

    def _found(self, there: Scope, asked: Some, params: list[Any]) -> str:
        local, remote = self.field(asked.link.local), _bare(there.field(asked.link.remote))
        wanted = there.all_hold(_seen(asked.link, asked.filter), params)
        return f"{local} IN (SELECT {remote} FROM {there.table} WHERE {wanted} AND {there.mine})"

    def _linked(self, there: Scope, link: Link, filter: Filter, params: list[Any]) -> str:
        wanted = there.all_hold(_seen(link, filter), params)
        linked = f"{wanted} AND {there.mine} AND {there.field(link.remote)}={_bare(self.field(link.local))}"
        guard = link.local.guard
        return linked if guard is None else f"{linked} AND {self.holds(guard, params)}"

    def _led_to(self, filter: Filter, params: list[Any]) -> str:
        match filter:
            case Or(items):
                return f"({' OR '.join([self._led_to(item, params) for item in items])})"
            case Compare(field):
                return self.holds(replace(filter, field=field.unguarded), params)
            case Some(link):
                return self._found(self.beyond(link), filter, params)
        return self.holds(filter, params)


def _seen(link: Link, filter: Filter) -> Filter:
    """The filter, where the remote value is not hidden."""
    return filter if link.remote.guard is None else all_of(filter, link.remote.guard)


def _bare(value: str) -> str:
    """Without the type of its column, which would keep an index over JSON values from being sought."""
    return f"+{value}"
