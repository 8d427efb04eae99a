"""Positions as subscribers see them: what those of a store tell, such as how much others wrote, stays here."""

from __future__ import annotations

from typing import Final

from atakora_data.errors import InvalidCursor, MalformedRequest
from atakora_data.query.cursor import CursorSigner

_BINDING: Final = "position of an event"


class Positions:
    """Seals positions for subscribers, and opens what they send back: the same one always looks the same."""

    def __init__(self, signer: CursorSigner) -> None:
        self._signer = signer

    def sealed(self, position: str) -> str:
        """The position as a subscriber is told it."""
        return self._signer.sign((position,), _BINDING)

    def opened(self, sealed: str) -> str:
        """The position that was sealed; MalformedRequest: it was not, or with another key."""
        try:
            [position] = self._signer.verify(sealed, _BINDING)
        except (InvalidCursor, ValueError):
            raise MalformedRequest(
                "`since` is not the position of an event.", hint="Take the position of the last event, as it is."
            ) from None
        return str(position)
