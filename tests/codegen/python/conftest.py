"""The client of the shop as a package that can be imported, and the shop while it is served."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.clients.newspaper import Newspaper
from tests.codegen.python.packages import write_package
from tests.codegen.typescript.workbench import SHOP, shop

HERE = Path(__file__).parent


@contextmanager
def imported(schemas: Path, folder: Path, name: str) -> Iterator[Any]:
    """The package that is generated for these schemas; gone from this process afterwards."""
    write_package(schemas, folder / name, "Blog")
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module(name)
    finally:
        sys.path.remove(str(folder))
        for each in [each for each in sys.modules if each.partition(".")[0] == name]:
            del sys.modules[each]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The client of the shop."""
    with imported(SHOP, tmp_path_factory.mktemp("packages"), "shop_client") as found:
        yield found


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The client of schemas whose names clash."""
    with imported(HERE / "clashes", tmp_path_factory.mktemp("packages"), "hard_client") as found:
        yield found


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Newspaper]:
    """The shop."""
    async with shop(tmp_path_factory.mktemp("served") / "shop") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="module")
async def client(package: Any, served: Newspaper) -> AsyncIterator[Any]:
    """Alice's client."""
    async with package.BlogClient(served.api, token=served.token()) as found:
        yield found
