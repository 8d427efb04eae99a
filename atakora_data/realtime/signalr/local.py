"""The hub that the local host serves in the same process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from atakora_data.errors import RealtimeUnavailable
from atakora_data.realtime.port import Delivery, HubAccess
from atakora_data.realtime.signalr.tokens import LOCAL_ENDPOINT, client_token, client_url

Send: TypeAlias = Callable[[Sequence[Delivery]], Awaitable[None]]
"""Sends messages to whoever is connected, in this order."""


class LocalHub:
    """A `Hub` of the local host, which attaches what it serves; until then nothing is reached.

    key: the access key that `read_token` takes. The URL it answers begins with a slash: it lies on the address at
    which the app was asked.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self._send: Send | None = None

    def attach(self, send: Send) -> None:
        """From now on messages go there."""
        self._send = send

    async def access(self, session: str, seconds: int) -> HubAccess:
        """Where a client of this session connects."""
        self._attached()
        return HubAccess(client_url(LOCAL_ENDPOINT), client_token(self.key, LOCAL_ENDPOINT, session, seconds))

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Send in this order."""
        await self._attached()(deliveries)

    async def close(self) -> None:
        """Nothing is open here: the local host closes what it serves."""

    def _attached(self) -> Send:
        if self._send is None:
            raise RealtimeUnavailable(
                "There is no hub that reaches subscribers.",
                hint="Set AzureSignalRConnectionString, or run: python -m atakora_data dev",
            )
        return self._send
