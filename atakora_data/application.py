"""The wired parts of the app, started and stopped together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import cached_property

from msgspec import Struct, field

from atakora_data.api.http.bounds import Bounds
from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.authorization.access import Gatekeeper
from atakora_data.events.port import EventProcessor, EventPublisher
from atakora_data.identity.tenancy import OFF, Tenancy
from atakora_data.realtime.port import EventFanOut, Hub
from atakora_data.registry.registry import Registry
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings
from atakora_data.storage.feed import ChangeFeed, Journal
from atakora_data.storage.port import EntityStore
from atakora_data.storage.state import StateStore


class Lifecycle(Struct):
    """Opens the store once, whoever asks first. also: what is opened with it."""

    store: EntityStore
    also: Sequence[EntityStore] = ()
    _is_started: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Open the store; further calls do nothing. What fails is tried again with the next call."""
        if self._is_started:
            return
        async with self._turn:
            if not self._is_started:
                for each in (self.store, *self.also):
                    await each.start()
                self._is_started = True

    async def stop(self) -> None:
        """Finish what is under way and close the store; it may be started again."""
        async with self._turn:
            if self._is_started:
                self._is_started = False
                for each in (*self.also, self.store):
                    await each.stop()


class Realtime(Struct, dict=True):
    """What brings changes to subscribers; each part is made when it is first asked for. Start the app before.

    feed: what changed, for hosts without a trigger. state: the app's own values. make_…: makes the part.
    processor: publishes what the feed shows. fan_out: makes messages of what was published.
    topic: where events go at a desk without Service Bus.
    """

    feed: ChangeFeed
    journal: Journal
    state: StateStore
    make_hub: Callable[[], Hub]
    make_publisher: Callable[[], EventPublisher]
    make_processor: Callable[[EventPublisher], EventProcessor]
    make_fan_out: Callable[[], EventFanOut]
    topic: EventPublisher | None = None

    @cached_property
    def hub(self) -> Hub:
        """Reaches subscribers; RealtimeUnavailable where there is none."""
        return self.make_hub()

    @cached_property
    def publisher(self) -> EventPublisher:
        """Where events go."""
        return self.make_publisher()

    @cached_property
    def processor(self) -> EventProcessor:
        """Publishes what the feed shows."""
        return self.make_processor(self.publisher)

    @cached_property
    def fan_out(self) -> EventFanOut:
        """Makes messages of what was published."""
        return self.make_fan_out()

    async def stop(self) -> None:
        """Close the connections; they are opened again when they are needed."""
        if "publisher" in self.__dict__:
            await self.publisher.close()
        if "hub" in self.__dict__:
            await self.hub.close()
        if self.topic is not None:
            await self.topic.close()


class Application(Struct):
    """What `bootstrap` made. Its pipeline starts it with the first request, so that nothing connects before.

    realtime: None when no entity is in real time. bounds: what is too much; None without a limit.
    tenancy: whose records a caller may ask for.
    """

    settings: Settings
    registry: Registry
    gatekeeper: Gatekeeper
    service: EntityService
    lifecycle: Lifecycle
    pipeline: Handler
    realtime: Realtime | None = None
    bounds: Bounds | None = None
    tenancy: Tenancy = OFF

    @property
    def store(self) -> EntityStore:
        """Where the records live."""
        return self.lifecycle.store

    async def start(self) -> None:
        """Open the store now rather than with the first request."""
        await self.lifecycle.start()

    async def stop(self) -> None:
        """Finish what is under way and close connections and store."""
        if self.bounds is not None:
            await self.bounds.settle()
        if self.realtime is not None:
            await self.realtime.stop()
        await self.lifecycle.stop()

    async def handle(self, request: Request) -> Response:
        """The answer to one request."""
        return await self.pipeline(request)
