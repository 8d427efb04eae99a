"""Two verifiers at a desk: tokens that say they come from this machine go to the one, all others to the other."""

from __future__ import annotations

from msgspec import Struct

from atakora_data.authorization.principal import Principal
from atakora_data.identity.local import ISSUER
from atakora_data.identity.port import TokenVerifier


class EitherVerifier(Struct, frozen=True):
    """Chooses by the issuer that a token names; whoever is chosen checks it, the issuer included."""

    local: TokenVerifier
    entra: TokenVerifier

    async def verify(self, token: str) -> Principal:
        """The principal that the token names."""
        return await (self.local if _issuer(token) == ISSUER else self.entra).verify(token)


def _issuer(token: str) -> object:
    """What the token says of itself; None of what cannot be read."""
    import jwt

    try:
        return jwt.decode(token, options={"verify_signature": False}).get("iss")
    except (jwt.PyJWTError, TypeError, ValueError, RecursionError):
        return None
