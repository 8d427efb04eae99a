"""From what a change feed shows to events that are published."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from atakora_data.events.dead_letters import DeadLetters
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import to_message
from atakora_data.events.port import EventPublisher
from atakora_data.storage.feed import EVENT, read_event

_log = logging.getLogger(__name__)


class Processor:
    """Publishes the events that stand among the documents of a change feed."""

    def __init__(self, publisher: EventPublisher, dead_letters: DeadLetters) -> None:
        self._publisher = publisher
        self._dead_letters = dead_letters

    async def process(self, container: str, documents: Sequence[Mapping[str, Any]]) -> None:
        """Publish in the order of the documents; one that cannot be read is set aside with the reason.

        EventsUnavailable, StoreUnavailable: the same documents are to be given again.
        """
        events = [await self._read(container, each) for each in documents if EVENT in each]
        readable = [each for each in events if each is not None]
        if readable:
            await self._publisher.publish(readable)

    async def _read(self, container: str, document: Mapping[str, Any]) -> EntityEvent | None:
        try:
            event = EntityEvent.of(read_event(document))
            to_message(event)  # whatever makes no message now, makes none when it is published either
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            reason = f"{type(error).__name__}: {error}"
            _log.error("An entry of the journal of %s cannot be read and is set aside: %s", container, reason)
            await self._dead_letters.put(container, document, reason)
            return None
        return event
