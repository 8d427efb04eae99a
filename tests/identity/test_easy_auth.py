"""The caller that App Service tells is believed where its authentication is on, and nowhere else."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.errors import IdentityUnavailable, InvalidToken, SettingsError
from atakora_data.identity.easy_auth import LONGEST, EasyAuth
from atakora_data.settings import Settings
from atakora_data.testing import Client
from tests.identity.provider import OTHER_TENANT, TENANT

LONG = "http://schemas.microsoft.com/identity/claims/"
CLAIMS = [
    ("aud", "api://blog"),
    (f"{LONG}objectidentifier", "alice"),
    (f"{LONG}tenantid", TENANT),
    (f"{LONG}scope", "Post.Read Post.Write"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/nameidentifier", "pairwise"),
    ("http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress", "a@b.c"),
    ("name", "Alice"),
    ("roles", "editor"),
    ("roles", "admin"),
    ("groups", "g1"),
    ("dept", "sales"),
]
DEPLOYED = {
    "WEBSITE_SITE_NAME": "blog",
    "ATAKORA_STORE": "cosmos",
    "COSMOS__accountEndpoint": "https://blog.documents.azure.com",
    "ATAKORA_ENTRA_TENANTS": TENANT,
    "ATAKORA_AUDIENCE": "api://blog",
    "ATAKORA_CURSOR_KEY": "k" * 40,
    "ATAKORA_EASY_AUTH": "true",
}


def header(claims: list[tuple[str, str]]) -> str:
    """What App Service writes for these claims."""
    pairs = [{"typ": name, "val": value} for name, value in claims]
    told = {"auth_typ": "aad", "name_typ": "name", "role_typ": "roles", "claims": pairs}
    return base64.b64encode(json.dumps(told).encode()).decode()


def easy_auth(*tenants: str) -> EasyAuth:
    """What reads the header."""
    return EasyAuth(tenants or (TENANT,), {"g1": "staff"})


def test_the_header_names_a_principal() -> None:
    """The same as a token with these claims, by their long names and their short ones."""
    principal = easy_auth().principal(header(CLAIMS))
    assert ("alice", TENANT, "a@b.c", "Alice", "sales") == (
        principal.id,
        principal.tenant_id,
        principal.email,
        principal.name,
        principal.claim("dept"),
    )
    assert frozenset({"editor", "admin"}) == principal.roles
    assert frozenset({"g1", "staff"}) == principal.groups
    assert frozenset({"Post.Read", "Post.Write"}) == principal.scopes


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "ü",
        base64.b64encode(b"[]").decode(),
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b'{"claims": {}}').decode(),
        base64.b64encode(b'{"claims": [1]}').decode(),
        base64.b64encode(b'{"claims": [{"typ": 1, "val": "x"}]}').decode(),
        base64.b64encode(b"\xff").decode(),
        header([("name", "nobody")]),
        "A" * (LONGEST + 4),
    ],
)
def test_what_app_service_does_not_write_is_refused(said: str) -> None:
    """401, whatever is wrong with it."""
    with pytest.raises(InvalidToken):
        easy_auth().principal(said)


def test_other_tenants_are_refused() -> None:
    """Unless every organization is let in."""
    claims = [("oid", "bob"), ("tid", OTHER_TENANT)]
    with pytest.raises(InvalidToken):
        easy_auth().principal(header(claims))
    with pytest.raises(InvalidToken):
        easy_auth().principal(header(claims[:1]))
    assert "bob" == easy_auth("*").principal(header(claims)).id


def test_groups_that_are_left_out_let_nobody_in() -> None:
    """Nothing is known of them."""
    with pytest.raises(IdentityUnavailable):
        easy_auth().principal(header([*CLAIMS, ("_claim_names", '{"groups":"src1"}')]))


@pytest.mark.parametrize("said", ["", "false", "maybe"])
def test_it_is_refused_where_app_service_does_not_authenticate(said: str) -> None:
    """In Azure without its authentication, and at a desk."""
    with pytest.raises(SettingsError, match="WEBSITE_AUTH_ENABLED"):
        Settings.from_environment({**DEPLOYED, "WEBSITE_AUTH_ENABLED": said})
    with pytest.raises(SettingsError, match="WEBSITE_AUTH_ENABLED"):
        Settings.from_environment({"ATAKORA_EASY_AUTH": "true", "WEBSITE_AUTH_ENABLED": "true"})
    assert Settings.from_environment({**DEPLOYED, "WEBSITE_AUTH_ENABLED": "True"}).easy_auth


@pytest.fixture
async def clients(tmp_path: Path) -> AsyncIterator[dict[bool, Client]]:
    """Apps that trust the header, and that do not."""
    (tmp_path / "note.py").write_text(
        "from atakora_data import *\n\nclass Note(Entity):\n    '''A note.'''\n    id: str = Field(primary_key=True)\n"
        "    authorization = Authorization(read=allow.role('editor'))\n"
    )
    common: dict[str, Any] = {"schemas": tmp_path, "store": "memory", "key_file": tmp_path / "key"}
    made = {
        trusts: bootstrap(Settings(**common, easy_auth=trusts, entra_tenants=(TENANT,))) for trusts in (True, False)
    }
    yield {trusts: Client(app) for trusts, app in made.items()}
    for app in made.values():
        await app.stop()


async def test_the_header_counts_only_where_it_is_trusted(clients: dict[bool, Client]) -> None:
    """Elsewhere it is nothing; where it is trusted, a bad one is never anonymous."""
    sent = {"x-ms-client-principal": header(CLAIMS)}
    assert 200 == (await clients[True].ask("GET", "notes", headers=sent)).status
    assert 401 == (await clients[False].ask("GET", "notes", headers=sent)).status
    assert 401 == (await clients[True].get("notes")).status
    bad = await clients[True].ask("GET", "notes", headers={"x-ms-client-principal": "bad"})
    assert (401, "invalid_token") == (bad.status, bad.json["code"])
    assert 200 == (await clients[True].as_("eve", "editor").get("notes")).status
