"""An app in real time for every test that asks for it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.realtime.newsroom import Newsroom, newsroom


@pytest.fixture
async def room(tmp_path: Path) -> AsyncIterator[Newsroom]:
    """The newsroom, asked by Ann, who writes."""
    async with newsroom(tmp_path) as found:
        yield found
