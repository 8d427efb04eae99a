"""Where events go that nobody can read, with the reason: they never stand in the way of others."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from atakora_data.storage.state import StateStore

DEAD_LETTER: Final = "dead-letter"
"""The kind of state that dead letters are; the partition is the container they come from."""

DAYS: Final = 30
"""How long they are kept."""

_LONGEST: Final = 64 * 1024


class DeadLetters:
    """Keeps what could not be published."""

    def __init__(self, state: StateStore) -> None:
        self._state = state

    async def put(self, container: str, document: Mapping[str, Any], reason: str) -> None:
        """Keep the document as text, its first 64 KB, with the reason. StoreUnavailable: it cannot be kept now."""
        text = json.dumps(dict(document), default=repr)  # of ASCII alone: it writes what no other JSON writer takes
        now = datetime.now(UTC)
        value = {"reason": reason, "at": now.isoformat(), "document": text[:_LONGEST], "isWhole": len(text) <= _LONGEST}
        id = f"{now:%Y%m%dT%H%M%S}-{secrets.token_hex(4)}"
        await self._state.put(DEAD_LETTER, container, id, value, ttl=DAYS * 24 * 60 * 60)
