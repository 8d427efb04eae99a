"""Who may ask the hub: checked by tokens that are signed with its access key."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any, NamedTuple

from aiohttp import web

from atakora_data.errors import InvalidToken, NotFound, perhaps
from atakora_data.realtime.signalr.tokens import HUB, LOCAL_ENDPOINT, client_url, read_token

_SCHEME = "bearer "


class Admission(NamedTuple):
    """A session that may connect. seconds: until it no longer may."""

    session: str
    seconds: float


def admission(key: str, request: web.BaseRequest) -> Admission:
    """The session that this client may connect as. InvalidToken: none. NotFound: it asks for another hub."""
    _refuse_other_hubs(request.query.get("hub", ""))
    endpoints = (LOCAL_ENDPOINT, f"{_origin(request)}{LOCAL_ENDPOINT}")
    claims = _claims(key, _token(request), (client_url(each) for each in endpoints))
    session = claims.get("nameid")
    if not isinstance(session, str) or not session:
        raise InvalidToken("The token names no session.", hint="Take the one that negotiate answers.")
    return Admission(session, claims["exp"] - time.time())


def refuse_strangers(key: str, hub: str, request: web.BaseRequest) -> None:
    """Let only the app ask this, with a token for this very URL. InvalidToken: it has none. NotFound: another hub."""
    path = request.raw_path.partition("?")[0]
    _claims(key, _token(request), (path, f"{_origin(request)}{path}"))
    _refuse_other_hubs(hub)


def _refuse_other_hubs(name: str) -> None:
    if name.lower() != HUB:
        raise NotFound(f"There is no hub {name!r} here.", hint=perhaps(name, [HUB]) or f"The hub is {HUB!r}.")


def _claims(key: str, token: str, audiences: Iterable[str]) -> dict[str, Any]:
    """What the token says, if it is for one of these; what is wrong with it for the first otherwise."""
    refusals: list[InvalidToken] = []
    for audience in audiences:
        try:
            return read_token(key, audience, token)
        except InvalidToken as error:
            refusals.append(error)
    raise refusals[0]


def _token(request: web.BaseRequest) -> str:
    """The token in the header or, as browsers must send it with a WebSocket, in the query."""
    header = request.headers.get("Authorization", "")
    if header.lower().startswith(_SCHEME):
        return header[len(_SCHEME) :].strip()
    return request.query.get("access_token", "")


def _origin(request: web.BaseRequest) -> str:
    return f"http://{request.headers.get('Host', '')}"
