"""Writes are committed in groups, and acknowledged only after the commit."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atakora_data.errors import PreconditionFailed, UniqueViolation
from atakora_data.storage.port import Replace
from atakora_data.storage.sqlite.connection import Session, open_sessions
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.storage.sqlite.writer import GroupWriter
from tests.storage.contract import edited, put
from tests.storage.files import asked, connected, started
from tests.storage.models import METADATA, POSTS, REGISTRY, ids, insert, query

_BY_ID = "SELECT id FROM posts ORDER BY id"


@asynccontextmanager
async def writing(file: Path) -> AsyncIterator[tuple[GroupWriter, Session]]:
    """A writer by itself; whoever holds the lock of its session holds up its groups."""
    reading, session = open_sessions(file)
    reading.close()
    prepare(session.connection, REGISTRY)
    writer = GroupWriter(session, REGISTRY)
    yield writer, session
    await writer.close()


async def test_what_is_acknowledged_is_committed(tmp_path: Path) -> None:
    """The moment a write resolves, another connection sees it."""
    file = tmp_path / "data.db"
    async with started(file) as store:
        with connected(file) as other:
            for number in range(50):
                await store.apply([insert(f"{number:02}")])
                assert (number + 1,) == other.execute("SELECT count(*) FROM posts").fetchone()


async def test_nothing_is_acknowledged_before_its_commit(tmp_path: Path) -> None:
    """While the commit cannot happen, the caller waits."""
    file = tmp_path / "data.db"
    async with started(file) as store:
        with connected(file) as other:
            other.execute("BEGIN IMMEDIATE")
            write = asyncio.create_task(store.apply([insert("1")]))
            await asyncio.sleep(0.1)
            waiting = not write.done()
            other.execute("COMMIT")
            await write
        assert waiting
        assert [("1",)] == asked(file, _BY_ID)


async def test_concurrent_writes_share_commits(tmp_path: Path) -> None:
    """Everything that waits while a commit runs goes into the next one; all commits are full ones."""
    async with writing(tmp_path / "data.db") as (writer, session):
        await asyncio.gather(*(writer.apply([insert(str(number))]) for number in range(200)))
        assert 1 <= writer.commits < 100
        assert (200,) == session.connection.execute("SELECT count(*) FROM posts").fetchone()
        assert (2,) == session.connection.execute("PRAGMA synchronous").fetchone()


async def test_one_callers_failure_is_its_own(tmp_path: Path) -> None:
    """In one group, the callers whose changes collide are told so, and the others' changes are made."""
    file = tmp_path / "data.db"
    async with writing(file) as (writer, session):
        with session.lock:
            calls = [
                asyncio.create_task(writer.apply(changes))
                for changes in (
                    [insert("1", slug="a")],
                    [insert("2"), insert("3", slug="a")],
                    [insert("3", slug="a")],
                    [insert("4"), insert("5")],
                    [Replace(POSTS, "1", {}, METADATA, "stale")],
                )
            ]
            await asyncio.sleep(0.05)
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        commits = writer.commits
    assert [list, UniqueViolation, UniqueViolation, list, PreconditionFailed] == [type(each) for each in outcomes]
    assert [("1",), ("4",), ("5",)] == asked(file, _BY_ID)
    assert commits <= 2


async def test_a_cancelled_caller_does_not_break_its_group(tmp_path: Path) -> None:
    """Those who wait beside a caller that gave up are answered; later writes work."""
    file = tmp_path / "data.db"
    async with writing(file) as (writer, session):
        with session.lock:
            calls = [asyncio.create_task(writer.apply([insert(str(number))])) for number in range(5)]
            await asyncio.sleep(0.05)
            calls[1].cancel()
            await asyncio.sleep(0)
        outcomes = await asyncio.gather(*calls, return_exceptions=True)
        await writer.apply([insert("later")])
    assert 4 == sum(isinstance(outcome, list) for outcome in outcomes)
    assert {("0",), ("2",), ("3",), ("4",), ("later",)} <= set(asked(file, _BY_ID))


async def test_stopping_writes_what_waits(tmp_path: Path) -> None:
    """A stop lets the writes before it finish, and acknowledges them."""
    file = tmp_path / "data.db"
    store = SqliteEntityStore(REGISTRY, file)
    await store.start()
    calls = [asyncio.create_task(store.apply([insert(f"{number:03}")])) for number in range(300)]
    await asyncio.sleep(0)
    await store.stop()
    await asyncio.gather(*calls)
    assert [(f"{number:03}",) for number in range(300)] == asked(file, _BY_ID)


async def test_two_stores_on_one_file_stay_correct(tmp_path: Path) -> None:
    """Two processes' worth of stores never both win an etag or a unique value, and see each other's writes."""
    file = tmp_path / "data.db"
    async with started(file) as one, started(file) as two:
        [first] = await put(one, insert("1", slug="a", rank=0))
        assert [first] == await two.select(POSTS, query())
        changes = [store.apply([edited(first, rank=n)]) for n in range(20) for store in (one, two)]
        changes += [store.apply([insert(f"{n}-{store is one}", slug="b")]) for n in range(20) for store in (one, two)]
        outcomes = await asyncio.gather(*changes, return_exceptions=True)
        assert 39 == sum(isinstance(each, PreconditionFailed) for each in outcomes)
        assert 39 == sum(isinstance(each, UniqueViolation) for each in outcomes)
        assert ids(await one.select(POSTS, query())) == ids(await two.select(POSTS, query()))


@pytest.mark.parametrize("place", ["file", "memory"])
async def test_readers_never_see_half_a_group(tmp_path: Path, place: str) -> None:
    """While batches of two records are written, every read sees an even number of them."""
    async with started(tmp_path / "data.db" if place == "file" else ":memory:") as store:

        async def write(number: int) -> None:
            await store.apply([insert(f"{number}a"), insert(f"{number}b")])

        writes = [asyncio.create_task(write(number)) for number in range(200)]
        seen = set[int]()
        while not all(write.done() for write in writes):
            seen.add(await store.count(POSTS))
            await asyncio.sleep(0)
        assert 400 == await store.count(POSTS)
    assert {0} == {count % 2 for count in seen}
