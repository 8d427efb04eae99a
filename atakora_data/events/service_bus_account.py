"""Where Service Bus is and who asks it: from a connection string, or a namespace and a managed identity."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from atakora_data.errors import SettingsError
from atakora_data.events.port import TOPIC
from atakora_data.settings import Connection

_STRING: Final = "Endpoint=sb://….servicebus.windows.net/;SharedAccessKeyName=…;SharedAccessKey=…"
_WANTED: Final = ("Endpoint", "SharedAccessKeyName", "SharedAccessKey")
_HOST: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(:\d{1,5})?")


@dataclass(frozen=True)
class ServiceBusAccount:
    """One Service Bus namespace. namespace: its host, such as `shop.servicebus.windows.net`.

    key_name, key: of an access policy that may send; None for an identity, whose client_id is that of a user-assigned
    one, if any. is_plain: an emulator on this machine, which is spoken to without TLS.
    """

    namespace: str
    key_name: str | None = None
    key: str | None = field(default=None, repr=False)
    client_id: str | None = None
    is_plain: bool = False


def service_bus_account(connection: Connection) -> ServiceBusAccount:
    """The namespace that the settings name; SettingsError says what is missing or wrong, never the key."""
    if connection.text is None:
        return _from_identity(connection)
    name, parts = connection.name, connection.required(_WANTED, _STRING)
    if parts.get("entitypath", TOPIC) != TOPIC:
        raise SettingsError(f"{name} is for another topic than {TOPIC}: its EntityPath says so. Leave EntityPath out.")
    endpoint = urlsplit(parts["endpoint"])
    if endpoint.scheme != "sb" or not _HOST.fullmatch(endpoint.netloc):
        raise SettingsError(f"The Endpoint in {name} must look like sb://name.servicebus.windows.net/")
    _check_key(name, parts["sharedaccesskey"])
    is_plain = parts.get("usedevelopmentemulator", "").lower() == "true"
    return ServiceBusAccount(endpoint.netloc, parts["sharedaccesskeyname"], parts["sharedaccesskey"], is_plain=is_plain)


def _check_key(name: str, key: str) -> None:
    try:
        base64.b64decode(key, validate=True)
    except binascii.Error as error:
        raise SettingsError(f"The SharedAccessKey in {name} is cut off, or is no key: it must be base64.") from error


def _from_identity(connection: Connection) -> ServiceBusAccount:
    namespace, client_id = connection.identity("fullyQualifiedNamespace")
    if not _HOST.fullmatch(namespace):
        raise SettingsError(
            f"{connection.name}__fullyQualifiedNamespace must be a host such as name.servicebus.windows.net"
        )
    return ServiceBusAccount(namespace, client_id=client_id)
