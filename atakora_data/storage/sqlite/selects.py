"""The statements that read, one for each question of the store port."""

# ruff: noqa: S608 - statements are made of the registry's names; every value is a parameter

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import orjson

from atakora_data.query.filter import FieldRef, Filter, all_of
from atakora_data.query.keyset import after
from atakora_data.query.page import Order, Query
from atakora_data.storage.port import Children, Junction
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.paging import Range, ranges
from atakora_data.storage.sqlite.scopes import Layout, Scope
from atakora_data.storage.sqlite.seeking import Count, Peek, is_few

_REMEMBERED = 512


class _FirstPage(NamedTuple):
    """A first page without tenant and limit, and what it was made of and rests on."""

    filter: Filter
    order: Order
    sql: Sql
    peeks: tuple[Peek, ...]


class _Pages(NamedTuple):
    """A first page a parent without tenant, limit and parents, and what it was made of and rests on."""

    key: FieldRef
    filter: Filter
    order: Order
    sql: Sql
    peeks: tuple[Peek, ...]


class Selects:
    """The statements for the records of one entity. Rows are `id, body, shape` unless said otherwise."""

    def __init__(self, layout: Layout, entity: str, count: Count) -> None:
        self._layout = layout
        self._entity = entity
        self._count = count
        self._first_pages: dict[int, _FirstPage] = {}
        self._child_pages: dict[tuple[str, int], _Pages] = {}
        self._source = layout.documents[entity].source()
        self.get = f"SELECT d.body,d.metadata {self._source} AND d.id=?"
        self.get_many = f"SELECT d.id,d.body {self._source} AND d.id IN (SELECT value FROM json_each(?))"

    def page(self, tenant: str, query: Query) -> Sql | None:
        """One page; None when nothing can follow its position."""
        if query.after is None:
            text, params = self._first_page(tenant, query)
            return Sql(text, (tenant, *params, query.limit))
        records = self._records(tenant)
        condition = records.condition(query.filter)
        parts = [self._range(tenant, records, condition, each, query.limit) for each in ranges(query)]
        if len(parts) < 2:  # noqa: PLR2004 - a single range is a plain query
            return parts[0] if parts else None
        text = " UNION ALL ".join([f"SELECT id,body,shape FROM ({part.text})" for part in parts])
        return Sql(f"{text} LIMIT ?", (*[value for part in parts for value in part.params], query.limit))

    def text(self, tenant: str, query: Query) -> str:
        """The first page, without its values."""
        return self._first_page(tenant, query).text

    def _records(self, tenant: str) -> Scope:
        return self._layout.scope(self._entity, self._layout.seeking(tenant, self._count))

    def _first_page(self, tenant: str, query: Query) -> Sql:
        """What was compiled is kept as long as the same filter comes again, and what it rests on is still so."""
        known = self._first_pages.get(id(query.filter))
        if known is not None and known.filter is query.filter and known.order is query.order:
            sql, peeks = known.sql, known.peeks
            if not peeks or self._is_still_so(tenant, peeks):
                return sql
        (only,) = ranges(query)
        records = self._records(tenant)
        text, params = self._range("", records, records.condition(query.filter), only, query.limit)
        if len(self._first_pages) >= _REMEMBERED:
            self._first_pages.clear()
        made = Sql(text, params[1:-1])
        self._first_pages[id(query.filter)] = _FirstPage(query.filter, query.order, made, tuple(records.seeking.peeks))
        return made

    def _is_still_so(self, tenant: str, peeks: Iterable[Peek]) -> bool:
        return all(is_few(self._count, tenant, sql) == was_few for sql, was_few in peeks)

    def _range(self, tenant: str, records: Scope, condition: Sql, part: Range, limit: int) -> Sql:
        bounds = [records.condition(bound) for bound in part.bounds]
        order = records.order(part.order)
        where = " AND ".join([condition.text, *[bound.text for bound in bounds]])
        inside = [value for bound in bounds for value in bound.params]
        text = f"SELECT d.id AS id,d.body AS body,d.shape AS shape {self._source} AND {where}{order.text} LIMIT ?"
        return Sql(text, (tenant, *condition.params, *inside, *order.params, limit))

    def count(self, tenant: str, filter: Filter) -> Sql:
        """One row: how many."""
        condition = self._records(tenant).condition(filter)
        return Sql(f"SELECT count(*) {self._source} AND {condition.text}", (tenant, *condition.params))

    def any(self, tenant: str, filter: Filter) -> Sql:
        """One row if there is one that matches."""
        condition = self._records(tenant).condition(filter)
        return Sql(f"SELECT 1 {self._source} AND {condition.text} LIMIT 1", (tenant, *condition.params))

    def children(self, tenant: str, children: Children) -> Sql:
        """Rows of the parent's place among the values and its bodies joined by commas, NULL when there are none.

        Each parent's records are sought by themselves, so none reads more than its limit.
        """
        return self._pages("d.body AS found", "group_concat(found)", tenant, children)

    def stored_children(self, tenant: str, children: Children, shape: str) -> Sql:
        """As `children`, but in brackets where they are fewer than the limit and all of this shape.

        One sum tells both: a record of another shape weighs as much as a whole page.
        """
        limit = int(children.query.limit)
        found = f"d.body AS found,iif(d.shape='{shape}',1,{limit}) AS weight"
        together = f"iif(sum(weight)<{limit},'['||group_concat(found)||']',group_concat(found))"
        return self._pages(found, together, tenant, children)

    def linked(self, tenant: str, children: Children) -> Sql:
        """As `children` over a junction, but pairs of a body and the body of its link."""
        return self._pages("'['||d.body||','||j.body||']' AS found", "group_concat(found)", tenant, children)

    def count_children(self, tenant: str, children: Children) -> Sql:
        """Rows of the parent's place among the values and how many records it has."""
        source = self._of_parent(tenant, self._records(tenant), children, children.query.filter)
        return self._per_parent(f"SELECT count(*) {source.text}", source.params, children)

    def _pages(self, found: str, together: str, tenant: str, children: Children) -> Sql:
        """A page a parent. found: what is read of each record; together: what becomes of a page.

        What was compiled is kept as first pages are, except over junctions.
        """
        query = children.query
        if children.junction is not None or query.after is not None:
            return self._compiled(found, together, tenant, children)[0]
        known = self._child_pages.get((together, id(query.filter)))
        if known is not None and self._is_made_of(known, children) and self._is_still_so(tenant, known.peeks):
            return _for_parents(known.sql, tenant, children)
        sql, peeks = self._compiled(found, together, tenant, children)
        if len(self._child_pages) >= _REMEMBERED:
            self._child_pages.clear()
        made = Sql(sql.text, sql.params[1:-2])
        self._child_pages[together, id(query.filter)] = _Pages(children.key, query.filter, query.order, made, peeks)
        return sql

    def _is_made_of(self, known: _Pages, children: Children) -> bool:
        query = children.query
        return known.filter is query.filter and known.order is query.order and known.key == children.key

    def _compiled(self, found: str, together: str, tenant: str, children: Children) -> tuple[Sql, tuple[Peek, ...]]:
        query = children.query
        filter = query.filter if query.after is None else all_of(query.filter, after(query.order, query.after))
        (first,) = ranges(Query(filter, query.order))
        records = self._records(tenant)
        source = self._of_parent(tenant, records, children, filter)
        order = records.order(first.order)
        page = f"SELECT {found} {source.text}{order.text} LIMIT ?"
        params = (*source.params, *order.params, query.limit)
        return self._per_parent(f"SELECT {together} FROM ({page})", params, children), tuple(records.seeking.peeks)

    def _of_parent(self, tenant: str, records: Scope, children: Children, filter: Filter) -> Sql:
        key, condition = records.field(children.key), records.condition(_seen(filter, children.key))
        if children.junction is None:
            text = f"{self._source} AND {key}=parent.value AND {condition.text}"
            return Sql(text, (tenant, *condition.params))
        links = self._layout.scope(children.junction.entity, records.seeking, "j")
        linking = _linking(links, children.junction)
        text = (
            f"FROM {links.table},{records.table} WHERE {linking.text}"
            f" AND {records.mine} AND {key}={links.field(children.junction.far)} AND {condition.text}"
        )
        return Sql(text, (tenant, *linking.params, *condition.params))

    def _per_parent(self, each: str, params: tuple[Any, ...], children: Children) -> Sql:
        return Sql(f"SELECT parent.key,({each}) FROM json_each(?) AS parent", (*params, _listed(children)))


def _for_parents(sql: Sql, tenant: str, children: Children) -> Sql:
    return Sql(sql.text, (tenant, *sql.params, children.query.limit, _listed(children)))


def _listed(children: Children) -> str:
    return orjson.dumps(children.values).decode()


def _linking(links: Scope, junction: Junction) -> Sql:
    """The condition of a record that links the parent."""
    linking = links.condition(_seen(junction.filter, junction.near, junction.far))
    near = links.field(junction.near)
    return Sql(f"{links.mine} AND {near}=parent.value AND {linking.text}", linking.params)


def _seen(filter: Filter, *fields: FieldRef) -> Filter:
    """The filter, where none of the fields is hidden."""
    return all_of(filter, *(field.guard for field in fields if field.guard is not None))
