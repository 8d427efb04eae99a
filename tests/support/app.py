"""A served app without a server, on a database in a folder: our own use of the test kit."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from atakora_data.registry.registry import Registry
from atakora_data.storage.port import EntityStore
from atakora_data.testing import Answer, Client, app

__all__ = ["Answer", "Client", "encoded", "running"]


def encoded(id: str) -> str:
    """An id as a path segment."""
    return quote(id, safe="")


@asynccontextmanager
async def running(
    folder: Path,
    *,
    schemas: Path | None = None,
    registry: Registry | None = None,
    store: EntityStore | None = None,
    **settings: Any,
) -> AsyncIterator[Client]:
    """The app on a database below `folder`, anonymous to begin with."""
    files: dict[str, Any] = {"data": folder / "data.db", "key_file": folder / "local.key"}
    async with app(schemas or folder / "schemas", registry=registry, store=store, **files, **settings) as client:
        yield client
