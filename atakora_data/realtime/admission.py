"""Whether a principal may have a subscription: asked at registration, and again whenever another token is shown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson
from msgspec import Struct, field

from atakora_data.authorization.access import Gatekeeper
from atakora_data.errors import Forbidden, InvalidSubscription, Violation, perhaps_one_of
from atakora_data.realtime.limits import LARGEST_SUBSCRIPTION
from atakora_data.realtime.port import GraphQLSubscriptions
from atakora_data.realtime.subscription import Subscription
from atakora_data.realtime.unreadable import unreadable
from atakora_data.registry.entity import EntityModel, Operation
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.filtering import parse_filter

OPERATIONS: Final = ("created", "updated", "deleted")
"""What can be subscribed to."""


class Wanted(Struct, frozen=True):
    """What somebody wants to be told: by a GraphQL document, or of an entity by operations and filter."""

    entity: str = ""
    operations: tuple[str, ...] = OPERATIONS
    filter: Mapping[str, Any] | None = None
    query: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, subscription: Subscription) -> Wanted:
        """What was wanted when this was registered."""
        if subscription.query is not None:
            return cls(query=subscription.query, variables=subscription.variables)
        return cls(subscription.entity, tuple(subscription.operations), subscription.filter)


class Admission:
    """Reads what is wanted and judges it by the rules. graphql: makes the reader of documents when one is asked for."""

    def __init__(self, registry: Registry, gatekeeper: Gatekeeper, graphql: Callable[[], GraphQLSubscriptions]) -> None:
        self._registry = registry
        self._gatekeeper = gatekeeper
        self._graphql = graphql

    def admit(self, wanted: Wanted, context: RequestContext) -> Wanted:
        """The same with entity, operations and filter, also of a document.

        InvalidSubscription, InvalidFilter: it cannot be meant. Forbidden: no record could ever be told, or the filter
        names what can never be read.
        """
        _refuse_large(wanted)
        read = self._understood(wanted, context)
        _refuse_operations(read.operations)
        access = self._gatekeeper.access(self._entity(read.entity), context.principal)
        access.require_possible(Operation.READ)
        if read.filter:
            parse_filter(access, read.filter)
            _refuse_unreadable(list(unreadable(access, read.filter)))
        return read

    def _understood(self, wanted: Wanted, context: RequestContext) -> Wanted:
        if wanted.query is None:
            return wanted
        asked = self._graphql().read(wanted.query, wanted.variables, context)
        return Wanted(asked.entity, (asked.operation,), asked.filter, wanted.query, wanted.variables)

    def _entity(self, name: str) -> EntityModel:
        known = sorted(self._registry.realtime)
        entity = self._registry.entities.get(name)
        if entity is None:
            raise InvalidSubscription(f"There is no entity `{name[:_SHOWN]}`.", hint=perhaps_one_of(name, known))
        if not entity.realtime:
            raise InvalidSubscription(
                f"Changes of {name} are not told: it is not declared with `realtime = True`.",
                hint=perhaps_one_of("", known),
            )
        return entity


_SHOWN = 100


def _refuse_large(wanted: Wanted) -> None:
    size = len(orjson.dumps([wanted.filter, wanted.query, wanted.variables]))
    if size > LARGEST_SUBSCRIPTION:
        raise InvalidSubscription(
            f"The subscription has {size} bytes; {LARGEST_SUBSCRIPTION} are allowed.",
            hint="Ask for less: a shorter filter, document or list of values.",
        )


def _refuse_operations(operations: tuple[str, ...]) -> None:
    wrong = [
        Violation(f"/operations/{index}", f"is not known. {perhaps_one_of(name, OPERATIONS)}", "enum")
        for index, name in enumerate(operations)
        if name not in OPERATIONS
    ]
    if wrong:
        raise InvalidSubscription(
            "An operation is not known.", hint=f"Name some of {', '.join(OPERATIONS)}.", errors=wrong
        )


def _refuse_unreadable(found: list[Violation]) -> None:
    if found:
        names = ", ".join(each.pointer.removeprefix("/filter/").replace("/", ".") for each in found)
        raise Forbidden(
            f"The filter asks for what you can never read: {names}.", hint="Leave it out of the filter.", errors=found
        )
