"""From who asks to the tenant whose records are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from atakora_data.authorization.principal import Principal
from atakora_data.settings.tenants import is_tenant

TID: Final = "tid"
"""The claim of Entra ID that names the tenant of a token."""

_NO_TENANCY: Final = ""


class Tenancy(Struct, frozen=True):
    """Tells whose records a caller may ask for, by what its token says and never by what it sends.

    claim: the claim that names the tenant; None when tenancy is off. anonymous: the tenant of callers without a token,
    who otherwise have none.
    """

    claim: str | None = None
    anonymous: str | None = None

    def tenant_of(self, principal: Principal) -> str | None:
        """The caller's tenant: `""` when tenancy is off, None when it is on and the caller has none."""
        if self.claim is None:
            return _NO_TENANCY
        if not principal.is_authenticated:
            return self.anonymous
        is_known = principal.is_system or self.claim == TID
        named = principal.tenant_id if is_known else principal.claim(self.claim)
        return named if isinstance(named, str) and is_tenant(named) else None

    def claims_of(self, tenant: str) -> Mapping[str, str]:
        """What a token says whose caller belongs to this tenant."""
        return {} if self.claim is None else {self.claim: tenant}


OFF: Final = Tenancy()
"""All records are everybody's, as far as the rules allow."""
