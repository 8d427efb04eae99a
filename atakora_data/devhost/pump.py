"""Stands in for a Service Bus trigger: receives from the local topic and calls a function with each message."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Final

from atakora_data.devhost.background import first
from atakora_data.devhost.functions import TopicFunction
from atakora_data.devhost.invocation import Send, invoke, service_bus_message
from atakora_data.errors import EventsUnavailable
from atakora_data.events.local_topic import LocalTopic
from atakora_data.events.topic_tables import Received

CONCURRENCY: Final = 16
"""How many messages, each of another session, a function is called with at a time."""

_log = logging.getLogger(__name__)


class PumpPart:
    """A part of the background that serves one function.

    A message is completed when the function has succeeded and what it put out was sent; otherwise it is abandoned.
    Locks are renewed for as long as the function takes.
    """

    def __init__(
        self, function: TopicFunction, topic: LocalTopic, send: Send, *, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.name = f"The topic for {function.name}"
        self._function = function
        self._topic = topic
        self._send = send
        self._clock = clock
        self._under_way: dict[asyncio.Task[None], Received] = {}
        self._renewed = clock()

    async def start(self) -> None:
        """Keep messages from now on."""
        await self._topic.subscribe(self._function.subscription)

    async def work(self) -> None:
        """Begin with as many messages as there are and as may be under way; hold the locks of the others."""
        await self._renew()
        free = CONCURRENCY - len(self._under_way)
        if free:
            for each in await self._topic.take(self._function.subscription, free):
                task = asyncio.create_task(self._handle(each))
                self._under_way[task] = each
                task.add_done_callback(self._under_way.pop)

    async def idle(self) -> None:
        """Wait for messages, for one of those under way where they are many, or until locks are to be renewed."""
        if len(self._under_way) < CONCURRENCY:
            await first(self._topic.arrival(self._function.subscription), asyncio.sleep(self._renewal_seconds))
        else:
            await self._some_ended()

    async def finish(self) -> None:
        """Wait for the messages under way; when that takes too long, they are received again later."""
        try:
            while self._under_way:
                await self._some_ended()
                await self._renew()
        finally:
            for task in list(self._under_way):
                task.cancel()

    @property
    def _renewal_seconds(self) -> float:
        return self._topic.lock_seconds / 4

    async def _some_ended(self) -> None:
        await asyncio.wait(list(self._under_way), timeout=self._renewal_seconds, return_when=asyncio.FIRST_COMPLETED)

    async def _renew(self) -> None:
        if self._clock() - self._renewed < self._renewal_seconds:
            return
        self._renewed = self._clock()
        if self._under_way:
            await self._topic.renew(list(self._under_way.values()))

    async def _handle(self, received: Received) -> None:
        try:
            await self._settle(received, is_done=await self._succeeds(received))
        except EventsUnavailable as error:
            _log.warning("The message %s is received again: %s", received.message.message_id, error)

    async def _settle(self, received: Received, *, is_done: bool) -> None:
        if is_done:
            await self._topic.complete(received)
        else:
            await self._topic.abandon(received)

    async def _succeeds(self, received: Received) -> bool:
        try:
            await invoke(self._function, service_bus_message(received), self._send)
        except Exception:  # noqa: BLE001 - whatever a function raises, the message is abandoned, as in Azure
            name, id, count = self._function.name, received.message.message_id, received.deliveries
            _log.exception("The function %s failed with the message %s, delivery %d.", name, id, count)
            return False
        return True
