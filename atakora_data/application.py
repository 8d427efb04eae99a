"""The wired parts of the app, started and stopped together."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.authorization.access import Gatekeeper
from atakora_data.registry.registry import Registry
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings
from atakora_data.storage.port import EntityStore


@dataclass
class Lifecycle:
    """Opens the store once, whoever asks first."""

    store: EntityStore
    _is_started: bool = False
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Open the store; further calls do nothing. What fails is tried again with the next call."""
        if self._is_started:
            return
        async with self._turn:
            if not self._is_started:
                await self.store.start()
                self._is_started = True

    async def stop(self) -> None:
        """Finish what is under way and close the store; it may be started again."""
        async with self._turn:
            if self._is_started:
                self._is_started = False
                await self.store.stop()


@dataclass
class Application:
    """What `bootstrap` made. Its pipeline starts it with the first request, so that nothing connects before."""

    settings: Settings
    registry: Registry
    gatekeeper: Gatekeeper
    service: EntityService
    lifecycle: Lifecycle
    pipeline: Handler

    @property
    def store(self) -> EntityStore:
        """Where the records live."""
        return self.lifecycle.store

    async def start(self) -> None:
        """Open the store now rather than with the first request."""
        await self.lifecycle.start()

    async def stop(self) -> None:
        """Finish what is under way and close the store."""
        await self.lifecycle.stop()

    async def handle(self, request: Request) -> Response:
        """The answer to one request."""
        return await self.pipeline(request)
