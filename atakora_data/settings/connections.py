"""Connections to Azure, by the convention of Azure Functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from atakora_data.errors import SettingsError

CONNECTIONS = {
    "cosmos": ("COSMOS", "accountEndpoint"),
    "service_bus": ("SERVICE_BUS", "fullyQualifiedNamespace"),
    "signalr": ("AzureSignalRConnectionString", "serviceUri"),
}
"""Which variable each connection is named by, and the property that a managed identity needs."""


@dataclass(frozen=True)
class Connection:
    """One connection to Azure, by the Functions convention: a connection string, or a managed identity.

    name: e.g. `COSMOS`. text: the connection string that variable holds, if any.
    properties: without a connection string, `accountEndpoint` of `COSMOS__accountEndpoint` and the like.
    """

    name: str
    text: str | None = field(default=None, repr=False)
    properties: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def parts(self) -> dict[str, str]:
        """What the connection string holds, by name in lower case; a key may hold signs of equality."""
        pairs = (part.partition("=") for part in (self.text or "").split(";") if "=" in part)
        return {name.strip().lower(): value.strip() for name, _, value in pairs}

    def required(self, names: Iterable[str], example: str) -> dict[str, str]:
        """The parts, these among them; SettingsError names those that are missing, and never shows a value."""
        parts = self.parts
        missing = [each for each in names if not parts.get(each.lower())]
        if missing:
            raise SettingsError(f"{self.name} has no {' and no '.join(missing)}. It looks like {example}")
        return parts

    def identity(self, endpoint: str) -> tuple[str, str | None]:
        """The value of the property `endpoint`, and the client id of a user-assigned identity, if any.

        SettingsError: there is another property, or another kind of credential.
        """
        known = {endpoint, "credential", "clientId"}
        unknown = sorted(set(self.properties) - known)
        if unknown:
            listed = ", ".join(f"{self.name}__{each}" for each in sorted(known))
            raise SettingsError(f"There is no setting {self.name}__{unknown[0]}. There are {listed}.")
        if self.properties.get("credential", "managedidentity") != "managedidentity":
            raise SettingsError(f"{self.name}__credential must be managedidentity, or be left out.")
        return self.properties[endpoint], self.properties.get("clientId")


def connection_names() -> tuple[str, ...]:
    """The variables that connections to Azure are read from, by connection string and by identity."""
    return tuple(name for variable, key in CONNECTIONS.values() for name in (variable, f"{variable}__{key}"))


def read_connections(given: Mapping[str, str]) -> dict[str, Connection]:
    """The connections that these variables make, by the name of their setting."""
    found = ((name, _connection(given, *wanted)) for name, wanted in CONNECTIONS.items())
    return {name: connection for name, connection in found if connection is not None}


def _connection(given: Mapping[str, str], name: str, endpoint: str) -> Connection | None:
    text = given.get(name)
    start = f"{name}__"
    properties = {key.removeprefix(start): value for key, value in given.items() if key.startswith(start)}
    if text and properties:
        raise SettingsError(
            f"{name} and {start}{min(properties)} contradict each other. Keep {name} for a connection string, "
            f"or only the {start}… settings for a managed identity."
        )
    if properties and endpoint not in properties:
        raise SettingsError(f"The setting {start}{endpoint} is missing beside {start}{min(properties)}.")
    return Connection(name, text, properties) if text or properties else None
