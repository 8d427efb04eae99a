"""The music shop with all its records in each store, and the same data in tables."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from atakora_data.bootstrap import bootstrap
from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from atakora_data.settings import Connection, Settings
from tests.examples.music import DATA, ROOT
from tests.storage.cosmos.container import Container
from tests.storage.cosmos.server import Server, serving
from tests.support.app import Client, running

SCHEMAS = ROOT / "examples" / "chinook" / "schemas"


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("cosmos", marks=pytest.mark.xdist_group("chinook on cosmos"))]
)
def kept(request: pytest.FixtureRequest) -> dict[str, Container] | None:
    """What a Cosmos DB server keeps, None for SQLite."""
    return None if request.param == "sqlite" else request.getfixturevalue("on_cosmos")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chinook(kept: dict[str, Container] | None, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """The app with all 15,607 records seeded, asked by somebody in sales; in each of the stores."""
    folder = tmp_path_factory.mktemp("chinook")
    if kept is None:
        async with running(folder, schemas=SCHEMAS) as client:
            await seeded(client)
            yield client.as_("jane", "sales")
        return
    async with serving(kept) as server, on(server, folder) as client:
        yield client.as_("jane", "sales")


@pytest.fixture(scope="session")
def on_cosmos(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Container]:
    """What a Cosmos DB server keeps once the app has seeded it."""

    async def seed() -> dict[str, Container]:
        async with serving() as server, on(server, tmp_path_factory.mktemp("seeding")) as client:
            await seeded(client)
            return server.containers

    return asyncio.run(seed())


@asynccontextmanager
async def on(server: Server, folder: Path) -> AsyncIterator[Client]:
    """The app on Cosmos DB."""
    connection = Connection("COSMOS", f"AccountEndpoint={server.url};AccountKey=a2V5;")
    key_file = folder / "local.key"
    application = bootstrap(Settings(schemas=SCHEMAS, store="cosmos", cosmos=connection, key_file=key_file))
    await application.start()
    try:
        yield Client(application)
    finally:
        await application.stop()


async def seeded(client: Client) -> None:
    """All records, through the service."""
    files, problems = plan(DATA, client.application.registry)
    assert [] == problems
    loaded = [await load(file, client.application.service, lambda _: None) for file in files]
    assert [] == [fault for each in loaded for fault in each.faults]
    assert 15_607 == sum(each.created for each in loaded)


@pytest.fixture(scope="module")
def sql() -> Iterator[sqlite3.Connection]:
    """The same data in tables."""
    connection = sqlite3.connect(f"file:{DATA / 'chinook.sqlite'}?mode=ro", uri=True)
    yield connection
    connection.close()
