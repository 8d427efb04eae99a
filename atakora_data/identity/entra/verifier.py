"""Verifies access tokens of Entra ID: signature, issuer, tenant, audience, times, and that it is an access token."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from msgspec.structs import replace

from atakora_data.authorization.principal import Principal
from atakora_data.errors import IdentityUnavailable, InvalidToken
from atakora_data.identity.claims import principal_from_claims, with_names
from atakora_data.identity.entra.groups import GroupReader, is_overage
from atakora_data.identity.entra.signing_keys import TENANT, SigningKey, SigningKeys
from atakora_data.identity.refusals import malformed, refusal

ANY_TENANT: Final = "*"
LEEWAY_SECONDS: Final = 60
_ALGORITHM: Final = "RS256"
_VERSIONS: Final = ("2.0", "1.0")
_MULTI_TENANT: Final = "organizations"

_RENEW = "Ask Entra ID for a new access token for this API."


class EntraTokenVerifier:
    """Verifies tokens of the versions 1.0 and 2.0.

    tenants: the ids of those whose tokens are accepted; `*` accepts every organization. audiences: what `aud` may be.
    keys: of each token version. groups: tells those that a token leaves out; without it such a token is not accepted.
    names: what rules call a group, by its id.
    """

    def __init__(
        self,
        keys: Mapping[str, SigningKeys],
        *,
        tenants: Iterable[str],
        audiences: Iterable[str],
        groups: GroupReader | None = None,
        names: Mapping[str, str] | None = None,
    ) -> None:
        self._keys = keys
        self._tenants = frozenset(each.lower() for each in tenants)
        self._audiences = tuple(audiences)
        self._groups = groups
        self._names = names or {}

    async def verify(self, token: str) -> Principal:
        """The principal that the token names. IdentityUnavailable: no signing keys could be had yet."""
        claims = await self.claims(token)
        _check_kind(claims)
        principal = principal_from_claims(claims)
        found = await self._groups_left_out(claims) if is_overage(claims) else principal.groups
        groups = with_names(found, self._names)
        return principal if groups == principal.groups else replace(principal, groups=groups)

    async def claims(self, token: str) -> dict[str, Any]:
        """What the token says, once it is known to be genuine and for this API; of which kind it is, is not asked."""
        kid, version = _announced(token)
        key = await self._keys[version].find(kid)
        if key is None:
            raise InvalidToken("The token is signed with a key that its issuer does not publish.", hint=_RENEW)
        claims = self._claims(token, key)
        self._check_tenant(claims, key)
        return claims

    async def _groups_left_out(self, claims: Mapping[str, Any]) -> frozenset[str]:
        if self._groups is None:
            raise IdentityUnavailable("Your groups are not in your token, and nobody can be asked for them.")
        return await self._groups.groups_of(claims)

    def _claims(self, token: str, key: SigningKey) -> dict[str, Any]:
        import jwt

        try:
            return jwt.decode(
                token,
                key.key,
                algorithms=[_ALGORITHM],
                audience=self._audiences,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud"]},
            )
        except jwt.PyJWTError as error:
            raise refusal(error, _ALGORITHM, _RENEW) from error
        except (TypeError, ValueError, RecursionError) as error:
            raise malformed(_RENEW) from error

    def _check_tenant(self, claims: Mapping[str, Any], key: SigningKey) -> None:
        """The issuer is that of the key, for the tenant that the token names."""
        tenant, issuer = claims.get("tid"), claims["iss"]
        if not isinstance(tenant, str) or not tenant:
            raise InvalidToken("The token names no tenant (`tid`).", hint=_RENEW)
        if issuer != key.issuer.replace(TENANT, tenant) or not key.serves(tenant):
            raise InvalidToken("The token comes from another issuer.", hint=_RENEW)
        if ANY_TENANT not in self._tenants and tenant.lower() not in self._tenants:
            raise InvalidToken("The token comes from a tenant that this app does not accept.", hint=_RENEW)


def signing_keys(authority: str, tenants: Iterable[str]) -> dict[str, SigningKeys]:
    """The keys by token version; nothing is fetched yet. authority: such as `https://login.microsoftonline.com`."""
    accepted = tuple(tenants)
    tenant = accepted[0] if len(accepted) == 1 and accepted[0] != ANY_TENANT else _MULTI_TENANT
    start, end = f"{authority.rstrip('/')}/{tenant}", ".well-known/openid-configuration"
    return {"1.0": SigningKeys(f"{start}/{end}"), "2.0": SigningKeys(f"{start}/v2.0/{end}")}


def _announced(token: str) -> tuple[str, str]:
    """The id of the key and the version of the token, as it says itself: nothing of it is trusted yet."""
    import jwt

    try:
        found = jwt.decode_complete(token, options={"verify_signature": False})
    except (jwt.PyJWTError, TypeError, ValueError, RecursionError) as error:
        raise malformed(_RENEW) from error
    header, version = found["header"], found["payload"].get("ver", "2.0")
    if header.get("alg") != _ALGORITHM:
        raise InvalidToken(f"The token is not signed with {_ALGORITHM}.", hint=_RENEW)
    if not isinstance(header.get("kid"), str):
        raise InvalidToken("The token does not say which key signed it (`kid`).", hint=_RENEW)
    if version not in _VERSIONS:
        raise InvalidToken("The token is of a version other than 1.0 and 2.0.", hint=_RENEW)
    return header["kid"], version


def _check_kind(claims: Mapping[str, Any]) -> None:
    """An ID token says who signed in somewhere, not that they may call this API: it has neither scopes nor roles."""
    if not (claims.get("scp") or claims.get("roles") or claims.get("idtyp") == "app"):
        raise InvalidToken(
            "The token has neither scopes (`scp`) nor roles: it is no access token for this API.",
            hint="Ask Entra ID for an access token with a scope of this API, and not for an ID token.",
        )
