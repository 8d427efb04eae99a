"""What every store of the app's own values keeps to, judged by a subclass with `states` and `clock` fixtures."""

from __future__ import annotations

import asyncio

import pytest

from atakora_data.errors import AlreadyExists, PreconditionFailed
from atakora_data.storage.state import NEW, StateStore


class Clock:
    """A clock that tests set."""

    def __init__(self) -> None:
        self.now = 1_700_000_000.0

    def __call__(self) -> float:
        """The time, in seconds since 1970."""
        return self.now


class StateContract:
    """Everything that is expected of a state store."""

    async def test_a_value_is_found_by_kind_partition_and_id(self, states: StateStore) -> None:
        """And under no other kind, partition or id."""
        put = await states.put("session", "a/1", "x", {"n": 1}, ttl=60)
        assert {"n": 1} == put.value
        assert put == await states.get("session", "a/1", "x")
        for other in (("other", "a/1", "x"), ("session", "a/2", "x"), ("session", "a/1", "y")):
            assert await states.get(*other) is None

    async def test_a_partition_is_read_together_by_id(self, states: StateStore) -> None:
        """Only what is in it, in the order of ids."""
        for id in ("b", "c", "a"):
            await states.put("session", "p", id, {"id": id}, ttl=60)
        await states.put("session", "q", "d", {}, ttl=60)
        assert ["a", "b", "c"] == [each.id for each in await states.all("session", "p")]
        assert [] == await states.all("session", "none")

    async def test_a_value_is_replaced_only_by_whoever_knows_it(self, states: StateStore) -> None:
        """With an etag the value must be the one that was seen; without one whatever is there gives way."""
        first = await states.put("k", "p", "x", {"n": 1}, ttl=60, etag=NEW)
        with pytest.raises(AlreadyExists):
            await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=NEW)
        second = await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=first.etag)
        with pytest.raises(PreconditionFailed):
            await states.put("k", "p", "x", {"n": 3}, ttl=60, etag=first.etag)
        with pytest.raises(PreconditionFailed):
            await states.put("k", "p", "absent", {}, ttl=60, etag=first.etag)
        assert second == await states.get("k", "p", "x")
        assert {"n": 4} == (await states.put("k", "p", "x", {"n": 4}, ttl=60)).value

    async def test_one_of_many_racers_is_first(self, states: StateStore) -> None:
        """Of twenty who make the same value one succeeds."""
        racing = [states.put("k", "p", "x", {"n": number}, ttl=60, etag=NEW) for number in range(20)]
        found = await asyncio.gather(*racing, return_exceptions=True)
        assert 19 == sum(isinstance(each, AlreadyExists) for each in found)

    async def test_a_value_is_gone_after_its_time(self, states: StateStore, clock: Clock) -> None:
        """For every way of reading, and its place is free."""
        await states.put("k", "p", "x", {}, ttl=60)
        clock.now += 61
        assert await states.get("k", "p", "x") is None
        assert [] == await states.all("k", "p")
        assert [] == (await states.changes("k", "p", None)).states
        await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=NEW)

    async def test_a_removed_value_is_gone(self, states: StateStore) -> None:
        """Removing tells whether it was there, and its place is free."""
        await states.put("k", "p", "x", {}, ttl=60)
        assert await states.remove("k", "p", "x")
        assert not await states.remove("k", "p", "x")
        assert await states.get("k", "p", "x") is None
        assert [] == await states.all("k", "p")
        await states.put("k", "p", "x", {"n": 2}, ttl=60, etag=NEW)

    async def test_changes_tell_what_is_new_since_a_position(self, states: StateStore) -> None:
        """What was put and what was removed, of one partition alone."""
        await states.put("k", "p", "a", {}, ttl=60)
        await states.put("k", "p", "b", {}, ttl=60)
        first = await states.changes("k", "p", None)
        assert {"a", "b"} == {each.id for each in first.states}
        await states.put("k", "p", "c", {"n": 1}, ttl=60)
        await states.remove("k", "p", "a")
        await states.put("k", "q", "d", {}, ttl=60)
        then = await states.changes("k", "p", first.position)
        assert {"c": {"n": 1}} == {each.id: each.value for each in then.states if each.id != "b"}
        assert "a" in then.removed
        again = await states.changes("k", "p", then.position)
        assert "d" not in {each.id for each in again.states}
