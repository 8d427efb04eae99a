"""Who asks, for which tenant, under which correlation id."""

from __future__ import annotations

from dataclasses import dataclass

from atakora_data.authorization.principal import ANONYMOUS, Principal


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every service operation is told about its caller. tenant: "" when tenancy is off."""

    principal: Principal = ANONYMOUS
    tenant: str = ""
    correlation_id: str = ""
