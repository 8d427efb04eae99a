"""Tries again what may pass, and says for how long.

What the SDK does by itself stays with it: it waits as a 429 says (at most `CLIENT_OPTIONS`), goes to the next region
on 503, 403/3, 403/1008 and 404/1002, and looks up where a partition has moved to on 410/1002. Its own repetition of
requests whose connection broke is switched off, since it repeats writes without saying so. What is left is tried again
here: 408, 410, 449, 500, 502, 503, 504, broken connections and timeouts, and 429 inside a batch.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, Final, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.errors import RequestError, WriteContention
from atakora_data.storage.cosmos.failures import is_passing, mapped, may_be_done, retry_after, status_of

CLIENT_OPTIONS: Final[dict[str, Any]] = {
    "retry_throttle_total": 9,
    "retry_throttle_backoff_max": 5,
    "retry_connect": 0,
    "retry_read": 0,
    "connection_timeout": 5,
    "read_timeout": 6,
    "enable_compact_utf8_item_writes": True,
}
"""What the client is made with: how often and how long it waits on 429, and for connections and answers.

Documents are sent as UTF-8: letters beyond ASCII would take two to three times their size otherwise.
"""

AT_ONCE: Final = 16
"""How many requests one call of the store makes at the same time."""

_T = TypeVar("_T")


class Patience(Struct, frozen=True):
    """How long one call of the store goes on trying: seconds in all, and the first and the longest pause between."""

    seconds: float = 15.0
    first_pause: float = 0.05
    longest_pause: float = 1.0


SECONDS_A_WRITE: Final = 0.01
"""How much longer a call goes on for each document that it changes."""

PATIENT: Final = Patience()
"""What every call of the store has, unless said otherwise."""


class Again(Exception):
    """What stood against a write may be gone by now."""


class Effort:
    """The tries of one call of the store, which share its time. writes: how many documents it changes."""

    def __init__(self, patience: Patience = PATIENT, writes: int = 0) -> None:
        self._patience = patience
        self._until = asyncio.get_running_loop().time() + patience.seconds + writes * SECONDS_A_WRITE
        self._pause = patience.first_pause

    def apart(self) -> Effort:
        """One that ends with this one, and whose pauses are its own."""
        return Effort(replace(self._patience, seconds=self.left))

    @property
    def left(self) -> float:
        """How many seconds are left."""
        return self._until - asyncio.get_running_loop().time()

    async def make(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """What the call answers; its error as one of the port, once it is no use to try on."""
        return await self.insist(lambda _lost: call())

    async def insist(self, call: Callable[[bool], Awaitable[_T]]) -> _T:
        """As `make`; the call is told whether an earlier try of it may have been carried out.

        Once one may have been, the error at the end says so: it is never WriteContention then.
        """
        lost: Exception | None = None
        last: Exception | None = None
        try:
            async with asyncio.timeout_at(self._until):
                while True:
                    try:
                        return await call(lost is not None)
                    except RequestError:
                        raise
                    except Again as error:
                        last = error
                    except Exception as error:
                        if not _is_worth_another_try(error):
                            raise mapped(error) from error
                        lost, last = error if may_be_done(error) else lost, error
                    await self.pause(retry_after(last))
        except TimeoutError as error:
            raise _given_up(lost or last or error) from last or error

    async def pause(self, least: float = 0) -> None:
        """Wait a little, longer each time, and not as long as everybody else."""
        await asyncio.sleep(max(least, self._pause * random.uniform(0.5, 1)))  # noqa: S311 - nothing depends on it
        self._pause = min(self._pause * 2, self._patience.longest_pause)


class Turns:
    """Tries that somebody else stands against: WriteContention after so many and so many seconds, whatever is later."""

    def __init__(self, seconds: float, least: int) -> None:
        self._until = asyncio.get_running_loop().time() + seconds
        self._left = least

    @contextmanager
    def each(self) -> Iterator[None]:
        """One try."""
        try:
            yield
        except Again as error:
            self._left -= 1
            if self._left <= 0 and self._until <= asyncio.get_running_loop().time():
                raise _given_up(error) from error
            raise


async def patiently(call: Callable[[], Awaitable[_T]], patience: Patience = PATIENT) -> _T:
    """What the call answers, tried again while its error may pass; else its error as one of the port."""
    return await Effort(patience).make(call)


async def all_of(calls: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Make all calls, a few at once; then the first error, if any."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(call: Coroutine[Any, Any, None]) -> None:
        async with gate:
            await call

    outcomes = await asyncio.gather(*(one(call) for call in calls), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


def _given_up(error: Exception) -> RequestError:
    if isinstance(error, Again):
        return WriteContention("Others kept changing the same records.", hint="Try again.")
    return mapped(error)


def _is_worth_another_try(error: Exception) -> bool:
    is_throttled = status_of(error) == HTTPStatus.TOO_MANY_REQUESTS
    return is_passing(error) and (not is_throttled or type(error).__name__ == "CosmosBatchOperationError")
