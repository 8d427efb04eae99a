"""Each app of the matrix is made once, for all ways that are tried on it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

for _name in ("cell", "reading", "querying", "writing", "repeating", "relating", "live", "explaining", "abroad"):
    pytest.register_assert_rewrite(f"tests.acceptance.matrix.{_name}")

from tests.acceptance.matrix.world import World, world  # noqa: E402 - what asserts is told of before it is imported

Apps = Callable[[str, str], Awaitable[World]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def apps(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Apps]:
    """The app of a store and an aspect, made when it is first asked for."""
    known: dict[tuple[str, str], World] = {}
    async with AsyncExitStack() as stack:

        async def app(store: str, aspect: str) -> World:
            if (store, aspect) not in known:
                folder = tmp_path_factory.mktemp(f"{store}-{aspect}")
                known[store, aspect] = await stack.enter_async_context(world(store, aspect, folder))
            return known[store, aspect]

        yield app
