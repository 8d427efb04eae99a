"""Who asks, for which tenant, under which correlation id, and with which others together."""

from __future__ import annotations

from dataclasses import dataclass

from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.service.units import Unit


@dataclass(frozen=True, slots=True)
class RequestContext:
    """What every service operation is told about its caller. tenant: "" when tenancy is off.

    unit: where writes that succeed or fail together collect their changes; without one each write is its own.
    """

    principal: Principal = ANONYMOUS
    tenant: str = ""
    correlation_id: str = ""
    unit: Unit | None = None
