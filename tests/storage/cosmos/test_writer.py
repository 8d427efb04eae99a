"""Writes of one logical partition."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.storage.cosmos.server import serving
from tests.storage.cosmos.writing import Desk, put, sent
from tests.storage.models import POSTS, REGISTRY, insert


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A server with the containers of the contract's registry."""
    async with serving() as server:
        yield Desk(server, REGISTRY)


async def test_one_change_is_one_request(desk: Desk) -> None:
    """Nothing is asked before or after."""
    async with desk.writer() as writer:
        [first] = await put(writer, insert("1", slug="a"))
        assert [("CREATE",)] == sent(desk.server)
        assert {"1": first} == desk.records(POSTS)
