"""HTTP written by hand: what is sent is exactly what stands here, however wrong, and every answer is read in full."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import orjson

PATIENCE_SECONDS = 10.0
_CONTINUE = 100


class Dropped(AssertionError):
    """The server closed the connection, or said nothing, without a whole answer."""


@dataclass(frozen=True)
class Reply:
    """One answer. headers: lower-case names."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data."""
        return orjson.loads(self.body)

    @property
    def kind(self) -> str:
        """The media type, without its parameters."""
        return self.headers.get("content-type", "").partition(";")[0]


class Wire:
    """One connection to the server."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), PATIENCE_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._unread = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, content: bytes) -> None:
        """Send bytes; a server that has answered already need not read them all."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(content)

    def hang_up(self) -> None:
        """Say that nothing more will be sent."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def reply(self, *, is_head: bool = False) -> Reply:
        """Read the next answer that is no interim one; Dropped when there is none."""
        start, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (each.partition(":") for each in lines if each)}
        status = int(start.split(" ")[1])
        if status == _CONTINUE:
            return self.reply(is_head=is_head)
        length = 0 if is_head or status in (204, 304) else int(headers.get("content-length", "0"))
        return Reply(status, headers, self._exactly(length))

    def _until(self, end: bytes) -> bytes:
        while end not in self._unread:
            self._more()
        found, _, self._unread = self._unread.partition(end)
        return found

    def _exactly(self, length: int) -> bytes:
        while len(self._unread) < length:
            self._more()
        found, self._unread = self._unread[:length], self._unread[length:]
        return found

    def _more(self) -> None:
        try:
            got = self._socket.recv(65536)
        except OSError as error:
            raise Dropped(f"{error!r} after {self._unread[:200]!r}") from error
        if not got:
            raise Dropped(f"The connection ended after {self._unread[:200]!r}")
        self._unread += got


def exchange(port: int, content: bytes, *, is_head: bool = False) -> Reply:
    """Send these bytes on a connection of their own, and read the first answer."""
    with Wire(port) as wire:
        wire.send(content)
        return wire.reply(is_head=is_head)


def written(method: str, target: str, headers: Mapping[str, str], body: bytes = b"") -> bytes:
    """A request as bytes; surrogates stand for bytes that are not UTF-8."""
    known = {name.lower() for name in headers}
    lines = [f"{method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    if "host" not in known:
        lines.append("Host: 127.0.0.1")
    if body and not known & {"content-length", "transfer-encoding"}:
        lines.append(f"Content-Length: {len(body)}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape") + body
