"""What is unique beyond a logical partition is kept by guards: under races, faults and crashes at every step."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import (
    AlreadyExists,
    NotFound,
    PreconditionFailed,
    RequestError,
    StoreUnavailable,
    UniqueViolation,
    WriteContention,
)
from atakora_data.storage.cosmos.guards import CLAIM_SECONDS
from atakora_data.storage.cosmos.retrying import Effort
from atakora_data.storage.port import Change, Record, Remove
from tests.storage.contract import edited
from tests.storage.cosmos.server import Fault, Sent, serving
from tests.storage.cosmos.writing import (
    HURRIED,
    SOON,
    STRATEGIES,
    Desk,
    at,
    dead_from,
    healthy,
    partitioned,
    put,
    sent,
    succeeds,
)
from tests.storage.models import POSTS, insert

LATER = 4 * CLAIM_SECONDS


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Posts in three partitions by a hash of their id."""
    async with serving() as server:
        yield Desk(server, partitioned(STRATEGIES["by_hash"]))


@pytest.fixture
async def hierarchy() -> AsyncIterator[Desk]:
    """Posts by tenant and status."""
    async with serving() as server:
        yield Desk(server, partitioned(STRATEGIES["by_hierarchy"]))


def removal(record: Record) -> Remove:
    """The removal of a post."""
    return Remove(POSTS, record["id"], record["_etag"])


async def test_a_guard_is_claimed_before_and_released_after(desk: Desk) -> None:
    """A new value costs one request; a change of it reads what was there; what is not unique costs nothing."""
    async with desk.writer() as writer:
        [first] = await put(writer, insert("1", slug="a"))
        assert [("CREATE",), ("CREATE",)] == sent(desk.server)
        since = len(desk.server.sent)
        [second] = await put(writer, edited(first, title="new"))
        assert [("GET",), ("PUT",)] == sent(desk.server, since)
        since = len(desk.server.sent)
        [third] = await put(writer, edited(second, slug="b"))
        assert [("GET",), ("CREATE",), ("PUT",), ("GET",), ("DELETE",)] == sent(desk.server, since)
        assert 1 == len(desk.guards())
        await writer.apply([removal(third)])
        assert [] == desk.guards()
        since = len(desk.server.sent)
        await put(writer, insert("2"))
        assert [("CREATE",)] == sent(desk.server, since)


async def test_a_refused_write_leaves_no_guard(desk: Desk) -> None:
    """What it claimed is free again."""
    async with desk.writer() as writer:
        [first, _] = await put(writer, insert("1", slug="a"), insert("2", slug="b"))
        for change in (insert("1", slug="c"), replace(edited(first, slug="c"), etag="stale"), edited(first, slug="b")):
            with pytest.raises(RequestError):
                await writer.apply([change])
        with pytest.raises(PreconditionFailed):
            await writer.apply([insert("3", slug="c"), Remove(POSTS, "1", "stale")])
        with pytest.raises(NotFound):
            await writer.apply([insert("3", slug="c"), Remove(POSTS, "none", "x")])
        assert 2 == len(desk.guards())
        await put(writer, insert("3", slug="c"))


async def test_a_value_moves_between_records_of_one_call(desk: Desk) -> None:
    """In the order of the changes: one lets go of it, then another takes it, and back."""
    async with desk.writer() as writer:
        first, second = await put(writer, insert("1", slug="a"), insert("2", slug="b"))
        with pytest.raises(UniqueViolation):
            await writer.apply([edited(second, slug="a"), edited(first, slug="c")])
        first, second = await put(writer, edited(first, slug="c"), edited(second, slug="a"))
        assert {"1": first, "2": second} == desk.records(POSTS)
        assert 2 == len(desk.guards())
        [third] = await put(writer, removal(second), insert("3", slug="a"))
        [again] = await put(writer, removal(third), insert("3", slug="a", title="again"))
        assert {"1": first, "3": again} == desk.records(POSTS)
        for slug in ("a", "c"):
            with pytest.raises(UniqueViolation):
                await writer.apply([insert("4", slug=slug)])
        await put(writer, insert("4", slug="b"))


WAYS: dict[str, Callable[[Record], list[Change]]] = {
    "create": lambda _: [insert("2", slug="b")],
    "replace": lambda first: [edited(first, slug="b")],
    "remove": lambda first: [removal(first)],
    "again": lambda first: [removal(first), insert("1", slug="b")],
}


async def requests(way: str) -> int:
    """How many requests the changes take."""
    async with serving() as server:
        desk = Desk(server, partitioned(STRATEGIES["by_hash"]))
        async with desk.writer() as writer:
            [first] = await put(writer, insert("1", slug="a"))
            since = len(server.sent)
            await writer.apply(WAYS[way](first))
            return len(server.sent) - since


@pytest.mark.parametrize("acts", [False, True])
@pytest.mark.parametrize("way", WAYS)
async def test_whoever_dies_at_any_step_leaves_every_value_to_be_had(way: str, acts: bool) -> None:
    """After some time what no record holds can be taken by another, and what one holds cannot."""
    for step in range(1, await requests(way) + 1):
        async with serving() as server:
            desk = Desk(server, partitioned(STRATEGIES["by_hash"]))
            async with desk.writer() as writer:
                [first] = await put(writer, insert("1", slug="a"))
            async with desk.writer(HURRIED) as writer:
                server.fault = dead_from(len(server.sent) + step, acts=acts)
                await succeeds(writer, WAYS[way](first))
            server.fault = healthy
            desk.clock.now += LATER
            async with desk.writer() as writer:
                await writer.recover()
                for slug in ("a", "b"):
                    held = {each["slug"] for each in desk.records(POSTS).values()}
                    taking = writer.apply([insert(f"new-{slug}", slug=slug)])
                    if slug in held:
                        with pytest.raises(UniqueViolation):
                            await taking
                    else:
                        await taking
                slugs = [each["slug"] for each in desk.records(POSTS).values()]
                assert ["a", "b"] == sorted(slugs)


@pytest.mark.parametrize("way", WAYS)
async def test_one_fault_at_any_step_is_overcome(way: str) -> None:
    """Whichever request fails once, carried out or not, the changes are made once, and guards are as they should be."""
    for step in range(1, await requests(way) + 1):
        for fault in (Fault(), Fault(acts=True), Fault(449)):
            async with serving() as server:
                desk = Desk(server, partitioned(STRATEGIES["by_hash"]))
                async with desk.writer() as writer:
                    [first] = await put(writer, insert("1", slug="a"))
                    server.fault = at(len(server.sent) + step, fault)
                    stored = [each for each in await writer.apply(WAYS[way](first)) if each is not None]
                records = desk.records(POSTS)
                assert stored == [records[each["id"]] for each in stored]
                assert len(records) == len(desk.guards())


async def test_a_claim_of_a_write_under_way_is_waited_for(desk: Desk) -> None:
    """For a while it may be somebody's who is about to write; then it is nobody's, and taken over."""
    async with desk.writer(SOON) as dying:
        desk.server.fault = dead_from(2, acts=False)
        assert not await succeeds(dying, [insert("1", slug="a")])
    desk.server.fault = healthy
    assert 1 == len(desk.guards())
    async with desk.writer(SOON) as writer:
        with pytest.raises(WriteContention) as caught:
            await writer.apply([insert("2", slug="a")])
        assert {"Retry-After": "1"} == caught.value.headers
        desk.clock.now += LATER
        await put(writer, insert("2", slug="a"))
        with pytest.raises(UniqueViolation):
            await writer.apply([insert("3", slug="a")])
    assert 1 == len(desk.guards())


async def test_a_claim_made_by_the_time_it_is_asked_about(desk: Desk) -> None:
    """Who waits for a write under way learns how it ended: that the value is taken."""
    arrived, goes_on = asyncio.Event(), asyncio.Event()

    class Waiting:
        """Holds the creation of the record up until the other has met the claim."""

        def __call__(self, request: Sent) -> Fault | None:
            if request.number == 2:
                arrived.set()
            if request.method == "GET" and request.container == "posts":
                goes_on.set()
            return None

    desk.server.fault = Waiting()
    desk.server.gate = lambda request: goes_on.wait() if request.number == 2 else None
    async with desk.writer() as first, desk.writer() as second:
        writing = asyncio.ensure_future(first.apply([insert("1", slug="a")]))
        await arrived.wait()
        with pytest.raises(UniqueViolation):
            await second.apply([insert("2", slug="a")])
        await writing
    assert {"1"} == set(desk.records(POSTS))


async def test_everything_may_stand_still_for_longer_than_others_are_waited_for(desk: Desk) -> None:
    """Time in which nobody gets on counts for nobody: racers for a value still learn that it is taken."""
    desk.server.gate = lambda request: time.sleep(0.5) if request.number in (5, 15) else None
    async with desk.writer(replace(SOON, seconds=2.0)) as writer:
        racing = (writer.apply([insert(str(number), slug="a")]) for number in range(10))
        told = Counter(type(each).__name__ for each in await asyncio.gather(*racing, return_exceptions=True))
    assert {"list": 1, "UniqueViolation": 9} == told
    assert 1 == len(desk.guards())


async def test_a_claim_outlives_a_write_whose_answer_was_lost(desk: Desk) -> None:
    """It was made, and another kept its claim: the second try is refused and takes nothing back."""
    puts = itertools.count(1)
    is_tried_again, other_is_done = asyncio.Event(), asyncio.Event()
    numbers: dict[int, int] = {}

    def fault(request: Sent) -> Fault | None:
        if request.method == "PUT" and request.container == "posts":
            numbers[request.number] = next(puts)
            if len(numbers) > 1:
                is_tried_again.set()
        return Fault(acts=True) if numbers.get(request.number) == 1 else None

    async with desk.writer() as first, desk.writer() as second:
        [made] = await put(first, insert("1", slug="a"))
        desk.server.fault = fault
        desk.server.gate = lambda each: other_is_done.wait() if numbers.get(each.number) == 2 else None
        changing = asyncio.ensure_future(first.apply([edited(made, slug="b")]))
        await is_tried_again.wait()
        await put(second, edited(desk.records(POSTS)["1"], title="kept"))
        other_is_done.set()
        with pytest.raises(PreconditionFailed):
            await changing
        with pytest.raises(UniqueViolation):
            await second.apply([insert("2", slug="b")])
    assert ["b"] == [each["slug"] for each in desk.records(POSTS).values()]


async def test_a_record_made_again_after_its_removal_keeps_its_claim(desk: Desk) -> None:
    """A creation whose answer was lost comes a second time, between the removal and the release of what it held."""
    creations = itertools.count(1)
    is_tried_again, removed, is_made_again = asyncio.Event(), asyncio.Event(), asyncio.Event()
    numbers: dict[int, int] = {}

    def fault(request: Sent) -> Fault | None:
        if request.method == "CREATE" and request.container == "posts":
            numbers[request.number] = next(creations)
            if len(numbers) > 1:
                is_tried_again.set()
        return Fault(acts=True) if numbers.get(request.number) == 1 else None

    def gate(request: Sent) -> Awaitable[Any] | None:
        if numbers.get(request.number) == 2:
            return removed.wait()
        if any(each.method == "BATCH" for each in desk.server.sent[:-1]) and not removed.is_set():
            removed.set()
            return is_made_again.wait()
        return None

    desk.server.fault, desk.server.gate = fault, gate
    async with desk.writer() as first, desk.writer() as second:
        making = asyncio.ensure_future(first.apply([insert("1", slug="a")]))
        await is_tried_again.wait()
        removing = asyncio.ensure_future(second.apply([removal(desk.records(POSTS)["1"])]))
        await making
        is_made_again.set()
        await removing
        with pytest.raises(UniqueViolation):
            await second.apply([insert("2", slug="a")])
    assert {"1"} == set(desk.records(POSTS))


async def test_a_write_whose_time_ends_before_its_answer_may_be_done(desk: Desk) -> None:
    """It is not told as one that did not happen, nor is its claim taken back: it is carried out late."""
    puts = itertools.count(1)
    is_late = asyncio.Event()
    numbers: dict[int, int] = {}

    def fault(request: Sent) -> Fault | None:
        if request.method == "PUT" and request.container == "posts":
            numbers[request.number] = next(puts)
        return Fault(status=412) if numbers.get(request.number) == 1 else None

    async with desk.writer(SOON) as first, desk.writer() as second:
        [made] = await put(second, insert("1", slug="a"))
        desk.server.fault = fault
        desk.server.gate = lambda each: is_late.wait() if numbers.get(each.number) == 2 else None
        with pytest.raises(StoreUnavailable):
            await first.apply([edited(made, slug="b")])
        assert 2 == len(numbers)
        is_late.set()
        with pytest.raises(UniqueViolation):
            await second.apply([insert("2", slug="b")])
    assert ["b"] == [each["slug"] for each in desk.records(POSTS).values()]


@pytest.mark.parametrize("strategy", ["by_hash", "by_id", "by_hierarchy"])
@pytest.mark.parametrize("is_removed", [True, False])
async def test_a_creation_is_not_sent_again_once_its_claim_is_let_go_of(
    strategy: str, is_removed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was carried out unseen, its record let go of the value, and another took that: a second one would share it."""
    creations = itertools.count(1)
    is_waiting, others_are_done = asyncio.Event(), asyncio.Event()
    waited = Effort.pause

    def fault(request: Sent) -> Fault | None:
        is_first = request.method == "CREATE" and request.container == "posts" and next(creations) == 1
        return Fault(acts=True) if is_first else None

    async def pause(self: Effort, least: float = 0) -> None:
        if asyncio.current_task() is making:
            is_waiting.set()
            await others_are_done.wait()
        await waited(self, least)

    monkeypatch.setattr(Effort, "pause", pause)
    async with serving() as server:
        desk = Desk(server, partitioned(STRATEGIES[strategy]))
        async with desk.writer() as first, desk.writer() as second:
            server.fault = fault
            making = asyncio.ensure_future(first.apply([insert("1", slug="a")]))
            await is_waiting.wait()
            record = desk.records(POSTS)["1"]
            await second.apply([removal(record) if is_removed else edited(record, slug="b")])
            await second.apply([insert("2", slug="a")])
            others_are_done.set()
            [told] = await making
            slugs = {id: each["slug"] for id, each in desk.records(POSTS).items()}
            assert slugs == ({"2": "a"} if is_removed else {"1": "b", "2": "a"})
            assert told is not None
            with pytest.raises((PreconditionFailed, NotFound)):
                await first.apply([edited(told, title="stale")])
            with pytest.raises(UniqueViolation):
                await second.apply([insert("3", slug="a")])


@pytest.mark.parametrize("strategy", ["by_hash", "by_id", "by_hierarchy"])
@pytest.mark.parametrize("seed", range(3))
async def test_values_differ_whatever_happens(strategy: str, seed: int) -> None:
    """Many writers, few values, connections that break: no two records ever share a value, nor lose their guard."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    async with serving() as server:
        desk = Desk(server, partitioned(STRATEGIES[strategy]))
        server.fault = lambda _: Fault(acts=dice.random() < 0.5) if dice.random() < 0.05 else None

        async def work(number: int) -> None:
            async with desk.writer() as writer:
                for turn in range(6):
                    mine = dice.choice([None, *desk.records(POSTS).values()])
                    slug, status = dice.choice("abc"), dice.choice("xy")
                    changes: list[Change] = [insert(f"{number}-{turn}", slug=slug, status=status)]
                    if mine is not None:
                        changes = dice.choice(
                            [[edited(mine, slug=slug, status=status)], [removal(mine)], [removal(mine), *changes]]
                        )
                    try:
                        await writer.apply(changes)
                    except RequestError:
                        continue

        await asyncio.gather(*(work(number) for number in range(12)))
        server.fault = healthy
        desk.clock.now += LATER
        async with desk.writer() as writer:
            await writer.recover()
            slugs = [each["slug"] for each in desk.records(POSTS).values()]
            assert sorted(set(slugs)) == sorted(slugs)
            for slug in "abc":
                taking = writer.apply([insert(f"last-{slug}", slug=slug)])
                if slug in slugs:
                    with pytest.raises(UniqueViolation):
                        await taking
                else:
                    await taking


async def test_an_id_is_one_records_in_all_partitions(hierarchy: Desk) -> None:
    """Where the id does not tell the partition, a guard keeps it, also while its record moves."""
    async with hierarchy.writer() as writer:
        [first] = await put(writer, insert("1", status="x", slug="a"))
        for change in (insert("1", status="y"), insert("1", status="x"), insert("1", status="y", slug="a")):
            with pytest.raises(AlreadyExists):
                await writer.apply([change])
        [moved] = await put(writer, edited(first, status="y"))
        assert {"1": moved} == hierarchy.records(POSTS)
        assert [] == hierarchy.leftovers()
        with pytest.raises(AlreadyExists):
            await writer.apply([insert("1", status="x")])
        with pytest.raises(UniqueViolation):
            await writer.apply([insert("2", status="x", slug="a")])
        with pytest.raises(PreconditionFailed):
            await writer.apply([edited(first, status="z")])
        await writer.apply([removal(moved)])
        assert [] == hierarchy.guards()
        await put(writer, insert("1", status="z", slug="a"))


async def test_one_of_forty_racers_takes_an_id_in_any_partition(hierarchy: Desk) -> None:
    """Insertions of one id into many partitions: one succeeds."""
    async with hierarchy.writer() as writer:
        outcomes = await asyncio.gather(
            *(writer.apply([insert("1", status=str(n))]) for n in range(40)), return_exceptions=True
        )
    assert 39 == sum(isinstance(outcome, AlreadyExists) for outcome in outcomes)
    assert {"1"} == set(hierarchy.records(POSTS))
