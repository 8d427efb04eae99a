"""What runs beside the server: parts that work whenever there is something to do, until the host stops."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

LONGEST_GOODBYE_SECONDS: Final = 10.0
_PAUSE_SECONDS: Final = 1.0

_log = logging.getLogger(__name__)


class Part(Protocol):
    """Works, then idles, again and again. What `work` raises is logged, and it is asked again a second later."""

    name: str

    async def start(self) -> None:
        """Prepare before anything is served; what this raises ends the host."""

    async def work(self) -> None:
        """Do some of what there is to do; the host waits for it before it stops."""

    async def idle(self) -> None:
        """Wait until there may be more to do; may be cancelled at any time."""

    async def finish(self) -> None:
        """Wait for what is still under way; nothing is asked after that. Cancelled when it takes too long."""


@asynccontextmanager
async def running(parts: Sequence[Part], *, patience: float = LONGEST_GOODBYE_SECONDS) -> AsyncIterator[None]:
    """Let parts that were started work until the block ends; leaving it waits for what they are at.

    patience: how many seconds a part may take for that, before it is cut off.
    """
    stopping = asyncio.Event()
    tasks = [asyncio.create_task(_run(part, stopping), name=part.name) for part in parts]
    try:
        yield
    finally:
        stopping.set()
        await _ended(tasks, patience)


async def first(*waits: Coroutine[Any, Any, Any]) -> None:
    """Wait for whichever ends first, and cancel the others; what it raises goes through."""
    tasks = [asyncio.ensure_future(each) for each in waits]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in tasks:
            each.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for each in done:
        each.result()


async def _run(part: Part, stopping: asyncio.Event) -> None:
    while not stopping.is_set():
        try:
            await part.work()
            await first(part.idle(), stopping.wait())
        except Exception:  # noqa: BLE001 - whatever it is, the part goes on
            _log.exception("%s failed; it goes on in a moment.", part.name)
            await first(asyncio.sleep(_PAUSE_SECONDS), stopping.wait())
    await part.finish()


async def _ended(tasks: Sequence[asyncio.Task[None]], patience: float) -> None:
    if not tasks:
        return
    _, pending = await asyncio.wait(tasks, timeout=patience)
    for each in pending:
        _log.warning("%s took too long to finish and was cut off; it is repeated with the next start.", each.get_name())
        each.cancel()
    outcomes = await asyncio.gather(*tasks, return_exceptions=True)
    for task, outcome in zip(tasks, outcomes, strict=True):
        if isinstance(outcome, Exception):
            _log.error("%s failed when it stopped.", task.get_name(), exc_info=outcome)
