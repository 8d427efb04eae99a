"""Stands in for a Cosmos DB trigger: reads the change feed of a container and calls a function with what it finds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Final

from atakora_data.devhost.functions import FeedFunction
from atakora_data.devhost.invocation import Send, document_list, invoke
from atakora_data.devhost.lease import Lease
from atakora_data.events.bell import Bell, heard
from atakora_data.storage.feed import AnnouncedFeed, ChangeFeed, FeedDocument

LARGEST_BATCH: Final = 100
"""As many documents as Azure hands over at once unless it is told otherwise."""

_LOOK_SECONDS: Final = 1.0
"""How often it looks for what other processes have changed."""

_log = logging.getLogger(__name__)


class FeedPart:
    """A part of the background that serves one function. A new function begins with what changes from now on.

    A batch is handed over again and again until the function succeeds; only then the lease moves behind it.
    """

    def __init__(self, function: FeedFunction, feed: ChangeFeed, lease: Lease, send: Send) -> None:
        self.name = f"The change feed of {function.container} for {function.name}"
        self._function = function
        self._feed = feed
        self._lease = lease
        self._send = send
        self._bell = Bell()
        self._heard = self._bell.listen()
        self._position = ""
        self._failures = 0
        self._is_behind = True
        self._deafen: Callable[[], None] = lambda: None

    async def start(self) -> None:
        """Find the lease, or make one that begins here."""
        if isinstance(self._feed, AnnouncedFeed):
            self._deafen = self._feed.announce(self._bell.ring)
        if await self._lease.look() is None and not await self._lease.move(await self._feed.end(self._container)):
            await self._lease.look()
        self._position = self._lease.position or ""

    async def work(self) -> None:
        """Hand over one batch, if there is one."""
        self._heard = self._bell.listen()
        documents, position = await self._feed.feed(self._container, self._position, LARGEST_BATCH)
        self._is_behind = position != self._position
        if not documents:
            self._position = position
        elif await self._is_ours() and await self._succeeds(documents):
            await self._move(position)

    async def idle(self) -> None:
        """Wait for a change, or for the moment to try again."""
        if self._failures:
            await asyncio.sleep(self._function.retry.pause(self._failures))
        elif not self._is_behind:
            await heard(self._heard, _LOOK_SECONDS)

    async def finish(self) -> None:
        """Hear of changes no more, and keep how far the feed was read."""
        self._deafen()
        if self._position != self._lease.position:
            await self._lease.move(self._position)

    @property
    def _container(self) -> str:
        return self._function.container

    async def _is_ours(self) -> bool:
        """Whether the lease is where we saw it last; if not, another host has done our work, and we go on there."""
        seen = self._lease.position
        if await self._lease.look() == seen:
            return True
        self._position = self._lease.position or self._position
        return False

    async def _succeeds(self, documents: list[FeedDocument]) -> bool:
        try:
            await invoke(self._function, document_list(documents), self._send)
        except Exception:  # noqa: BLE001 - whatever a function raises, it is called again
            self._failures += 1
            _log.exception("The function %s failed; it is called again with the same changes.", self._function.name)
            return False
        self._failures = 0
        return True

    async def _move(self, position: str) -> None:
        if await self._lease.move(position):
            self._position = position
        else:
            self._position = await self._lease.look() or position
