"""From the `Authorization` header to the principal who asks."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import InvalidToken
from atakora_data.identity.port import TokenVerifier

LONGEST_TOKEN = 16 * 1024
LONGEST_MEMORY_SECONDS = 300

_HINT = "Send `Authorization: Bearer <token>`, or no Authorization header to ask anonymously."


class BearerAuthenticator:
    """Reads who asks, and remembers verified tokens: by digest only, at most 5 minutes, never past their expiry.

    capacity: how many tokens are remembered; the oldest gives way.
    """

    def __init__(
        self, verifier: TokenVerifier, *, capacity: int = 4096, clock: Callable[[], float] = time.time
    ) -> None:
        self._verifier = verifier
        self._capacity = capacity
        self._clock = clock
        self._verified: dict[bytes, tuple[Principal, float]] = {}

    async def authenticate(self, authorization: str | None) -> Principal:
        """Tell whom the header speaks for, nobody when absent. InvalidToken: it holds anything but a good token."""
        if authorization is None:
            return ANONYMOUS
        digest = hashlib.blake2b(authorization.encode("utf-8", "surrogateescape"), digest_size=32).digest()
        known = self._verified.get(digest)
        if known is not None and self._clock() < known[1]:
            return known[0]
        principal = await self._verifier.verify(_token(authorization))
        self._remember(digest, principal)
        return principal

    def _remember(self, digest: bytes, principal: Principal) -> None:
        now = self._clock()
        expires = principal.claim("exp")
        until = min(expires, now + LONGEST_MEMORY_SECONDS) if isinstance(expires, int | float) else now
        self._verified.pop(digest, None)
        while len(self._verified) >= self._capacity:
            del self._verified[next(iter(self._verified))]
        self._verified[digest] = (principal, until)


def _token(authorization: str) -> str:
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken("The Authorization header is not of the scheme Bearer.", hint=_HINT)
    token = token.strip()
    if not token or " " in token or "," in token:
        raise InvalidToken("The Authorization header does not hold one bearer token.", hint=_HINT)
    if len(token) > LONGEST_TOKEN:
        raise InvalidToken(f"The bearer token is over {LONGEST_TOKEN} characters.")
    return token
