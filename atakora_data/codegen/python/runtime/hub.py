"""A connection to SignalR, by its JSON protocol over a WebSocket."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Self

import aiohttp
from yarl import URL

from .problem import UnreachableError

_END = "\x1e"
_HANDSHAKE = json.dumps({"protocol": "json", "version": 1}) + _END
_PING = json.dumps({"type": 6}) + _END
_CALL, _CLOSE = 1, 7
_PING_SECONDS = 15
_SILENCE_SECONDS = 30
_ENDED = (aiohttp.ClientError, TimeoutError, OSError, TypeError, ValueError, LookupError)
"""How a connection ends, or what comes was not meant for this client."""

_TIMEOUT = aiohttp.ClientTimeout(total=30)


class Hub:
    """An open connection. receive: called with the argument of each `next`. lost: called once, when it has ended."""

    def __init__(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        early: list[dict[str, Any]],
        receive: Callable[[Any], None],
        lost: Callable[[Hub], None],
    ) -> None:
        self._early = early
        self._socket = socket
        self._receive = receive
        self._lost = lost
        self._tasks = [asyncio.create_task(self._read()), asyncio.create_task(self._ping())]

    @classmethod
    async def connect(
        cls,
        session: aiohttp.ClientSession,
        access: Mapping[str, str],
        receive: Callable[[Any], None],
        lost: Callable[[Hub], None],
    ) -> Self:
        """Connect with what `negotiate` gave."""
        url, token = URL(access["url"]), access["accessToken"]
        try:
            address = await _negotiated(session, url, token)
            socket = await session.ws_connect(address, max_msg_size=0)
            await socket.send_str(_HANDSHAKE)
            first, *others = _records(await socket.receive_str(timeout=_SILENCE_SECONDS))
        except _ENDED as error:
            raise UnreachableError(f"No connection to {url}.") from error
        if "error" in first:
            raise UnreachableError(f"No connection to {url}: {first['error']}")
        return cls(socket, others, receive, lost)

    async def stop(self) -> None:
        """End it."""
        await self._socket.close()
        me = asyncio.current_task()
        await asyncio.gather(*(each for each in self._tasks if each is not me), return_exceptions=True)

    async def _read(self) -> None:
        try:
            for each in self._early:
                self._hear(each)
            while True:
                for each in _records(await self._socket.receive_str(timeout=_SILENCE_SECONDS)):
                    self._hear(each)
        except _ENDED:
            self._tasks[1].cancel()
        with suppress(aiohttp.ClientError, OSError):
            await self._socket.close()
        self._lost(self)

    def _hear(self, record: Mapping[str, Any]) -> None:
        if record.get("type") == _CLOSE:
            raise ValueError("The service ends the connection.")
        if record.get("type") == _CALL and record.get("target") == "next":
            self._receive(record["arguments"][0])

    async def _ping(self) -> None:
        with suppress(aiohttp.ClientError, OSError):
            while True:
                await asyncio.sleep(_PING_SECONDS)
                await self._socket.send_str(_PING)


async def _negotiated(session: aiohttp.ClientSession, url: URL, token: str) -> URL:
    """Where the WebSocket is."""
    where = url.with_path(f"{url.path.rstrip('/')}/negotiate").with_query(url.query).update_query(negotiateVersion="1")
    headers = {"Authorization": f"Bearer {token}"}
    async with session.post(where, headers=headers, timeout=_TIMEOUT, raise_for_status=True) as answer:
        told = await answer.json()
    return url.update_query(id=told.get("connectionToken") or told["connectionId"], access_token=token)


def _records(text: str) -> Iterator[dict[str, Any]]:
    return (json.loads(each) for each in text.split(_END) if each)
