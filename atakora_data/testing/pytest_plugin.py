"""Fixtures for pytest: put `pytest_plugins = ["atakora_data.testing.pytest_plugin"]` into `conftest.py`.

It needs pytest and pytest-asyncio.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from atakora_data.testing.app import app
from atakora_data.testing.client import Client


@pytest.fixture
def schemas() -> Path | str:
    """The schema folder of the app; override it in your `conftest.py` to test another."""
    return "schemas"


@pytest_asyncio.fixture
async def client(schemas: Path | str) -> AsyncIterator[Client]:
    """The app on an empty store of its own, asked anonymously."""
    async with app(schemas) as anonymous:
        yield anonymous
