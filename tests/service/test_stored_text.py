"""Lists that hand stored text on answer as those that read it."""

from __future__ import annotations

from pathlib import Path

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, allow, belongs_to, has_many
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
        remarks: HasMany["Remark"] = has_many("note_id")
        authorization = Authorization(create=allow.public(), read=allow.public())

    class Remark(Entity):
        id: str = Field(primary_key=True)
        note_id: str
        note: BelongsTo["Note"] = belongs_to("note_id")
        authorization = Authorization(create=allow.public(), read=allow.public())

    return build_registry([Note, Remark])


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


async def test_included_records_are_the_same_as_those_that_are_read_by_themselves(tmp_path: Path) -> None:
    """Short pages come as they are stored, long ones are cut and go on, and nothing undeclared is shown."""
    registry = notes()
    store = SqliteEntityStore(registry, MEMORY)
    async with running(tmp_path, registry=registry, store=store) as client:
        for note, count in (("1", 3), ("2", 25), ("3", 0), ("4", 1)):
            await client.ask("POST", "notes", {"id": note})
            for number in range(count):
                await client.ask("POST", "remarks", {"id": f"{note}-{number:02}", "noteId": note})
        stray = {"id": "4-stray", "noteId": "4", "secret": "x", "_version": 1}
        await store.apply([Insert(Target("Remark"), "4-stray", stray, METADATA)])
        included = (await client.get("notes?include=remarks")).json["items"]
        assert [3, 20, 0, 2] == [len(each["remarks"]["items"]) for each in included]
        for each in included:
            page = each["remarks"]
            path = f"notes/{each['id']}/remarks"
            assert page == (await client.get(path)).json
            listed = (await client.get(f"remarks?filter[noteId][eq]={each['id']}")).json
            assert listed["items"] == page["items"]
            assert not any("secret" in item for item in page["items"])
        rest = (await client.get(f"notes/2/remarks?nextToken={included[1]['remarks']['nextToken']}")).json
        assert (5, None) == (len(rest["items"]), rest["nextToken"])
