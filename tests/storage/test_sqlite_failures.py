"""Whatever SQLite raises, the caller gets an error of ours with a remedy, and nothing is half written."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from atakora_data.errors import BodyTooLarge, MalformedRequest, QueryTooExpensive, RequestError, StoreUnavailable
from atakora_data.query.filter import Filter, Not
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.connection import Session, open_sessions
from atakora_data.storage.sqlite.failures import mapped
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.writer import GroupWriter
from tests.storage.files import asked, connected, started
from tests.storage.models import POST, POSTS, REGISTRY, USER, eq, ids, insert, query

_IDS = "SELECT id FROM posts ORDER BY id"
_NOBODY = 65534


@asynccontextmanager
async def writing(file: Path, *statements: str) -> AsyncIterator[tuple[GroupWriter, Session]]:
    """A writer by itself, on a session that has run these statements."""
    reading, session = open_sessions(file)
    reading.close()
    prepare(session.connection, REGISTRY)
    for statement in statements:
        session.connection.execute(statement)
    writer = GroupWriter(session, REGISTRY)
    yield writer, session
    await writer.close()


@contextmanager
def read_only(file: Path) -> Iterator[None]:
    """The file and its folder for reading only, also for root, who otherwise may write everything."""
    identity, is_root = os.geteuid(), os.geteuid() == 0
    file.chmod(0o444)
    file.parent.chmod(0o555)
    os.seteuid(_NOBODY if is_root else identity)
    try:
        yield
    finally:
        os.seteuid(identity)
        file.parent.chmod(0o755)


async def test_a_locked_file_is_said_to_be_locked(tmp_path: Path) -> None:
    """When another process holds the file for longer than we wait, callers are told, and later writes work."""
    file = tmp_path / "data.db"
    async with writing(file, "PRAGMA busy_timeout=20") as (writer, _):
        with connected(file) as other:
            other.execute("BEGIN IMMEDIATE")
            outcomes = await asyncio.gather(*(writer.apply([insert(n)]) for n in "ab"), return_exceptions=True)
            other.execute("ROLLBACK")
        await writer.apply([insert("later")])
    first, second = outcomes
    assert isinstance(first, StoreUnavailable)
    assert isinstance(second, StoreUnavailable)
    assert first is not second
    assert "locked by another process" in first.detail
    assert [("later",)] == asked(file, _IDS)


async def test_a_full_disk_fails_the_whole_call(tmp_path: Path) -> None:
    """When no page can be added any more, callers are told, and nothing of their changes is there."""
    file = tmp_path / "data.db"
    large = insert("large", title="x" * 1_000_000)
    async with writing(file) as (writer, session):
        [[pages]] = session.connection.execute("PRAGMA page_count")
        session.connection.execute(f"PRAGMA max_page_count={pages + 20}")
        await writer.apply([insert("small")])
        for changes in ([large], [insert("first"), large], [large, insert("last")]):
            with pytest.raises(StoreUnavailable, match="full") as caught:
                await writer.apply(changes)
        await writer.apply([insert("later")])
    assert caught.value.hint == "Free some space, then try again."
    assert [("later",), ("small",)] == asked(file, _IDS)


async def test_a_failing_commit_is_told_to_everybody(tmp_path: Path) -> None:
    """When the commit itself fails, every caller of the group is told, and nothing is written."""
    file = tmp_path / "data.db"
    breaking_at_commit = (
        "PRAGMA foreign_keys=ON",
        "CREATE TABLE parents(id TEXT PRIMARY KEY)",
        "CREATE TABLE orphans(id TEXT REFERENCES parents(id) DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER breaks AFTER INSERT ON posts WHEN new.id='bad' BEGIN INSERT INTO orphans VALUES('x'); END",
    )
    async with writing(file, *breaking_at_commit) as (writer, session):
        with session.lock:
            before = asyncio.create_task(writer.apply([insert("before")]))
            await asyncio.sleep(0.05)
            group = [asyncio.create_task(writer.apply([insert(id)])) for id in ("good", "bad", "fine")]
            await asyncio.sleep(0.05)
        await before
        outcomes = await asyncio.gather(*group, return_exceptions=True)
        await writer.apply([insert("later")])
    assert [StoreUnavailable] * 3 == [type(outcome) for outcome in outcomes]
    assert [("before",), ("later",)] == asked(file, _IDS)


async def test_a_file_that_may_not_be_written_is_refused() -> None:
    """A read-only file says so, with the remedy."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "data.db"
        async with started(file):
            pass
        with read_only(file), pytest.raises(StoreUnavailable) as caught:
            await started(file).__aenter__()
    assert caught.value.hint is not None
    assert "write" in caught.value.hint


async def test_a_place_where_no_file_can_be_is_refused(tmp_path: Path) -> None:
    """A path below a file, or a folder in place of the file, says what to check."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "data.db", tmp_path):
        with pytest.raises(StoreUnavailable, match="cannot be opened") as caught:
            await started(path).__aenter__()
        assert "ATAKORA_DATA" in (caught.value.hint or "")


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """Anything else in the file says so at the start, and is left as it is."""
    file = tmp_path / "data.db"
    file.write_bytes(b"not a database " * 1000)
    with pytest.raises(StoreUnavailable, match="no database"):
        await started(file).__aenter__()
    assert file.read_bytes().startswith(b"not a database")


async def test_a_damaged_file_is_told_to_readers_and_writers(tmp_path: Path) -> None:
    """When pages of the file are overwritten, reads and writes fail with the remedy."""
    file, few = tmp_path / "data.db", Registry([POST, USER])  # the schema of more would not fit on the first page
    async with started(file, few) as store:
        await store.apply([insert(str(number), title="x" * 500) for number in range(500)])
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    file.write_bytes(content)
    async with started(file, few) as store:
        for attempt in (store.get(POSTS, "1"), store.select(POSTS, query()), store.apply([insert("new")])):
            with pytest.raises(StoreUnavailable, match="damaged") as told:
                await attempt
            assert "backup" in (told.value.hint or "")


async def test_a_filter_beyond_every_bound_is_refused(tmp_path: Path) -> None:
    """A filter too deep for the engine is the request's fault."""
    deep: Filter = eq("title", "x")
    for _ in range(300):
        deep = Not(deep)
    async with started(tmp_path / "data.db") as store:
        with pytest.raises(QueryTooExpensive):
            await store.select(POSTS, query(filter=deep))


async def test_a_number_beyond_64_bits_is_refused(tmp_path: Path) -> None:
    """A whole number the engine cannot hold is the request's fault, in filters and in records."""
    async with started(tmp_path / "data.db") as store:
        with pytest.raises(MalformedRequest):
            await store.select(POSTS, query(filter=eq("rank", 2**63)))
        with pytest.raises(RequestError):
            await store.apply([insert("1", rank=2**64)])
        assert [] == ids(await store.select(POSTS, query()))


def test_a_record_beyond_the_engines_size_is_too_large() -> None:
    """The limit on the length of a value is told as a body that is too large."""
    connection = sqlite3.connect(":memory:")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 100)
    with pytest.raises(sqlite3.DataError) as caught:
        connection.execute("SELECT ?", ("x" * 200,))
    connection.close()
    assert isinstance(mapped(caught.value), BodyTooLarge)


@pytest.mark.parametrize("code", range(1, 30))
def test_every_code_of_sqlite_has_an_error_of_ours(code: int) -> None:
    """Whatever code an error carries, known or not, it becomes a request error with a remedy."""
    error = sqlite3.OperationalError("raw text of the engine")
    error.sqlite_errorcode = code
    told = mapped(error)
    assert told.status in (413, 503)
    assert told.hint
    assert "raw text" not in told.detail
