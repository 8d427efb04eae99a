"""Documents in a table of an in-memory SQLite, asked by compiled filters."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

import orjson

from atakora_data.query.filter import Filter, all_of
from atakora_data.query.keyset import after
from atakora_data.query.page import Query
from atakora_data.storage.sqlite.compile import compile_filter, compile_order
from atakora_data.storage.sqlite.functions import register


class Documents:
    """A table with one column of JSON text."""

    def __init__(self, records: Iterable[dict[str, Any]]) -> None:
        self._database = sqlite3.connect(":memory:")
        register(self._database)
        self._database.execute("CREATE TABLE documents(body TEXT)")
        rows = [(orjson.dumps(record).decode(),) for record in records]
        self._database.executemany("INSERT INTO documents VALUES(?)", rows)

    @classmethod
    def selected(cls, filter: Filter, *records: dict[str, Any]) -> list[dict[str, Any]]:
        """Those of the records that SQLite finds, in the order given."""
        with closing(cls(records)) as documents:
            return documents.run(Query(filter, (), limit=len(records)))

    def run(self, query: Query) -> list[dict[str, Any]]:
        """What SQLite answers to the query."""
        wanted = query.filter if query.after is None else all_of(query.filter, after(query.order, query.after))
        condition, order = compile_filter(wanted), compile_order(query.order)
        by = order.text or "rowid"
        statement = f"SELECT body FROM documents WHERE {condition.text} ORDER BY {by} LIMIT ?"  # noqa: S608
        rows = self._database.execute(statement, (*condition.params, *order.params, query.limit))
        return [orjson.loads(row[0]) for row in rows]

    def close(self) -> None:
        """Let go of the table."""
        self._database.close()
