"""Sends requests, and sends those again that met a passing fault."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import aiohttp
from yarl import URL

from .call import Operation
from .problem import ProblemError, UnreachableError
from .shapes import json_of

Token = str | Callable[[], str | Awaitable[str | None] | None]
"""A bearer token, or what gives the one of now: it is asked for each request."""

_PASSING = frozenset({429, 502, 503, 504})
_LONGEST_WAIT = 30.0
_GOOD, _NO_CONTENT, _MISSING, _CONFLICT, _LIMITED = range(200, 300), 204, 404, 409, 429
_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def told(self) -> Any:
        """The value in the body, or the text when it is no JSON."""
        try:
            return json.loads(self.text)
        except ValueError:
            return self.text


class Transport:
    """One endpoint, asked with the token of each moment."""

    def __init__(
        self,
        endpoint: str,
        token: Token | None,
        retries: int,
        headers: Mapping[str, str],
        session: aiohttp.ClientSession | None,
    ) -> None:
        self._base = endpoint.rstrip("/")
        self._token = token
        self._retries = retries
        self._headers = headers
        self._session = session
        self._is_own = session is None
        self._is_closed = False

    @property
    def session(self) -> aiohttp.ClientSession:
        """Where requests go through; made when it is first needed."""
        if self._is_closed:
            raise RuntimeError("The client is closed.")
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=_TIMEOUT)
        return self._session

    async def close(self) -> None:
        """Let go of all connections."""
        self._is_closed = True
        if self._is_own and self._session is not None:
            await self._session.close()

    async def send(self, operation: Operation) -> Any:
        """The body of the answer; `ProblemError` and `UnreachableError` tell what went wrong."""
        unsigned = self._headers_of(operation)
        body = None if operation.body is None else json_of(operation.body).encode()
        attempt = 0
        while True:
            headers = await self._signed(unsigned)
            is_last, is_safe = attempt >= self._retries, _can_repeat(operation, headers)
            try:
                answer = await self._ask(operation, headers, body)
            except UnreachableError:
                if is_last or not is_safe:
                    raise
                await asyncio.sleep(_backoff(attempt))
            else:
                if answer.status in _GOOD:
                    return None if answer.status == _NO_CONTENT else answer.told
                if answer.status == _MISSING and attempt and operation.method == "DELETE":
                    return None  # the one before did it
                wait = _wait(answer, attempt)
                if is_last or wait > _LONGEST_WAIT or not _is_passing(answer, is_safe=is_safe):
                    raise ProblemError(answer.status, answer.told)
                await asyncio.sleep(wait)
            attempt += 1

    def _headers_of(self, operation: Operation) -> dict[str, str]:
        headers = {**self._headers, **operation.headers}
        if operation.method == "POST":
            headers.setdefault("Idempotency-Key", uuid4().hex)
        if operation.body is not None:
            is_patch = operation.method == "PATCH"
            headers["Content-Type"] = "application/merge-patch+json" if is_patch else "application/json"
        return headers

    async def _signed(self, headers: Mapping[str, str]) -> dict[str, str]:
        """With the token of now. A key belongs to a caller: who is anonymous has none, and the app refuses it."""
        asked = self._token() if callable(self._token) else self._token
        token = await asked if inspect.isawaitable(asked) else asked
        if token:
            return {**headers, "Authorization": f"Bearer {token}"}
        if "Authorization" in headers:
            return dict(headers)
        return {name: value for name, value in headers.items() if name != "Idempotency-Key"}

    async def _ask(self, operation: Operation, headers: Mapping[str, str], body: bytes | None) -> _Answer:
        url = URL(f"{self._base}{operation.path}", encoded=True)
        try:
            async with self.session.request(
                operation.method, url, headers=headers, data=body, middlewares=(_Once(),) if self._is_own else None
            ) as answer:
                return _Answer(answer.status, answer.headers, await answer.text("utf-8"))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise UnreachableError(f"No answer from {url}.") from error


class _Once:
    """Lets one attempt through: aiohttp would repeat some without knowing their conditions."""

    def __init__(self) -> None:
        self._is_used = False

    async def __call__(
        self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
    ) -> aiohttp.ClientResponse:
        if self._is_used:
            raise aiohttp.ServerDisconnectedError
        self._is_used = True
        return await handler(request)


def _can_repeat(operation: Operation, headers: Mapping[str, str]) -> bool:
    """Whether it does no harm that a request was carried out and its answer lost.

    Not where that ends its own condition, and not where something new would be made twice.
    """
    if not {"If-Match", "If-None-Match"}.isdisjoint(headers):
        return False
    return operation.method != "POST" or "Idempotency-Key" in headers


def _is_passing(answer: _Answer, *, is_safe: bool) -> bool:
    if answer.status == _LIMITED:
        return True
    is_running = answer.status == _CONFLICT and "Retry-After" in answer.headers
    return (is_running or answer.status in _PASSING) and is_safe


def _wait(answer: _Answer, attempt: int) -> float:
    """Seconds: what the answer says, else longer each time."""
    said = answer.headers.get("Retry-After", "")
    return float(said) if said.isascii() and said.isdigit() else _backoff(attempt)


def _backoff(attempt: int) -> float:
    """Not the same for all who wait."""
    return 0.2 * 2.0**attempt * (0.5 + random.random())  # noqa: S311 - not a secret
