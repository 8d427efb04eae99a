"""The magazine, served."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.support.app import Client, running

SCHEMAS = Path(__file__).parent / "schemas"


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The entities of the magazine."""
    return load_registry(SCHEMAS)


@pytest.fixture
async def anybody(tmp_path: Path, registry: Registry) -> AsyncIterator[Client]:
    """The app asked without a token, on an empty database."""
    async with running(tmp_path, registry=registry) as client:
        yield client


@pytest.fixture
def alice(anybody: Client) -> Client:
    """Somebody who signed in."""
    return anybody.as_("alice")


@pytest.fixture
def admin(anybody: Client) -> Client:
    """The one who may do most."""
    return anybody.as_("root", "admin")
