"""From the documents of a change feed to events that are published, and what is set aside on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from atakora_data.errors import EventsUnavailable
from atakora_data.events.dead_letters import DEAD_LETTER, DeadLetters
from atakora_data.events.event import EntityEvent
from atakora_data.events.processor import Processor
from atakora_data.registry.registry import Registry
from atakora_data.storage.feed import EVENT, event_text
from atakora_data.storage.port import JournalEntry, Target
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore

POSTS = "posts"


class Published:
    """A publisher that remembers what it is given, or refuses all while it is away."""

    def __init__(self) -> None:
        self.calls: list[list[EntityEvent]] = []
        self.is_away = False

    async def publish(self, events: Sequence[EntityEvent]) -> None:
        """Remember the events of one call."""
        if self.is_away:
            raise EventsUnavailable("It is away.")
        self.calls.append(list(events))

    async def close(self) -> None:
        """Nothing is open."""

    @property
    def told(self) -> list[tuple[str, int]]:
        """Id and version of each event, in order."""
        return [(each.id, each.entry.version) for call in self.calls for each in call]


@pytest.fixture
async def state(tmp_path: Path) -> AsyncIterator[SqliteStateStore]:
    """Where dead letters are kept."""
    file = SqliteEntityStore(Registry([]), tmp_path / "data.db")
    await file.start()
    yield SqliteStateStore(file)
    await file.stop()


@pytest.fixture
def published() -> Published:
    """Whatever was published."""
    return Published()


@pytest.fixture
def processor(published: Published, state: SqliteStateStore) -> Processor:
    """A processor that publishes there and keeps dead letters in a file."""
    return Processor(published, DeadLetters(state))


async def test_events_are_published_in_the_order_of_the_feed(processor: Processor, published: Published) -> None:
    """The changes of a batch are published by one call, in the order in which the feed shows them."""
    await processor.process(POSTS, [document("1", 1), document("2", 1), document("1", 2), document("1", 3)])
    assert [[("1", 1), ("2", 1), ("1", 2), ("1", 3)]] == [
        [(e.id, e.entry.version) for e in call] for call in published.calls
    ]


async def test_an_event_tells_what_the_journal_does(processor: Processor, published: Published) -> None:
    """An event is the entry, with its target and its position."""
    await processor.process(POSTS, [document("1", 7)])
    assert [[EntityEvent(Target("Post", "acme"), "1", entry("1", 7), "70")]] == published.calls


async def test_other_documents_are_passed_over(
    processor: Processor, published: Published, state: SqliteStateStore
) -> None:
    """Records and whatever else the container holds are neither published nor set aside."""
    await processor.process(POSTS, [{"id": "1", "title": "A"}, document("1", 1), {"id": "guard"}])
    assert ([("1", 1)], []) == (published.told, await state.all(DEAD_LETTER, POSTS))


async def test_nothing_is_published_when_there_is_nothing_to_tell(processor: Processor, published: Published) -> None:
    """A batch without events does not trouble the publisher, even while it is away."""
    published.is_away = True
    await processor.process(POSTS, [{"id": "1"}])
    assert [] == published.calls


POISON: dict[str, Any] = {
    "no JSON": {"id": "x", EVENT: "{"},
    "not text": {"id": "x", EVENT: 7, "_ts": 1},
    "no position": {
        "id": "x",
        EVENT: event_text(Target("Post", ""), "1", JournalEntry("updated", 1, "", None, (), {})),
    },
    "no entry": {"id": "x", EVENT: '{"entity": "Post", "tenant": "", "id": "1"}', "_ts": 1},
    "a strange entry": {
        "id": "x",
        EVENT: '{"entity": "Post", "tenant": "", "id": "1", "entry": {"changed": []}}',
        "_ts": 1,
    },
    "a list": {"id": "x", EVENT: "[]", "_ts": 1},
    "a tenant that is a number": {
        "id": "x",
        EVENT: event_text(Target("Post", ""), "1", JournalEntry("updated", 1, "", None, (), {})).replace(
            '"tenant":""', '"tenant":7'
        ),
        "_ts": 1,
    },
    "half a letter": {"id": "x", "title": "\ud800", EVENT: "{"},
    "a number beyond 64 bits": {"id": "x", "size": 2**80, EVENT: "{"},
}


@pytest.mark.parametrize("name", sorted(POISON))
async def test_poison_is_set_aside_and_blocks_nobody(
    name: str, processor: Processor, published: Published, state: SqliteStateStore
) -> None:
    """What cannot be read is kept whole with the reason, and those around it are published in order."""
    await processor.process(POSTS, [document("1", 1), POISON[name], document("1", 2)])
    [kept] = await state.all(DEAD_LETTER, POSTS)
    assert [("1", 1), ("1", 2)] == published.told
    assert (POISON[name], True) == (json.loads(kept.value["document"]), kept.value["isWhole"])
    assert kept.value["reason"]


async def test_what_cannot_be_published_is_to_be_given_again(processor: Processor, published: Published) -> None:
    """The failure of the publisher reaches the trigger, and the same batch is published when it comes again."""
    batch = [document("1", 1), document("1", 2)]
    published.is_away = True
    with pytest.raises(EventsUnavailable, match="away"):
        await processor.process(POSTS, batch)
    published.is_away = False
    await processor.process(POSTS, batch)
    assert [("1", 1), ("1", 2)] == published.told


async def test_a_large_document_is_cut_and_says_so(state: SqliteStateStore) -> None:
    """Of a document above 64 KB the beginning is kept, marked as not whole."""
    await DeadLetters(state).put(POSTS, {"id": "1", "text": "é" * 100_000}, "too strange")
    [kept] = await state.all(DEAD_LETTER, POSTS)
    assert (64 * 1024, False, "too strange") == (
        len(kept.value["document"].encode()),
        kept.value["isWhole"],
        kept.value["reason"],
    )


async def test_dead_letters_stand_by_container_and_in_order(state: SqliteStateStore) -> None:
    """Each container has its own, each document its own letter, even when it is the same again."""
    letters = DeadLetters(state)
    for container in (POSTS, POSTS, "people"):
        await letters.put(container, {"id": "1"}, "why")
    assert (2, 1) == (len(await state.all(DEAD_LETTER, POSTS)), len(await state.all(DEAD_LETTER, "people")))


def entry(id: str, version: int) -> JournalEntry:
    """A change of a post."""
    return JournalEntry("updated", version, "2030-01-01T00:00:00Z", "alice", ("title",), {"id": id, "title": "né"})


def document(id: str, version: int) -> dict[str, Any]:
    """What the feed shows of that change."""
    text = event_text(Target("Post", "acme"), id, entry(id, version))
    return {"id": f"{id}-{version}", EVENT: text, "_ts": version * 10}
