"""What a subscriber missed, read from the journal and judged by the rules of now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from atakora_data.events.event import EntityEvent
from atakora_data.realtime.change import RecordChange
from atakora_data.realtime.fan_out import FanOut
from atakora_data.realtime.groups import Grouping
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.subscription import Subscription
from atakora_data.storage.feed import Journal

OVERLAP_SECONDS: Final = 30
"""So far behind the last event that was heard others may be, which are heard after it: records move side by side."""


class Replay(Struct, frozen=True):
    """Tells one subscriber what came after a position."""

    journal: Journal
    grouping: Grouping
    fan_out: FanOut

    async def now(self) -> str:
        """A position behind which everything lies that changes from now on."""
        return await self.journal.last()

    async def start(self, since: str) -> str:
        """Where to begin to read for somebody who heard an event at this position last."""
        return await self.journal.rewound(since, OVERLAP_SECONDS)

    async def missed(self, subscription: Subscription, after: str, limit: int) -> tuple[list[Delivery], str, bool]:
        """What came after a position, of so many changes at most; where to read on; whether that was all.

        MalformedRequest: this is no position. StoreUnavailable: it cannot be read now.
        """
        found = await self.journal.entries(subscription.target, after, limit)
        told = await self._told(subscription, [EntityEvent.of(each) for each in found])
        return told, found[-1].position if found else after, len(found) < limit

    async def _told(self, subscription: Subscription, events: Sequence[EntityEvent]) -> list[Delivery]:
        group = self.grouping.alone(subscription)
        if group is None:
            return []
        return [told for each in events for told in await self.fan_out.of_group(group, RecordChange.of(each))]
