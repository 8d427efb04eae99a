"""From the claims of a verified token to a principal: the same reading for local and for Entra ID tokens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidToken


def principal_from_claims(claims: Mapping[str, Any]) -> Principal:
    """Read who is meant: `oid` or else `sub`, `tid`, `email`, `name`, `roles`, `groups` and `scp`.

    InvalidToken: the subject is missing, or a claim has another shape than the standard says.
    """
    subject = _text(claims, "oid") or _text(claims, "sub")
    if subject is None:
        raise InvalidToken("The token names nobody.", hint="It needs a claim `oid` or `sub`.")
    return Principal(
        id=subject,
        tenant_id=_text(claims, "tid"),
        email=_text(claims, "email") or _text(claims, "preferred_username"),
        name=_text(claims, "name"),
        roles=_texts(claims, "roles"),
        groups=_texts(claims, "groups"),
        scopes=frozenset((_text(claims, "scp") or "").split()),
        claims=MappingProxyType(dict(claims)),
    )


def with_names(groups: frozenset[str], names: Mapping[str, str]) -> frozenset[str]:
    """The groups, and beside each what rules call it. names: by the ids of groups."""
    return groups | {names[each] for each in groups if each in names}


def _text(claims: Mapping[str, Any], name: str) -> str | None:
    value = claims.get(name)
    if value is None or isinstance(value, str):
        return value or None
    raise InvalidToken(f"The claim `{name}` of the token is not a string.")


def _texts(claims: Mapping[str, Any], name: str) -> frozenset[str]:
    values = claims.get(name, [])
    if isinstance(values, list) and all(isinstance(each, str) for each in values):
        return frozenset(values)
    raise InvalidToken(f"The claim `{name}` of the token is not a list of strings.")
