"""A deployed app: on Cosmos DB, with tokens of Entra ID and nothing else."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from atakora_data import Authorization, Entity, Field, allow
from atakora_data.bootstrap import bootstrap
from atakora_data.identity.local import mint
from atakora_data.registry.build import build_registry
from atakora_data.settings import Connection, Settings
from atakora_data.storage.cosmos.containers import container_specs
from atakora_data.testing import Client
from tests.identity.provider import AUDIENCE, OTHER_TENANT, TENANT, Provider, providing
from tests.storage.cosmos.server import serving


class Note(Entity):
    """One's own, and everybody's who edits."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    authorization = Authorization(
        create=allow.authenticated(), read=allow.owner() | allow.role("editor") | allow.group("readers")
    )


REGISTRY = build_registry([Note])


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Entra ID."""
    async with providing() as found:
        yield found


@pytest.fixture
async def client(provider: Provider, tmp_path: Path) -> AsyncIterator[Client]:
    """The deployed app, asked anonymously. Its containers were deployed with it."""
    async with serving() as server:
        for spec in container_specs(REGISTRY):
            server.add(spec.name, spec.paths, described=spec.to_json())
        account = f"AccountEndpoint={server.url};AccountKey={base64.b64encode(b'key').decode()};"
        settings = Settings(
            store="cosmos",
            cosmos=Connection("COSMOS", account),
            cosmos_database="d",
            key_file=tmp_path / "local.key",
            audience=f"{AUDIENCE}, 11111111-2222-3333-4444-555555555555",
            entra_tenants=(TENANT,),
            entra_authority=provider.authority,
            cursor_key=b"c" * 32,
            is_azure=True,
        )
        application = bootstrap(settings, registry=REGISTRY)
        yield Client(application)
        await application.stop()
        assert not (tmp_path / "local.key").exists()


async def test_callers_are_known_by_their_tokens(client: Client, provider: Provider) -> None:
    """Owner, role and group of the token count in rules."""
    alice = {"authorization": f"Bearer {provider.token()}"}
    made = await client.ask("POST", "notes", {"id": "1"}, headers=alice)
    assert (201, "alice") == (made.status, made.json["ownerId"])
    for claims, status in (
        ({"oid": "bob"}, 404),
        ({"oid": "bob", "roles": ["editor"]}, 200),
        ({"oid": "bob", "roles": ["DataReader"]}, 200),
        ({"oid": "bob", "groups": ["readers"]}, 200),
    ):
        headers = {"authorization": f"Bearer {provider.token(**dict[str, str](claims))}"}  # type: ignore[arg-type]
        assert status == (await client.ask("GET", "notes/1", headers=headers)).status


async def test_other_tokens_are_refused(client: Client, provider: Provider, tmp_path: Path) -> None:
    """Those of a desk, of another tenant, for another audience: 401, and never anonymous."""
    local = mint(b"k" * 32, audience=AUDIENCE, id="alice")
    for token in (local, provider.token(tenant=OTHER_TENANT), provider.token(aud="api://other")):
        answer = await client.ask("GET", "notes", headers={"authorization": f"Bearer {token}"})
        assert (401, "invalid_token") == (answer.status, answer.json["code"])
        assert token not in str(answer.json)
    assert 401 == (await client.ask("GET", "notes")).status


async def test_an_outage_at_the_start_is_no_refusal(client: Client, provider: Provider) -> None:
    """Until keys were had once, the answer is 503 with Retry-After; then the token is good."""
    headers = {"authorization": f"Bearer {provider.token()}"}
    provider.is_down = True
    answer = await client.ask("GET", "notes", headers=headers)
    assert (503, "identity_unavailable", "1") == (answer.status, answer.json["code"], answer.headers["Retry-After"])
    provider.is_down = False
    assert 200 == (await client.ask("GET", "notes", headers=headers)).status


async def test_at_a_desk_both_kinds_are_known(provider: Provider, tmp_path: Path) -> None:
    """With tenants in the settings, local tokens and those of Entra ID are verified, each by its own keys."""
    settings = Settings(
        store="memory",
        key_file=tmp_path / "local.key",
        audience=AUDIENCE,
        entra_tenants=(TENANT,),
        entra_authority=provider.authority,
    )
    application = bootstrap(settings, registry=REGISTRY)
    key = base64.b64decode((tmp_path / "local.key").read_bytes())
    client = Client(application)
    forged = mint(b"k" * 32, audience=AUDIENCE, id="carol")
    for token, status in ((mint(key, audience=AUDIENCE, id="carol"), 200), (provider.token(), 200), (forged, 401)):
        assert status == (await client.ask("GET", "notes", headers={"authorization": f"Bearer {token}"})).status
    await application.stop()
