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
class Application:
    """What `bootstrap` made: it starts itself with the first request, and stops when told."""

    settings: Settings
    registry: Registry
    gatekeeper: Gatekeeper
    store: EntityStore
    service: EntityService
    pipeline: Handler
    _started: bool = False
    _starting: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(self) -> None:
        """Open the store; further calls do nothing."""
        async with self._starting:
            if not self._started:
                await self.store.start()
                self._started = True

    async def stop(self) -> None:
        """Finish what is under way and close the store; it may be started again."""
        async with self._starting:
            if self._started:
                self._started = False
                await self.store.stop()

    async def handle(self, request: Request) -> Response:
        """The answer to one request."""
        if not self._started:
            await self.start()
        return await self.pipeline(request)
