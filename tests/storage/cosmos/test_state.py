"""The app's own values in Cosmos DB, over the real SDK."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import AlreadyExists, PreconditionFailed, StoreUnavailable
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.containers import DEAD_LETTERS, INTERNAL
from atakora_data.storage.cosmos.state import DEAD_LETTER, CosmosStateStore
from atakora_data.storage.state import NEW, StateStore
from tests.storage.cosmos.server import Fault, Sent, Server, serving
from tests.storage.models import POST
from tests.storage.states import Clock, StateContract

LIVE = Registry([replace(POST, realtime=True)])


@pytest.fixture
def clock() -> Clock:
    """The clock of store and server."""
    return Clock()


@pytest.fixture
async def server(clock: Clock) -> AsyncIterator[Server]:
    """A server that holds nothing."""
    async with serving() as found:
        found.clock = clock
        yield found


@pytest.fixture
async def states(server: Server, clock: Clock) -> AsyncIterator[CosmosStateStore]:
    """A store on it."""
    containers = connected(server)
    yield CosmosStateStore(containers, clock=clock, page=20)
    await containers.close()


def connected(server: Server, *, creates: bool = True) -> Containers:
    """The containers on the server."""
    return Containers(LIVE, Account(server.url, base64.b64encode(b"key").decode()), "d", creates=creates)


def sent(server: Server) -> list[str]:
    """What was asked of documents since the last time."""
    found, server.sent = server.sent, []
    return [each.method for each in found]


class TestCosmosStates(StateContract):
    """The contract."""


ODD = ["", ".", "a/b", "ü\\#?", "x" * 500, "ß" * 250, "\x00\n", " ", "~", "$", '"', "a b "]


@pytest.mark.parametrize("text", ODD, ids=[str(number) for number in range(len(ODD))])
async def test_kinds_partitions_and_ids_are_any_text(states: StateStore, text: str) -> None:
    """Whatever letters they have."""
    put = await states.put(text, text, text, {"n": text}, ttl=60, etag=NEW)
    assert (text, text) == (put.partition, put.id)
    assert put == await states.get(text, text, text)
    assert [put] == await states.all(text, text)
    position = (await states.changes(text, text, None)).position
    assert await states.remove(text, text, text)
    assert [text] == (await states.changes(text, text, position)).removed


async def test_no_kind_and_partition_are_taken_for_others(states: StateStore) -> None:
    """However they are put together."""
    places = [
        ("a", "b/c"),
        ("a/b", "c"),
        ('a","b', "c"),
        ("a", 'b","c'),
        ("a" * 500, "b" * 500),
        ("a" * 499, "ab" * 250),
    ]
    for number, (kind, partition) in enumerate(places):
        await states.put(kind, partition, "x", {"n": number}, ttl=60)
    found = [await states.all(kind, partition) for kind, partition in places]
    assert [[{"n": number}] for number in range(len(places))] == [[each.value for each in one] for one in found]


async def test_values_come_back_as_they_were_put(states: StateStore) -> None:
    """Also numbers that the service rounds."""
    value: dict[str, Any] = {"large": 2**63, "float": 1.0, "odd name/~": None, "é": [[], {}]}
    await states.put("k", "p", "x", value, ttl=0.5)
    found = await states.get("k", "p", "x")
    assert found is not None
    assert (value, "float") == (found.value, type(found.value["float"]).__name__)


async def test_every_call_is_one_request(states: StateStore, server: Server) -> None:
    """Where nothing stands against it, and nothing has changed."""
    await states.put("k", "p", "x", {}, ttl=60)
    put = await states.put("k", "p", "y", {}, ttl=60, etag=NEW)
    await states.put("k", "p", "y", {}, ttl=60, etag=put.etag)
    assert ["UPSERT", "CREATE", "PUT"] == sent(server)
    await states.get("k", "p", "x")
    await states.all("k", "p")
    assert ["GET", "QUERY"] == sent(server)
    position = (await states.changes("k", "p", None)).position
    assert ["FEED", "QUERY"] == sent(server)
    await states.changes("k", "p", position)
    assert ["FEED"] == sent(server)
    await states.remove("k", "p", "x")
    assert ["PATCH"] == sent(server)


async def test_what_expired_is_gone_however_long_the_server_keeps_it(
    states: StateStore, server: Server, clock: Clock
) -> None:
    """Its place is free, nothing replaces it, and it cannot be removed."""
    old = await states.put("k", "p", "x", {}, ttl=60)
    position = (await states.changes("k", "p", None)).position
    await states.put("k", "p", "x", {"n": 1}, ttl=60)
    server.clock = lambda: clock.now - 1000
    clock.now += 60.5
    assert 1 == len(server.documents(INTERNAL))
    assert await states.get("k", "p", "x") is None
    assert [] == await states.all("k", "p")
    assert ([], []) == (await states.changes("k", "p", position))[:2]
    assert not await states.remove("k", "p", "x")
    with pytest.raises(PreconditionFailed):
        await states.put("k", "p", "x", {}, ttl=60, etag=old.etag)
    assert {"n": 2} == (await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=NEW)).value


async def test_the_server_forgets_by_itself(states: StateStore, server: Server, clock: Clock) -> None:
    """Values after their time, removals after an hour."""
    await states.put("k", "p", "x", {}, ttl=60)
    await states.put("k", "p", "y", {}, ttl=60)
    await states.remove("k", "p", "y")
    clock.now += 62
    assert ["y"] == [each["name"] for each in server.documents(INTERNAL)]
    clock.now += 3600
    assert [] == server.documents(INTERNAL)


async def test_changes_are_told_page_after_page(states: StateStore, server: Server) -> None:
    """However many there are; each value as it was left, and removed ones only as removed."""
    position = (await states.changes("k", "p", None)).position
    await asyncio.gather(*(states.put("k", "p", str(number), {"n": 0}, ttl=60) for number in range(25)))
    await states.put("k", "p", "7", {"n": 7}, ttl=60)
    await states.remove("k", "p", "8")
    sent(server)
    found = await states.changes("k", "p", position)
    assert ["FEED"] * 3 == sent(server)
    values = {each.id: each.value["n"] for each in found.states}
    assert (24, 7, ["8"]) == (len(values), values["7"], found.removed)
    assert ([], []) == (await states.changes("k", "p", found.position))[:2]


async def test_a_container_that_was_made_anew_is_told_from_the_first(
    states: StateStore, server: Server, clock: Clock
) -> None:
    """A position in the old one leads nowhere."""
    await states.put("k", "p", "x", {}, ttl=60)
    position = (await states.changes("k", "p", None)).position
    server.containers[INTERNAL].described["_rid"] = "another"
    foreign = connected(server)
    anew = CosmosStateStore(foreign, clock=clock)
    assert ["x"] == [each.id for each in (await anew.changes("k", "p", position)).states]
    await foreign.close()


@pytest.mark.parametrize("acts", [True, False], ids=["done", "not done"])
async def test_an_answer_that_was_lost_is_no_conflict(states: StateStore, server: Server, *, acts: bool) -> None:
    """What the first try did is recognised by the second."""
    await states.put("k", "p", "warm", {}, ttl=60)

    def next_is_lost() -> None:
        number = len(server.sent) + 1
        server.fault = lambda request: Fault(acts=acts) if request.number == number else None

    next_is_lost()
    first = await states.put("k", "p", "x", {"n": 1}, ttl=60, etag=NEW)
    next_is_lost()
    second = await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=first.etag)
    assert second == await states.get("k", "p", "x")
    next_is_lost()
    assert await states.remove("k", "p", "x")
    next_is_lost()
    assert {"n": 3} == (await states.put("k", "p", "x", {"n": 3}, ttl=60, etag=NEW)).value
    with pytest.raises(AlreadyExists):
        await states.put("k", "p", "x", {}, ttl=60, etag=NEW)


async def test_what_passes_is_tried_again_and_what_stays_is_mapped(states: StateStore, server: Server) -> None:
    """Nothing of the SDK leaves the store."""
    await states.put("k", "p", "x", {}, ttl=60)
    passing = len(server.sent)
    server.fault = lambda request: Fault(503) if request.number in (passing + 1, passing + 3) else None
    assert await states.get("k", "p", "x") is not None
    position = (await states.changes("k", "p", None)).position

    def refusing(_: Sent) -> Fault:
        return Fault(403)

    server.fault = refusing
    calls = (
        lambda: states.get("k", "p", "x"),
        lambda: states.all("k", "p"),
        lambda: states.changes("k", "p", None),
        lambda: states.changes("k", "p", position),
        lambda: states.put("k", "p", "x", {}, ttl=60),
        lambda: states.put("k", "p", "x", {}, ttl=60, etag=NEW),
        lambda: states.remove("k", "p", "x"),
    )
    for call in calls:
        with pytest.raises(StoreUnavailable):
            await call()


async def test_dead_letters_have_a_container_of_their_own(states: StateStore, server: Server) -> None:
    """Which is made when it is first needed."""
    await states.put("session", "p", "x", {}, ttl=60)
    assert DEAD_LETTERS not in server.containers
    put = await states.put(DEAD_LETTER, "posts", "~1:2", {"why": "?"}, ttl=60)
    assert [put] == await states.all(DEAD_LETTER, "posts")
    assert 1 == len(server.documents(DEAD_LETTERS))


async def test_a_missing_container_for_dead_letters_stops_nothing_else(server: Server) -> None:
    """In Azure nothing is made; only who puts a dead letter is told."""
    at_a_desk, deployed = connected(server), connected(server, creates=False)
    try:
        await at_a_desk.of("Post")
        states = CosmosStateStore(deployed)
        await deployed.of("Post")
        await states.put("session", "p", "x", {}, ttl=60)
        with pytest.raises(StoreUnavailable, match="atakora-dead-letters"):
            await states.put(DEAD_LETTER, "posts", "x", {}, ttl=60)
    finally:
        await at_a_desk.close()
        await deployed.close()
