"""The hub of an app that is served at a desk."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from atakora_data.application import Application
from atakora_data.devhost.hub.hub import SignalRHub
from atakora_data.realtime.signalr.local import LocalHub


def hub_of(application: Application | None) -> SignalRHub | None:
    """The hub that this app's subscribers connect to, and its messages go through from now on.

    None: nothing is in real time, or a hub elsewhere is set.
    """
    if application is None or application.realtime is None:
        return None
    local = application.realtime.hub
    if not isinstance(local, LocalHub):
        return None
    hub = SignalRHub(local.key)
    local.attach(hub.deliver)
    return hub


@asynccontextmanager
async def closing(hub: SignalRHub | None) -> AsyncIterator[None]:
    """Close the hub when the block ends, so that the server need not wait for subscribers."""
    try:
        yield
    finally:
        if hub is not None:
            await hub.close()
