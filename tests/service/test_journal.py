"""Writes of realtime entities tell the journal what they did; those of others do not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, allow, belongs_to, has_many
from atakora_data.authorization.principal import Principal
from atakora_data.errors import RequestError
from atakora_data.registry.build import build_registry
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Journaled
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.service.publishing import Writer
from tests.support.app import running

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Channel(Entity):
    """What is talked in."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    messages: HasMany["Message"] = has_many("channel_id", on_delete="cascade")
    realtime = True
    authorization = OPEN


class Message(Entity):
    """What is said."""

    id: str = Field(primary_key=True)
    channel_id: str
    channel: BelongsTo["Channel"] = belongs_to("channel_id")
    text: str | None = None
    likes: int = 0
    realtime = True
    authorization = OPEN


class Reader(Entity):
    """Nobody listens to its changes."""

    id: str = Field(primary_key=True)
    authorization = OPEN


REGISTRY = build_registry([Channel, Message, Reader])


@pytest.fixture
async def writer(tmp_path: Path) -> AsyncIterator[Writer]:
    """Ann, in an empty app with a channel."""
    store = SqliteEntityStore(REGISTRY, MEMORY)
    async with running(tmp_path, registry=REGISTRY, store=store) as client:
        found = Writer(client.application.service, store, client, RequestContext(Principal(id="ann")))
        await found.create("Channel", "c", name="news")
        yield found


async def told(writer: Writer) -> list[Journaled]:
    """What the journal was told since the channel was made."""
    assert isinstance(writer.store, SqliteEntityStore)
    return (await writer.store.journal())[1:]


def brief(found: list[Journaled]) -> list[tuple[Any, ...]]:
    """What is compared of entries."""
    return [(each.id, each.entry.operation, each.entry.version, each.entry.changed) for each in found]


async def test_each_change_of_a_record_is_told(writer: Writer) -> None:
    """Operation, version, the fields that changed, the record as of that version, when and by whom."""
    created = await writer.create("Message", "m", channelId="c", text="hello")
    updated = await writer.update("Message", "m", text="hi")
    await writer.as_(id="bob").delete("Message", "m")
    found = await told(writer)
    assert [
        ("m", "created", 1, ("id", "channelId", "text", "likes")),
        ("m", "updated", 2, ("text",)),
        ("m", "deleted", 3, ()),
    ] == brief(found)
    states = [{name: value for name, value in each.items() if name != "_etag"} for each in (created, updated, updated)]
    assert states == [each.entry.record for each in found]
    assert ["ann", "ann", "bob"] == [each.entry.by for each in found]
    moments = [each.entry.at for each in found]
    assert sorted(moments) == moments
    assert all(each.endswith("Z") for each in moments)


async def test_what_a_deletion_takes_along_is_told(writer: Writer) -> None:
    """A cascade tells of each record that goes."""
    for id in ("m", "n"):
        await writer.create("Message", id, channelId="c")
    await writer.delete("Channel", "c")
    found = await told(writer)
    assert [("c", 2), ("m", 2), ("n", 2)] == sorted((each.id, each.entry.version) for each in found[2:])
    assert {"deleted"} == {each.entry.operation for each in found[2:]}


async def test_writes_together_tell_of_how_they_leave_each_record(writer: Writer) -> None:
    """Several changes of one record in one unit are one entry; a record that goes and comes again has two."""
    await writer.create("Message", "old", channelId="c")

    def on(context: RequestContext) -> Writer:
        return writer.within(context)

    await writer.service.together(
        [
            lambda context: on(context).create("Message", "m", channelId="c", text="a"),
            lambda context: on(context).update("Message", "m", text="b"),
            lambda context: on(context).delete("Message", "old"),
            lambda context: on(context).create("Message", "old", channelId="c", text="again"),
        ],
        writer.context,
    )
    assert [
        ("m", "created", 1, ("id", "channelId", "text", "likes")),
        ("old", "deleted", 2, ()),
        ("old", "created", 1, ("id", "channelId", "text", "likes")),
    ] == sorted(brief((await told(writer))[1:]), key=lambda each: each[0])


async def test_nothing_is_told_of_what_did_not_happen(writer: Writer) -> None:
    """A refused write leaves no entry, and entities that are not realtime never do."""
    with pytest.raises(RequestError):
        await writer.create("Channel", "d", name="news")
    with pytest.raises(RequestError):
        await writer.create("Message", "m", channelId="nowhere")
    await writer.create("Reader", "r")
    assert [] == await told(writer)
