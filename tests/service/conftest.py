"""The books, open for writing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.service.publishing import Writer, publishing


@pytest_asyncio.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """Somebody without roles, who finds nothing yet."""
    async with publishing(tmp_path) as found:
        yield found
