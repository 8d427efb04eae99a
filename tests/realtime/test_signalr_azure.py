"""Azure SignalR, by access key and by identity."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

import jwt
import pytest
from azure.core.credentials import AccessToken
from azure.core.exceptions import ClientAuthenticationError

from atakora_data.errors import RealtimeUnavailable, SettingsError
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.account import SignalRAccount, signalr_account
from atakora_data.realtime.signalr.azure import AzureHub, Identity, azure_hub
from atakora_data.settings import Connection
from tests.realtime.signalr_server import ENTRA, KEY, SignalRServer, signalr_server

NAME = "AzureSignalRConnectionString"
DELIVERIES = [Delivery(session, {"id": "s", "event": str(index)}) for index, session in enumerate("aaba")]


@pytest.fixture
async def service() -> AsyncIterator[SignalRServer]:
    """A service that checks everything."""
    async with signalr_server() as found:
        yield found


@pytest.fixture
async def hub(service: SignalRServer) -> AsyncIterator[AzureHub]:
    """The hub of that service, by its key."""
    found = azure_hub(SignalRAccount(service.endpoint, KEY))
    yield found
    await found.close()
    await found.close()


@dataclass
class Credential:
    """An identity. lives: until when its tokens are good. asked: how often it was."""

    lives: int = 4_000_000_000
    asked: int = 0
    is_closed: bool = False
    is_off: bool = False

    async def get_token(self, *scopes: str) -> AccessToken:
        """A token for the service, and for nothing else."""
        assert ("https://signalr.azure.com/.default",) == scopes
        self.asked += 1
        if self.is_off:
            raise ClientAuthenticationError("no identity here")
        return AccessToken(ENTRA, self.lives)

    async def close(self) -> None:
        """Nothing more is asked."""
        self.is_closed = True


async def test_messages_are_sent_in_order(service: SignalRServer, hub: AzureHub) -> None:
    """Each goes to its session, in the order given, over one connection."""
    await hub.send(DELIVERIES)

    assert [("aaba"[index], str(index)) for index in range(4)] == [
        (user, body["arguments"][0]["event"]) for user, body in service.messages
    ]
    assert {"next"} == {body["target"] for _, body in service.messages}
    assert 1 == len(service.connections)


async def test_clients_get_a_token_of_their_session(service: SignalRServer, hub: AzureHub) -> None:
    """The URL is the audience, the session the user, and it is good for the seconds asked."""
    access = await hub.access("session", 90)

    claims = jwt.decode(access.token, KEY, ["HS256"], audience=access.url)
    assert f"{service.endpoint}/client/?hub=atakora" == access.url
    assert ("session", 90) == (claims["nameid"], claims["exp"] - claims["iat"])


async def test_it_goes_on_after_it_was_closed(service: SignalRServer, hub: AzureHub) -> None:
    """Connections are opened again when they are needed."""
    await hub.send(DELIVERIES[:1])
    await hub.close()
    await hub.send(DELIVERIES[1:2])

    assert 2 == len(service.messages)


@pytest.mark.parametrize("status", [429, 503, 500])
async def test_what_passes_is_tried_again(service: SignalRServer, hub: AzureHub, status: int) -> None:
    """A busy service is asked again after a while, and nothing is lost or sent twice."""
    service.faults.append((status, {}))

    await hub.send(DELIVERIES[:2])

    assert (3, 2) == (service.asked, len(service.messages))


async def test_what_stays_is_told(service: SignalRServer, hub: AzureHub) -> None:
    """After a few tries it is unavailable."""
    service.faults.extend([(503, {})] * 4)

    with pytest.raises(RealtimeUnavailable, match="503"):
        await hub.send(DELIVERIES[:1])

    assert (4, []) == (service.asked, service.messages)


async def test_a_wrong_key_is_told_at_once(service: SignalRServer) -> None:
    """A refusal is not tried again, and says what to check; it shows no key."""
    stranger = azure_hub(SignalRAccount(service.endpoint, "another-key-that-is-long-enough-for-hs256"))

    with pytest.raises(RealtimeUnavailable) as refused:
        await stranger.send(DELIVERIES[:1])
    await stranger.close()

    assert 1 == service.asked
    assert "access key" in (refused.value.hint or "")
    assert "another-key" not in f"{refused.value} {refused.value.hint}"


async def test_a_service_that_is_not_there_is_told() -> None:
    """Nobody listens: it is unavailable, and foreign errors stay inside."""
    async with signalr_server() as gone:
        account = SignalRAccount(gone.endpoint, KEY)
    hub = azure_hub(account)

    with pytest.raises(RealtimeUnavailable, match="does not answer"):
        await hub.send(DELIVERIES[:1])
    await hub.close()


async def test_an_identity_needs_no_key(service: SignalRServer) -> None:
    """The service makes tokens of clients; the app's own is asked for once, and again shortly before it expires."""
    credential, now = Credential(lives=10_000), [0.0]
    hub = AzureHub(service.endpoint, Identity(service.endpoint, lambda: credential, clock=lambda: now[0]))

    access = await hub.access("session", 90)
    await hub.send(DELIVERIES)
    once = credential.asked
    now[0], credential.lives = 9_800, 20_000
    await hub.send(DELIVERIES)
    await hub.close()

    claims = jwt.decode(access.token, KEY, ["HS256"])
    assert {"nameid": "session", "minutes": "2"} == claims
    assert (1, 2, True) == (once, credential.asked, credential.is_closed)
    assert 8 == len(service.messages)


async def test_an_identity_that_is_off_is_told(service: SignalRServer) -> None:
    """Without a token nothing is sent, and the remedy is named."""
    hub = AzureHub(service.endpoint, Identity(service.endpoint, lambda: Credential(is_off=True)))

    with pytest.raises(RealtimeUnavailable, match="identity"):
        await hub.access("session", 60)
    await hub.close()

    assert 0 == service.asked


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("Endpoint=https://a.signalr.net;AccessKey=k=;Version=1.0;", ("https://a.signalr.net", "k=")),
        ("endpoint=http://localhost;accesskey=k;Port=8888;Version=1.0", ("http://localhost:8888", "k")),
        ("Endpoint=https://a.signalr.net/;AuthType=azure.msi;Version=1.0", ("https://a.signalr.net", None)),
    ],
)
def test_connection_strings_are_read(text: str, account: tuple[str, str | None]) -> None:
    """Endpoint, key and port, whatever the letters' case; or an identity instead of the key."""
    found = signalr_account(Connection(NAME, text))

    assert account == (found.endpoint, found.key)


def test_an_identity_is_read_from_properties() -> None:
    """`serviceUri` and, for a user-assigned identity, `clientId`."""
    found = signalr_account(Connection(NAME, None, {"serviceUri": "https://a.service.signalr.net", "clientId": "c"}))

    assert SignalRAccount("https://a.service.signalr.net", None, "c") == found


@pytest.mark.parametrize(
    ("text", "properties", "word"),
    [
        ("Endpoint=https://a.service.signalr.net", {}, "AccessKey"),
        ("AccessKey=secret", {}, "Endpoint"),
        ("Endpoint=http://a.service.signalr.net;AccessKey=secret", {}, "address such as"),
        ("Endpoint=https://a.service.signalr.net;AccessKey=secret;Version=2.0", {}, "version"),
        ("Endpoint=https://a;AccessKey=secret;Port=x", {}, "address such as"),
        (None, {"serviceUri": "a.service.signalr.net"}, "address such as"),
        (None, {"serviceUri": "https://a", "key": "secret"}, "__key"),
        (None, {"serviceUri": "https://a", "credential": "secret"}, "managedidentity"),
    ],
)
def test_wrong_settings_are_told(text: str | None, properties: dict[str, str], word: str) -> None:
    """What is missing or wrong is named, and no key is shown."""
    with pytest.raises(SettingsError, match=word) as refused:
        signalr_account(Connection(NAME, text, properties))

    assert NAME in str(refused.value)
    assert "secret" not in str(refused.value)
