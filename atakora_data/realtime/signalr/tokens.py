"""The tokens of SignalR: signed with the access key that the app and the hub share."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from collections.abc import Callable
from typing import Any, Final

from atakora_data.errors import InvalidToken

HUB: Final = "atakora"
"""The name of the hub, also in Azure."""

LOCAL_ENDPOINT: Final = "/signalr"
"""Where the local host serves its hub: below its own address, which is not known when tokens are made."""

_ALGORITHM: Final = "HS256"
_LEEWAY_SECONDS: Final = 30


def client_url(endpoint: str) -> str:
    """Where clients connect; also the audience of their tokens."""
    return f"{endpoint.rstrip('/')}/client/?hub={HUB}"


def client_token(key: str, endpoint: str, session: str, seconds: int, *, clock: Callable[[], float] = time.time) -> str:
    """A token that lets a client connect as this session, for so many seconds."""
    return _signed(key, client_url(endpoint), seconds, clock, {"nameid": session})


def server_token(key: str, url: str, seconds: int, *, clock: Callable[[], float] = time.time) -> str:
    """A token that lets the app ask this of the hub. url: without its query."""
    return _signed(key, url, seconds, clock, {})


def read_token(key: str, audience: str, token: str) -> dict[str, Any]:
    """The claims of a token that was signed with this key for this audience; InvalidToken tells what is wrong."""
    import jwt

    try:
        return jwt.decode(
            token,
            key,
            algorithms=[_ALGORITHM],
            audience=audience,
            leeway=_LEEWAY_SECONDS,
            options={"require": ["exp", "aud"]},
        )
    except jwt.ExpiredSignatureError as error:
        raise InvalidToken("The token has expired.", hint="Negotiate again.") from error
    except (jwt.PyJWTError, TypeError, ValueError, RecursionError) as error:
        raise InvalidToken("The token is not one for this hub.", hint="Take the one that negotiate answers.") from error


def local_access_key(key: bytes) -> str:
    """The access key of the local host's hub. key: the local key of this machine."""
    return base64.b64encode(hmac.digest(key, b"signalr", hashlib.sha256)).decode()


def _signed(key: str, audience: str, seconds: int, clock: Callable[[], float], claims: dict[str, Any]) -> str:
    import jwt

    now = int(clock())
    return jwt.encode({**claims, "aud": audience, "iat": now, "exp": now + seconds}, key, algorithm=_ALGORITHM)
