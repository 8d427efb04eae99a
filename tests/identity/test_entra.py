"""Entra ID tokens: what a provider signs for this app verifies, and nothing else does."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Iterable
from typing import Any

import jwt
import pytest
from jwt.warnings import InsecureKeyLengthWarning

from atakora_data.errors import IdentityUnavailable, InvalidToken
from atakora_data.identity.entra.signing_keys import COOLDOWN_SECONDS, STALE_SECONDS, SigningKeys
from atakora_data.identity.entra.verifier import ANY_TENANT, EntraTokenVerifier, signing_keys
from tests.identity.provider import AUDIENCE, OTHER_TENANT, TENANT, Provider, providing


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A provider with one key."""
    async with providing() as found:
        yield found


def verifier(provider: Provider, *tenants: str, audiences: Iterable[str] = (AUDIENCE,)) -> EntraTokenVerifier:
    """A verifier that accepts tokens of these tenants, else of the usual one."""
    accepted = tenants or (TENANT,)
    return EntraTokenVerifier(signing_keys(provider.authority, accepted), tenants=accepted, audiences=audiences)


async def refusal(verifier: EntraTokenVerifier, token: str) -> str:
    """Why this token is refused."""
    with pytest.raises(InvalidToken) as caught:
        await verifier.verify(token)
    assert token not in f"{caught.value} {caught.value.hint}"
    return caught.value.detail


class Clock:
    """Seconds that a test lets pass."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("tenants", [(TENANT,), (TENANT, OTHER_TENANT), (ANY_TENANT,)])
async def test_a_token_names_its_principal(provider: Provider, version: str, tenants: tuple[str, ...]) -> None:
    """In both versions, for one tenant, for several and for any: who, where, roles, groups and scopes."""
    token = provider.token(version=version, roles=["editor"], groups=["g"], name="Alice", preferred_username="a@b.c")
    principal = await verifier(provider, *tenants).verify(token)
    assert ("alice", TENANT, "Alice", "a@b.c") == (
        principal.id,
        principal.tenant_id,
        principal.name,
        principal.email,
    )
    assert (frozenset({"editor"}), frozenset({"g"})) == (principal.roles, principal.groups)
    assert frozenset({"Post.Read", "Post.Write"}) == principal.scopes


async def test_an_app_has_a_token_of_its_own(provider: Provider) -> None:
    """With roles and without scopes; or with neither, when it says that it is an app's."""
    judge = verifier(provider)
    with_roles = await judge.verify(provider.token(scp=None, roles=["DataReader"], idtyp="app"))
    assert (frozenset({"DataReader"}), frozenset()) == (with_roles.roles, with_roles.scopes)
    assert "alice" == (await judge.verify(provider.token(scp=None, idtyp="app"))).id


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"exp": int(time.time()) - 120}, "expired"),
        ({"nbf": int(time.time()) + 3600}, "not valid yet"),
        ({"aud": "api://other"}, "another audience"),
        ({"aud": None}, "lacks one of the claims"),
        ({"exp": None}, "lacks one of the claims"),
        ({"iss": None}, "lacks one of the claims"),
        ({"iss": "https://evil.example/v2.0"}, "another issuer"),
        ({"tid": OTHER_TENANT}, "another issuer"),
        ({"tid": None}, "no tenant"),
        ({"tid": 7}, "no tenant"),
        ({"tenant": OTHER_TENANT}, "tenant that this app does not accept"),
        ({"scp": None}, "neither scopes"),
        ({"oid": None, "sub": None}, "names nobody"),
        ({"ver": "3.0"}, "version"),
        ({"ver": ["2.0"]}, "version"),
        ({"ver": "1.0"}, "another issuer"),
    ],
)
async def test_a_token_that_is_not_for_this_app_is_refused(provider: Provider, claims: Any, reason: str) -> None:
    """Whatever is wrong with it, in words that do not show it; with a signature that verifies."""
    judge = verifier(provider, TENANT, "00000000-0000-0000-0000-000000000000")
    assert reason in await refusal(judge, provider.token(**claims))


async def test_clocks_may_differ_by_a_minute(provider: Provider) -> None:
    """A token that expired half a minute ago, or begins in half a minute, is good."""
    now = int(time.time())
    for name, moment in {"exp": now - 30, "nbf": now + 30}.items():
        claims: dict[str, Any] = {name: moment}
        assert "alice" == (await verifier(provider).verify(provider.token(**claims))).id


async def test_a_signature_counts_only_if_it_is_of_a_published_key(provider: Provider) -> None:
    """Not a secret one, nor none, nor the public key taken for a shared one, nor a foreign key under a known id."""
    judge, good = verifier(provider), provider.token()
    claims = jwt.decode(good, options={"verify_signature": False})
    assert "not signed with RS256" in await refusal(judge, jwt.encode(claims, "", algorithm="none"))
    confused = jwt.encode(claims, provider.published[0]["n"], algorithm="HS256", headers={"kid": "first"})
    assert "not signed with RS256" in await refusal(judge, confused)
    async with providing() as other:
        other.authority = provider.authority
        assert "signature" in await refusal(judge, other.token())
    head, body, signature = good.split(".")
    forged = base64.urlsafe_b64encode(json.dumps({**claims, "roles": ["admin"]}).encode()).rstrip(b"=").decode()
    assert "signature" in await refusal(judge, f"{head}.{forged}.{signature}")
    assert "well-formed" in await refusal(judge, f"{head}.{body}")
    assert "well-formed" in await refusal(judge, "é.é.é")


async def test_a_key_without_an_id_finds_nothing(provider: Provider) -> None:
    """The token must say which key signed it."""
    token = jwt.encode({"ver": "2.0"}, provider._keys["first"], algorithm="RS256")
    assert "which key" in await refusal(verifier(provider), token)


async def test_a_key_for_one_tenant_signs_for_no_other(provider: Provider) -> None:
    """A key that is published for another issuer's tenant does not verify this one's tokens."""
    provider.rotate("theirs", issuer=f"https://login.example/{OTHER_TENANT}/v2.0")
    judge = verifier(provider, ANY_TENANT)
    assert "another issuer" in await refusal(judge, provider.token("theirs"))
    assert "alice" == (await judge.verify(provider.token("theirs", tenant=OTHER_TENANT))).id
    assert "alice" == (await judge.verify(provider.token("first"))).id


async def test_weak_and_odd_keys_are_left_out(provider: Provider) -> None:
    """Short keys, keys for encryption, and what is no key."""
    provider.rotate("weak", bits=1024)
    provider.rotate("enc", use="enc")
    provider.published += [{"kid": "odd", "kty": "RSA"}, {"kty": "RSA"}, {"kid": "ec", "kty": "EC"}]
    judge = verifier(provider)
    assert "does not publish" in await refusal(judge, provider.token("enc"))
    with pytest.warns(InsecureKeyLengthWarning):
        weak = provider.token("weak")
    assert "does not publish" in await refusal(judge, weak)
    assert "alice" == (await judge.verify(provider.token("first"))).id


async def test_many_who_wait_share_one_fetch(provider: Provider) -> None:
    """Forty tokens at once ask for the configuration and the keys once."""
    provider.hold.clear()
    judge, token = verifier(provider), provider.token()
    waiting = [asyncio.create_task(judge.verify(token)) for _ in range(40)]
    await provider.heard.wait()
    provider.hold.set()
    assert {"alice"} == {each.id for each in await asyncio.gather(*waiting)}
    assert 2 == len(provider.asked)


async def test_whoever_stops_waiting_stops_nobody_else(provider: Provider) -> None:
    """A fetch goes on when the first of those who wait is gone."""
    provider.hold.clear()
    judge, token = verifier(provider), provider.token()
    first, second = (asyncio.create_task(judge.verify(token)) for _ in range(2))
    await provider.heard.wait()
    first.cancel()
    provider.hold.set()
    assert "alice" == (await second).id


async def test_a_rotated_key_is_found(provider: Provider) -> None:
    """An unknown key id is looked up at once, but not again and again."""
    clock = Clock()
    keys = SigningKeys(f"{provider.authority}/{TENANT}/v2.0/.well-known/openid-configuration", clock=clock)
    assert await keys.find("first") is not None
    clock.now += COOLDOWN_SECONDS
    provider.rotate("second")
    assert await keys.find("second") is not None
    asked = len(provider.asked)
    for number in range(100):
        assert await keys.find(f"made up {number}") is None
    assert asked == len(provider.asked)
    clock.now += COOLDOWN_SECONDS
    assert await keys.find("made up") is None
    assert asked + 2 == len(provider.asked)


async def test_known_keys_serve_through_an_outage(provider: Provider) -> None:
    """Old tokens verify, unknown keys are refused, and nobody waits for the provider longer than for one fetch."""
    clock = Clock()
    keys = SigningKeys(f"{provider.authority}/{TENANT}/v2.0/.well-known/openid-configuration", clock=clock)
    assert await keys.find("first") is not None
    provider.is_down = True
    clock.now += STALE_SECONDS + 1
    assert await keys.find("first") is not None
    clock.now += COOLDOWN_SECONDS
    assert await keys.find("second") is None
    provider.is_down = False
    provider.rotate("second", keeps=False)
    clock.now += COOLDOWN_SECONDS
    assert await keys.find("second") is not None
    assert await keys.find("first") is None


async def test_stale_keys_are_renewed_behind_the_request(provider: Provider) -> None:
    """Half a day later the keys are fetched again while the old ones serve."""
    clock = Clock()
    keys = SigningKeys(f"{provider.authority}/{TENANT}/v2.0/.well-known/openid-configuration", clock=clock)
    await keys.find("first")
    provider.rotate("second", keeps=False)
    clock.now += STALE_SECONDS + 1
    provider.hold.clear()
    assert await keys.find("first") is not None
    provider.hold.set()
    async with asyncio.timeout(5):
        while await keys.find("second") is None:  # noqa: ASYNC110 - the fetch is nobody's to await
            await asyncio.sleep(0.005)
    assert await keys.find("first") is None


@pytest.mark.parametrize("page", ["down", "gone"])
async def test_without_any_keys_nobody_is_called_a_liar(provider: Provider, page: str) -> None:
    """When the provider was never reached, a token is neither good nor bad: 503."""
    judge, token = verifier(provider), provider.token()
    if page == "down":
        provider.is_down = True
    else:
        judge = EntraTokenVerifier(signing_keys("http://127.0.0.1:9", [TENANT]), tenants=[TENANT], audiences=[AUDIENCE])
    with pytest.raises(IdentityUnavailable) as caught:
        await judge.verify(token)
    assert 503 == caught.value.status
    provider.is_down = False
    if page == "down":
        assert "alice" == (await judge.verify(token)).id


async def test_several_audiences_are_accepted(provider: Provider) -> None:
    """The URI of the API and its client id, whichever the token was issued for."""
    judge = verifier(provider, audiences=[AUDIENCE, "11111111-2222-3333-4444-555555555555"])
    for audience in (AUDIENCE, "11111111-2222-3333-4444-555555555555"):
        assert "alice" == (await judge.verify(provider.token(aud=audience))).id
