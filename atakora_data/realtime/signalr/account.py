"""Where Azure SignalR is and who asks it: from a connection string, or an address and a managed identity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from atakora_data.errors import SettingsError
from atakora_data.settings import Connection

_STRING: Final = "Endpoint=https://….service.signalr.net;AccessKey=…;Version=1.0;"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
_KNOWN: Final = frozenset({"serviceUri", "credential", "clientId"})


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
    if connection.text is not None:
        return _from_string(connection.name, connection.text)
    return _from_identity(connection.name, connection.properties)


def _from_string(name: str, text: str) -> SignalRAccount:
    parts = {key.lower(): value for key, value in _parts(text)}
    is_identity = "azure" in parts.get("authtype", "").lower()
    wanted = {"endpoint": "Endpoint"} if is_identity else {"endpoint": "Endpoint", "accesskey": "AccessKey"}
    missing = [shown for key, shown in wanted.items() if not parts.get(key)]
    if missing:
        raise SettingsError(f"{name} has no {' and no '.join(missing)}. It looks like {_STRING}")
    if parts.get("version", "1.0").partition(".")[0] != "1":
        raise SettingsError(f"{name} is of a version that is not known here. It looks like {_STRING}")
    endpoint = _endpoint(name, parts["endpoint"], parts.get("port"))
    return SignalRAccount(endpoint, None if is_identity else parts["accesskey"], parts.get("clientid"))


def _parts(text: str) -> list[tuple[str, str]]:
    """Names and values; a key may hold signs of equality."""
    pairs = (part.partition("=") for part in text.split(";") if "=" in part)
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _from_identity(name: str, properties: Mapping[str, str]) -> SignalRAccount:
    unknown = sorted(set(properties) - _KNOWN)
    if unknown:
        known = ", ".join(f"{name}__{each}" for each in sorted(_KNOWN))
        raise SettingsError(f"There is no setting {name}__{unknown[0]}. There are {known}.")
    if properties.get("credential", "managedidentity") != "managedidentity":
        raise SettingsError(f"{name}__credential must be managedidentity, or be left out.")
    endpoint = _endpoint(f"{name}__serviceUri", properties["serviceUri"], None)
    return SignalRAccount(endpoint, client_id=properties.get("clientId"))


def _endpoint(name: str, text: str, port: str | None) -> str:
    parts = urlsplit(text)
    is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not is_web or not parts.hostname or not (port or "1").isdecimal():
        raise SettingsError(f"The endpoint in {name} must be an address such as https://name.service.signalr.net")
    return f"{text.rstrip('/')}:{port}" if port else text.rstrip("/")
