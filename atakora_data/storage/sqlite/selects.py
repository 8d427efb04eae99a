"""The statements that read, one for each question of the store port."""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

from typing import Any

import orjson

from atakora_data.query.filter import FieldRef, Filter, all_of
from atakora_data.query.keyset import after
from atakora_data.query.page import Order, Query
from atakora_data.storage.port import Children, Junction
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.paging import Range, ranges
from atakora_data.storage.sqlite.scopes import Layout

_REMEMBERED = 512


class Selects:
    """The statements for the records of one entity. Rows are `body, shape` unless said otherwise."""

    def __init__(self, layout: Layout, entity: str) -> None:
        self._layout = layout
        self._records = layout.scope(entity)
        self._first_pages: dict[int, tuple[Filter, Order, Sql]] = {}
        self._source = f"FROM {self._records.table} WHERE {self._records.mine('?')}"
        self.get = f"SELECT d.body,d.metadata {self._source} AND d.id=?"
        self.get_many = f"SELECT d.id,d.body {self._source} AND d.id IN (SELECT value FROM json_each(?))"

    def page(self, tenant: str, query: Query) -> Sql | None:
        """One page; None when nothing can follow its position."""
        if query.after is None:
            text, params = self._first_page(query)
            return Sql(text, (tenant, *params, query.limit))
        condition = self._records.condition(query.filter)
        parts = [self._range(tenant, condition, each, query.limit) for each in ranges(query)]
        if len(parts) < 2:  # noqa: PLR2004 - a single range is a plain query
            return parts[0] if parts else None
        text = " UNION ALL ".join([f"SELECT body,shape FROM ({part.text})" for part in parts])
        return Sql(f"{text} LIMIT ?", (*[value for part in parts for value in part.params], query.limit))

    def _first_page(self, query: Query) -> Sql:
        """The first page without tenant and limit; what was compiled is kept as long as the same filter comes again."""
        known = self._first_pages.get(id(query.filter))
        if known is not None and known[0] is query.filter and known[1] is query.order:
            return known[2]
        (only,) = ranges(query)
        text, params = self._range("", self._records.condition(query.filter), only, query.limit)
        if len(self._first_pages) >= _REMEMBERED:
            self._first_pages.clear()
        made = Sql(text, params[1:-1])
        self._first_pages[id(query.filter)] = (query.filter, query.order, made)
        return made

    def _range(self, tenant: str, condition: Sql, part: Range, limit: int) -> Sql:
        bounds = [self._records.condition(bound) for bound in part.bounds]
        order = self._records.order(part.order)
        where = " AND ".join([condition.text, *[bound.text for bound in bounds]])
        inside = [value for bound in bounds for value in bound.params]
        text = f"SELECT d.body AS body,d.shape AS shape {self._source} AND {where}{order.text} LIMIT ?"
        return Sql(text, (tenant, *condition.params, *inside, *order.params, limit))

    def count(self, tenant: str, filter: Filter) -> Sql:
        """One row: how many."""
        condition = self._records.condition(filter)
        return Sql(f"SELECT count(*) {self._source} AND {condition.text}", (tenant, *condition.params))

    def children(self, tenant: str, children: Children) -> Sql:
        """Rows of the parent's place among the values and its bodies joined by commas, NULL when there are none.

        Each parent's records are sought by themselves, so none reads more than its limit.
        """
        return self._pages("d.body", "group_concat(found)", tenant, children)

    def stored_children(self, tenant: str, children: Children, shape: str) -> Sql:
        """As `children`, with a digit before, 1 if one is of another shape, and their number: `02{…},{…}`."""
        return self._pages("d.body", f"max(shape IS NOT '{shape}')||count(*)||group_concat(found)", tenant, children)

    def linked(self, tenant: str, children: Children) -> Sql:
        """As `children` over a junction, but pairs of a body and the body of its link."""
        return self._pages("'['||d.body||','||j.body||']'", "group_concat(found)", tenant, children)

    def count_children(self, tenant: str, children: Children) -> Sql:
        """Rows of the parent's place among the values and how many records it has."""
        source = self._of_parent(tenant, children, children.query.filter)
        return self._per_parent(f"SELECT count(*) {source.text}", source.params, children)

    def _pages(self, found: str, together: str, tenant: str, children: Children) -> Sql:
        """A page a parent. found: what is read of each record; together: what becomes of a page."""
        query = children.query
        filter = query.filter if query.after is None else all_of(query.filter, after(query.order, query.after))
        (first,) = ranges(Query(filter, query.order))
        source = self._of_parent(tenant, children, filter)
        order = self._records.order(first.order)
        page = f"SELECT {found} AS found,d.shape AS shape {source.text}{order.text} LIMIT ?"
        return self._per_parent(
            f"SELECT {together} FROM ({page})", (*source.params, *order.params, query.limit), children
        )

    def _of_parent(self, tenant: str, children: Children, filter: Filter) -> Sql:
        key = children.key
        condition = self._records.condition(_seen(filter, key))
        if children.junction is None:
            text = f"{self._source} AND {self._records.field(key)}=parent.value AND {condition.text}"
            return Sql(text, (tenant, *condition.params))
        return self._over(children.junction, tenant, self._records.field(key), condition)

    def _over(self, junction: Junction, tenant: str, key: str, condition: Sql) -> Sql:
        links, near, far = self._layout.scope(junction.entity, "j"), junction.near, junction.far
        linking = links.condition(_seen(junction.filter, near, far))
        text = (
            f"FROM {links.table},{self._records.table} WHERE {links.mine('?')} AND {links.field(near)}=parent.value"
            f" AND {linking.text} AND {self._records.mine()} AND {key}={links.field(far)} AND {condition.text}"
        )
        return Sql(text, (tenant, *linking.params, *condition.params))

    def _per_parent(self, each: str, params: tuple[Any, ...], children: Children) -> Sql:
        values = orjson.dumps(children.values).decode()
        return Sql(f"SELECT parent.key,({each}) FROM json_each(?) AS parent", (*params, values))


def _seen(filter: Filter, *fields: FieldRef) -> Filter:
    """The filter, where none of the fields is hidden."""
    return all_of(filter, *(field.guard for field in fields if field.guard is not None))
