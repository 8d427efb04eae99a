"""A subscription: what somebody wants to be told, and how it is kept."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from types import MappingProxyType, NoneType
from typing import Any, Final

from msgspec import Struct

from atakora_data.authorization.principal import Principal
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Target
from atakora_data.storage.state import State

SUBSCRIPTION: Final = "subscription"
"""The kind of state that subscriptions are; the partition is that of their target."""

_SHAPE: Final[Mapping[str, tuple[type, ...]]] = {
    **dict.fromkeys(("id", "session", "tenant", "entity"), (str,)),
    "filter": (dict, NoneType),
    "query": (str, NoneType),
    "variables": (dict,),
    "expires": (int, float),
}

_log = logging.getLogger(__name__)


class Subscription(Struct, frozen=True):
    """What one session wants to be told about one entity, and as whom it asks.

    session: who is sent what matches. operations: `created`, `updated`, `deleted`. filter: in wire form; None for all.
    query, variables: the GraphQL document whose selection the answers have; None for entity subscriptions.
    expires: in seconds since 1970.
    """

    id: str
    session: str
    tenant: str
    principal: Principal
    entity: str
    operations: frozenset[str]
    filter: Mapping[str, Any] | None
    query: str | None
    variables: Mapping[str, Any]
    expires: float

    @property
    def target(self) -> Target:
        """Whose changes it is about."""
        return Target(self.entity, self.tenant)

    @property
    def context(self) -> RequestContext:
        """Who asks."""
        return RequestContext(principal=self.principal, tenant_id=self.tenant)

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return {
            "id": self.id,
            "session": self.session,
            "tenant": self.tenant,
            "principal": principal_text(self.principal),
            "entity": self.entity,
            "operations": sorted(self.operations),
            "filter": None if self.filter is None else dict(self.filter),
            "query": self.query,
            "variables": dict(self.variables),
            "expires": self.expires,
        }

    @classmethod
    def of_json(cls, kept: Mapping[str, Any]) -> Subscription:
        """The subscription that was kept. KeyError, TypeError, ValueError: it is not one that we wrote."""
        told = {**kept, "principal": read_principal(kept["principal"]), "operations": frozenset(kept["operations"])}
        wrong = [name for name, types in _SHAPE.items() if not isinstance(told[name], types)]
        if wrong:
            raise TypeError(f"{', '.join(wrong)} of another type")
        return cls(**told)


def read_subscription(state: State) -> Subscription | None:
    """The subscription that is kept there; None, and a warning, when it has a shape that we do not write."""
    try:
        return Subscription.of_json(state.value)
    except (AttributeError, KeyError, TypeError, ValueError):
        _log.warning("The subscription %s cannot be read: it counts as ended.", state.id)
        return None


def subscription_partition(target: Target) -> str:
    """Where the subscriptions to an entity are kept."""
    return f"{target.tenant}/{target.entity}"


def principal_text(principal: Principal) -> str:
    """The principal as JSON text in ASCII: a token may hold numbers over 64 bits and lone surrogates."""
    return json.dumps(
        {
            "id": principal.id,
            "tenant_id": principal.tenant_id,
            "email": principal.email,
            "name": principal.name,
            "roles": sorted(principal.roles),
            "groups": sorted(principal.groups),
            "scopes": sorted(principal.scopes),
            "claims": dict(principal.claims),
        }
    )


def read_principal(text: str) -> Principal:
    """The principal with this text: every rule treats it as the one who was written."""
    told = json.loads(text)
    sets = {name: frozenset(told[name]) for name in ("roles", "groups", "scopes")}
    return Principal(**{**told, **sets, "claims": MappingProxyType(told["claims"])})
