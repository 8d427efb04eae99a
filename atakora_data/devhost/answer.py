"""A whole answer, written to the socket at once: aiohttp's own responses cost more than the app behind them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from email.utils import formatdate
from http import HTTPStatus

from aiohttp import web
from aiohttp.abc import AbstractStreamWriter

_REASONS = {each.value: each.phrase for each in HTTPStatus}
_BODILESS = frozenset({204, 304})
_LARGE = 64 * 1024


class Answer(web.StreamResponse):
    """Status, headers and body, all known beforehand. Headers may repeat; length, date and connection are added.

    A `Content-Length` among the headers counts for HEAD only: it tells how long the answer to GET would be.
    """

    def __init__(self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes = b"") -> None:
        super().__init__(status=status)
        self.has_type = False
        self._content = body
        self._length: str | None = None
        self._lines: list[str] = []
        for name, value in headers:
            self.add(name, value)

    def add(self, name: str, value: str) -> None:
        """Add one more header."""
        lower = name.lower()
        if lower == "content-length":
            self._length = value
            return
        if lower == "content-type":
            self.has_type = True
        self._lines.append(f"{name}: {value}\r\n")

    async def prepare(self, request: web.BaseRequest) -> AbstractStreamWriter:
        """Write everything; wait for the client only where much is on its way."""
        if self.keep_alive is None:
            self._keep_alive = request.keep_alive
        transport = request.transport
        if transport is None:
            raise ConnectionResetError("The client went away.")
        transport.write(self._head(request) + (b"" if self._is_bodiless(request) else self._content))
        if len(self._content) > _LARGE:
            await request.writer.drain()
        return request.writer

    async def write_eof(self, data: bytes = b"") -> None:
        """Do nothing: `prepare` wrote the end as well."""

    def _head(self, request: web.BaseRequest) -> bytes:
        status = self.status
        lines = [f"HTTP/1.1 {status} {_REASONS.get(status, '')}\r\n", *self._lines]
        if status not in _BODILESS:
            length = self._length if request.method == "HEAD" else None
            lines.append(f"Content-Length: {length or len(self._content)}\r\n")
        lines.append(_date.line(int(time.time())))
        if not self.keep_alive:
            lines.append("Connection: close\r\n")
        elif request.version < (1, 1):
            lines.append("Connection: keep-alive\r\n")
        lines.append("\r\n")
        return "".join(lines).encode("utf-8", "surrogateescape")

    def _is_bodiless(self, request: web.BaseRequest) -> bool:
        return request.method == "HEAD" or self.status in _BODILESS


class _Date:
    """The `Date` header, composed once a second."""

    def __init__(self) -> None:
        self._second = -1
        self._line = ""

    def line(self, second: int) -> str:
        if second != self._second:
            self._second = second
            self._line = f"Date: {formatdate(second, usegmt=True)}\r\n"
        return self._line


_date = _Date()
