"""Whether a request came through API Management: it proves so by a token of its own identity, beside the caller's."""

from __future__ import annotations

import logging
from typing import Final

from msgspec import Struct

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import GatewayRequired, InvalidToken
from atakora_data.identity.bearer import BearerAuthenticator
from atakora_data.identity.claims import principal_from_claims
from atakora_data.identity.entra.verifier import EntraTokenVerifier

_TOKENS: Final = 16
"""How many of its tokens are remembered: each serves for hours."""

_log = logging.getLogger(__name__)


class Gateway:
    """Lets in what carries a token of one identity. tokens: verifies it; object_id: which identity that is."""

    def __init__(self, tokens: EntraTokenVerifier, object_id: str) -> None:
        self._bearer = BearerAuthenticator(_OneIdentity(tokens, object_id), capacity=_TOKENS)

    async def admit(self, header: str | None) -> None:
        """Return if the header, `Bearer <token>`, is the gateway's. GatewayRequired: it is absent or anybody else's."""
        try:
            sender = await self._bearer.authenticate(header)
        except InvalidToken as error:
            _log.warning("A request came with a token that is not the gateway's: %s", error)
            raise GatewayRequired from error
        if sender is ANONYMOUS:
            raise GatewayRequired


class _OneIdentity(Struct, frozen=True):
    """Verifies tokens of one identity. It may have neither roles nor scopes: who it is says all."""

    tokens: EntraTokenVerifier
    object_id: str

    async def verify(self, token: str) -> Principal:
        """The identity. InvalidToken: the token is somebody else's."""
        claims = await self.tokens.claims(token)
        if claims.get("oid") != self.object_id:
            raise InvalidToken("The token is of another identity.")
        return principal_from_claims(claims)
