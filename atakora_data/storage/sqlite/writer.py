"""Commits writes in groups: everything that waits goes into one transaction, and is acknowledged after its commit."""

from __future__ import annotations

import asyncio
import contextlib
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from msgspec import Struct

from atakora_data.errors import StoreUnavailable
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Change, Record
from atakora_data.storage.sqlite.changing import Changes
from atakora_data.storage.sqlite.connection import Session
from atakora_data.storage.sqlite.failures import closed, mapped
from atakora_data.storage.sqlite.statistics import Statistics

T = TypeVar("T")

Work: TypeAlias = Callable[[sqlite3.Connection], Any]
"""What is done within a transaction; what it raises undoes what it did."""

_LARGEST_GROUP = 256


class _Batch(Struct, frozen=True):
    """One caller's work, how many changes it makes, and the future that waits for it."""

    work: Work
    size: int
    future: asyncio.Future[Any]


class GroupWriter:
    """One thread with a connection of its own that writes for everybody. commits: how many groups it committed."""

    def __init__(self, session: Session, registry: Registry) -> None:
        self.commits = 0
        self._session = session
        self._changes = Changes(session.connection, registry)
        self._statistics = Statistics(session.connection)
        self._waiting: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="atakora-sqlite-writer", daemon=True)
        self._is_open = True
        self._thread.start()

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """The stored records, once they are committed."""
        return await self._written(lambda _connection: self._changes.apply(changes), len(changes))

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work answers, once it is committed."""
        return await self._written(lambda connection: _saved(connection, work), 1)

    async def _written(self, work: Callable[[sqlite3.Connection], T], size: int) -> T:
        if not self._is_open:
            raise closed()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._waiting.put(_Batch(work, size, future))
        return await future

    async def close(self) -> None:
        """Write what waits, then close the connection."""
        self._is_open = False
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)
        self._session.close()

    def _run(self) -> None:
        goes_on = True
        while goes_on:
            group, goes_on = self._next_group()
            if group:
                _tell(group, self._write(group))
                self._keep_statistics(group)

    def _next_group(self) -> tuple[list[_Batch], bool]:
        """Wait for a batch, and take all that wait with it; whether there is more to come."""
        group: list[_Batch] = []
        with contextlib.suppress(queue.Empty):
            while len(group) < _LARGEST_GROUP:
                batch = self._waiting.get(block=not group)
                if batch is None:
                    return group, False
                group.append(batch)
        return group, True

    def _write(self, group: Sequence[_Batch]) -> Sequence[Any]:
        """What each batch is told. When the transaction fails, nobody's changes are written."""
        with self._session.lock:
            try:
                self._session.connection.execute("BEGIN IMMEDIATE")
                outcomes = [self._outcome(batch) for batch in group]
                self._session.connection.execute("COMMIT")
            except Exception as error:  # noqa: BLE001 - whatever it is, the callers wait for an answer
                self._undo()
                return [_for_one(error) for _ in group]
        self.commits += 1
        return outcomes

    def _outcome(self, batch: _Batch) -> Any:
        try:
            return batch.work(self._session.connection)
        except sqlite3.Error:
            raise  # the savepoint itself failed, so nothing is known of the transaction
        except Exception as error:
            if not self._session.connection.in_transaction:
                raise  # the engine gave up the whole transaction, as it may when the disk is full
            return error

    def _keep_statistics(self, group: Sequence[_Batch]) -> None:
        with self._session.lock:
            self._statistics.note(sum(batch.size for batch in group))

    def _undo(self) -> None:
        connection = self._session.connection
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # the next BEGIN says so again, should it matter
                connection.execute("ROLLBACK")


def _saved(connection: sqlite3.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """What the work answers; when it fails, what it did is undone and what others did in the group is not."""
    connection.execute("SAVEPOINT work")
    try:
        answer = work(connection)
    except BaseException as error:
        if connection.in_transaction:
            connection.execute("ROLLBACK TO work")
            connection.execute("RELEASE work")
        if isinstance(error, sqlite3.Error):
            raise mapped(error) from error
        raise
    connection.execute("RELEASE work")
    return answer


def _for_one(error: Exception) -> Exception:
    """What one of several callers is told of their common failure: an error of its own, for it gets a traceback."""
    if isinstance(error, StoreUnavailable):
        return StoreUnavailable(error.detail, hint=error.hint)
    return mapped(error) if isinstance(error, sqlite3.Error) else error


def _tell(group: Sequence[_Batch], outcomes: Sequence[Any]) -> None:
    """Wake the callers, once per event loop; one whose loop is closed is gone."""
    loops: dict[asyncio.AbstractEventLoop, list[tuple[_Batch, Any]]] = {}
    for batch, outcome in zip(group, outcomes, strict=True):
        loops.setdefault(batch.future.get_loop(), []).append((batch, outcome))
    for loop, told in loops.items():
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(_resolve, told)


def _resolve(told: Sequence[tuple[_Batch, Any]]) -> None:
    for batch, outcome in told:
        if batch.future.done():  # cancelled meanwhile
            continue
        if isinstance(outcome, Exception):
            batch.future.set_exception(outcome)
        else:
            batch.future.set_result(outcome)
