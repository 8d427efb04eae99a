"""The app's own values in the embedded store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.storage.state import StateStore
from tests.storage.models import REGISTRY
from tests.storage.states import Clock, StateContract


class TestSqliteStates(StateContract):
    """The contract, in the file of the records."""

    @pytest.fixture
    def clock(self) -> Clock:
        """The store's clock."""
        return Clock()

    @pytest.fixture
    async def states(self, tmp_path: Path, clock: Clock) -> AsyncIterator[StateStore]:
        """A store in a file that is open."""
        file = SqliteEntityStore(REGISTRY, tmp_path / "data.db")
        await file.start()
        yield SqliteStateStore(file, clock=clock)
        await file.stop()


async def test_a_file_that_is_opened_again_keeps_its_indexes(tmp_path: Path) -> None:
    """Those that no entity declares are not taken for stale ones."""
    for _ in range(2):
        file = SqliteEntityStore(REGISTRY, tmp_path / "data.db")
        await file.start()
        assert [(b"state:expires",)] == file.ask("SELECT name FROM sqlite_schema WHERE name='state:expires'")
        await file.stop()
