"""Lets the writers of one record take turns within this process, so that none of them starves.

Only fairness depends on it: etags decide what is stored, here and among processes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from weakref import WeakValueDictionary

_PATIENCE = 1.0
"""Seconds to wait for a turn: hooks that write other records could wait for each other forever."""

_held: ContextVar[frozenset[Hashable]] = ContextVar("held", default=frozenset())


class Turns:
    """One queue a record, for as long as somebody writes it."""

    def __init__(self) -> None:
        self._locks: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, key: Hashable) -> AsyncIterator[None]:
        """Wait for the turn, at most a second; who has it already goes on at once."""
        if key in _held.get():
            yield
            return
        lock = self._locks.setdefault(key, asyncio.Lock())
        has_turn = await _acquire(lock)
        token = _held.set(_held.get() | {key})
        try:
            yield
        finally:
            _held.reset(token)
            if has_turn:
                lock.release()


async def _acquire(lock: asyncio.Lock) -> bool:
    if not lock.locked():
        return await lock.acquire()
    try:
        return await asyncio.wait_for(lock.acquire(), _PATIENCE)
    except TimeoutError:
        return False
