"""How many requests are answered at once, and how long one may take."""

from __future__ import annotations

import asyncio
import logging
from functools import partial

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.errors import OutcomeUnknown, Overloaded, TimedOut

LONGEST_GOODBYE_SECONDS = 10.0

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_UNCOUNTED = frozenset({("health",)})
"""What is answered however much is under way: whoever asks wants to know whether this instance lives."""

_log = logging.getLogger(__name__)


class Bounds:
    """Refuses what is too much, and lets nobody wait for ever. most, seconds: None for any number.

    A read that takes too long is broken off. A request that may write is not: it goes on, still counts, and its caller
    is told that it may have been carried out. A POST counts as one until its handler finds that it only reads, as a
    query of GraphQL does.
    """

    def __init__(self, *, most: int | None, seconds: float | None) -> None:
        self._most = most
        self._seconds = seconds
        self._reads = 0
        self._writes: set[asyncio.Task[Response]] = set()

    async def answer(self, handle: Handler, request: Request) -> Response:
        """What the handler answers in time. Overloaded, TimedOut, OutcomeUnknown: it does not."""
        if request.path in _UNCOUNTED:
            return await self._read(handle, request)
        if self._most is not None and self._reads + len(self._writes) >= self._most:
            raise Overloaded(f"{self._most} requests are under way here.", hint=_AGAIN)
        if self._seconds is not None and request.method not in _SAFE:
            return await self._write(handle, request, self._seconds)
        self._reads += 1
        try:
            return await self._read(handle, request)
        finally:
            self._reads -= 1

    async def settle(self) -> None:
        """Wait for writes that are still under way, for a bounded time."""
        if self._writes:
            await asyncio.wait(self._writes, timeout=LONGEST_GOODBYE_SECONDS)

    async def _read(self, handle: Handler, request: Request) -> Response:
        if self._seconds is None:
            return await handle(request)
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await handle(request)
        except TimeoutError:
            if limit.expired():
                raise _too_late(self._seconds) from None
            raise

    async def _write(self, handle: Handler, request: Request, seconds: float) -> Response:
        task = asyncio.ensure_future(handle(request))
        self._writes.add(task)
        task.add_done_callback(self._writes.discard)
        try:
            await asyncio.wait((task,), timeout=seconds)
            if task.done():
                return task.result()
            if request.only_reads:
                return await self._broken_off(task, seconds)
        finally:
            if request.only_reads:
                task.cancel()
        task.add_done_callback(partial(_tell_of, request))
        raise OutcomeUnknown(f"This took more than {seconds:g} seconds and goes on: nobody knows its outcome yet.")

    async def _broken_off(self, task: asyncio.Task[Response], seconds: float) -> Response:
        """What became of a read in its last moment, if anything did."""
        task.cancel()
        await asyncio.wait((task,))
        if task.cancelled():
            raise _too_late(seconds)
        return task.result()


_AGAIN = "Ask again after Retry-After."
_LESS = "Ask for less at once, with smaller pages, fewer relations or a filter that an index serves."


def _too_late(seconds: float) -> TimedOut:
    return TimedOut(f"This took more than {seconds:g} seconds.", hint=_LESS)


def _tell_of(request: Request, task: asyncio.Future[Response]) -> None:
    """Log how a write ended that nobody waited for."""
    trace, about = request.context.correlation_id, {"tenant": request.context.tenant_id}
    if task.cancelled():
        _log.error(
            "%s was broken off after its caller had gone (correlation id %s)", request.method, trace, extra=about
        )
    elif (error := task.exception()) is not None:
        _log.error("%s failed after its time (correlation id %s)", request.method, trace, exc_info=error, extra=about)
    else:
        status = task.result().status
        _log.warning("%s ended late with %d (correlation id %s)", request.method, status, trace, extra=about)
