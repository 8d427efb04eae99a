"""The caller as App Service Authentication ("Easy Auth") says it, in the header `X-MS-CLIENT-PRINCIPAL`.

App Service takes that header away from what clients send and puts in its own, but only where its authentication is on.
Anywhere else whoever writes the header is whoever they like to be: so it is read by a setting alone.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping
from typing import Any, Final

import orjson
from msgspec.structs import replace

from atakora_data.authorization.principal import Principal
from atakora_data.errors import IdentityUnavailable, InvalidToken
from atakora_data.identity.claims import principal_from_claims
from atakora_data.identity.entra.groups import is_overage
from atakora_data.identity.entra.verifier import ANY_TENANT

HEADER: Final = "x-ms-client-principal"
LONGEST: Final = 64 * 1024

_MICROSOFT: Final = "http://schemas.microsoft.com/"
_SOAP: Final = "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/"
_SHORT: Final = {
    f"{_MICROSOFT}identity/claims/objectidentifier": "oid",
    f"{_MICROSOFT}identity/claims/tenantid": "tid",
    f"{_MICROSOFT}identity/claims/scope": "scp",
    f"{_MICROSOFT}ws/2008/06/identity/claims/role": "roles",
    f"{_SOAP}nameidentifier": "sub",
    f"{_SOAP}emailaddress": "email",
    f"{_SOAP}upn": "preferred_username",
    f"{_SOAP}name": "name",
}
"""What App Service calls some claims by their long names, and what tokens call them."""

_LISTS: Final = frozenset({"roles", "groups"})


class EasyAuth:
    """Reads the header. tenants: whose people are let in, `*` for all. names: what rules call a group, by its id."""

    def __init__(self, tenants: Iterable[str], names: Mapping[str, str]) -> None:
        self._tenants = frozenset(each.lower() for each in tenants)
        self._names = names

    def principal(self, header: str) -> Principal:
        """Whom the header names. InvalidToken: it is not what App Service writes. IdentityUnavailable: groups lack."""
        claims = _claims(_decoded(header))
        if is_overage(claims):
            raise IdentityUnavailable(
                "Your groups are not in your token.", hint="Assign groups to the application, or use app roles."
            )
        principal = principal_from_claims(claims)
        if ANY_TENANT not in self._tenants and (principal.tenant_id or "").lower() not in self._tenants:
            raise InvalidToken("You come from a tenant that this app does not accept.")
        named = {self._names[each] for each in principal.groups if each in self._names}
        return replace(principal, groups=principal.groups | named) if named else principal


def _decoded(header: str) -> Iterable[Any]:
    if len(header) > LONGEST:
        raise _malformed()
    try:
        content = orjson.loads(base64.b64decode(header, validate=True))
        claims = content["claims"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise _malformed() from error
    if not isinstance(claims, list):
        raise _malformed()
    return claims


def _claims(pairs: Iterable[Any]) -> dict[str, Any]:
    """The claims as a token would have them: roles and groups as lists, of others the first."""
    found: dict[str, Any] = {}
    for pair in pairs:
        try:
            name, value = pair["typ"], pair["val"]
        except (KeyError, TypeError) as error:
            raise _malformed() from error
        if not isinstance(name, str) or not isinstance(value, str):
            raise _malformed()
        short = _SHORT.get(name, name)
        if short in _LISTS:
            found.setdefault(short, []).append(value)
        elif short == "_claim_names":
            found[short] = {"groups": value} if "groups" in value else {}
        else:
            found.setdefault(short, value)
    return found


def _malformed() -> InvalidToken:
    return InvalidToken("The header X-MS-CLIENT-PRINCIPAL is not what App Service writes.")
