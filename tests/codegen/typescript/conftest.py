"""npm packages, a workbench for scripts, and the shop while it is served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.clients.newspaper import Newspaper
from tests.codegen.typescript.workbench import Workbench, installed, shop


@pytest_asyncio.fixture
async def modules() -> Path:
    """Where the npm packages are installed; skips without npm."""
    return await installed()


@pytest.fixture
def bench(tmp_path: Path, modules: Path) -> Workbench:
    """The scripts beside the client of the shop."""
    (tmp_path / "bench").mkdir()
    return Workbench(tmp_path / "bench", modules)


@pytest_asyncio.fixture
async def served(tmp_path: Path) -> AsyncIterator[Newspaper]:
    """The shop."""
    async with shop(tmp_path / "shop") as running:
        yield running
