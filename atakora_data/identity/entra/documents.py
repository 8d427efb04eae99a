"""Fetches what an OpenID provider publishes: JSON over HTTP, small and soon, or not at all."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeAlias

from atakora_data.errors import IdentityUnavailable
from atakora_data.identity.entra.body import whole

PATIENCE_SECONDS: Final = 5.0
LARGEST: Final = 512 * 1024

Fetch: TypeAlias = Callable[[str], Awaitable[dict[str, Any]]]
"""Gives the JSON object at a URL. IdentityUnavailable: it cannot be had now."""


async def fetch(url: str, patience: float = PATIENCE_SECONDS) -> dict[str, Any]:
    """The JSON object at this URL, within 512 KB and so many seconds."""
    import aiohttp

    try:
        timeout = aiohttp.ClientTimeout(total=patience)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url, allow_redirects=False) as answer:
            if answer.status != 200:  # noqa: PLR2004 - success
                raise _unavailable(url, f"the answer is {answer.status}")
            return _object(url, await whole(answer.content, LARGEST))
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        raise _unavailable(url, f"{type(error).__name__}") from error


def _object(url: str, content: bytes | None) -> dict[str, Any]:
    import orjson

    if content is None:
        raise _unavailable(url, f"it has more than {LARGEST} bytes")
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unavailable(url, "it is not JSON") from error
    if not isinstance(found, dict):
        raise _unavailable(url, "it is not a JSON object")
    return found


def _unavailable(url: str, reason: str) -> IdentityUnavailable:
    return IdentityUnavailable(f"{url} cannot be read: {reason}.", hint="Try again; the app may not reach Entra ID.")
