"""What one client sends, record by record, however it cuts them into frames."""

from __future__ import annotations

import asyncio
from collections import deque

from aiohttp import WSMsgType, web

from atakora_data.devhost.hub.frames import SEPARATOR, MalformedRecord


class Inbox:
    """The records that arrive at a socket. longest: in bytes."""

    def __init__(self, socket: web.WebSocketResponse, longest: int) -> None:
        self._socket = socket
        self._longest = longest
        self._records: deque[bytes] = deque()
        self._beginning = b""

    async def next(self, seconds: float) -> bytes | None:
        """The next record without its separator; None when the client is gone.

        TimeoutError: nothing at all came for so long. MalformedRecord: what came is too long, or no text.
        """
        while not self._records:
            async with asyncio.timeout(seconds):
                message = await self._socket.receive()
            if message.type is WSMsgType.BINARY:
                raise MalformedRecord("This hub reads text frames only.")
            if message.type is not WSMsgType.TEXT:
                return None
            self._split(message.data.encode("utf-8", "surrogatepass"))
        return self._records.popleft()

    def _split(self, data: bytes) -> None:
        *whole, self._beginning = (self._beginning + data).split(SEPARATOR)
        if len(self._beginning) > self._longest:
            raise MalformedRecord(f"A record has at most {self._longest} bytes.")
        self._records.extend(filter(None, whole))
