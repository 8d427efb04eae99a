"""The deployment and the code agree: settings, connections, roles, containers, names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from atakora_data.codegen.infra import infra_files
from atakora_data.events.port import TOPIC
from atakora_data.registry.loader import load_registry
from atakora_data.settings import Settings, documented_settings, require_realtime
from atakora_data.triggers.app import create_function_app
from atakora_data.triggers.service_bus import SUBSCRIPTION
from tests.infra.template import INFRA, Template

PROJECT = INFRA.parent
FUNCTIONS = Template(INFRA / "modules" / "functions.bicep")

ROLES = {
    "AzureWebJobsStorage": ("functions", {"Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b"}),
    "COSMOS": ("data", {"Cosmos DB Built-in Data Contributor": "00000000-0000-0000-0000-000000000002"}),
    "SERVICE_BUS": (
        "messaging",
        {
            "Azure Service Bus Data Sender": "69a216fc-b8ed-44d8-bc22-1f3c2cd27a39",
            "Azure Service Bus Data Receiver": "4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0",
        },
    ),
    "AzureSignalRConnectionString": ("messaging", {"SignalR Service Owner": "7e4f1700-ea5a-4f59-8f37-079cfe29dce3"}),
}
"""What each connection needs, and which module assigns it."""

PLAUSIBLE = {
    "ATAKORA_STORE": "cosmos",
    "ATAKORA_ENTRA_TENANTS": "11111111-2222-3333-4444-555555555555",
    "ATAKORA_ENTRA_CLOUD": "public",
    "ATAKORA_TENANCY": "tid",
    "ATAKORA_SCOPES": "required",
    "ATAKORA_GATEWAY": "11111111-2222-3333-4444-555555555555/66666666-7777-8888-9999-000000000000",
    "ATAKORA_CURSOR_KEY": "k" * 64,
    "ATAKORA_TRUSTED_PROXIES": "2",
    "ATAKORA_CORS_ORIGINS": "https://app.example.com",
    "COSMOS__accountEndpoint": "https://blog.documents.azure.com:443/",
    "SERVICE_BUS__fullyQualifiedNamespace": "blog.servicebus.windows.net",
    "AzureSignalRConnectionString__serviceUri": "https://blog.service.signalr.net",
}
"""What Azure would make of those settings whose text matters."""


@pytest.fixture
def deployed() -> dict[str, str]:
    """The environment that the deployment makes."""
    values = {name: PLAUSIBLE.get(name, written.strip("'")) for name, written in FUNCTIONS.settings.items()}
    return {**values, "WEBSITE_SITE_NAME": "func-blog"}


def test_the_settings_of_the_deployment_start_the_app(deployed: dict[str, str]) -> None:
    """With what the deployment sets, settings are complete for a deployed app in real time."""
    settings = Settings.from_environment(deployed, project=PROJECT)
    assert settings.is_azure
    require_realtime(settings)


@pytest.mark.parametrize("name", ["ATAKORA_CURSOR_KEY", "ATAKORA_ENTRA_TENANTS", "COSMOS__accountEndpoint"])
def test_a_setting_less_would_be_missed(name: str, deployed: dict[str, str]) -> None:
    """The test above can fail: each of these is needed."""
    del deployed[name]
    with pytest.raises(Exception, match=name.partition("__")[0]):
        Settings.from_environment(deployed, project=PROJECT)


def test_only_settings_that_exist_are_set() -> None:
    """Each of our settings in the deployment is one that the app reads."""
    known = {setting.name for setting, _ in documented_settings()}
    assert set() == {name for name in FUNCTIONS.settings if name.startswith("ATAKORA_")} - known


def test_each_connection_of_a_binding_is_set_and_allowed(tmp_path: Path) -> None:
    """Each binding names a connection that has its settings and its roles."""
    app = create_function_app(Settings(schemas=PROJECT / "schemas", key_file=tmp_path / "key"))
    bindings = [binding for each in app.get_functions() for binding in each.get_bindings()]
    named = {
        value
        for binding in bindings
        for key, value in binding.get_dict_repr().items()
        if key in {"connection", "connectionStringSetting"}
    }
    assert {"COSMOS", "SERVICE_BUS", "AzureSignalRConnectionString"} == named
    for connection in (*named, "AzureWebJobsStorage"):
        assert {f"{connection}__credential", f"{connection}__clientId"} <= FUNCTIONS.settings.keys()
        module, roles = ROLES[connection]
        given = set(Template(INFRA / "modules" / f"{module}.bicep").variables.values())
        assert set(roles.values()) <= given, connection


@pytest.mark.parametrize(
    ("module", "setting", "right"),
    [
        ("cache", "REDIS_URL", "accessPolicyName: 'default'"),
        ("search", "SEARCH_ENDPOINT", "var indexContributor = '8ebe5a00-799e-43f5-93ac-243d3dce84a7'"),
    ],
)
def test_what_an_app_may_use_itself_is_told_and_allowed(module: str, setting: str, right: str) -> None:
    """An optional service is off unless asked for; asked for, the functions know where it is and may use it."""
    main = Template(INFRA / "main.bicep").source
    assert f"param {module} bool = false" in main
    assert re.search(rf"'modules/{module}.bicep' = if \({module}\)", main)
    service = Template(INFRA / "modules" / f"{module}.bicep").source
    assert right in service
    assert "objectId: principalId" in service or "principalId: principalId" in service
    value = FUNCTIONS.settings[setting]
    assert f"empty({value}) ? [] : {module}Settings" in FUNCTIONS.source
    assert re.search(rf"{value}: {module} \? \w+!.outputs.\w+ : ''", main)


def test_what_is_generated_is_of_today() -> None:
    """The files in the project are those that its schemas make."""
    wanted = infra_files(load_registry(PROJECT / "schemas"), "atakora")
    found = {path.name: path.read_text() for path in (INFRA / "generated").iterdir()}
    assert wanted == found


def test_the_topic_is_the_one_that_the_code_speaks_of() -> None:
    """Topic and subscription have the code's names, keep sessions apart and refuse duplicates."""
    source = Template(INFRA / "modules" / "messaging.bicep").source
    assert {TOPIC, SUBSCRIPTION} == set(re.findall(r"parent: (?:bus|topic)\n  name: '([^']+)'", source))
    assert "requiresDuplicateDetection: true" in source
    assert "requiresSession: true" in source


def test_the_azure_developer_cli_finds_the_app() -> None:
    """The service of azure.yaml is the tag that the function app bears."""
    assert "  api:\n" in Path(PROJECT / "azure.yaml").read_text()
    assert "'azd-service-name': 'api'" in Template(INFRA / "main.bicep").source


def test_the_pipeline_gives_what_the_deployment_asks_for() -> None:
    """Each value without a default is set in the workflow, and nothing is set there that nobody reads."""
    asked = (INFRA / "main.parameters.json").read_text()
    given = set(re.findall(r"^      ([A-Z_]+): ", (PROJECT / ".github/workflows/deploy.yml").read_text(), re.MULTILINE))
    assert set(re.findall(r"\$\{(\w+)\}", asked)) <= given
    of_azd = {"AZURE_CLIENT_ID", "AZURE_TENANT_ID", "AZURE_SUBSCRIPTION_ID"}
    assert given - of_azd <= set(re.findall(r"\$\{(\w+)", asked))


def test_the_docs_name_each_value_that_azd_takes() -> None:
    """Whoever deploys finds every one of them in docs/deploy.md."""
    asked = re.findall(r"\$\{(\w+)", (INFRA / "main.parameters.json").read_text())
    told = (PROJECT / "docs" / "deploy.md").read_text()
    assert [] == [name for name in asked if name not in told]
