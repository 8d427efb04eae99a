"""Looks into a database file beside the store."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite import functions
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.storage.models import REGISTRY


@contextmanager
def connected(file: Path) -> Iterator[sqlite3.Connection]:
    """A connection of one's own to the file, as another process would have it."""
    connection = sqlite3.connect(file, isolation_level=None, timeout=0)
    functions.register(connection)
    try:
        yield connection
    finally:
        connection.close()


def asked(file: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connected(file) as connection:
        return connection.execute(statement, values).fetchall()


@asynccontextmanager
async def started(file: Path | str, registry: Registry = REGISTRY) -> AsyncIterator[SqliteEntityStore]:
    """A store on this file, stopped at the end."""
    store = SqliteEntityStore(registry, file)
    await store.start()
    try:
        yield store
    finally:
        await store.stop()
