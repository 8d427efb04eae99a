"""The deployment: its files are understood and fit together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.infra.template import INFRA, Template, templates

ALL = templates()
MAIN = Template(INFRA / "main.bicep")


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.path.name)
def test_the_grammar_understands_every_file(template: Template) -> None:
    """No part of a file is an error to the grammar."""
    assert [] == template.errors


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    """The judge does find what is wrong, and where."""
    (tmp_path / "broken.bicep").write_text("param name string\nresource x = {\n  y: [\n")
    assert "broken.bicep:2" in Template(tmp_path / "broken.bicep").errors


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.path.name)
def test_modules_are_given_what_they_take(template: Template) -> None:
    """Every parameter without a default is passed, and none that is not declared."""
    for call in template.calls:
        taken = Template(template.path.parent / call.path).params
        assert set() == call.given - taken.keys(), call
        assert set() == {name for name, needed in taken.items() if needed} - call.given, call


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.path.name)
def test_outputs_that_are_read_are_there(template: Template) -> None:
    """What a file reads of a module, that module gives."""
    files = {call.name: Template(template.path.parent / call.path) for call in template.calls}
    assert set() == {(module, name) for module, name in template.used_outputs if name not in files[module].outputs}


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.path.name)
def test_parameters_are_used(template: Template) -> None:
    """No parameter is declared for nothing."""
    assert [] == [name for name in template.params if len(re.findall(rf"\b{name}\b", template.source)) == 1]


@pytest.mark.parametrize("template", ALL, ids=lambda each: each.path.name)
def test_files_that_are_read_are_there(template: Template) -> None:
    """Each file whose content is loaded lies where it is looked for."""
    for path in re.findall(r"load(?:Json|Text)Content\('([^']+)'\)", template.source):
        assert (template.path.parent / path).is_file(), path


def test_parameter_files_name_parameters() -> None:
    """Development gives all that has no default; production only changes what has one."""
    development, production = (
        json.loads((INFRA / name).read_text())["parameters"]
        for name in ("main.parameters.json", "production.parameters.json")
    )
    assert {name for name, needed in MAIN.params.items() if needed} <= development.keys() <= MAIN.params.keys()
    assert production.keys() <= {name for name, needed in MAIN.params.items() if not needed}


def test_no_key_is_asked_for() -> None:
    """Nothing lists or copies a key, and every service that could take one refuses it."""
    for template in ALL:
        assert [] == re.findall(
            r"listKeys|listConnectionStrings|primaryKey|AccountKey|SharedAccessKey", template.source
        )
    told = "\n".join(template.source for template in ALL)
    for service, refusal in (
        ("Microsoft.DocumentDB/databaseAccounts@", "disableLocalAuth: true"),
        ("Microsoft.ServiceBus/namespaces@", "disableLocalAuth: true"),
        ("Microsoft.SignalRService/signalR@", "disableLocalAuth: true"),
        ("Microsoft.Storage/storageAccounts@", "allowSharedKeyAccess: false"),
        ("Microsoft.Insights/components@", "DisableLocalAuth: true"),
        ("Microsoft.Cache/redisEnterprise/databases@", "accessKeysAuthentication: 'Disabled'"),
        ("Microsoft.Search/searchServices@", "disableLocalAuth: true"),
    ):
        start = told.index(f"'{service}")
        assert refusal in told[start : told.index("\n}\n", start)], service


ENDPOINTS = {
    "data": {"Sql": "privatelink.documents.azure.com"},
    "messaging": {"namespace": "privatelink.servicebus.windows.net"},
    "secrets": {"vault": "privatelink.vaultcore.azure.net"},
    "functions": {"part": "privatelink.${part}.${environment().suffixes.storage}"},
    "cache": {"redisEnterprise": "privatelink.redis.azure.net"},
    "search": {"searchService": "privatelink.search.windows.net"},
}
"""What a private endpoint of each module is for, and in which zone it has its name."""


def test_all_that_holds_data_can_be_private() -> None:
    """Where a network is given, each module with data shuts its public door and has an endpoint in its zone."""
    takers = {each.path.stem for each in ALL if "place" in each.params and each.path.stem != "endpoint"}
    assert ENDPOINTS.keys() == takers
    for name, groups in ENDPOINTS.items():
        source = Template(INFRA / "modules" / f"{name}.bicep").source
        assert "publicNetworkAccess: place == null ? 'Enabled' : 'Disabled'" in source
        for group, zone in groups.items():
            assert re.search(rf"group: '?{group}'?\n", source), name
            assert f"'{zone}'" in source, name


def test_other_clouds_have_their_own_names() -> None:
    """A zone of the public cloud stands beside those of the Government and of China."""
    for name in ("data", "messaging", "secrets", "search"):
        source = Template(INFRA / "modules" / f"{name}.bicep").source
        assert "zoneName: zones[environment().name]" in source
        assert {"AzureCloud", "AzureUSGovernment", "AzureChinaCloud"} == set(re.findall(r"  (Azure\w+): 'pri", source))
