"""Who asks in a test."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.identity.claims import principal_from_claims


def user(
    id: str,
    *,
    roles: Iterable[str] = (),
    groups: Iterable[str] = (),
    email: str | None = None,
    name: str | None = None,
    tenant: str | None = None,
    **claims: Any,
) -> Principal:
    """Somebody who signed in. claims: further claims of the token, such as `dept="sales"`."""
    given = {"oid": id, "tid": tenant, "email": email, "name": name, "roles": list(roles), "groups": list(groups)}
    return principal_from_claims({**claims, **{key: value for key, value in given.items() if value}})


def anonymous() -> Principal:
    """Somebody who did not sign in."""
    return ANONYMOUS


def system(*, tenant: str | None = None) -> Principal:
    """The app itself, whom no rule binds; it asks in process only, never through a door. tenant: whose records."""
    return Principal(tenant_id=tenant, is_system=True)
