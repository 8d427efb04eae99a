"""What the app asks of whoever knows which tokens are genuine."""

from __future__ import annotations

from typing import Protocol

from atakora_data.authorization.principal import Principal


class TokenVerifier(Protocol):
    """Tells who a bearer token speaks for.

    Not promised: that a token verified once still verifies later; callers may keep the answer until its `exp` claim.
    """

    async def verify(self, token: str) -> Principal:
        """The principal that the token names, with all its claims (`exp` among them).

        InvalidToken: whatever is wrong with it: shape, algorithm, signature, issuer, audience or times. The message
        never shows the token.
        """
