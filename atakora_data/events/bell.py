"""Wakes those who wait for something to happen, so that nobody has to look again and again."""

from __future__ import annotations

import asyncio
import contextlib


class Bell:
    """Rings for all who listen; belongs to one event loop.

    Take `listen()` before looking whether there is anything to do: what happens after that is heard.
    """

    def __init__(self) -> None:
        self._next = asyncio.Event()

    def ring(self) -> None:
        """Wake everybody who listens."""
        self._next.set()
        self._next = asyncio.Event()

    def listen(self) -> asyncio.Event:
        """What is set when the bell rings next."""
        return self._next


async def heard(event: asyncio.Event, seconds: float) -> None:
    """Wait for the event, but no longer than so many seconds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(max(0.0, seconds)):
            await event.wait()
