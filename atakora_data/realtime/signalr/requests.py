"""Requests to SignalR's REST interface: one connection pool, deadlines, and another try where one may help."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

import orjson

from atakora_data.errors import RealtimeUnavailable

API_VERSION: Final = "2022-06-01"

Authorize: TypeAlias = Callable[[str], Awaitable[str]]
"""The bearer token for a request to this URL, which has no query."""

_TRIES: Final = 4
_SECONDS: Final = 10
_LONGEST_WAIT: Final = 5.0
_PASSING: Final = frozenset({408, 429, 500, 502, 503, 504})
_REFUSED: Final = frozenset({401, 403})


class Requests:
    """Posts JSON. Opens its connections with the first request, and again after it was closed.

    wait: sleeps for so many seconds between tries.
    """

    def __init__(self, authorize: Authorize, *, wait: Callable[[float], Awaitable[None]] = asyncio.sleep) -> None:
        self._authorize = authorize
        self._wait = wait
        self._session: Any = None

    async def post(self, url: str, query: Mapping[str, str] | None = None, body: Any = None) -> bytes:
        """The body of the answer. RealtimeUnavailable: the service refuses, or did not answer after several tries."""
        import aiohttp

        delay = 0.2
        for left in range(_TRIES - 1, -1, -1):
            try:
                status, retry_after, answer = await self._once(url, query, body)
            except (aiohttp.ClientError, TimeoutError) as error:
                if left == 0:
                    raise RealtimeUnavailable(
                        "SignalR does not answer.", hint="Try again soon.", retry_after=_LONGEST_WAIT
                    ) from error
            else:
                if status not in _PASSING or left == 0:
                    return _accepted(status, answer)
                delay = max(delay, retry_after)
            await self._wait(min(delay, _LONGEST_WAIT))
            delay *= 2
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _once(self, url: str, query: Mapping[str, str] | None, body: Any) -> tuple[int, float, bytes]:
        headers = {"Authorization": f"Bearer {await self._authorize(url)}", "Content-Type": "application/json"}
        content = b"" if body is None else orjson.dumps(body)
        parameters = {**(query or {}), "api-version": API_VERSION}
        async with self._opened().post(url, params=parameters, data=content, headers=headers) as response:
            answer: bytes = await response.read()
            return response.status, _seconds(response.headers.get("Retry-After")), answer

    def _opened(self) -> Any:
        import aiohttp

        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=_SECONDS))
        return self._session


def _accepted(status: int, answer: bytes) -> bytes:
    if status < 300:  # noqa: PLR2004 - success ends here
        return answer
    if status in _REFUSED:
        raise RealtimeUnavailable(
            "SignalR refuses this app.",
            hint="Check the access key, or give the identity the role SignalR Service Owner.",
            retry_after=60,
        )
    raise RealtimeUnavailable(f"SignalR answered {status}.", hint="Try again soon.", retry_after=_LONGEST_WAIT)


def _seconds(text: str | None) -> float:
    return float(text) if text is not None and text.isascii() and text.isdecimal() else 0.0
