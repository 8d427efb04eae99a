"""Lists that hand stored text on answer as those that read it."""

from __future__ import annotations

from pathlib import Path

from atakora_data import Authorization, Entity, Field, allow
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Insert, Target
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.support.app import running

METADATA = {"createdAt": "2026-01-01T00:00:00Z", "createdBy": None}


def notes() -> Registry:
    """Notes that everybody may read."""

    class Note(Entity):
        id: str = Field(primary_key=True)
        text: str | None = None
        authorization = Authorization(create=allow.public(), read=allow.public())

    return build_registry([Note])


async def test_a_field_that_is_no_longer_declared_is_not_shown(tmp_path: Path) -> None:
    """It has no rule any more; other records of the same page come as they are stored."""
    registry = notes()
    store = SqliteEntityStore(registry, MEMORY)
    async with running(tmp_path, registry=registry, store=store) as client:
        await client.ask("POST", "notes", {"id": "1", "text": "\u00e9"})
        await store.apply([Insert(Target("Note"), "2", {"id": "2", "secret": "x", "_version": 1}, METADATA)])
        await client.ask("POST", "notes", {"id": "3"})
        page = (await client.get("notes?count=true&limit=2")).json
        assert [{"_etag", "_version", "id", "text"}, {"_etag", "_version", "id"}] == [
            set(each) for each in page["items"]
        ]
        assert 3 == page["count"]
        rest = (await client.get(f"notes?limit=2&nextToken={page['nextToken']}")).json
        assert ["3"] == [each["id"] for each in rest["items"]]
