"""Tokens for the desk: signed and verified with the key of this machine. A deployed app has no such key."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from atakora_data.authorization.principal import Principal
from atakora_data.identity.claims import principal_from_claims
from atakora_data.identity.refusals import malformed, refusal

ISSUER = "atakora-local"
ALGORITHM = "HS256"
LEEWAY_SECONDS = 30
DEFAULT_TTL_SECONDS = 24 * 60 * 60

_RENEW = "Make a new one with: python -m atakora_data token --id ID"


class LocalTokenVerifier:
    """Verifies tokens that `mint` made with the same key. Clocks may differ by 30 seconds."""

    def __init__(self, key: bytes, *, audience: str) -> None:
        self._key = key
        self._audience = audience

    async def verify(self, token: str) -> Principal:
        """Check signature (HS256 only), issuer, audience and times, and read the claims."""
        return principal_from_claims(self._claims(token))

    def _claims(self, token: str) -> dict[str, Any]:
        import jwt

        try:
            return jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                issuer=ISSUER,
                audience=self._audience,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise refusal(error, ALGORITHM, _RENEW) from error
        except (TypeError, ValueError, RecursionError) as error:
            raise malformed(_RENEW) from error


def mint(
    key: bytes,
    *,
    audience: str,
    id: str,
    roles: Iterable[str] = (),
    groups: Iterable[str] = (),
    tenant: str | None = None,
    claims: Mapping[str, Any] | None = None,
    ttl: int = DEFAULT_TTL_SECONDS,
) -> str:
    """Sign a token for this id that is valid for `ttl` seconds. claims: any more, such as `email`."""
    import jwt

    now = int(time.time())
    standard = {"iss": ISSUER, "aud": audience, "iat": now, "nbf": now, "exp": now + ttl, "sub": id, "oid": id}
    optional = {"tid": tenant, "roles": list(roles) or None, "groups": list(groups) or None}
    given = {name: value for name, value in optional.items() if value is not None}
    return jwt.encode({**(claims or {}), **standard, **given}, key, algorithm=ALGORITHM)
