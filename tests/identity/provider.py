"""An OpenID provider like Entra ID: real HTTP, real RSA keys, which rotate; it can fail."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

from tests.identity.pieces import in_pieces

TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"
OTHER_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"
AUDIENCE = "api://blog"


class Provider:
    """Signs tokens and publishes its keys.

    asked: the paths that were asked for, in order. heard: set with the first. is_down: whether it answers 500.
    hold: what answers wait for. is_slow: whether answers arrive in pieces.
    """

    def __init__(self) -> None:
        self.authority = ""
        self.asked: list[str] = []
        self.is_down = False
        self.is_slow = False
        self.hold = asyncio.Event()
        self.hold.set()
        self.heard = asyncio.Event()
        self.published: list[dict[str, Any]] = []
        self._keys: dict[str, rsa.RSAPrivateKey] = {}

    def rotate(self, kid: str, *, keeps: bool = True, bits: int = 2048, **more: Any) -> None:
        """Sign with a new key from now on, and publish it. keeps: whether the old ones stay published."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
        published = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
        self.published = [*(self.published if keeps else []), {**published, "kid": kid, "use": "sig", **more}]
        self._keys[kid] = key

    def token(self, kid: str | None = None, *, version: str = "2.0", tenant: str = TENANT, **claims: Any) -> str:
        """An access token with good claims, but for those given; None leaves a claim out."""
        now, kid = int(time.time()), kid or next(reversed(self._keys))
        issuer = f"{self.authority}/{tenant}/v2.0" if version == "2.0" else f"{self.authority}/sts/{tenant}/"
        standard = {"iss": issuer, "aud": AUDIENCE, "exp": now + 600, "nbf": now, "iat": now, "tid": tenant}
        named = {"oid": "alice", "sub": "pairwise", "ver": version, "scp": "Post.Read Post.Write"}
        found = {name: value for name, value in {**standard, **named, **claims}.items() if value is not None}
        return jwt.encode(found, self._keys[kid], algorithm="RS256", headers={"kid": kid})

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """A discovery document or the keys."""
        self.asked.append(request.path)
        self.heard.set()
        await self.hold.wait()
        if self.is_down:
            return web.Response(status=500)
        if request.path.endswith("/keys"):
            keys = {"keys": self.published}
            return await in_pieces(request, keys) if self.is_slow else web.json_response(keys)
        tenant = request.path.split("/")[1]
        shown = "{tenantid}" if tenant == "organizations" else tenant
        issuer = f"{self.authority}/{shown}/v2.0" if "/v2.0/" in request.path else f"{self.authority}/sts/{shown}/"
        return web.json_response({"issuer": issuer, "jwks_uri": f"{self.authority}/{tenant}/discovery/keys"})


@asynccontextmanager
async def providing() -> AsyncIterator[Provider]:
    """A provider that listens, with one key."""
    provider = Provider()
    provider.rotate("first")
    server = web.Server(provider.answer)  # type: ignore[arg-type]
    runner = web.ServerRunner(server)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    provider.authority = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield provider
    finally:
        await runner.cleanup()
