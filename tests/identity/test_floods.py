"""Bad tokens in masses, a provider that rotates under load, or answers too late or with garbage."""

from __future__ import annotations

import asyncio
import base64
import gc
import json
import tracemalloc
from collections.abc import AsyncIterator
from functools import partial

import pytest
from aiohttp import web

from atakora_data.errors import IdentityUnavailable, InvalidToken
from atakora_data.identity.bearer import BearerAuthenticator
from atakora_data.identity.entra.documents import fetch
from atakora_data.identity.entra.signing_keys import COOLDOWN_SECONDS, SigningKeys
from atakora_data.identity.entra.verifier import EntraTokenVerifier, signing_keys
from tests.identity.provider import AUDIENCE, TENANT, Provider, providing

FLOOD = 10_000


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """A provider with one key."""
    async with providing() as found:
        yield found


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def bad_token(number: int) -> str:
    """A token of its own that looks good: another key each time, or the right one and a made-up signature."""
    kid = "first" if number % 2 else f"made-up-{number}"
    body = _part({"ver": "2.0", "oid": f"user-{number}", "exp": 2**40})
    return f"{_part({'alg': 'RS256', 'kid': kid})}.{body}.{_part(number)}"


async def test_ten_thousand_bad_tokens_cost_neither_memory_nor_fetches(provider: Provider) -> None:
    """Each is refused; the provider is asked for its documents twice at most, and nothing is kept of them."""
    verifier = EntraTokenVerifier(signing_keys(provider.authority, (TENANT,)), tenants=(TENANT,), audiences=(AUDIENCE,))
    authenticator = BearerAuthenticator(verifier)
    assert "alice" == (await authenticator.authenticate(f"Bearer {provider.token()}")).id

    async def refused(number: int) -> None:
        with pytest.raises(InvalidToken):
            await authenticator.authenticate(f"Bearer {bad_token(number)}")

    for number in range(200):
        await refused(number)
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    for start in range(200, FLOOD, 100):
        await asyncio.gather(*(refused(number) for number in range(start, min(start + 100, FLOOD))))
    gc.collect()
    after, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert after - before < 300_000
    assert 4 >= len(provider.asked)
    assert "alice" == (await authenticator.authenticate(f"Bearer {provider.token()}")).id


async def test_keys_may_rotate_while_many_ask(provider: Provider) -> None:
    """Tokens of the old key and of the new verify throughout; each rotation is one fetch for all."""
    now = [1000.0]
    location = f"{provider.authority}/{TENANT}/v2.0/.well-known/openid-configuration"
    keys = {"2.0": SigningKeys(location, clock=lambda: now[0])}
    verifier = EntraTokenVerifier(keys, tenants=(TENANT,), audiences=(AUDIENCE,))
    for turn in range(5):
        old = provider.token()
        await verifier.verify(old)
        provider.rotate(f"key-{turn}")
        now[0] += COOLDOWN_SECONDS
        asked = len(provider.asked)
        told = await asyncio.gather(*(verifier.verify(each) for each in [old, provider.token()] * 25))
        assert {"alice"} == {each.id for each in told}
        assert asked + 2 == len(provider.asked)


async def test_a_provider_that_answers_too_late_is_unavailable(provider: Provider) -> None:
    """Nobody waits longer than a fetch may take; the next one tries again."""
    location = f"{provider.authority}/{TENANT}/v2.0/.well-known/openid-configuration"
    keys = {"2.0": SigningKeys(location, fetch=partial(fetch, patience=0.3))}
    verifier = EntraTokenVerifier(keys, tenants=(TENANT,), audiences=(AUDIENCE,))
    provider.hold.clear()
    async with asyncio.timeout(5):
        with pytest.raises(IdentityUnavailable):
            await verifier.verify(provider.token())
    provider.hold.set()
    assert "alice" == (await verifier.verify(provider.token())).id


@pytest.mark.parametrize("content", [b"", b"<html>", b"[]", b"{}", b'{"issuer": 1}', b"\xff", b"[" * 100_000])
async def test_garbage_of_a_provider_is_unavailable(content: bytes) -> None:
    """Whatever comes instead of its documents: 503, never a token that counts."""

    async def answer(_request: web.BaseRequest) -> web.Response:
        return web.Response(body=content, content_type="application/json")

    runner = web.ServerRunner(web.Server(answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/x"
    try:
        with pytest.raises(IdentityUnavailable):
            await SigningKeys(url).find("first")
    finally:
        await runner.cleanup()


async def test_keys_that_arrive_in_pieces_are_read_whole(provider: Provider) -> None:
    """As those of Entra ID do, which fill more than one packet."""
    provider.is_slow = True
    judge = EntraTokenVerifier(signing_keys(provider.authority, (TENANT,)), tenants=(TENANT,), audiences=(AUDIENCE,))
    assert "alice" == (await judge.verify(provider.token())).id
