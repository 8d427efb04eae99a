"""Who asks."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Any

from msgspec import Struct, field

_NO_CLAIMS: Mapping[str, Any] = MappingProxyType({})


class Principal(Struct, frozen=True, dict=True):
    """The caller, as the verified token says: nobody else makes one but tests and `as_system`.

    id: the caller's own id (Entra: `oid`); None for an anonymous caller. tenant_id: the organization that
    the token comes from (Entra: `tid`); whose records are asked for says the tenancy of the app.
    """

    id: str | None = None
    tenant_id: str | None = None
    email: str | None = None
    name: str | None = None
    roles: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    claims: Mapping[str, Any] = field(default_factory=lambda: _NO_CLAIMS)
    is_system: bool = False

    @property
    def is_authenticated(self) -> bool:
        """Whether somebody is known to ask."""
        return self.id is not None or self.is_system

    def claim(self, name: str) -> Any:
        """The claim of this name, or None."""
        return self.claims.get(name)

    @cached_property
    def fingerprint(self) -> str:
        """Equal for principals whom every rule treats alike: the key of anything cached by principal."""
        content = json.dumps(  # orjson refuses whole numbers over 64 bits and lone surrogates, which a token may hold
            [
                self.id,
                self.tenant_id,
                self.email,
                self.name,
                sorted(self.roles),
                sorted(self.groups),
                sorted(self.scopes),
                dict(self.claims),
                self.is_system,
            ],
            sort_keys=True,
            default=str,
        )
        return hashlib.blake2b(content.encode(), digest_size=16).hexdigest()


ANONYMOUS = Principal()
"""A caller without a token."""
