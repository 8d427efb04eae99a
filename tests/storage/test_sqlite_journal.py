"""The embedded store's journal: rows written in the transaction of the change."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data.errors import AlreadyExists, ValidationError
from atakora_data.storage.port import EntityStore, JournalEntry, Target
from atakora_data.storage.sqlite.journal import DAYS, JOURNAL
from atakora_data.storage.sqlite.layout import VERSION
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.storage.files import asked, connected, started
from tests.storage.journals import JournalContract, created, updated
from tests.storage.models import POSTS, REGISTRY, insert


class TestSqliteJournal(JournalContract):
    """The embedded store in memory."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[EntityStore]:
        """A started store."""
        store = SqliteEntityStore(REGISTRY, ":memory:")
        await store.start()
        yield store
        await store.stop()

    async def entries(self, store: EntityStore) -> list[tuple[Target, str, JournalEntry]]:
        """All entries."""
        assert isinstance(store, SqliteEntityStore)
        return [(each.target, each.id, each.entry) for each in await store.journal(limit=1000)]


async def test_the_journal_is_read_on_from_a_position(tmp_path: Path) -> None:
    """Positions grow, also over restarts; what was read is not read again."""
    file = tmp_path / "data.db"
    async with started(file) as store:
        await store.apply([created(str(number)) for number in range(3)])
        first = await store.journal(limit=2)
    async with started(file) as store:
        await store.apply([created("3")])
        rest = await store.journal(first[-1].position)
        assert [] == await store.journal(rest[-1].position)
    assert ["0", "1", "2", "3"] == [each.id for each in (*first, *rest)]
    assert sorted({each.position for each in (*first, *rest)}) == [each.position for each in (*first, *rest)]


async def test_a_feed_is_read_on_from_its_end(tmp_path: Path) -> None:
    """What was before the end is not told, also when those entries are gone."""
    async with started(tmp_path / "data.db") as store:
        assert "0" == await store.end("posts")
        await store.apply([created("1")])
        end = await store.end("posts")
        assert ([], end) == await store.feed("posts", end, 10)
        with connected(tmp_path / "data.db") as other:
            other.execute(f'DELETE FROM "{JOURNAL}"')  # noqa: S608 - the table's name
        assert end == await store.end("posts")
        await store.apply([created("2")])
        assert 1 == len((await store.feed("posts", end, 10)).documents)


async def test_commits_to_the_journal_are_announced() -> None:
    """Whoever listens hears of changes with an entry and of nothing else, until it listens no more."""
    told: list[str] = []
    store = SqliteEntityStore(REGISTRY, ":memory:")
    await store.start()
    deaf = store.announce(lambda: told.append("heard"))
    await store.apply([created("1"), created("2")])
    await store.apply([insert("3", slug="3")])
    assert ["heard"] == told
    with pytest.raises(AlreadyExists):
        await store.apply([created("1")])
    deaf()
    await store.apply([created("4")])
    assert ["heard"] == told
    await store.stop()


async def test_racers_have_one_entry_for_the_change_that_was_made(tmp_path: Path) -> None:
    """Of forty updates of the same version one is journaled."""
    async with started(tmp_path / "data.db") as store:
        [first] = await store.apply([created("1")])
        assert first is not None
        changes = [updated(first, rank=number) for number in range(40)]
        await asyncio.gather(*(store.apply([change]) for change in changes), return_exceptions=True)
        assert ["created", "updated"] == [each.entry.operation for each in await store.journal()]


async def test_an_entry_that_no_json_can_hold_is_refused_with_its_change(tmp_path: Path) -> None:
    """Nothing is stored then."""
    async with started(tmp_path / "data.db") as store:
        change = created("1")
        assert change.journal is not None
        change.journal.record["title"] = object()
        with pytest.raises(ValidationError):
            await store.apply([change])
        assert 0 == await store.count(POSTS)


async def test_old_entries_go(tmp_path: Path) -> None:
    """What is older than some days is dropped by and by; the rest stays."""
    file = tmp_path / "data.db"
    async with started(file) as store:
        await store.apply([created("1"), created("2")])
    with connected(file) as other:
        other.execute(f"UPDATE \"{JOURNAL}\" SET written = datetime('now', '-{DAYS + 1} days') WHERE id = '1'")  # noqa: S608
    async with started(file) as store:
        await store.apply([created("3")])
        assert ["2", "3"] == [each.id for each in await store.journal()]


async def test_a_file_without_a_journal_is_brought_up(tmp_path: Path) -> None:
    """A file of the second layout gets one, and keeps its records."""
    file = tmp_path / "data.db"
    async with started(file) as store:
        await store.apply([created("1")])
    with connected(file) as other:
        other.execute(f'DROP TABLE "{JOURNAL}"')
        other.execute("PRAGMA user_version=2")
    async with started(file) as store:
        await store.apply([created("2")])
        assert ["2"] == [each.id for each in await store.journal()]
        assert 2 == await store.count(POSTS)
    assert [(VERSION,)] == asked(file, "PRAGMA user_version")
