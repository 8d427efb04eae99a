"""The hub of the local host."""

from __future__ import annotations

import time
from collections.abc import Sequence

import pytest

from atakora_data.errors import InvalidToken, RealtimeUnavailable
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.local import LocalHub
from atakora_data.realtime.signalr.tokens import client_token, client_url, local_access_key, read_token

KEY = local_access_key(b"k" * 32)
DELIVERY = Delivery("session", {"id": "s1"})


async def test_nothing_is_reached_before_it_is_attached() -> None:
    """Without a local host the caller is told which setting is missing."""
    hub = LocalHub(KEY)

    with pytest.raises(RealtimeUnavailable) as access:
        await hub.access("session", 60)
    with pytest.raises(RealtimeUnavailable):
        await hub.send([DELIVERY])

    assert "AzureSignalRConnectionString" in (access.value.hint or "")


async def test_what_is_attached_gets_the_messages() -> None:
    """Once attached, messages go there, and clients are told a path and a token for their session."""
    hub, sent = LocalHub(KEY), list[Delivery]()

    async def send(deliveries: Sequence[Delivery]) -> None:
        sent.extend(deliveries)

    hub.attach(send)
    access = await hub.access("session", 60)
    await hub.send([DELIVERY])
    await hub.close()

    assert "/signalr/client/?hub=atakora" == access.url
    assert "session" == read_token(KEY, access.url, access.token)["nameid"]
    assert [DELIVERY] == sent


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (client_token(KEY, "/signalr", "session", 60, clock=lambda: time.time() - 100), "expired"),
        (client_token(KEY, "/elsewhere", "session", 3600), "not one for this hub"),
        (client_token(local_access_key(b"other"), "/signalr", "session", 3600), "not one for this hub"),
        ("nonsense", "not one for this hub"),
    ],
    ids=["expired", "elsewhere", "forged", "nonsense"],
)
def test_other_tokens_are_refused(token: str, words: str) -> None:
    """A token that is old, forged or meant for another place says what is wrong with it."""
    with pytest.raises(InvalidToken, match=words):
        read_token(KEY, client_url("/signalr"), token)
