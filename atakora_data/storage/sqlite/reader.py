"""Answers reads at once, on the thread that asks: they take microseconds."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

import orjson

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import Filter
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import BY_ID, Children, Document, Journaled, Linked, Record, Target
from atakora_data.storage.sqlite.aggregates import Aggregates, answered
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.connection import Session
from atakora_data.storage.sqlite.failures import mapped
from atakora_data.storage.sqlite.journal import READ, READ_ONE, READ_TARGET, REWIND, journaled
from atakora_data.storage.sqlite.scopes import Layout
from atakora_data.storage.sqlite.selects import Selects
from atakora_data.storage.sqlite.shapes import shape_of


class Reader:
    """Reads what is committed, over a connection of its own."""

    def __init__(self, session: Session, registry: Registry) -> None:
        self._session = session
        self._execute = session.connection.execute
        self._lock = session.lock
        layout = Layout(registry)
        self._selects = {model.name: Selects(layout, model.name, self._number) for model in registry}
        self._aggregates = {model.name: Aggregates(layout, model.name, self._number) for model in registry}
        self._shapes = {model.name: shape_of(model.stored_names).encode() for model in registry}

    def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""
        rows = self._rows(Sql(self._selects[target.entity].get, (target.tenant, id)))
        if not rows:
            return None
        body, metadata = rows[0]
        return Document(orjson.loads(body), orjson.loads(metadata))

    def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id."""
        wanted = orjson.dumps(ids).decode()
        rows = self._rows(Sql(self._selects[target.entity].get_many, (target.tenant, wanted)))
        return {id.decode(): orjson.loads(body) for id, body in rows}

    def select(self, target: Target, query: Query) -> list[Record]:
        """One page."""
        page = self._selects[target.entity].page(target.tenant, query)
        return _decoded(b",".join([body for _, body, _ in self._rows(page)])) if page else []

    def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page by id, of which only what holds other names than the declared ones is parsed."""
        page = self._selects[target.entity].page(target.tenant, query)
        if page is None:
            return {}
        declared, rows = self._shapes[target.entity], self._rows(page)
        return {id.decode(): body if shape == declared else orjson.loads(body) for id, body, shape in rows}

    def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page a parent; parents without records are left out."""
        rows = self._rows(self._selects[target.entity].children(target.tenant, children))
        return {children.values[place]: _decoded(bodies) for place, bodies in rows if bodies}

    def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page a parent; what is whole and holds the declared names alone is not parsed."""
        shape = self._shapes[target.entity].decode()
        rows = self._rows(self._selects[target.entity].stored_children(target.tenant, children, shape))
        values = children.values
        return {values[place]: found if found.startswith(b"[") else _decoded(found) for place, found in rows if found}

    def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has."""
        rows = self._rows(self._selects[target.entity].count_children(target.tenant, children))
        return {children.values[place]: count for place, count in rows}

    def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """One page of pairs a parent; parents without records are left out."""
        rows = self._rows(self._selects[target.entity].linked(target.tenant, children))
        return {children.values[place]: [Linked(*pair) for pair in _parsed(pairs)] for place, pairs in rows if pairs}

    def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation."""
        rows = self._rows(self._aggregates[target.entity].statement(target.tenant, aggregation))
        return [answered(aggregation, row) for row in rows]

    def count(self, target: Target, filter: Filter) -> int:
        """How many records match."""
        return self._number(self._selects[target.entity].count(target.tenant, filter))

    def statement(self, target: Target, filter: Filter) -> str:
        """How the first page of those that match is asked for."""
        return self._selects[target.entity].text(target.tenant, Query(filter, BY_ID))

    def journal(self, after: int, limit: int) -> list[Journaled]:
        """Entries of the journal behind a position."""
        return [journaled(*row) for row in self._rows(Sql(READ, (after, limit)))]

    def journal_of(self, target: Target, after: int, limit: int) -> list[Journaled]:
        """Entries of one target behind a position."""
        return [journaled(*row) for row in self._rows(Sql(READ_TARGET, (after, *target, limit)))]

    def journal_before(self, position: int, seconds: int) -> int:
        """The position before the entries that were written in so many seconds before the one at this position."""
        [[found]] = self._rows(Sql(REWIND, (position, f"-{seconds} seconds")))
        return position if found is None else int(found) - 1

    def journal_at(self, position: int) -> list[Journaled]:
        """The entry at a position, if it is still there."""
        return [journaled(*row) for row in self._rows(Sql(READ_ONE, (position,)))]

    def ask(self, statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
        """The rows of a statement that changes nothing."""
        return self._rows(Sql(statement, tuple(parameters)))

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def _number(self, sql: Sql) -> int:
        [[number]] = self._rows(sql)
        return int(number)

    def _rows(self, sql: Sql) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._execute(*sql).fetchall()
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise mapped(error) from error


def _decoded(bodies: bytes) -> list[Record]:
    """Documents joined by commas, parsed in one go."""
    records: list[Record] = _parsed(bodies)
    return records


def _parsed(items: bytes) -> Any:
    return orjson.loads(b"[" + items + b"]")
