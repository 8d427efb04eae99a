"""The client of the shop as a package that can be imported, and the shop while it is served."""

from __future__ import annotations

import importlib
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import pytest_asyncio

from tests.clients.newspaper import Newspaper
from tests.codegen.python.packages import write_package
from tests.codegen.typescript.workbench import SHOP, shop


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The generated package; gone from this process afterwards."""
    folder = tmp_path_factory.mktemp("packages")
    write_package(SHOP, folder / "shop_client", "Blog")
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("shop_client")
    finally:
        sys.path.remove(str(folder))
        for name in [each for each in sys.modules if each.partition(".")[0] == "shop_client"]:
            del sys.modules[name]


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
