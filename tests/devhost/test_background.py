"""The parts that run beside the server: they go on after faults, and end when told."""

from __future__ import annotations

import asyncio
import logging

import pytest

from atakora_data.devhost.background import first, running
from tests.devhost.woken import until


class Worker:
    """A part that works once a turn."""

    name = "The worker"

    def __init__(self) -> None:
        self.turns = self.faults = 0
        self.is_finished = False
        self.wake = asyncio.Event()

    async def start(self) -> None:
        """Prepare nothing."""

    async def work(self) -> None:
        """Count, or fail."""
        self.turns += 1
        if self.faults:
            self.faults -= 1
            raise RuntimeError("a fault")

    async def idle(self) -> None:
        """Wait for the next turn."""
        await self.wake.wait()
        self.wake.clear()

    async def finish(self) -> None:
        """Be finished."""
        self.is_finished = True


async def test_a_part_works_whenever_it_is_woken(caplog: pytest.LogCaptureFixture) -> None:
    """It ends while it idles, and is asked to finish."""
    worker = Worker()
    async with running([worker]):
        await until(lambda: worker.turns == 1)
        worker.wake.set()
        await until(lambda: worker.turns == 2)
    assert worker.is_finished
    assert "" == caplog.text


async def test_a_part_that_fails_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    """The fault is told with its trace; others do not notice."""
    faulty, sound = Worker(), Worker()
    faulty.faults = 1
    async with running([faulty, sound]):
        await until(lambda: faulty.turns == 2 and sound.turns == 1)
    assert faulty.is_finished
    assert "The worker failed; it goes on in a moment." in caplog.text
    assert "RuntimeError: a fault" in caplog.text


class Slow(Worker):
    """A part that never finishes."""

    async def finish(self) -> None:
        """Wait for ever."""
        await asyncio.Event().wait()


class Broken(Worker):
    """A part that fails at the end."""

    async def finish(self) -> None:
        """Fail."""
        raise RuntimeError("a late fault")


async def test_a_part_that_does_not_finish_is_cut_off(caplog: pytest.LogCaptureFixture) -> None:
    """After a while, with a warning; one that fails at the end is told."""
    with caplog.at_level(logging.WARNING):
        async with running([Slow(), Broken()], patience=0.1):
            pass
    assert "took too long to finish" in caplog.text
    assert "RuntimeError: a late fault" in caplog.text


async def test_the_first_of_several_waits_counts() -> None:
    """The others are cancelled; what it raises goes through."""
    event = asyncio.Event()
    waiting = asyncio.create_task(first(event.wait(), asyncio.Event().wait()))
    event.set()
    await waiting

    async def fails() -> None:
        raise RuntimeError("a fault")

    with pytest.raises(RuntimeError, match="a fault"):
        await first(fails(), asyncio.Event().wait())
