"""The embedded store keeps the contract, in a file and in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data.errors import StoreUnavailable
from atakora_data.storage.port import EntityStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.storage.contract import StoreContract, put
from tests.storage.models import POSTS, REGISTRY, insert, query


class TestFileStore(StoreContract):
    """A database in a file."""

    @pytest.fixture
    async def store(self, tmp_path: Path) -> AsyncIterator[EntityStore]:
        """A started store on a new file."""
        store = SqliteEntityStore(REGISTRY, tmp_path / "folder" / "data.db")
        await store.start()
        yield store
        await store.stop()

    async def test_records_survive_a_restart(self, store: EntityStore) -> None:
        """Stopped and started again, the store has the same records, etags and metadata."""
        stored = await put(store, *(insert(str(number), slug=str(number)) for number in range(3)))
        document = await store.get(POSTS, "1")
        await store.stop()
        await store.start()
        assert stored == await store.select(POSTS, query())
        assert document == await store.get(POSTS, "1")


class TestMemoryStore(StoreContract):
    """A database in memory."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[EntityStore]:
        """A started store in memory."""
        store = SqliteEntityStore(REGISTRY, ":memory:")
        await store.start()
        yield store
        await store.stop()

    async def test_records_are_gone_at_the_end(self, store: EntityStore) -> None:
        """Stopped and started again, the store is empty."""
        await store.apply([insert("1")])
        await store.stop()
        await store.start()
        assert 0 == await store.count(POSTS)


async def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """Before the start and after the stop, every call is StoreUnavailable; stopping twice is fine."""
    store = SqliteEntityStore(REGISTRY, tmp_path / "data.db")
    for _ in range(2):
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.get(POSTS, "1")
        with pytest.raises(StoreUnavailable, match="closed"):
            await store.apply([insert("1")])
        await store.start()
        await store.stop()
        await store.stop()
