"""Every setting of an app, typed, and read once from the environment.

`local.settings.json` and App Settings both arrive as environment variables. What each one means is said here, beside
its name; docs/settings.md is the same for readers, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from atakora_data.errors import SettingsError, perhaps

PREFIX = "ATAKORA_"

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_STORES = ("sqlite", "memory", "cosmos")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
_SHORTEST_KEY = 32
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_CLOUDS = ("public", "usgovernment", "china")
_SCHEMAS = Path("schemas")
_DATA = Path(".atakora/data.db")
_KEY_FILE = Path(".atakora/local.key")
_AUDIENCE = "atakora-data"


def _text(text: str) -> str:
    return text


def _one_of(*known: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text not in known:
            raise ValueError(f"must be one of {', '.join(known)}")
        return text

    return parse


def _log_level(text: str) -> str:
    return _one_of(*_LOG_LEVELS)(text.upper())


def _switch(text: str) -> bool:
    if text.lower() in _TRUE:
        return True
    if text.lower() in _FALSE:
        return False
    raise ValueError("must be true or false")


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or int(text) < 1:
        raise ValueError("must be a whole number above 0")
    return int(text)


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(each.strip().rstrip("/") for each in text.split(",") if each.strip())
    for origin in origins:
        if origin != "*" and not origin.startswith(("http://", "https://")):
            raise ValueError(f"must list origins such as https://app.example.com, separated by commas, not {origin!r}")
    return origins


def _listed(text: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in text.split(",") if each.strip())


def _authority(text: str) -> str:
    host = urlsplit(text)
    if host.scheme != "https" and host.hostname not in _LOOPBACK:
        raise ValueError("must be an https URL, such as https://login.microsoftonline.com")
    return text.rstrip("/")


def _key(text: str) -> bytes:
    if len(text.encode()) < _SHORTEST_KEY:
        raise ValueError(f"must have at least {_SHORTEST_KEY} characters; make one with: openssl rand -base64 32")
    return text.encode()


@dataclass(frozen=True, slots=True)
class Setting:
    """What one setting is called, what it means and how its text is read. secret: its value is never shown."""

    name: str
    meaning: str
    parse: Callable[[str], Any]
    secret: bool = False


_UNSET: Any = object()


def _setting(name: str, meaning: str, parse: Callable[[str], Any], default: Any, *, secret: bool = False) -> Any:
    about = {"setting": Setting(PREFIX + name, meaning, parse, secret)}
    return field(default=default, metadata=about, repr=not secret)


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


@dataclass(frozen=True)
class Settings:
    """All settings of one app. Make one with `Settings.from_environment(os.environ)`, or by hand in a test.

    Relative paths lie below the project folder. is_azure: whether this runs in a deployed Function App.
    """

    schemas: Path = _setting("SCHEMAS", "The folder of schema modules.", Path, _SCHEMAS)  # noqa: RUF009 - it makes a field
    store: str = _setting(
        "STORE",
        "Where records live: `sqlite` (one file), `memory` (gone at exit) or `cosmos`.",
        _one_of(*_STORES),
        "sqlite",
    )
    data: Path = _setting("DATA", "The file of the `sqlite` store.", Path, _DATA)  # noqa: RUF009 - it makes a field
    key_file: Path = _setting("KEY_FILE", "The key that signs local tokens; made on first run.", Path, _KEY_FILE)  # noqa: RUF009 - it makes a field
    audience: str = _setting(
        "AUDIENCE", "The audience (`aud`) that tokens must have; several are separated by commas.", _text, _AUDIENCE
    )
    entra_tenants: tuple[str, ...] = _setting(
        "ENTRA_TENANTS",
        "The ids of the Entra ID tenants whose tokens are accepted, comma-separated; `*` for every organization.",
        _listed,
        (),
    )
    entra_cloud: str = _setting(
        "ENTRA_CLOUD", "Which cloud signs people in: `public`, `usgovernment` or `china`.", _one_of(*_CLOUDS), "public"
    )
    entra_authority: str | None = _setting(
        "ENTRA_AUTHORITY", "Where tokens are issued, if that is none of the clouds.", _authority, None
    )
    cursor_key: bytes | None = _setting(
        "CURSOR_KEY",
        "The secret that signs page cursors, the same in every instance. Locally derived from the local key.",
        _key,
        None,
        secret=True,
    )
    max_body_bytes: int = _setting("MAX_BODY_BYTES", "The largest request body, in bytes.", _positive, 1024 * 1024)
    cors_origins: tuple[str, ...] = _setting(
        "CORS_ORIGINS",
        "Origins whose browsers may call, comma-separated; `*` for all. In Azure none.",
        _origins,
        ("*",),
    )
    introspection: bool = _setting(
        "INTROSPECTION", "Whether GraphQL answers introspection. In Azure off.", _switch, default=True
    )
    playground: bool = _setting(
        "PLAYGROUND", "Whether browsers get the GraphQL playground. In Azure off.", _switch, default=True
    )
    graphql_max_depth: int = _setting(
        "GRAPHQL_MAX_DEPTH", "How deep the fields of a GraphQL query may nest.", _positive, 15
    )
    graphql_max_complexity: int = _setting(
        "GRAPHQL_MAX_COMPLEXITY",
        "How many values a GraphQL query may ask for, page limits multiplied in.",
        _positive,
        50_000,
    )
    graphql_max_aliases: int = _setting(
        "GRAPHQL_MAX_ALIASES", "How many aliases a GraphQL query may have.", _positive, 50
    )
    graphql_max_tokens: int = _setting(
        "GRAPHQL_MAX_TOKENS", "How many tokens a GraphQL query may have.", _positive, 2_000
    )
    cosmos_database: str = _setting("COSMOS_DATABASE", "The database of the `cosmos` store.", _text, "atakora")
    request_charge: bool = _setting(
        "REQUEST_CHARGE",
        "Whether answers tell in `X-Request-Charge` what they cost, in request units of Cosmos DB.",
        _switch,
        default=False,
    )
    request_units: int | None = _setting(
        "REQUEST_UNITS", "How many request units of Cosmos DB the reads of one request may spend.", _positive, None
    )
    subscription_seconds: int = _setting(
        "SUBSCRIPTION_SECONDS",
        "How long a subscription lives unless it is renewed, in seconds; never longer than the token.",
        _positive,
        900,
    )
    log_level: str = _setting(
        "LOG_LEVEL", "How much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.", _log_level, "INFO"
    )
    cosmos: Connection | None = field(default=None)
    service_bus: Connection | None = field(default=None)
    signalr: Connection | None = field(default=None)
    is_azure: bool = False

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences that tokens may have; local tokens have the first."""
        return _listed(self.audience)

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, project: Path | None = None) -> Settings:
        """The settings that these variables make; an empty variable counts as absent.

        project: the folder that relative paths start from; the working directory unless given.
        SettingsError: a value that cannot be read, settings that contradict each other, or one that is missing.
        """
        given = {name: text.strip() for name, text in environ.items() if text.strip()}
        _refuse_unknown(given)
        is_azure = _is_azure(given)
        values = (_AZURE_DEFAULTS if is_azure else {}) | _read(given) | _connections(given)
        settings = _below(project or Path.cwd(), cls(**values, is_azure=is_azure))
        _refuse_contradictions(settings)
        return settings


_AZURE_DEFAULTS: dict[str, Any] = {"cors_origins": (), "introspection": False, "playground": False}

_CONNECTIONS = {
    "cosmos": ("COSMOS", "accountEndpoint"),
    "service_bus": ("SERVICE_BUS", "fullyQualifiedNamespace"),
    "signalr": ("AzureSignalRConnectionString", "serviceUri"),
}
"""Which variable each connection is named by, and the property that a managed identity needs."""


def documented_settings() -> tuple[tuple[Setting, Any], ...]:
    """Each `ATAKORA_` setting with its default."""
    return tuple((_of(each), each.default) for each in _own_fields())


def connection_names() -> tuple[str, ...]:
    """The variables that connections to Azure are read from, by connection string and by identity."""
    return tuple(name for variable, key in _CONNECTIONS.values() for name in (variable, f"{variable}__{key}"))


def require_realtime(settings: Settings) -> None:
    """Raise SettingsError when a deployed app with entities in real time lacks what brings changes to subscribers."""
    found = {"service_bus": settings.service_bus, "signalr": settings.signalr}
    missing = [_CONNECTIONS[name] for name, connection in found.items() if connection is None]
    if settings.is_azure and missing:
        remedies = "; ".join(f"{name}, or {name}__{key} for a managed identity" for name, key in missing)
        raise SettingsError(
            f"Entities are declared with realtime = True, but {' and '.join(name for name, _ in missing)} "
            f"{'is' if len(missing) == 1 else 'are'} not set. Set {remedies}."
        )


def _own_fields() -> Iterable[Field[Any]]:
    return (each for each in fields(Settings) if "setting" in each.metadata)


def _below(project: Path, settings: Settings) -> Settings:
    paths = {name: project / getattr(settings, name) for name in ("schemas", "data", "key_file")}
    return replace(settings, **paths)


def _of(each: Field[Any]) -> Setting:
    setting: Setting = each.metadata["setting"]
    return setting


def _read(given: Mapping[str, str]) -> dict[str, Any]:
    found = ((each.name, _of(each)) for each in _own_fields())
    return {name: _parsed(setting, given[setting.name]) for name, setting in found if setting.name in given}


def _parsed(setting: Setting, text: str) -> Any:
    try:
        return setting.parse(text)
    except ValueError as error:
        shown = "" if setting.secret else f", not {text!r}"
        raise SettingsError(f"The setting {setting.name} {error}{shown}.") from error


def _refuse_unknown(given: Mapping[str, str]) -> None:
    known = [_of(each).name for each in _own_fields()]
    for name in sorted(given):
        if name.startswith(PREFIX) and name not in known:
            remedy = perhaps(name, known) or "docs/settings.md lists all settings."
            raise SettingsError(f"There is no setting {name}. {remedy}")


def _connections(given: Mapping[str, str]) -> dict[str, Connection]:
    found = ((name, _connection(given, *wanted)) for name, wanted in _CONNECTIONS.items())
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


def _is_azure(given: Mapping[str, str]) -> bool:
    """Tell by what App Service, Container Apps and Linux Consumption set; `CONTAINER_NAME` alone is used elsewhere."""
    at_a_desk = given.get("AZURE_FUNCTIONS_ENVIRONMENT", "").lower() == "development"
    deployed = any(name in given for name in ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME", "CONTAINER_APP_NAME"))
    return not at_a_desk and (deployed or {"CONTAINER_NAME", "FUNCTIONS_EXTENSION_VERSION"} <= given.keys())


def _refuse_contradictions(settings: Settings) -> None:
    if settings.store == "cosmos" and settings.cosmos is None:
        raise SettingsError(
            "ATAKORA_STORE=cosmos needs a connection. Set COSMOS to a connection string, "
            "or COSMOS__accountEndpoint for a managed identity."
        )
    if settings.is_azure and settings.store != "cosmos":
        raise SettingsError(
            f"The store {settings.store!r} is refused in Azure: its records are lost whenever the instance moves. "
            "Set ATAKORA_STORE=cosmos, and COSMOS or COSMOS__accountEndpoint."
        )
    if not settings.audiences:
        raise SettingsError("The setting ATAKORA_AUDIENCE names no audience.")
    if settings.is_azure:
        _require_identity(settings)


def _require_identity(settings: Settings) -> None:
    """A deployed app takes tokens of Entra ID only: the local key is anybody's who reads the file."""
    missing = {
        "ATAKORA_ENTRA_TENANTS to the ids of the tenants whose tokens are accepted": not settings.entra_tenants,
        "ATAKORA_AUDIENCE to the application id URI of this API, such as api://…": settings.audience == _AUDIENCE,
        "ATAKORA_CURSOR_KEY to a secret that all instances share: openssl rand -base64 32": settings.cursor_key is None,
    }
    remedies = [remedy for remedy, is_missing in missing.items() if is_missing]
    if remedies:
        raise SettingsError(f"A deployed app verifies tokens of Entra ID. Set {'; '.join(remedies)}.")
