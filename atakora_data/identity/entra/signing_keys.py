"""The keys that a provider signs with, kept, renewed now and then, and looked up anew when an unknown one is met."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from msgspec import Struct

from atakora_data.errors import IdentityUnavailable
from atakora_data.identity.entra.documents import Fetch, fetch

STALE_SECONDS: Final = 12 * 60 * 60
"""What was fetched so long ago is fetched again, while the old keys still serve."""

COOLDOWN_SECONDS: Final = 60
"""The provider is asked at most so often, whatever key ids callers make up."""

TENANT: Final = "{tenantid}"

_SMALLEST_BITS: Final = 2048

_log = logging.getLogger(__name__)


class SigningKey(Struct, frozen=True):
    """A public RSA key. issuer: of the tokens of its configuration; scope: the issuer that it is published for.

    `{tenantid}` stands in them for the tenant of the token.
    """

    key: Any
    issuer: str
    scope: str

    def serves(self, tenant: str) -> bool:
        """Whether tokens of this tenant may be signed with it: some keys are for one tenant alone."""
        return TENANT in self.scope or tenant in self.scope.split("/")


class SigningKeys:
    """The keys of one OpenID configuration.

    One fetch serves all who wait. Through an outage the last good keys serve on. clock: seconds, only ever growing.
    """

    def __init__(self, url: str, *, fetch: Fetch = fetch, clock: Callable[[], float] = time.monotonic) -> None:
        self._url = url
        self._fetch = fetch
        self._clock = clock
        self._keys: Mapping[str, SigningKey] | None = None
        self._fetched = self._tried = 0.0
        self._fetching: asyncio.Task[None] | None = None

    async def find(self, kid: str) -> SigningKey | None:
        """The key with this id; None when the provider has none. IdentityUnavailable: nothing is known of its keys."""
        if self._keys is None:
            await self._refresh()
        elif kid not in self._keys and self._may_ask:
            await self._try_refresh()
        elif self._clock() - self._fetched > STALE_SECONDS and self._may_ask:
            self._begin()
        return None if self._keys is None else self._keys.get(kid)

    @property
    def _may_ask(self) -> bool:
        return self._fetching is not None or self._clock() - self._tried >= COOLDOWN_SECONDS

    async def _try_refresh(self) -> None:
        """Fetch anew; what is known serves on when that fails."""
        try:
            await self._refresh()
        except IdentityUnavailable as error:
            _log.warning("The signing keys cannot be renewed: %s", error.detail)

    async def _refresh(self) -> None:
        await asyncio.shield(self._begin())

    def _begin(self) -> asyncio.Task[None]:
        """The fetch under way, or else a new one."""
        if self._fetching is None:
            self._tried = self._clock()
            self._fetching = asyncio.create_task(self._fetch_keys())
            self._fetching.add_done_callback(self._done)
        return self._fetching

    def _done(self, task: asyncio.Task[None]) -> None:
        self._fetching = None
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.debug("The signing keys were not fetched: %s", error)

    async def _fetch_keys(self) -> None:
        configuration = await self._fetch(self._url)
        issuer, location = configuration.get("issuer"), configuration.get("jwks_uri")
        if not isinstance(issuer, str) or not isinstance(location, str):
            raise IdentityUnavailable(f"{self._url} names no issuer and no keys.")
        found = _read(await self._fetch(location), issuer)
        if not found:
            raise IdentityUnavailable(f"{location} has no RSA key to verify signatures with.")
        self._keys, self._fetched = found, self._clock()


def _read(published: Mapping[str, Any], issuer: str) -> dict[str, SigningKey]:
    """The keys that can be used, by id; others are left out."""
    keys = published.get("keys")
    usable = (each for each in keys if _is_usable(each)) if isinstance(keys, list) else ()
    found = ((each["kid"], _parsed(each), str(each.get("issuer") or issuer)) for each in usable)
    return {kid: SigningKey(key, issuer, scope) for kid, key, scope in found if key is not None}


def _is_usable(jwk: Any) -> bool:
    if not isinstance(jwk, dict) or not isinstance(jwk.get("kid"), str):
        return False
    return jwk.get("kty") == "RSA" and jwk.get("use", "sig") == "sig" and jwk.get("alg", "RS256") == "RS256"


def _parsed(jwk: Mapping[str, Any]) -> Any | None:
    import jwt

    try:
        key = jwt.PyJWK.from_dict(dict(jwk), "RS256").key
    except (jwt.PyJWTError, ValueError, TypeError):
        _log.warning("A published signing key cannot be read and is left out.")
        return None
    return key if key.key_size >= _SMALLEST_BITS else None
