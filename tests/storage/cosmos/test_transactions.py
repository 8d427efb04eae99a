"""Writes to several logical partitions are made all or none, whatever happens at whichever step."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import (
    AlreadyExists,
    NotFound,
    PreconditionFailed,
    RequestError,
    TooManyAffected,
    UniqueViolation,
    WriteContention,
)
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage, by_entity, by_id
from atakora_data.storage.cosmos.guards import CLAIM_SECONDS
from atakora_data.storage.cosmos.retrying import Patience
from atakora_data.storage.cosmos.transactions import KEPT_SECONDS, MOST_DOCUMENTS, OWN_SECONDS, PREPARED_SECONDS
from atakora_data.storage.port import Change, Insert, Record, Remove, Replace
from tests.storage.contract import edited
from tests.storage.cosmos.server import Fault, Sent, serving
from tests.storage.cosmos.writing import HURRIED, SOON, Desk, at, dead_from, healthy, put, succeeds
from tests.storage.journals import created, deleted, updated
from tests.storage.models import METADATA, POST, POSTS, USER, USERS, insert

SPREAD = Registry(
    [replace(POST, storage=Storage(partition=by_id())), replace(USER, storage=Storage(partition=by_entity()))]
)
LATER = 4 * CLAIM_SECONDS

AFTER = {"1", "3", "4", "5", "ann", "eve", "dan"}
CUT, CUT_AFTER = Fault(), Fault(acts=True)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """Posts, each in a partition of its own, and users in one."""
    async with serving() as server:
        yield Desk(server, SPREAD)


async def begun(desk: Desk) -> list[Insert | Replace | Remove]:
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


@asynccontextmanager
async def prepared() -> AsyncIterator[tuple[Desk, list[Insert | Replace | Remove]]]:
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


@pytest.mark.parametrize("fault", [CUT, CUT_AFTER, Fault(449)], ids=str)
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


async def test_a_conflict_anywhere_leaves_everything_as_it_was(desk: Desk) -> None:
    """Whatever stands against one of the changes, the others are taken back, and etags read before still hold."""
    changes = await begun(desk)
    before, users = desk.everything(), desk.records(USERS)
    async with desk.writer() as writer:
        hopeless: list[tuple[list[Change], type[RequestError]]] = [
            ([*changes, insert("zed", USERS, email="a@y")], UniqueViolation),
            ([insert("zed", USERS, email="a@x"), *changes], UniqueViolation),
            ([*changes, insert("zed", slug="s3")], UniqueViolation),
            ([*changes, insert("3")], AlreadyExists),
            ([*changes, Remove(USERS, "zed", "x")], NotFound),
            ([*changes[:-1], Remove(USERS, "zed", "x")], NotFound),
            ([*changes[:5], Remove(USERS, "ann", "stale")], PreconditionFailed),
        ]
        for mixed, error in hopeless:
            with pytest.raises(error):
                await writer.apply(mixed)
            assert before == desk.everything()
            assert [] == desk.leftovers()
        await writer.apply(changes)
        assert AFTER == all_ids(desk)
        with pytest.raises(PreconditionFailed):
            await writer.apply([Remove(USERS, "ann", users["ann"]["_etag"])])


async def test_readers_see_old_or_new_and_nothing_else(desk: Desk) -> None:
    """While a transaction is under way a record is as it was, with the etag it had; what is to come is not there."""
    changes = await begun(desk)
    before = {**desk.records(POSTS), **desk.records(USERS)}
    seen: list[dict[str, Record]] = []

    def look(_: Sent) -> Fault | None:
        seen.append(all_records(desk))
        return None

    async with desk.writer() as writer:
        desk.server.fault = look
        await writer.apply(changes)
    after = all_records(desk)
    assert before in seen
    for id in {*before, *after}:
        assert {repr(each.get(id)) for each in seen} <= {repr(before.get(id)), repr(after.get(id))}


async def test_a_plain_write_meets_a_mark(desk: Desk) -> None:
    """Of a transaction under way it waits for the end; of one that was cut off it makes an end."""
    async with desk.writer() as writer:
        [first] = await put(writer, insert("ann", USERS, email="a@x"))
    async with desk.writer(SOON) as dying:
        desk.server.fault = lambda request: Fault() if request.container == "posts" or request.method == "PUT" else None
        assert not await succeeds(dying, [edited_user(first, email="b@x"), insert("1"), insert("2")])
    desk.server.fault = healthy
    assert {"ann": first} == desk.records(USERS)
    async with desk.writer(SOON) as writer:
        with pytest.raises(WriteContention):
            await writer.apply([edited_user(first, email="c@x")])
        with pytest.raises(WriteContention):
            await writer.apply([insert("eve", USERS, email="b@x")])
    desk.clock.now += 2 * PREPARED_SECONDS
    async with desk.writer() as writer:
        [second] = await put(writer, edited_user(first, email="c@x"))
        await put(writer, insert("eve", USERS, email="b@x"), insert("1"))
        assert {"ann", "eve", "1"} == all_ids(desk)
        assert second == desk.records(USERS)["ann"]
        assert [] == [each for each in desk.leftovers() if "_pending" in each]


async def test_what_was_decided_is_completed_by_whoever_meets_it(desk: Desk) -> None:
    """A write of another process to one of the records finds the transaction carried out."""
    async with desk.writer() as writer:
        first, second = await put(writer, insert("ann", USERS), insert("bob", USERS))
        count = len(desk.server.sent)
        await put(writer, edited_user(first), insert("0"))
        steps = len(desk.server.sent) - count
        [first] = [desk.records(USERS)["ann"]]
        desk.server.fault = dead_from(len(desk.server.sent) + steps - 2, acts=False)
    async with desk.writer(SOON) as dying:
        assert await succeeds(dying, [edited_user(first, email="new"), insert("1")])
    desk.server.fault = healthy
    assert first == desk.records(USERS)["ann"]
    desk.clock.now += OWN_SECONDS + 1
    async with desk.writer() as writer:
        with pytest.raises(PreconditionFailed):
            await writer.apply([edited_user(first, email="other")])
        assert "new" == desk.records(USERS)["ann"]["email"]
        assert "1" in desk.records(POSTS)
        with pytest.raises(AlreadyExists):
            await writer.apply([insert("1")])
        assert 1 == len(desk.leftovers())
        desk.clock.now += KEPT_SECONDS
        await writer.recover()
        assert [] == desk.leftovers()
        await put(writer, edited_user(second))


async def test_racing_transactions_lose_and_win_as_a_whole(desk: Desk) -> None:
    """Forty transfers between six accounts, six at a time: what is taken here is put there, and nothing is lost."""
    accounts = [str(number) for number in range(6)]
    async with desk.writer(Patience(20.0, 0.002, 0.05)) as writer:
        await put(writer, *(insert(id, rank=100) for id in accounts))
        gate = asyncio.Semaphore(6)

        async def transfer(number: int) -> bool:
            async with gate:
                source, sink = (desk.records(POSTS)[accounts[(number * step) % 6]] for step in (1, 5))
                if source["id"] == sink["id"]:
                    return False
                try:
                    await writer.apply([edited(source, rank=source["rank"] - 1), edited(sink, rank=sink["rank"] + 1)])
                except (PreconditionFailed, WriteContention):
                    return False
                return True

        done = await asyncio.gather(*(transfer(number) for number in range(40)))
    ranks = [record["rank"] for record in desk.records(POSTS).values()]
    assert 600 == sum(ranks)
    assert any(done)
    assert [] == desk.leftovers()


async def test_a_value_moves_where_unique_keys_keep_it_only_in_one_request(desk: Desk) -> None:
    """More than a batch of one partition cannot move a unique value as well; the error says what to do."""
    async with desk.writer() as writer:
        [ann] = await put(writer, insert("ann", USERS, email="a@x"))
        many = [insert(f"{number}", USERS) for number in range(120)]
        with pytest.raises(TooManyAffected) as caught:
            await writer.apply([Remove(USERS, "ann", ann["_etag"]), insert("eve", USERS, email="a@x"), *many])
        assert "write of its own" in str(caught.value.hint)
        assert {"ann": ann} == desk.records(USERS)
        await writer.apply([edited_user(ann, email="b@x"), insert("eve", USERS, email="c@x"), *many])
        assert 122 == len(desk.records(USERS))


async def test_too_many_documents_are_refused(desk: Desk) -> None:
    """There is a bound, far above what a request may ask for; nothing is sent."""
    async with desk.writer() as writer:
        with pytest.raises(TooManyAffected, match=str(MOST_DOCUMENTS)):
            await writer.apply([insert(str(number)) for number in range(MOST_DOCUMENTS + 1)])
    assert {} == desk.records(POSTS)


def edited_user(record: Record, **fields: Any) -> Replace:
    """The replacement of a user."""
    return Replace(USERS, record["id"], {**record, **fields}, METADATA, record["_etag"])
