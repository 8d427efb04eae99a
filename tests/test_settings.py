"""Settings: what the environment says, and what is refused with a remedy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from atakora_data.errors import SettingsError
from atakora_data.settings import Connection, Settings, connection_names, documented_settings, require_realtime

PROJECT = Path("/project")
DOCS = Path(__file__).parent.parent / "docs" / "settings.md"
IN_AZURE = {"WEBSITE_SITE_NAME": "app", "WEBSITE_INSTANCE_ID": "1"}


def read(**environ: str) -> Settings:
    """The settings of these variables."""
    return Settings.from_environment(environ, project=PROJECT)


def refusal(**environ: str) -> str:
    """Why these variables are refused."""
    with pytest.raises(SettingsError) as caught:
        read(**environ)
    return str(caught.value)


def test_nothing_set_means_the_embedded_store_in_the_project_folder() -> None:
    """Without any setting, schemas and data lie below the project folder and nothing is restricted."""
    settings = read()
    assert (PROJECT / "schemas", PROJECT / ".atakora/data.db") == (settings.schemas, settings.data)
    assert ("sqlite", True, True, False) == (
        settings.store,
        settings.introspection,
        settings.playground,
        settings.is_azure,
    )


def test_each_setting_is_read_from_its_variable() -> None:
    """Texts become paths, numbers, switches and lists."""
    settings = read(
        ATAKORA_SCHEMAS="/elsewhere",
        ATAKORA_DATA="my.db",
        ATAKORA_MAX_BODY_BYTES=" 10 ",
        ATAKORA_PLAYGROUND="off",
        ATAKORA_CORS_ORIGINS="https://a.example/, http://localhost:3000",
        ATAKORA_LOG_LEVEL="debug",
    )
    assert (Path("/elsewhere"), PROJECT / "my.db") == (settings.schemas, settings.data)
    assert (10, False, "DEBUG") == (settings.max_body_bytes, settings.playground, settings.log_level)
    assert ("https://a.example", "http://localhost:3000") == settings.cors_origins


def test_an_empty_variable_counts_as_absent() -> None:
    """App Settings that were emptied do not break the app."""
    assert read() == read(ATAKORA_STORE="", COSMOS=" ")


@pytest.mark.parametrize(
    ("name", "text", "remedy"),
    [
        ("ATAKORA_STORE", "postgres", "sqlite, memory, cosmos"),
        ("ATAKORA_MAX_BODY_BYTES", "many", "whole number above 0"),
        ("ATAKORA_MAX_BODY_BYTES", "0", "whole number above 0"),
        ("ATAKORA_INTROSPECTION", "maybe", "true or false"),
        ("ATAKORA_CORS_ORIGINS", "example.com", "https://app.example.com"),
        ("ATAKORA_CURSOR_KEY", "short", "openssl rand"),
        ("ATAKORA_LOG_LEVEL", "LOUD", "WARNING"),
    ],
)
def test_a_value_that_cannot_be_read_is_named_with_the_remedy(name: str, text: str, remedy: str) -> None:
    """The message holds the setting's name and what it may be."""
    message = refusal(**{name: text})
    assert name in message
    assert remedy in message


def test_a_refused_secret_is_not_shown() -> None:
    """A cursor key that is too short does not end up in a log."""
    assert "hunter2" not in refusal(ATAKORA_CURSOR_KEY="hunter2")


def test_secrets_are_not_shown_when_settings_are_printed() -> None:
    """Neither the cursor key nor a connection string is part of the printed settings."""
    shown = repr(read(ATAKORA_CURSOR_KEY="k" * 40, COSMOS="AccountKey=topsecret"))
    assert "kkk" not in shown
    assert "topsecret" not in shown


def test_a_misspelled_setting_is_refused_with_the_likely_one() -> None:
    """A name that no setting has is not ignored."""
    assert "Perhaps you meant `ATAKORA_SCHEMAS`" in refusal(ATAKORA_SCHEMA="x")


def test_a_connection_is_a_string_or_an_identity() -> None:
    """Both forms of the Functions convention are kept as they are."""
    text = read(SERVICE_BUS="Endpoint=sb://x").service_bus
    identity = read(COSMOS__accountEndpoint="https://x", COSMOS__clientId="1").cosmos
    assert Connection("SERVICE_BUS", "Endpoint=sb://x") == text
    assert Connection("COSMOS", None, {"accountEndpoint": "https://x", "clientId": "1"}) == identity


def test_a_connection_string_beside_an_identity_is_a_contradiction() -> None:
    """Which of the two is meant is not guessed."""
    message = refusal(COSMOS="AccountEndpoint=x", COSMOS__accountEndpoint="https://x")
    assert "COSMOS and COSMOS__accountEndpoint contradict" in message


def test_an_identity_without_its_endpoint_is_named() -> None:
    """Half a connection says which half is missing."""
    message = refusal(AzureSignalRConnectionString__clientId="1")
    assert "AzureSignalRConnectionString__serviceUri is missing" in message


def test_the_cosmos_store_needs_a_connection() -> None:
    """The missing setting is named in both forms."""
    message = refusal(ATAKORA_STORE="cosmos")
    assert "COSMOS__accountEndpoint" in message


IDENTITY = {
    "ATAKORA_ENTRA_TENANTS": "72f988bf-86f1-41af-91ab-2d7cd011db47",
    "ATAKORA_AUDIENCE": "api://blog",
    "ATAKORA_CURSOR_KEY": "c" * 32,
}


@pytest.mark.parametrize("missing", [[*IDENTITY], *([each] for each in IDENTITY)])
def test_a_deployed_app_needs_entra_id(missing: list[str]) -> None:
    """Tenants, audience and cursor key are named when they are missing, and nothing else is."""
    given = {name: text for name, text in IDENTITY.items() if name not in missing}
    message = refusal(**IN_AZURE, **given, ATAKORA_STORE="cosmos", COSMOS="AccountEndpoint=x")
    assert missing == [name for name in IDENTITY if f"{name} to" in message]


def test_a_deployed_app_starts_with_entra_id() -> None:
    """With all of them it does."""
    settings = read(**IN_AZURE, **IDENTITY, ATAKORA_STORE="cosmos", COSMOS="AccountEndpoint=x")
    assert settings.is_azure
    assert ("72f988bf-86f1-41af-91ab-2d7cd011db47",) == settings.entra_tenants


def test_audiences_and_tenants_are_lists() -> None:
    """Separated by commas; spaces do not count."""
    settings = read(ATAKORA_AUDIENCE="api://a, b ,", ATAKORA_ENTRA_TENANTS="x, y", ATAKORA_TENANCY="off")
    assert (("api://a", "b"), ("x", "y")) == (settings.audiences, settings.entra_tenants)
    assert "names no audience" in refusal(ATAKORA_AUDIENCE=",")


@pytest.mark.parametrize(("said", "claim"), [("", None), ("off", None), ("tid", "tid"), ("org", "org")])
def test_tenancy_is_off_or_by_a_claim(said: str, claim: str | None) -> None:
    """It is off unless a claim is named."""
    assert claim == read(ATAKORA_TENANCY=said).tenant_claim


@pytest.mark.parametrize("claim", ["sub", "oid", "aud", "roles", "email", "preferred_username", "upn", "name"])
def test_tenants_are_named_by_what_a_caller_cannot_choose(claim: str) -> None:
    """Neither by what its holder may change, nor by what every token has for something else."""
    assert "ATAKORA_TENANCY must be off or a claim such as tid" in refusal(ATAKORA_TENANCY=claim)


@pytest.mark.parametrize("tenants", ["*", "a, b", "a, *"])
def test_several_organizations_do_not_share_records_by_accident(tenants: str) -> None:
    """Whoever lets them in says so; by a claim that each of them could make up, they are not kept apart."""
    assert "ATAKORA_TENANCY=tid to give each its own" in refusal(ATAKORA_ENTRA_TENANTS=tenants)
    assert "one organization only" in refusal(ATAKORA_ENTRA_TENANTS=tenants, ATAKORA_TENANCY="org")
    for said in ("tid", "off"):
        assert read(ATAKORA_ENTRA_TENANTS=tenants, ATAKORA_TENANCY=said).entra_tenants
    assert "org" == read(ATAKORA_ENTRA_TENANTS="a", ATAKORA_TENANCY="org").tenant_claim


@pytest.mark.parametrize("said", ["", "off"])
def test_a_tenant_of_nobody_needs_tenancy(said: str) -> None:
    """Naming one while records are shared is a contradiction."""
    assert "needs tenancy" in refusal(ATAKORA_TENANCY=said, ATAKORA_ANONYMOUS_TENANT="x")
    assert "at most 128" in refusal(ATAKORA_TENANCY="tid", ATAKORA_ANONYMOUS_TENANT="x" * 129)
    assert "at most 128" in refusal(ATAKORA_TENANCY="tid", ATAKORA_ANONYMOUS_TENANT="x\ty")
    assert "x" == read(ATAKORA_TENANCY="tid", ATAKORA_ANONYMOUS_TENANT="x").anonymous_tenant


@pytest.mark.parametrize(
    ("authority", "is_taken"),
    [("https://login.example/", True), ("http://127.0.0.1:1", True), ("http://login.example", False), ("x", False)],
)
def test_an_authority_is_asked_over_tls(authority: str, is_taken: bool) -> None:
    """Keys that came over plain HTTP could be anybody's; this machine's own are not."""
    if is_taken:
        assert authority.rstrip("/") == read(ATAKORA_ENTRA_AUTHORITY=authority).entra_authority
    else:
        assert "https" in refusal(ATAKORA_ENTRA_AUTHORITY=authority)


def test_limits_can_be_switched_off() -> None:
    """`off` means no limit, also where Azure would set one."""
    settings = read(ATAKORA_RATE_LIMIT="off", ATAKORA_MAX_CONCURRENT="None", ATAKORA_REQUEST_SECONDS="30")
    assert (None, None, 30) == (settings.rate_limit, settings.max_concurrent, settings.request_seconds)
    assert "above 0, or off" in refusal(ATAKORA_RATE_LIMIT="0")
    assert "must be a whole number" in refusal(ATAKORA_TRUSTED_PROXIES="-1")
    assert 0 == read(ATAKORA_TRUSTED_PROXIES="0").trusted_proxies


@pytest.mark.parametrize("text", ["admin", "admin=", "=5", "admin=x", "admin=1,admin=2", "admin=-1"])
def test_amounts_need_a_name_and_a_number_each(text: str) -> None:
    """Whatever else is written is refused with an example."""
    assert "admin=200000,analyst=100000" in refusal(ATAKORA_GRAPHQL_MAX_COMPLEXITY_BY_ROLE=text)
    read_ = read(ATAKORA_GRAPHQL_MAX_COMPLEXITY_BY_ROLE="admin=2, analyst = 1")
    assert (("admin", 2), ("analyst", 1)) == read_.graphql_max_complexity_by_role


@pytest.mark.parametrize("store", ["sqlite", "memory"])
def test_in_azure_the_embedded_store_is_refused(store: str) -> None:
    """A deployed app never falls back to a file or to memory."""
    message = refusal(**IN_AZURE, ATAKORA_STORE=store)
    assert "ATAKORA_STORE=cosmos" in message


def test_at_a_desk_the_markers_of_azure_do_not_count() -> None:
    """Core Tools says `Development`, and a container's name alone says nothing."""
    assert not read(**IN_AZURE, AZURE_FUNCTIONS_ENVIRONMENT="Development").is_azure
    assert not read(CONTAINER_NAME="sandbox").is_azure


def test_linux_consumption_counts_as_azure() -> None:
    """There the container's name stands beside the version of the runtime."""
    assert "Azure" in refusal(CONTAINER_NAME="abc", FUNCTIONS_EXTENSION_VERSION="~4")


def test_every_setting_is_documented() -> None:
    """The table in docs/settings.md has each setting's name, meaning and default, and no other setting."""
    rows = [line for line in DOCS.read_text().splitlines() if line.startswith("| `ATAKORA_")]
    assert [_row(name, meaning, default) for name, meaning, default in _documented()] == rows


def test_every_connection_is_documented() -> None:
    """Each variable of a connection stands in docs/settings.md."""
    text = DOCS.read_text()
    assert [] == [name for name in connection_names() if f"`{name}`" not in text]


def _documented() -> list[tuple[str, str, object]]:
    return [(setting.name, setting.meaning, default) for setting, default in documented_settings()]


def _row(name: str, meaning: str, default: object) -> str:
    shown = ",".join(default) if isinstance(default, tuple) else default
    text = "none" if shown is None else f"`{str(shown).lower() if isinstance(shown, bool) else shown}`"
    return f"| `{name}` | {meaning} | {text} |"


BUS, SIGNALR = Connection("SERVICE_BUS", "x"), Connection("AzureSignalRConnectionString", "x")


@pytest.mark.parametrize(
    ("missing", "settings"),
    [
        (["SERVICE_BUS", "AzureSignalRConnectionString"], Settings()),
        (["SERVICE_BUS"], Settings(signalr=SIGNALR)),
        (["AzureSignalRConnectionString"], Settings(service_bus=BUS)),
    ],
)
def test_real_time_in_azure_needs_its_connections(missing: list[str], settings: Settings) -> None:
    """All that is missing is named with the remedy, and nothing else; at a desk nothing is."""
    with pytest.raises(SettingsError) as refused:
        require_realtime(replace(settings, is_azure=True))

    named = [name for name in ("SERVICE_BUS", "AzureSignalRConnectionString") if f"{name}__" in str(refused.value)]
    assert missing == named
    require_realtime(settings)


def test_real_time_in_azure_has_its_connections() -> None:
    """With both connections it may start."""
    require_realtime(Settings(is_azure=True, signalr=SIGNALR, service_bus=BUS))
