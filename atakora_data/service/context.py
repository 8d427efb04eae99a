"""Who asks, for which tenant, under which correlation id, and with which others together."""

from __future__ import annotations

from msgspec import Struct

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import NoTenant, SignInRequired
from atakora_data.service.receipts import Receipt
from atakora_data.service.units import Unit


class RequestContext(Struct, frozen=True):
    """What every service operation is told about its caller.

    tenant_id: whose records are asked for; "" when tenancy is off, None when it is on and the caller has no tenant.
    unit: where writes that succeed or fail together collect their changes; without one each write is its own.
    receipt: what the request is known again by, kept with its first write.
    """

    principal: Principal = ANONYMOUS
    tenant_id: str | None = ""
    correlation_id: str = ""
    unit: Unit | None = None
    receipt: Receipt | None = None

    @property
    def tenant(self) -> str:
        """The tenant that every store call names: whoever has none gets no further than this.

        SignInRequired, NoTenant: tenancy is on, and nobody, or somebody without a tenant, asks.
        """
        if self.tenant_id is not None:
            return self.tenant_id
        if self.principal.is_authenticated:
            raise NoTenant
        raise SignInRequired(
            "Records belong to tenants here, and nobody may ask for them without signing in.",
            hint="Send `Authorization: Bearer <token>`.",
        )

    def require_tenant(self) -> None:
        """Raise as `tenant` does."""
        _ = self.tenant
