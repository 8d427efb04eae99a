"""Microsoft Graph, asked as the app's managed identity which groups somebody is in, directly or by other groups."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, NamedTuple, TypeAlias
from urllib.parse import quote, urlsplit

import orjson

from atakora_data.errors import IdentityUnavailable
from atakora_data.identity.entra.body import whole

PATIENCE_SECONDS: Final = 15.0
"""So long one look-up may take, pages and repetitions included."""

LONGEST_PAUSE: Final = 5.0
ATTEMPTS: Final = 4
MOST_PAGES: Final = 100
LARGEST: Final = 4 * 1024 * 1024

_PATH: Final = "/v1.0/{kind}/{id}/transitiveMemberOf/microsoft.graph.group?$select=id&$count=true&$top=999"
_OK, _THROTTLED, _FAILED = 200, 429, 500
_RENEWED_BEFORE: Final = 300


class AccessToken(NamedTuple):
    """What Graph is shown, and until when (seconds since 1970)."""

    token: str
    expires: float


TokenSource: TypeAlias = Callable[[str], Awaitable[AccessToken]]
"""A token for the scope. IdentityUnavailable: none can be had now."""


async def identity_token(scope: str) -> AccessToken:
    """A token of the app's own identity; `AZURE_CLIENT_ID` says which, where it has several."""
    from azure.core.exceptions import AzureError
    from azure.identity.aio import DefaultAzureCredential

    try:
        async with DefaultAzureCredential(exclude_interactive_browser_credential=True) as credential:
            found = await credential.get_token(scope)
    except (AzureError, ValueError) as error:
        raise _unavailable("the app has no identity that may ask") from error
    return AccessToken(found.token, found.expires_on)


class Graph:
    """Tells groups; nothing is asked before the first. endpoint: such as `https://graph.microsoft.com`.

    patience: the seconds of one look-up.
    """

    def __init__(
        self, endpoint: str, token: TokenSource = identity_token, *, patience: float = PATIENCE_SECONDS
    ) -> None:
        self._patience = patience
        self._endpoint = endpoint.rstrip("/")
        self._source = token
        self._token = AccessToken("", 0)

    async def groups(self, id: str, is_app: bool) -> frozenset[str]:
        """The ids of all groups that this person or app is in. IdentityUnavailable: they cannot be had whole."""
        try:
            async with asyncio.timeout(self._patience):
                return frozenset(await self._all(id, is_app))
        except TimeoutError as error:
            raise _unavailable("it did not answer in time") from error

    async def _all(self, id: str, is_app: bool) -> list[str]:
        import aiohttp

        found: list[str] = []
        kind = "servicePrincipals" if is_app else "users"
        url: str | None = self._endpoint + _PATH.format(kind=kind, id=quote(id, safe=""))
        async with aiohttp.ClientSession() as http:
            for _ in range(MOST_PAGES):
                if url is None:
                    return found
                page = await self._page(http, url)
                found += _ids(page)
                url = self._next(page)
        raise _unavailable(f"there are more than {MOST_PAGES} pages")

    async def _page(self, http: Any, url: str) -> dict[str, Any]:
        """One page, asked for again while Graph is busy."""
        reason = ""
        for attempt in range(ATTEMPTS):
            reason, pause, content = await self._asked(http, url)
            if content is not None:
                return _object(content)
            await asyncio.sleep(min(pause if pause is not None else 0.2 * 2**attempt, LONGEST_PAUSE))
        raise _unavailable(reason)

    async def _asked(self, http: Any, url: str) -> tuple[str, float | None, bytes | None]:
        """The content of the answer; without one, why, and how long Graph wants to be left alone."""
        import aiohttp

        headers = {"Authorization": f"Bearer {await self._bearer()}", "ConsistencyLevel": "eventual"}
        try:
            async with http.get(url, headers=headers, allow_redirects=False) as answer:
                if answer.status == _OK:
                    return "", None, await _content(answer)
                if answer.status == _THROTTLED or answer.status >= _FAILED:
                    return f"the answer is {answer.status}", _seconds(answer.headers.get("Retry-After")), None
                raise _unavailable(f"the answer is {answer.status}")
        except (aiohttp.ClientError, OSError) as error:
            return type(error).__name__, None, None

    async def _bearer(self) -> str:
        if self._token.expires - _RENEWED_BEFORE < time.time():
            self._token = await self._source(f"{self._endpoint}/.default")
        return self._token.token

    def _next(self, page: dict[str, Any]) -> str | None:
        """Where to read on: never elsewhere, for the token goes there."""
        link = page.get("@odata.nextLink")
        if link is None:
            return None
        if not isinstance(link, str) or urlsplit(link)[:2] != urlsplit(self._endpoint)[:2]:
            raise _unavailable("its next page is somewhere else")
        return link


async def _content(answer: Any) -> bytes:
    found = await whole(answer.content, LARGEST)
    if found is None:
        raise _unavailable(f"its answer has more than {LARGEST} bytes")
    return found


def _ids(page: dict[str, Any]) -> list[str]:
    groups = page.get("value")
    if not isinstance(groups, list) or not all(
        isinstance(each, dict) and isinstance(each.get("id"), str) for each in groups
    ):
        raise _unavailable("its answer has no groups")
    return [each["id"] for each in groups]


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _unavailable("its answer is not JSON") from error
    if not isinstance(found, dict):
        raise _unavailable("its answer is no object")
    return found


def _seconds(text: str | None) -> float | None:
    return float(text) if text is not None and text.isascii() and text.isdigit() else None


def _unavailable(reason: str) -> IdentityUnavailable:
    return IdentityUnavailable(
        f"Your groups cannot be read from Microsoft Graph: {reason}.",
        hint="Try again; the app's identity needs the permission GroupMember.Read.All.",
    )
