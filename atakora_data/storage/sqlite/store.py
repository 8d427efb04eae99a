"""The embedded store: all records in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.query.page import Query
from atakora_data.registry.registry import Registry
from atakora_data.storage.feed import Feed
from atakora_data.storage.port import (
    Change,
    Children,
    Document,
    Insert,
    Journaled,
    JournalEntry,
    Linked,
    Record,
    Remove,
    Replace,
    Target,
)
from atakora_data.storage.sqlite.connection import Session, open_sessions
from atakora_data.storage.sqlite.failures import closed, mapped
from atakora_data.storage.sqlite.journal import LAST, document, place
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.reader import Reader
from atakora_data.storage.sqlite.writer import GroupWriter

T = TypeVar("T")


class SqliteEntityStore:
    """An `EntityStore` in one file, or in memory (`":memory:"`) until it stops.

    Several processes may share the file. SettingsError: the file is a newer version's or another program's.
    SchemaError: a field is to be unique, but stored records have equal values in it.
    """

    def __init__(self, registry: Registry, path: Path | str) -> None:
        self._registry = registry
        self._path = path
        self._open_reader: Reader | None = None
        self._open_writer: GroupWriter | None = None
        self._told: list[Callable[[], None]] = []

    async def start(self) -> None:
        """Open the file, recover what a crash left, and bring tables and indexes up to the registry."""
        try:
            reading, writing = open_sessions(self._path)
        except (sqlite3.Error, OSError) as error:
            raise mapped(error) from error
        self._prepare(reading, writing)
        self._open_reader = Reader(reading, self._registry)
        self._open_writer = GroupWriter(writing, self._registry)

    async def stop(self) -> None:
        """Write what waits and close the file."""
        reader, writer = self._open_reader, self._open_writer
        self._open_reader = self._open_writer = None
        if writer is not None:
            await writer.close()
        if reader is not None:
            reader.close()

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""
        return self._reader.get(target, id)

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id."""
        return self._reader.get_many(target, ids)

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page of the query."""
        return self._reader.select(target, query)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page of the query by id, as the text it is stored as."""
        return self._reader.select_stored(target, query)

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """One page for each parent, in one statement."""
        return self._reader.select_children(target, children)

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """One page for each parent, as the text it is stored as."""
        return self._reader.select_children_stored(target, children)

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many records each parent has, in one statement."""
        return self._reader.count_children(target, children)

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """One page for each parent, each record with its link, in one statement."""
        return self._reader.select_linked(target, children)

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation, in one statement."""
        return self._reader.aggregate(target, aggregation)

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many records match."""
        return self._reader.count(target, filter)

    def statement(self, target: Target, filter: Filter) -> str:
        """How the first page of those that match is asked for, values as `?`."""
        return self._reader.statement(target, filter)

    async def journal(self, after: str = "0", limit: int = 100) -> list[Journaled]:
        """At most so many entries of the journal behind a position, in the order in which the changes were made.

        Entries older than `journal.DAYS` may be gone.
        """
        return self._reader.journal(place(after), limit)

    async def entries(self, target: Target, after: str, limit: int) -> list[Journaled]:
        """Entries of one target behind a position."""
        return self._reader.journal_of(target, place(after), limit)

    async def last(self) -> str:
        """The position of the last entry of the journal."""
        [[last]] = self.ask(LAST)
        return str(last)

    async def rewound(self, position: str, seconds: int) -> str:
        """The position before what was written in so many seconds before it."""
        return str(self._reader.journal_before(place(position), seconds))

    async def entry(self, target: Target, id: str, version: int, position: str) -> JournalEntry | None:
        """The entry at the position, if it is still kept."""
        found = self._reader.journal_at(place(position))
        return next(
            (each.entry for each in found if (each.target, each.id, each.entry.version) == (target, id, version)), None
        )

    async def feed(self, container: str, after: str | None, limit: int) -> Feed:
        """What the journal tells of the entities of a container."""
        found = await self.journal(after or "0", limit)
        names = {model.name for model in self._registry if model.container == container}
        documents = [document(each) for each in found if each.target.entity in names]
        return Feed(documents, found[-1].position if found else after or "0")

    async def end(self, container: str) -> str:  # noqa: ARG002 - there is one journal
        """The position of the last entry of the journal; it is the same for all containers."""
        return await self.last()

    def announce(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call this after each of our own commits that wrote to the journal; the answer ends it."""
        self._told.append(told)
        return lambda: self._told.remove(told)

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work answers, once all that it wrote is committed; if it raises, nothing is. Text is UTF-8 bytes."""
        if self._open_writer is None:
            raise closed()
        return await self._open_writer.run(work)

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement that changes nothing, as it is committed. Text is UTF-8 bytes."""
        return self._reader.ask(statement, parameters)

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none, committed together with whoever else writes at this moment."""
        if self._open_writer is None:
            raise closed()
        stored = await self._open_writer.apply(changes) if changes else []
        if any(isinstance(each, Insert | Replace | Remove) and each.journal for each in changes):
            for told in self._told:
                told()
        return stored

    @property
    def _reader(self) -> Reader:
        if self._open_reader is None:
            raise closed()
        return self._open_reader

    def _prepare(self, reading: Session, writing: Session) -> None:
        try:
            prepare(writing.connection, self._registry)
        except BaseException as error:
            reading.close()
            writing.close()
            if isinstance(error, sqlite3.Error):
                raise mapped(error) from error
            raise
