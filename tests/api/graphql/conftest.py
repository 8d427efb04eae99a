"""The blog of `schemas/`, served, with a store that counts what it is asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.api.graphql.asking import Blog, CountingStore
from tests.support.app import running

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The entities of the blog."""
    return load_registry(SCHEMAS)


@pytest.fixture
async def blog(tmp_path: Path, registry: Registry) -> AsyncIterator[Blog]:
    """The blog, empty, and asked anonymously."""
    store = CountingStore(SqliteEntityStore(registry, ":memory:"))
    async with running(tmp_path, registry=registry, store=store) as client:
        yield Blog(client, store)
