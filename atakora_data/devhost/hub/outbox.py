"""What waits to be sent to one client, bounded: whoever puts something in never waits."""

from __future__ import annotations

import asyncio
from collections import deque

_LARGEST_WRITE = 64 * 1024


class Outbox:
    """Records in order. One takes, many put. size: how many bytes wait."""

    def __init__(self, most_records: int, most_bytes: int) -> None:
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._records: deque[bytes] = deque()
        self.size = 0
        self._filled = asyncio.Event()
        self.is_closed = False

    def put(self, record: bytes) -> bool:
        """Add a record; False when there is no room, or it is closed. A single record always has room."""
        if self.is_closed or (self._records and self._is_full_with(record)):
            return False
        self._add(record)
        return True

    def close(self, last: bytes) -> None:
        """Drop all that waits, but for this last record; nothing is added any more."""
        self._records.clear()
        self.size = 0
        self.is_closed = True
        self._add(last)

    async def take(self, seconds: float) -> bytes | None:
        """Whole records in order, at least one; None when none came for so long, or after the last."""
        if not self._records:
            self._filled.clear()
            try:
                async with asyncio.timeout(seconds):
                    await self._filled.wait()
            except TimeoutError:
                return None
        return self._next()

    @property
    def is_finished(self) -> bool:
        """Whether it is closed, and the last record is taken."""
        return self.is_closed and not self._records

    def _is_full_with(self, record: bytes) -> bool:
        return len(self._records) >= self._most_records or self.size + len(record) > self._most_bytes

    def _add(self, record: bytes) -> None:
        self._records.append(record)
        self.size += len(record)
        self._filled.set()

    def _next(self) -> bytes:
        taken = [self._records.popleft()]
        size = len(taken[0])
        while self._records and size + len(self._records[0]) <= _LARGEST_WRITE:
            taken.append(self._records.popleft())
            size += len(taken[-1])
        self.size -= size
        return b"".join(taken)
