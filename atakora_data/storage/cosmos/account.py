"""Where the account is and who asks it: from a connection string, or an endpoint and a managed identity."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

from atakora_data.errors import SettingsError
from atakora_data.settings import Connection

_STRING: Final = "AccountEndpoint=https://….documents.azure.com:443/;AccountKey=…;"
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Account:
    """One account. key: its key; None for an identity, whose client_id is that of a user-assigned one, if any."""

    endpoint: str
    key: str | None = field(default=None, repr=False)
    client_id: str | None = None

    @property
    def is_local(self) -> bool:
        """Whether it is an emulator on this machine: its certificate is its own, and never checked."""
        return urlsplit(self.endpoint).hostname in _LOCAL

    def credential(self) -> Any:
        """What the SDK takes: the key, or an identity that gets tokens; an identity has to be closed."""
        if self.key is not None:
            return self.key
        from azure.identity.aio import DefaultAzureCredential, ManagedIdentityCredential

        if self.client_id is not None:
            return ManagedIdentityCredential(client_id=self.client_id)
        return DefaultAzureCredential(exclude_interactive_browser_credential=True)


def account_of(connection: Connection | None) -> Account:
    """The account that the settings name; SettingsError says what is missing or wrong, never the key."""
    if connection is None:
        raise SettingsError(
            "ATAKORA_STORE=cosmos needs COSMOS, a connection string, or COSMOS__accountEndpoint for a managed identity."
        )
    name = connection.name
    if connection.text is None:
        endpoint, client_id = connection.identity("accountEndpoint")
        return Account(_endpoint(f"{name}__accountEndpoint", endpoint), client_id=client_id)
    parts = connection.required(("AccountEndpoint", "AccountKey"), _STRING)
    return Account(_endpoint(name, parts["accountendpoint"]), parts["accountkey"])


def _endpoint(name: str, text: str) -> str:
    parts = urlsplit(text)
    is_web = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOCAL)
    if not is_web or not parts.hostname:
        raise SettingsError(f"The endpoint in {name} must be an address such as https://name.documents.azure.com:443/")
    return text
