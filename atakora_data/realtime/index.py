"""Who is subscribed to what: kept in memory by groups, and brought up to date with each event."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection
from math import inf
from typing import Final

from msgspec import Struct, field

from atakora_data.realtime.groups import Group, Grouping, Member
from atakora_data.realtime.subscription import SUBSCRIPTION, read_subscription, subscription_partition
from atakora_data.storage.port import Target
from atakora_data.storage.state import State, StateStore

MOST_TARGETS: Final = 1000
"""So many entities of tenants are remembered; those that had no event for longest are read anew when one comes."""

_BREATH: Final = 200
"""After so many new subscriptions others get their turn."""


class _Partition(Struct):
    """The subscriptions to one target. position: up to which changes are known; places: the group of each by id.

    soonest: before that moment none of them expires.
    """

    position: str | None = None
    soonest: float = inf
    groups: dict[bytes, Group] = field(default_factory=dict)
    places: dict[str, bytes] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class SubscriptionIndex:
    """Groups of subscriptions by target. A registration that was answered is known to every event after it."""

    def __init__(self, state: StateStore, grouping: Grouping, *, clock: Callable[[], float] = time.time) -> None:
        self._state = state
        self._grouping = grouping
        self._clock = clock
        self._partitions: dict[Target, _Partition] = {}

    async def groups(self, target: Target) -> Collection[Group]:
        """The groups of those who are subscribed to the target now. StoreUnavailable: they cannot be read."""
        partition = self._recent(target)
        async with partition.turn:
            changes = await self._state.changes(SUBSCRIPTION, subscription_partition(target), partition.position)
            for id in changes.removed:
                _leave(partition, id)
            for number, state in enumerate(changes.states, 1):
                self._enter(partition, state)
                if number % _BREATH == 0:
                    await asyncio.sleep(0)
            partition.position = changes.position
            self._forget_expired(partition)
            return [*partition.groups.values()]

    def _recent(self, target: Target) -> _Partition:
        partition = self._partitions.pop(target, None) or _Partition()
        self._partitions[target] = partition
        if len(self._partitions) > MOST_TARGETS:
            del self._partitions[next(iter(self._partitions))]
        return partition

    def _enter(self, partition: _Partition, state: State) -> None:
        _leave(partition, state.id)
        subscription = read_subscription(state)
        placed = None if subscription is None else self._grouping.place(subscription)
        if subscription is None or placed is None:
            return
        key, group = placed
        partition.groups.setdefault(key, group).members[state.id] = Member.of(subscription)
        partition.soonest = min(partition.soonest, subscription.expires)
        partition.places[state.id] = key

    def _forget_expired(self, partition: _Partition) -> None:
        now = self._clock()
        if now < partition.soonest:
            return
        members = [each for group in partition.groups.values() for each in group.members.values()]
        for each in members:
            if each.expires <= now:
                _leave(partition, each.id)
        partition.soonest = min((each.expires for each in members if each.expires > now), default=inf)


def _leave(partition: _Partition, id: str) -> None:
    key = partition.places.pop(id, None)
    if key is None:
        return
    members = partition.groups[key].members
    del members[id]
    if not members:
        del partition.groups[key]
