"""A store that tells what it was asked keeps the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from atakora_data.storage.observed import ObservedStore
from atakora_data.storage.port import EntityStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.telemetry.happenings import Happening
from tests.storage.contract import StoreContract
from tests.storage.models import REGISTRY


class Deaf:
    """An observer that forgets."""

    def note(self, happening: Happening) -> None:
        """Forget it."""


class TestObservedStore(StoreContract):
    """Around a database in memory."""

    @pytest.fixture
    async def store(self) -> AsyncIterator[EntityStore]:
        """A started store."""
        store = ObservedStore(SqliteEntityStore(REGISTRY, ":memory:"), Deaf())
        await store.start()
        yield store
        await store.stop()
