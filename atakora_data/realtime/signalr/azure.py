"""Azure SignalR in serverless mode: clients connect to it, and the app sends by its REST interface."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Protocol
from urllib.parse import quote

import orjson

from atakora_data.errors import RealtimeUnavailable
from atakora_data.realtime.port import Delivery, HubAccess
from atakora_data.realtime.signalr.account import SignalRAccount
from atakora_data.realtime.signalr.requests import Requests
from atakora_data.realtime.signalr.tokens import HUB, client_token, client_url, server_token

_SERVER_SECONDS: Final = 300
_EARLY_SECONDS: Final = 300
_SCOPE: Final = "https://signalr.azure.com/.default"


class Keys(Protocol):
    """Who signs what the service accepts."""

    async def for_request(self, url: str) -> str:
        """A token for a request of the app. RealtimeUnavailable: none can be had."""

    async def for_client(self, session: str, seconds: int, requests: Requests) -> str:
        """A token for a client of this session. RealtimeUnavailable: none can be had."""

    async def close(self) -> None:
        """Close what is open."""


class AzureHub:
    """A `Hub` that is an Azure SignalR service."""

    def __init__(self, endpoint: str, keys: Keys) -> None:
        self._endpoint = endpoint
        self._keys = keys
        self._requests = Requests(keys.for_request)

    async def access(self, session: str, seconds: int) -> HubAccess:
        """Where a client of this session connects."""
        return HubAccess(client_url(self._endpoint), await self._keys.for_client(session, seconds, self._requests))

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Send in this order, each once the one before is accepted."""
        for each in deliveries:
            url = f"{self._endpoint}/api/hubs/{HUB}/users/{quote(each.session, safe='')}/:send"
            message = each.message()
            await self._requests.post(url, body={name: message[name] for name in ("target", "arguments")})

    async def close(self) -> None:
        """Close the connections; they are opened again when they are needed."""
        await self._requests.close()
        await self._keys.close()


class AccessKey:
    """Signs by the access key of the service."""

    def __init__(self, endpoint: str, key: str) -> None:
        self._endpoint = endpoint
        self._key = key

    async def for_request(self, url: str) -> str:
        """A token for a request of the app."""
        return server_token(self._key, url, _SERVER_SECONDS)

    async def for_client(self, session: str, seconds: int, requests: Requests) -> str:  # noqa: ARG002 - needs none
        """A token for a client of this session."""
        return client_token(self._key, self._endpoint, session, seconds)

    async def close(self) -> None:
        """Nothing is open."""


class Identity:
    """Has tokens made by Entra ID and by the service. make: the credential, of `azure.identity.aio`."""

    def __init__(self, endpoint: str, make: Callable[[], Any], *, clock: Callable[[], float] = time.time) -> None:
        self._endpoint = endpoint
        self._make = make
        self._clock = clock
        self._credential: Any = None
        self._token, self._expires = "", 0.0

    async def for_request(self, url: str) -> str:  # noqa: ARG002 - one token is good for all
        """The app's own token, kept until shortly before it expires."""
        if self._clock() >= self._expires - _EARLY_SECONDS:
            from azure.core.exceptions import AzureError

            if self._credential is None:
                self._credential = self._make()
            try:
                found = await self._credential.get_token(_SCOPE)
            except AzureError as error:
                raise RealtimeUnavailable(
                    "The app's identity gets no token for SignalR.",
                    hint="Turn the managed identity on, and check AzureSignalRConnectionString__clientId.",
                ) from error
            self._token, self._expires = found.token, found.expires_on
        return self._token

    async def for_client(self, session: str, seconds: int, requests: Requests) -> str:
        """A token that the service makes, for whole minutes."""
        url = f"{self._endpoint}/api/hubs/{HUB}/:generateToken"
        minutes = max(1, math.ceil(seconds / 60))
        answer = await requests.post(url, {"userId": session, "minutesToExpire": str(minutes)})
        with suppress(orjson.JSONDecodeError, KeyError, TypeError):
            return str(orjson.loads(answer)["token"])
        raise RealtimeUnavailable("SignalR made no token.", hint="Check AzureSignalRConnectionString__serviceUri.")

    async def close(self) -> None:
        """Close the credential; another is made when one is needed."""
        credential, self._credential = self._credential, None
        if credential is not None:
            await credential.close()


def azure_hub(account: SignalRAccount) -> AzureHub:
    """The hub that the account leads to."""
    if account.key is not None:
        return AzureHub(account.endpoint, AccessKey(account.endpoint, account.key))
    return AzureHub(account.endpoint, Identity(account.endpoint, lambda: _credential(account.client_id)))


def _credential(client_id: str | None) -> Any:
    from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

    if client_id is not None:
        return ManagedIdentityCredential(client_id=client_id)
    return DefaultAzureCredential(exclude_interactive_browser_credential=True)
