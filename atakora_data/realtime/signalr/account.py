"""Where Azure SignalR is and who asks it: from a connection string, or an address and a managed identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from atakora_data.errors import SettingsError
from atakora_data.settings import Connection

_STRING: Final = "Endpoint=https://….service.signalr.net;AccessKey=…;Version=1.0;"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class SignalRAccount:
    """One SignalR service. endpoint: its address, without a slash at the end.

    key: its access key; None for an identity, whose client_id is that of a user-assigned one, if any.
    """

    endpoint: str
    key: str | None = field(default=None, repr=False)
    client_id: str | None = None


def signalr_account(connection: Connection) -> SignalRAccount:
    """The service that the settings name; SettingsError says what is missing or wrong, never the key."""
    if connection.text is None:
        uri, client_id = connection.identity("serviceUri")
        return SignalRAccount(_endpoint(f"{connection.name}__serviceUri", uri, None), client_id=client_id)
    is_identity = "azure" in connection.parts.get("authtype", "").lower()
    parts = connection.required(("Endpoint",) if is_identity else ("Endpoint", "AccessKey"), _STRING)
    if parts.get("version", "1.0").partition(".")[0] != "1":
        raise SettingsError(f"{connection.name} is of a version that is not known here. It looks like {_STRING}")
    endpoint = _endpoint(connection.name, parts["endpoint"], parts.get("port"))
    return SignalRAccount(endpoint, None if is_identity else parts["accesskey"], parts.get("clientid"))


def _endpoint(name: str, text: str, port: str | None) -> str:
    parts = urlsplit(text)
    is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not is_web or not parts.hostname or not (port or "1").isdecimal():
        raise SettingsError(f"The endpoint in {name} must be an address such as https://name.service.signalr.net")
    return f"{text.rstrip('/')}:{port}" if port else text.rstrip("/")
