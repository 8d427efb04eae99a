"""How long subscriptions and sessions live."""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidToken


class Lifetime(Struct, frozen=True):
    """So many seconds from the last sign of life, and never longer than the token that was shown.

    clock: seconds since 1970.
    """

    seconds: int
    clock: Callable[[], float] = time.time

    def now(self) -> float:
        """What time it is."""
        return self.clock()

    def end(self, principal: Principal, seconds: int | None = None) -> float:
        """When something that begins now ends; InvalidToken: it would have ended already. seconds: if others hold."""
        now, expires = self.now(), principal.claim("exp")
        end = now + (self.seconds if seconds is None else seconds)
        if isinstance(expires, int | float):
            end = min(end, float(expires))
        if end <= now:
            raise InvalidToken("The token has expired.", hint="Sign in again.")
        return end
