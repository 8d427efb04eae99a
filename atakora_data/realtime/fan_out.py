"""Fan-out: from one event to the messages of all who are subscribed to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

import orjson

from atakora_data.errors import RequestError
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.change import RecordChange, completed
from atakora_data.realtime.groups import Group, Member
from atakora_data.realtime.index import SubscriptionIndex
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.positions import Positions
from atakora_data.realtime.views import Payload, Views
from atakora_data.storage.feed import Journal

_UNAVAILABLE = 503

_log = logging.getLogger(__name__)


class FanOut:
    """Tells each subscriber what it may see. Cost grows with groups; each member more is one more message.

    positions: seals those that subscribers are told.
    """

    def __init__(
        self,
        index: SubscriptionIndex,
        views: Views,
        journal: Journal,
        positions: Positions,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._positions = positions
        self._index = index
        self._views = views
        self._journal = journal
        self._clock = clock

    async def deliveries(self, event: EntityEvent) -> list[Delivery]:
        """The messages of the event. StoreUnavailable: it is to be given again; nothing may have been sent yet."""
        groups = await self._index.groups(event.target)
        if not groups:
            return []
        change = RecordChange.of(await completed(event, self._journal, self._views.store))
        found: list[Delivery] = []
        for group in groups:
            found += await self.of_group(group, change)
        return found

    async def of_group(self, group: Group, change: RecordChange) -> list[Delivery]:
        """The messages of the members; whatever is wrong with their rules or document is nobody else's trouble."""
        payload = await self._payload(group, change)
        if payload is None:
            return []
        position, event = self._positions.sealed(change.event.position), change.event.message_id
        return [delivery(each, position, event, payload) for each in group.living(self._clock())]

    async def _payload(self, group: Group, change: RecordChange) -> Payload | None:
        about = {"tenant": change.event.target.tenant}
        try:
            return await self._views.payload(group, change)
        except RequestError as error:
            if error.status == _UNAVAILABLE:
                raise
            _log.warning("%s is not told to a group: %s", change.event.message_id, error.detail, extra=about)
        except Exception:  # noqa: BLE001 - a fault of one rule: logged, and nothing is told
            _log.exception("%s is not told to a group.", change.event.message_id, extra=about)
        return None


def delivery(member: Member, position: str, event: str, payload: Payload) -> Delivery:
    """What one subscriber is sent."""
    return Delivery(member.session, {"id": member.id, "position": position, "event": event, "payload": payload})


def messages_text(deliveries: Sequence[Delivery]) -> str:
    """The messages as a JSON array; a payload that many share is written once."""
    written: dict[int, orjson.Fragment] = {}
    return orjson.dumps([_message(each, written) for each in deliveries]).decode()


def _message(delivery: Delivery, written: dict[int, orjson.Fragment]) -> dict[str, Any]:
    payload = delivery.argument["payload"]
    text = written.get(id(payload))
    if text is None:
        text = written[id(payload)] = orjson.Fragment(orjson.dumps(payload))
    return Delivery(delivery.session, {**delivery.argument, "payload": text}).message()
