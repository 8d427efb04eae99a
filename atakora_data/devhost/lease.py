"""How far a function has read a change feed: kept by the app, so that it goes on there after a restart."""

from __future__ import annotations

from typing import Final

from atakora_data.errors import AlreadyExists, PreconditionFailed
from atakora_data.storage.state import NEW, State, StateStore

_KIND: Final = "lease"
_FOREVER_SECONDS: Final = 10 * 365 * 24 * 60 * 60


class Lease:
    """The position of one function in the feed of one container. Several hosts may share it."""

    def __init__(self, states: StateStore, container: str, function: str) -> None:
        self._states = states
        self._place = (_KIND, container, function)
        self._seen: State | None = None

    @property
    def position(self) -> str | None:
        """Where to read on, as of the last look; None when there is no lease yet."""
        return self._seen.value["position"] if self._seen else None

    async def look(self) -> str | None:
        """The position as it is now; another host may have gone on. StoreUnavailable."""
        self._seen = await self._states.get(*self._place)
        return self.position

    async def move(self, position: str) -> bool:
        """Keep the position; False when another host has moved it since the last look. StoreUnavailable."""
        etag = self._seen.etag if self._seen else NEW
        try:
            value = {"position": position}
            self._seen = await self._states.put(*self._place, value, ttl=_FOREVER_SECONDS, etag=etag)
        except (AlreadyExists, PreconditionFailed):
            return False
        return True
