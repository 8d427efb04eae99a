"""One client over its WebSocket: a handshake, then records both ways, until one side ends it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Final

from aiohttp import WSCloseCode, WSMsgType, web

from atakora_data.devhost.hub import frames
from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.devhost.hub.frames import MalformedRecord
from atakora_data.devhost.hub.inbox import Inbox
from atakora_data.devhost.hub.outbox import Outbox

_log = logging.getLogger(__name__)

_CALLS: Final = frozenset({frames.INVOCATION, frames.STREAM_INVOCATION})
_NO_CALLS: Final = "This hub only sends: ask the app over HTTP."
_TOO_SLOW: Final = "Too many messages wait for this client. Connect again, and ask for what was missed."


class Connection:
    """A client that is connected. id: its address over REST. session: whose messages it gets.

    Whoever sends to it never waits: what cannot go out at once waits in bounds, and a client beyond them is let go.
    """

    def __init__(
        self, id: str, session: str, socket: web.WebSocketResponse, transport: asyncio.Transport | None, bounds: Bounds
    ) -> None:
        self.id = id
        self.session = session
        self.groups: set[str] = set()
        self._socket = socket
        self._transport = transport
        self._bounds = bounds
        self._inbox = Inbox(socket, bounds.record_bytes)
        self._outbox = Outbox(bounds.waiting_messages, bounds.waiting_bytes)
        self._timers: list[asyncio.TimerHandle] = []

    async def shakes_hands(self) -> bool:
        """Whether the client speaks our protocol; one that does not is told, and closed."""
        try:
            record = await self._inbox.next(self._bounds.handshake_seconds)
            if record is not None:
                frames.read_handshake(record)
        except TimeoutError:
            return await self._refuse("There was no handshake in time.")
        except MalformedRecord as error:
            return await self._refuse(str(error))
        self._outbox.put(frames.ACCEPTED)
        return record is not None

    async def converse(self) -> None:
        """Send what is put and read what comes, until either side ends it."""
        sending = asyncio.create_task(self._send_all())
        try:
            await self._read_all()
            if self._outbox.is_closed:
                await sending
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            for timer in self._timers:
                timer.cancel()

    @property
    def waiting(self) -> int:
        """How many bytes wait for the client."""
        return self._outbox.size

    def put(self, record: bytes) -> None:
        """Send this as soon as the client takes it."""
        if not self._outbox.put(record) and not self._outbox.is_closed:
            self.let_go()

    def let_go(self) -> None:
        """Close the connection of a client that reads too slowly."""
        _log.warning("A subscriber reads too slowly: its connection is closed.")
        self.end(_TOO_SLOW)

    def end(self, reason: str | None, *, may_return: bool = True) -> None:
        """Close the connection, with these words to a client that reads. may_return: whether it should come again."""
        if not self._outbox.is_closed:
            self._outbox.close(frames.farewell(reason, may_return=may_return))
            self._after(self._bounds.farewell_seconds, self._cut)

    def end_in(self, seconds: float, reason: str) -> None:
        """Close the connection after so many seconds; stock clients negotiate again before they return."""
        self._after(seconds, lambda: self.end(reason))

    async def _send_all(self) -> None:
        try:
            while not self._outbox.is_finished:
                records = await self._outbox.take(self._bounds.ping_seconds)
                await self._socket.send_frame(records or frames.PING, WSMsgType.TEXT)
            await self._socket.close()
        except ConnectionError:
            _log.debug("A subscriber is gone.")

    async def _read_all(self) -> None:
        try:
            while (record := await self._inbox.next(self._bounds.silence_seconds)) is not None:
                message = frames.read_record(record)
                if message["type"] == frames.CLOSE:
                    return
                self._answer(message)
        except TimeoutError:
            self.end("The client was silent for too long.")
        except MalformedRecord as error:
            self.end(str(error), may_return=False)

    def _answer(self, message: dict[str, Any]) -> None:
        call = message.get("invocationId")
        if message["type"] in _CALLS and isinstance(call, str):
            self.put(frames.failed_call(call, _NO_CALLS))

    async def _refuse(self, reason: str) -> bool:
        await self._socket.send_frame(frames.handshake_refusal(reason), WSMsgType.TEXT)
        await self._socket.close(code=WSCloseCode.POLICY_VIOLATION)
        return False

    def _after(self, seconds: float, do: Callable[[], None]) -> None:
        self._timers.append(asyncio.get_running_loop().call_later(seconds, do))

    def _cut(self) -> None:
        if self._transport is not None:
            self._transport.abort()
