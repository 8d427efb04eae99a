"""Behind a gateway: only what carries a token of its identity is answered, and the caller is still the caller."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data import Authorization, Entity, Field, allow
from atakora_data.bootstrap import bootstrap
from atakora_data.errors import SettingsError
from atakora_data.identity.local import mint
from atakora_data.registry.build import build_registry
from atakora_data.settings import Settings
from atakora_data.testing import Client
from tests.identity.provider import AUDIENCE, OTHER_TENANT, TENANT, Provider, providing

GATEWAY = "0a1b2c3d-0000-4000-8000-00000000000a"


class Note(Entity):
    """Anybody reads; one's own to write."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    authorization = Authorization(create=allow.authenticated(), read=allow.public())


REGISTRY = build_registry([Note])


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Entra ID, of the callers' tenant and of the gateway's."""
    async with providing() as found:
        yield found


@pytest.fixture
async def client(provider: Provider, tmp_path: Path) -> AsyncIterator[Client]:
    """The app, whose gateway is in another tenant than the callers."""
    settings = Settings(
        store="memory",
        key_file=tmp_path / "local.key",
        audience=AUDIENCE,
        entra_tenants=(TENANT,),
        entra_authority=provider.authority,
        gateway=(OTHER_TENANT, GATEWAY),
        rate_limit_anonymous=20,
    )
    application = bootstrap(settings, registry=REGISTRY)
    yield Client(application)
    await application.stop()


def of_gateway(provider: Provider, **claims: Any) -> dict[str, str]:
    """The header that a gateway sends: a token of its identity, which has neither scopes nor roles."""
    claims = {"tenant": OTHER_TENANT, "oid": GATEWAY, "scp": None, **claims}
    return {"x-gateway-authorization": f"Bearer {provider.token(**claims)}"}


async def test_the_caller_is_the_caller_and_not_the_gateway(client: Client, provider: Provider) -> None:
    """With the gateway's token beside it, the caller's own token says who asks; without one nobody does."""
    gateway = of_gateway(provider)
    alice = {"authorization": f"Bearer {provider.token()}"}
    made = await client.ask("POST", "notes", {"id": "1"}, headers=gateway | alice)
    assert (201, "alice") == (made.status, made.json["ownerId"])
    assert 200 == (await client.ask("GET", "notes/1", headers=gateway)).status
    assert 401 == (await client.ask("POST", "notes", {"id": "2"}, headers=gateway)).status
    assert 401 == (await client.ask("GET", "notes/1", headers=gateway | {"authorization": "Bearer x"})).status


async def test_tokens_of_version_1_are_the_gateways_too(client: Client, provider: Provider) -> None:
    """A managed identity has tokens of the version that the application asks for."""
    assert 200 == (await client.ask("GET", "notes", headers=of_gateway(provider, version="1.0"))).status


@pytest.mark.parametrize(
    "claims",
    [
        {"oid": "0a1b2c3d-0000-4000-8000-00000000000b"},
        {"oid": None},
        {"tenant": TENANT},
        {"aud": "api://other"},
        {"exp": 1},
    ],
)
async def test_anybody_elses_token_is_refused(claims: dict[str, Any], client: Client, provider: Provider) -> None:
    """Another identity, tenant, audience or time: 403, whoever the caller is, and the token is not told."""
    headers = of_gateway(provider, **claims) | {"authorization": f"Bearer {provider.token()}"}
    answer = await client.ask("GET", "notes", headers=headers)
    assert (403, "gateway_required") == (answer.status, answer.json["code"])
    assert headers["x-gateway-authorization"].split()[1] not in str(answer.json)


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer x.y.z", "Basic abc"])
@pytest.mark.parametrize("path", ["notes", "notes/1", "graphql", "openapi.json", "docs", "nothing", "health/more"])
async def test_nothing_is_told_around_the_gateway(header: str | None, path: str, client: Client) -> None:
    """Every path is refused alike, whether there is such a path or not."""
    headers = {} if header is None else {"x-gateway-authorization": header}
    answer = await client.ask("GET", path, headers=headers)
    assert 403 == answer.status
    assert "gateway_required" in str(answer.json)


async def test_a_token_of_the_gateway_is_nobodys_elsewhere(client: Client, provider: Provider) -> None:
    """As a caller's token it has neither scopes nor roles; and a caller's own is no gateway's."""
    token = of_gateway(provider, tenant=TENANT)["x-gateway-authorization"]
    assert 401 == (await client.ask("GET", "notes", headers=of_gateway(provider) | {"authorization": token})).status
    own = {"x-gateway-authorization": f"Bearer {provider.token()}"}
    assert 403 == (await client.ask("GET", "notes", headers=own)).status
    local = {"x-gateway-authorization": f"Bearer {mint(b'k' * 32, audience=AUDIENCE, id=GATEWAY)}"}
    assert 403 == (await client.ask("GET", "notes", headers=local)).status


async def test_probes_come_directly(client: Client) -> None:
    """Whether the app lives is told to anybody."""
    assert 200 == (await client.ask("GET", "health")).status


async def test_who_knocks_again_and_again_is_counted(client: Client) -> None:
    """What is refused here costs as much as a bad token: after so many in a minute, 429."""
    answers = [(await client.ask("GET", "notes")).status for _ in range(21)]
    assert [403] * 20 + [429] == answers


async def test_an_outage_is_no_refusal(client: Client, provider: Provider) -> None:
    """Until its keys were had once, the answer is 503; then the gateway is known."""
    provider.is_down = True
    headers = of_gateway(provider)
    answer = await client.ask("GET", "notes", headers=headers)
    assert (503, "identity_unavailable") == (answer.status, answer.json["code"])
    provider.is_down = False
    assert 200 == (await client.ask("GET", "notes", headers=headers)).status


async def test_why_is_logged_without_the_token(
    client: Client, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    """Who set the gateway up finds in the log what is wrong with its token."""
    headers = of_gateway(provider, aud="api://other")
    with caplog.at_level(logging.WARNING):
        await client.ask("GET", "notes", headers=headers)
    (record,) = [each for each in caplog.records if each.name == "atakora_data.identity.gateway"]
    assert "audience" in record.getMessage()
    assert headers["x-gateway-authorization"].split()[1] not in caplog.text


def test_the_setting_names_a_tenant_and_an_identity() -> None:
    """Both by their ids, in small or capital letters; anything else says what it must be."""
    read = Settings.from_environment({"ATAKORA_GATEWAY": f"{TENANT.upper()}/{GATEWAY}"})
    assert (TENANT, GATEWAY) == read.gateway
    for text in (GATEWAY, f"{TENANT}/", f"/{GATEWAY}", f"{TENANT}/apim", f"{TENANT}/{GATEWAY}/x"):
        with pytest.raises(SettingsError, match="ATAKORA_GATEWAY must be <tenant id>/<object id>"):
            Settings.from_environment({"ATAKORA_GATEWAY": text})
