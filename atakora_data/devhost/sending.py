"""Where the messages go that functions put out: to the hub of this host, or to the one that is set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.application import Application
from atakora_data.devhost.hub.hub import SignalRHub
from atakora_data.devhost.invocation import Send, unreachable
from atakora_data.realtime.port import TARGET, Delivery, Hub


def sender(application: Application | None, hub: SignalRHub | None) -> Send:
    """What takes the messages of functions. hub: that of this host, if it serves one."""
    if hub is not None:
        return hub.send
    if application is not None and application.realtime is not None:
        return _through(application.realtime.hub)
    return unreachable


def _through(hub: Hub) -> Send:
    """Send through a hub elsewhere."""

    async def send(messages: list[dict[str, Any]]) -> None:
        await hub.send([_delivery(each) for each in messages])

    return send


def _delivery(message: Mapping[str, Any]) -> Delivery:
    match message:
        case {"target": str(target), "arguments": [dict(argument)], "userId": str(session)} if target == TARGET:
            return Delivery(session, argument)
        case _:
            raise ValueError(f"Through a hub elsewhere the local host sends `{TARGET}` to users only: {message}")
