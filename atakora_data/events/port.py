"""Where events go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

from atakora_data.events.event import EntityEvent

TOPIC: Final = "entity-events"
"""The topic that events go to."""


class EventProcessor(Protocol):
    """Takes what a change feed shows."""

    async def process(self, container: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Publish the events among the documents. EventsUnavailable, StoreUnavailable: give them all again."""


class EventPublisher(Protocol):
    """Hands events to a topic. Whoever is handed one twice recognises it by its message id.

    Order: the events of one record arrive in the order in which they are given.
    Durability: `publish` returns only once the topic keeps all of them.
    Errors: `EventsUnavailable`; some of the events may have been published then, and giving all of them again is right.
    """

    async def publish(self, events: Sequence[EntityEvent]) -> None:
        """Publish these events."""

    async def close(self) -> None:
        """Close the connections; may be called twice."""
