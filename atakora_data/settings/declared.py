"""Every setting of an app, typed, and read once from the environment.

`local.settings.json` and App Settings both arrive as environment variables. What each one means is said here, beside
its name; docs/settings.md is the same for readers, and a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from atakora_data.errors import SettingsError, perhaps
from atakora_data.settings.connections import CONNECTIONS, Connection, read_connections
from atakora_data.settings.setting import PREFIX, Setting, setting
from atakora_data.settings.tenants import NO_TENANCY, refuse_shared_tenants, tenancy, tenant
from atakora_data.settings.texts import (
    amounts,
    as_text,
    authority,
    count,
    identity,
    key,
    listed,
    log_level,
    named_ids,
    one_of,
    origins,
    positive,
    positive_or_off,
    switch,
)

_STORES = ("sqlite", "memory", "cosmos")
_CLOUDS = ("public", "usgovernment", "china")
_SCHEMAS = Path("schemas")
_DATA = Path(".atakora/data.db")
_KEY_FILE = Path(".atakora/local.key")
_AUDIENCE = "atakora-data"


@dataclass(frozen=True)
class Settings:
    """All settings of one app. Make one with `Settings.from_environment(os.environ)`, or by hand in a test.

    Relative paths lie below the project folder. is_azure: whether this runs in a deployed Function App.
    """

    schemas: Path = setting("SCHEMAS", "The folder of schema modules.", Path, _SCHEMAS)  # noqa: RUF009 - it makes a field
    store: str = setting(
        "STORE",
        "Where records live: `sqlite` (one file), `memory` (gone at exit) or `cosmos`.",
        one_of(*_STORES),
        "sqlite",
    )
    data: Path = setting("DATA", "The file of the `sqlite` store.", Path, _DATA)  # noqa: RUF009 - it makes a field
    key_file: Path = setting("KEY_FILE", "The key that signs local tokens; made on first run.", Path, _KEY_FILE)  # noqa: RUF009 - it makes a field
    audience: str = setting(
        "AUDIENCE", "The audience (`aud`) that tokens must have; several are separated by commas.", as_text, _AUDIENCE
    )
    entra_tenants: tuple[str, ...] = setting(
        "ENTRA_TENANTS",
        "The ids of the Entra ID tenants whose tokens are accepted, comma-separated; `*` for every organization.",
        listed,
        (),
    )
    entra_cloud: str = setting(
        "ENTRA_CLOUD", "Which cloud signs people in: `public`, `usgovernment` or `china`.", one_of(*_CLOUDS), "public"
    )
    entra_authority: str | None = setting(
        "ENTRA_AUTHORITY", "Where tokens are issued, if that is none of the clouds.", authority, None
    )
    tenancy: str | None = setting(
        "TENANCY",
        "Which claim of the token names the caller's tenant, whose records alone it sees: `tid`, another, or `off`.",
        tenancy,
        None,
    )
    anonymous_tenant: str | None = setting(
        "ANONYMOUS_TENANT",
        "The tenant whose records callers without a token ask for; without it they are refused while tenancy is on.",
        tenant,
        None,
    )
    easy_auth: bool = setting(
        "EASY_AUTH",
        "Whether the caller is whom App Service Authentication tells in `X-MS-CLIENT-PRINCIPAL`.",
        switch,
        default=False,
    )
    gateway: tuple[str, str] | None = setting(
        "GATEWAY",
        "The identity of the gateway through which alone the app is called: `<tenant id>/<object id>`.",
        identity,
        None,
    )
    scopes: str = setting(
        "SCOPES",
        "Whether delegated tokens need a scope such as `Post.Read` or `Data.Write`: `required` or `off`.",
        one_of("off", "required"),
        "off",
    )
    entra_graph: str | None = setting(
        "ENTRA_GRAPH", "Where Microsoft Graph answers, if that is none of the clouds.", authority, None
    )
    entra_groups: tuple[tuple[str, str], ...] = setting(
        "ENTRA_GROUPS",
        "What rules call groups of Entra ID, by their ids, such as `editors=<id>,staff=<id>`.",
        named_ids,
        (),
    )
    cursor_key: bytes | None = setting(
        "CURSOR_KEY",
        "The secret that signs page cursors, the same in every instance. Locally derived from the local key.",
        key,
        None,
        secret=True,
    )
    max_body_bytes: int = setting("MAX_BODY_BYTES", "The largest request body, in bytes.", positive, 1024 * 1024)
    request_seconds: int | None = setting(
        "REQUEST_SECONDS",
        "How long an answer may take, in seconds; `off` for any time. In Azure 60.",
        positive_or_off,
        None,
    )
    max_concurrent: int | None = setting(
        "MAX_CONCURRENT",
        "How many requests one instance answers at once; `off` for any number. In Azure 150.",
        positive_or_off,
        None,
    )
    rate_limit: int | None = setting(
        "RATE_LIMIT",
        "How many requests a minute one caller with a token may make; `off` for any number. In Azure 3000.",
        positive_or_off,
        None,
    )
    rate_limit_anonymous: int | None = setting(
        "RATE_LIMIT_ANONYMOUS",
        "The same for all callers of one address who have no token, or a bad one. In Azure 3000.",
        positive_or_off,
        None,
    )
    trusted_proxies: int = setting(
        "TRUSTED_PROXIES",
        "How many proxies before the app add to `X-Forwarded-For`, Azure's own front end included.",
        count,
        1,
    )
    cors_origins: tuple[str, ...] = setting(
        "CORS_ORIGINS",
        "Origins whose browsers may call, comma-separated; `*` for all. In Azure none.",
        origins,
        ("*",),
    )
    introspection: bool = setting(
        "INTROSPECTION", "Whether GraphQL answers introspection. In Azure off.", switch, default=True
    )
    playground: bool = setting(
        "PLAYGROUND", "Whether browsers get the GraphQL playground. In Azure off.", switch, default=True
    )
    graphql_max_depth: int = setting(
        "GRAPHQL_MAX_DEPTH", "How deep the fields of a GraphQL query may nest.", positive, 15
    )
    graphql_max_complexity: int = setting(
        "GRAPHQL_MAX_COMPLEXITY",
        "How many values a GraphQL query may ask for, page limits multiplied in.",
        positive,
        50_000,
    )
    graphql_max_complexity_by_role: tuple[tuple[str, int], ...] = setting(
        "GRAPHQL_MAX_COMPLEXITY_BY_ROLE",
        "The same for callers with a role, such as `admin=200000,analyst=100000`: the most that one of theirs has.",
        amounts,
        (),
    )
    graphql_max_aliases: int = setting(
        "GRAPHQL_MAX_ALIASES", "How many aliases a GraphQL query may have.", positive, 50
    )
    graphql_max_tokens: int = setting(
        "GRAPHQL_MAX_TOKENS", "How many tokens a GraphQL query may have.", positive, 2_000
    )
    cosmos_database: str = setting("COSMOS_DATABASE", "The database of the `cosmos` store.", as_text, "atakora")
    request_charge: bool = setting(
        "REQUEST_CHARGE",
        "Whether answers tell in `X-Request-Charge` what they cost, in request units of Cosmos DB.",
        switch,
        default=False,
    )
    request_units: int | None = setting(
        "REQUEST_UNITS", "How many request units of Cosmos DB the reads of one request may spend.", positive, None
    )
    explain_roles: tuple[str, ...] = setting(
        "EXPLAIN_ROLES",
        "The app roles whose holders may ask `POST /api/explain`, comma-separated; without any there is no such path.",
        listed,
        (),
    )
    subscription_seconds: int = setting(
        "SUBSCRIPTION_SECONDS",
        "How long a subscription lives unless it is renewed, in seconds; never longer than the token.",
        positive,
        900,
    )
    idempotency_seconds: int = setting(
        "IDEMPOTENCY_SECONDS",
        "How long the answer to a request with an `Idempotency-Key` is kept, in seconds.",
        positive,
        86_400,
    )
    telemetry: str = setting(
        "TELEMETRY",
        "Where happenings are told: `log` writes a JSON object for each request and each call of a store; `off`.",
        one_of("off", "log"),
        "off",
    )
    log_level: str = setting(
        "LOG_LEVEL", "How much is logged: DEBUG, INFO, WARNING, ERROR or CRITICAL.", log_level, "INFO"
    )
    cosmos: Connection | None = field(default=None)
    service_bus: Connection | None = field(default=None)
    signalr: Connection | None = field(default=None)
    is_azure: bool = False

    @property
    def audiences(self) -> tuple[str, ...]:
        """The audiences that tokens may have; local tokens have the first."""
        return listed(self.audience)

    @property
    def group_names(self) -> Mapping[str, str]:
        """What rules call groups of Entra ID, by their ids."""
        return {id: name for name, id in self.entra_groups}

    @property
    def tenant_claim(self) -> str | None:
        """The claim that names a caller's tenant; None while tenancy is off."""
        return None if self.tenancy == NO_TENANCY else self.tenancy

    @classmethod
    def from_environment(cls, environ: Mapping[str, str], *, project: Path | None = None) -> Settings:
        """The settings that these variables make; an empty variable counts as absent.

        project: the folder that relative paths start from; the working directory unless given.
        SettingsError: a value that cannot be read, settings that contradict each other, or one that is missing.
        """
        given = {name: text.strip() for name, text in environ.items() if text.strip()}
        _refuse_unknown(given)
        is_azure = _is_azure(given)
        values = (_AZURE_DEFAULTS if is_azure else {}) | _read(given) | read_connections(given)
        settings = _below(project or Path.cwd(), cls(**values, is_azure=is_azure))
        _refuse_contradictions(settings)
        if settings.easy_auth and (not is_azure or given.get("WEBSITE_AUTH_ENABLED", "").lower() not in {"true", "1"}):
            raise SettingsError(
                "ATAKORA_EASY_AUTH is refused: App Service Authentication is not on here (WEBSITE_AUTH_ENABLED), and "
                "then whoever calls could name anybody. Leave it out, and send tokens in the Authorization header."
            )
        return settings


_AZURE_DEFAULTS: dict[str, Any] = {
    "cors_origins": (),
    "introspection": False,
    "playground": False,
    "request_seconds": 60,
    "max_concurrent": 150,
    "rate_limit": 3_000,
    "rate_limit_anonymous": 3_000,
}


def documented_settings() -> tuple[tuple[Setting, Any], ...]:
    """Each `ATAKORA_` setting with its default."""
    return tuple((_of(each), each.default) for each in _own_fields())


def require_realtime(settings: Settings) -> None:
    """Raise SettingsError when a deployed app with entities in real time lacks what brings changes to subscribers."""
    found = {"service_bus": settings.service_bus, "signalr": settings.signalr}
    missing = [CONNECTIONS[name] for name, connection in found.items() if connection is None]
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
    refuse_shared_tenants(settings.tenancy, settings.anonymous_tenant, settings.entra_tenants)
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
