"""An app for tests: all of it, in one process, on a store of its own that is gone afterwards."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import lru_cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from atakora_data.bootstrap import bootstrap
from atakora_data.registry.build import build_registry
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.entity import Entity
from atakora_data.settings import Settings
from atakora_data.storage.port import EntityStore
from atakora_data.testing.client import Client


@asynccontextmanager
async def app(
    schemas: Path | str | None = None,
    *,
    entities: Iterable[type[Entity]] = (),
    registry: Registry | None = None,
    store: EntityStore | None = None,
    **settings: Any,
) -> AsyncIterator[Client]:
    """The app of a schema folder (default `schemas`) or of some entity classes; yields an anonymous client.

    Records are kept in memory, unless there is a `store`, or `data=` names a file. settings: of `Settings`.
    """
    if "data" not in settings:
        settings.setdefault("store", "memory")
    with _key_file(settings.pop("key_file", None)) as key_file:
        folder = Path("schemas" if schemas is None else schemas)
        given = Settings(schemas=folder, key_file=key_file, **settings)
        classes = list(entities)
        known = registry or (build_registry(classes) if classes else _loaded(folder))
        application = bootstrap(given, registry=known, store=store)
        await application.start()
        try:
            yield Client(application)
        finally:
            await application.stop()


@contextmanager
def _key_file(given: Path | None) -> Iterator[Path]:
    """Where the key that signs tokens stands."""
    if given is not None:
        yield given
        return
    with TemporaryDirectory(prefix="atakora-") as folder:
        yield Path(folder) / "local.key"


def _loaded(folder: Path) -> Registry:
    """The registry of the folder, loaded once for all tests unless a module changes."""
    state = tuple(sorted((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.py")))
    return _load(folder.resolve(), state)


@lru_cache(maxsize=16)
def _load(folder: Path, state: tuple[tuple[str, int], ...]) -> Registry:  # noqa: ARG001  # a part of the key
    return load_registry(folder)
