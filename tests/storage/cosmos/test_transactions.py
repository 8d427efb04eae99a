"""Writes to several logical partitions are made all or none, whatever happens at whichever step."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from atakora_data.errors import StoreUnavailable, UniqueViolation
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage, by_entity, by_id
from atakora_data.storage.cosmos.guards import CLAIM_SECONDS
from atakora_data.storage.cosmos.retrying import Patience
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.port import Change, Record, Remove, Replace
from tests.storage.cosmos.server import Fault, Sent, serving
from tests.storage.cosmos.writing import Desk, put
from tests.storage.journals import created, deleted, updated
from tests.storage.models import METADATA, POST, POSTS, USER, USERS, insert

SPREAD = Registry(
    [replace(POST, storage=Storage(partition=by_id())), replace(USER, storage=Storage(partition=by_entity()))]
)
HURRIED = Patience(seconds=0.2, first_pause=0.001, longest_pause=0.01)
LATER = 2 * CLAIM_SECONDS

AFTER = {"1", "3", "4", "5", "ann", "eve", "dan"}
CUT, CUT_AFTER = Fault(), Fault(acts=True)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Posts, each in a partition of its own, and users in one."""
    async with serving() as server:
        yield Desk(server, SPREAD)


async def begun(desk: Desk) -> list[Change]:
    """Some records, and changes of many kinds: posts and users come, change and go, unique values among them."""
    async with desk.writer() as writer:
        first, second, third = await put(writer, *(created(str(n), slug=f"s{n}", title="old") for n in (1, 2, 3)))
        ann, bob = await put(writer, insert("ann", USERS, email="a@x"), insert("bob", USERS, email="b@x"))
    return [
        created("4", slug="s4"),
        updated(first, slug="s1b"),
        deleted(second),
        created("5", slug="s2"),
        updated(third, title="new"),
        Replace(USERS, "ann", {**ann, "email": "a@y"}, METADATA, ann["_etag"]),
        Remove(USERS, "bob", bob["_etag"]),
        insert("eve", USERS, email="b@x"),
        insert("dan", USERS, email=None),
    ]


def when(matches: Callable[[Sent], bool], fault: Fault, times: int = 1) -> Callable[[Sent], Fault | None]:
    """The fault for so many requests that match."""
    left = times

    def decide(request: Sent) -> Fault | None:
        nonlocal left
        if left == 0 or not matches(request):
            return None
        left -= 1
        return fault

    return decide


def healthy(_: Sent) -> Fault | None:
    """Nothing goes wrong."""
    return None


def at(number: int, fault: Fault) -> Callable[[Sent], Fault | None]:
    """The fault for the n-th request from now."""
    return when(lambda request: request.number == number, fault)


def dead_from(number: int, *, acts: bool) -> Callable[[Sent], Fault | None]:
    """Nothing is answered any more from the n-th request on, which may be carried out still."""
    return lambda request: None if request.number < number else Fault(acts=acts and request.number == number)


@asynccontextmanager
async def prepared() -> AsyncIterator[tuple[Desk, list[Change]]]:
    """A server of its own, and the changes."""
    async with serving() as server:
        desk = Desk(server, SPREAD)
        yield desk, await begun(desk)


async def requests() -> int:
    """How many requests the changes take."""
    async with prepared() as (desk, changes), desk.writer() as writer:
        since = len(desk.server.sent)
        await writer.apply(changes)
        return len(desk.server.sent) - since


async def succeeds(writer: CosmosWriter, changes: list[Change]) -> bool:
    """Whether the changes are reported as made; else the store is unavailable."""
    try:
        await writer.apply(changes)
    except StoreUnavailable:
        return False
    return True


def all_records(desk: Desk) -> dict[str, Record]:
    """Posts and users by id."""
    return {**desk.records(POSTS), **desk.records(USERS)}


def all_ids(desk: Desk) -> set[str]:
    """The ids of posts and users."""
    return set(all_records(desk))


async def test_everything_is_made_and_nothing_is_left(desk: Desk) -> None:
    """All changes are there, their etags are the current ones, and marks, guards and reserves are gone."""
    changes = await begun(desk)
    async with desk.writer() as writer:
        stored = await writer.apply(changes)
        assert [True, True, False, True, True, True, False, True, True] == [each is not None for each in stored]
        posts, users = desk.records(POSTS), desk.records(USERS)
        assert [*stored[:2], *stored[3:5]] == [posts["4"], posts["1"], posts["5"], posts["3"]]
        assert [stored[5], *stored[7:]] == [users["ann"], users["eve"], users["dan"]]
        assert {"1", "3", "4", "5"} == set(posts)
        assert {"ann", "eve", "dan"} == set(users)
        assert [] == desk.leftovers()
        assert 4 == len(desk.guards())
        for change in (insert("9", slug="s1b"), insert("9", slug="s2"), insert("z", USERS, email="b@x")):
            with pytest.raises(UniqueViolation):
                await writer.apply([change])
        await put(writer, insert("9", slug="s1"), insert("z", USERS, email="a@x"))


@pytest.mark.parametrize("fault", [CUT, CUT_AFTER, Fault(449), Fault(408, acts=True)], ids=str)
async def test_one_fault_at_any_step_is_overcome(fault: Fault) -> None:
    """Whichever request fails once, carried out or not: everything is made once, and reported as it is."""
    for step in range(1, await requests() + 1):
        async with prepared() as (desk, changes), desk.writer() as writer:
            desk.server.fault = at(len(desk.server.sent) + step, fault)
            stored = {each["id"]: each for each in await writer.apply(changes) if each is not None}
            assert AFTER == all_ids(desk)
            assert stored == {id: each for id, each in all_records(desk).items() if id in stored}
            assert 7 == len(stored)
            assert [] == desk.leftovers()


@pytest.mark.parametrize("acts", [False, True])
async def test_whoever_dies_at_any_step_leaves_all_or_nothing(acts: bool) -> None:
    """After recovery everything is made, or nothing and then it can be; what was reported as made is made."""
    outcomes = set()
    for step in range(1, await requests() + 1):
        async with prepared() as (desk, changes):
            before = desk.everything()
            async with desk.writer(HURRIED) as writer:
                desk.server.fault = dead_from(len(desk.server.sent) + step, acts=acts)
                is_reported = await succeeds(writer, changes)
            desk.server.fault = healthy
            desk.clock.now += LATER
            async with desk.writer() as writer:
                await writer.recover()
                is_made = before != desk.everything()
                outcomes.add((is_reported, is_made))
                assert is_made or not is_reported
                if not is_made:
                    await writer.apply(changes)
                assert AFTER == all_ids(desk)
                assert [] == [each for each in desk.leftovers() if "_pending" in each]
    assert {(False, False), (True, True)} <= outcomes
