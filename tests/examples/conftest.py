"""The music shop with all its records, and the same data in tables."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from tests.examples.music import DATA, ROOT
from tests.support.app import Client, running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chinook(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """The app with all 15,607 records seeded, asked by somebody in sales."""
    folder = tmp_path_factory.mktemp("chinook")
    async with running(folder, schemas=ROOT / "examples" / "chinook" / "schemas") as client:
        files, problems = plan(DATA, client.application.registry)
        assert [] == problems
        loaded = [await load(file, client.application.service, lambda _: None) for file in files]
        assert [] == [fault for each in loaded for fault in each.faults]
        assert 15_607 == sum(each.created for each in loaded)
        yield client.as_("jane", "sales")


@pytest.fixture(scope="module")
def sql() -> Iterator[sqlite3.Connection]:
    """The same data in tables."""
    connection = sqlite3.connect(f"file:{DATA / 'chinook.sqlite'}?mode=ro", uri=True)
    yield connection
    connection.close()
