"""A project that is served, and the packages of clients."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.clients.newspaper import Newspaper, make_project, programs, published
from tests.support.node import has_node, node_modules
from tests.support.talk import node_project

PACKAGES = ("@microsoft/signalr@10.0.11", "graphql-ws@6.4.2", "graphql@16.15.0")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project on disk."""
    (tmp_path / "project").mkdir()
    return make_project(tmp_path / "project")


@pytest_asyncio.fixture
async def newspaper(project: Path) -> AsyncIterator[Newspaper]:
    """The project while it is served."""
    async with published(project) as served:
        yield served


@pytest_asyncio.fixture
async def modules() -> Path:
    """Where npm packages of clients are installed; skips without npm."""
    if not has_node():
        pytest.skip("node and npm are not installed: npm clients cannot run")
    return await node_modules(*PACKAGES)


@pytest_asyncio.fixture
async def desk(tmp_path: Path, modules: Path) -> Path:
    """A folder with the programs of the docs, in which the npm packages can be imported."""
    (tmp_path / "desk").mkdir()
    return await node_project(tmp_path / "desk", modules, programs())
