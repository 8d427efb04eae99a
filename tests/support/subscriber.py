"""A subscriber that speaks SignalR's JSON protocol itself, so that a test or a bench sees every frame."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

END = "\x1e"
INVOCATION, PING, CLOSE = 1, 6, 7

Listener = Callable[[dict[str, Any]], None]


class Subscriber:
    """One session of one caller. heard: the arguments of all `next` calls, in the order in which they came."""

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, listener: Listener | None = None) -> None:
        self.heard: list[dict[str, Any]] = []
        self.session = ""
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"}
        self._listener = listener
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def connect(self) -> None:
        """Negotiate a session with the app and a connection with the hub, and listen."""
        access = await self.call("POST", "/realtime/negotiate")
        self.session = access["session"]
        await self.join(access)

    async def join(self, access: Mapping[str, Any]) -> None:
        """Connect to the hub with what was negotiated."""
        hub, _, query = access["url"].partition("?")
        headers = {"Authorization": f"Bearer {access['accessToken']}"}
        there = f"{hub.rstrip('/')}/negotiate?{query}&negotiateVersion=1"
        async with self._http.post(there, headers=headers) as answer:
            answer.raise_for_status()
            found = await answer.json()
        socket = await self._http.ws_connect(f"{hub}?{query}&id={found['connectionToken']}", headers=headers)
        await socket.send_str(json.dumps({"protocol": "json", "version": 1}) + END)
        first = await socket.receive_str()
        if json.loads(first.split(END)[0]) != {}:
            raise AssertionError(first)
        self._socket = socket
        self._reading = asyncio.create_task(self._read(socket))

    async def subscribe(self, **asked: Any) -> str:
        """Register in this session; the id of the subscription."""
        answer = await self.call("POST", "/realtime/subscriptions", {"session": self.session, **asked})
        return str(answer["id"])

    async def until(self, holds: Callable[[list[dict[str, Any]]], bool], seconds: float = 20) -> None:
        """Wait until what was heard is as wanted; TimeoutError tells what was heard."""
        try:
            async with asyncio.timeout(seconds), self._news:
                await self._news.wait_for(lambda: holds(self.heard))
        except TimeoutError:
            raise TimeoutError(f"{len(self.heard)} heard, the last of them {self.heard[-3:]}") from None

    async def call(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the app; the answer's JSON. AssertionError: it is a refusal."""
        async with self._http.request(method, f"{self._url}{path}", json=body, headers=self._headers) as answer:
            text = await answer.text()
            if not answer.ok:
                raise AssertionError(f"{method} {path}: {answer.status} {text}")
            return json.loads(text) if text else None

    async def close(self) -> None:
        """Leave the hub."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading
        self._socket = self._reading = None

    @property
    def is_connected(self) -> bool:
        """Whether the hub still holds the connection."""
        return self._reading is not None and not self._reading.done()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for frame in socket:
            if frame.type is not aiohttp.WSMsgType.TEXT:
                break
            for text in filter(None, frame.data.split(END)):
                await self._take(socket, json.loads(text))

    async def _take(self, socket: aiohttp.ClientWebSocketResponse, message: dict[str, Any]) -> None:
        if message["type"] == PING:
            await socket.send_str(json.dumps({"type": PING}) + END)
        if message["type"] != INVOCATION or message["target"] != "next":
            return
        [argument] = message["arguments"]
        self.heard.append(argument)
        if self._listener is not None:
            self._listener(argument)
        async with self._news:
            self._news.notify_all()


@asynccontextmanager
async def subscribers(
    url: str, tokens: Iterable[str], listener: Listener | None = None
) -> AsyncIterator[list[Subscriber]]:
    """Connected subscribers, one for each token. url: of the API, such as `http://127.0.0.1:7071/api`."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        found = [Subscriber(http, url, token, listener) for token in tokens]
        try:
            for each in found:
                await each.connect()
            yield found
        finally:
            await asyncio.gather(*(each.close() for each in found))
