"""Subscriptions that see the same of every event are one group: rules and filter are judged once for all of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

import orjson
from msgspec import Struct, field

from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.errors import RequestError
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.realtime.port import GraphQLSubscriptions
from atakora_data.realtime.subscription import Subscription
from atakora_data.registry.entity import Operation
from atakora_data.registry.registry import Registry
from atakora_data.service.context import RequestContext
from atakora_data.service.filtering import parse_filter

_log = logging.getLogger(__name__)


class Member(NamedTuple):
    """Whom messages go to. expires: in seconds since 1970."""

    id: str
    session: str
    expires: float

    @classmethod
    def of(cls, subscription: Subscription) -> Member:
        """What is remembered of a subscription once its group is known."""
        return cls(subscription.id, subscription.session, subscription.expires)


class Group(Struct):
    """Subscriptions of one entity with the same policy, filter, operations and document. filter: what they ask for.

    first: stands for all; it may have ended, since the rules treat all of them alike. members: by id.
    sees_all: whatever the record is, they may read it and ask for it.
    """

    filter: Filter
    first: Subscription
    sees_all: bool
    members: dict[str, Member] = field(default_factory=dict)

    @property
    def context(self) -> RequestContext:
        """As whom events are judged."""
        return self.first.context

    def living(self, now: float) -> Iterator[Member]:
        """The members that have not expired."""
        return (each for each in self.members.values() if each.expires > now)


class Grouping:
    """Tells which group a subscription belongs to. graphql: makes the reader of documents when one is met."""

    def __init__(self, registry: Registry, gatekeeper: Gatekeeper, graphql: Callable[[], GraphQLSubscriptions]) -> None:
        self._registry = registry
        self._gatekeeper = gatekeeper
        self._graphql = graphql

    def place(self, subscription: Subscription) -> tuple[bytes, Group] | None:
        """The key of its group, and such a group without members; None when the rules allow it nothing any more.

        Whatever is wrong with it is logged: one that cannot be understood must not keep events from others.
        """
        about = {"tenant": subscription.tenant}
        try:
            return self._placed(subscription)
        except RequestError as error:
            _log.info("The subscription %s is told nothing any more: %s", subscription.id, error.detail, extra=about)
        except Exception:  # noqa: BLE001 - a fault of one subscription: logged, and it is told nothing
            _log.exception("The subscription %s is told nothing.", subscription.id, extra=about)
        return None

    def alone(self, subscription: Subscription) -> Group | None:
        """A group of this subscription only."""
        placed = self.place(subscription)
        if placed is not None:
            placed[1].members[subscription.id] = Member.of(subscription)
        return None if placed is None else placed[1]

    def _placed(self, subscription: Subscription) -> tuple[bytes, Group]:
        access = self._access(subscription, subscription.entity)
        access.require_possible(Operation.READ)
        wanted = parse_filter(access, subscription.filter) if subscription.filter else EVERYTHING
        asked = orjson.dumps(dict(subscription.variables), option=orjson.OPT_SORT_KEYS)
        policies, operations = self._policies(subscription, access), sorted(subscription.operations)
        key = _digest(policies, wanted, operations, subscription.query, asked)
        sees_all = wanted == EVERYTHING and access.surely_readable == EVERYTHING
        return key, Group(wanted, subscription, sees_all)

    def _policies(self, subscription: Subscription, access: Access) -> object:
        """Equal for principals who see the same: by their rules, or by all that is known of them."""
        found = [access.policy, *(self._access(subscription, each).policy for each in self._others(subscription))]
        return subscription.principal.fingerprint if None in found else tuple(found)

    def _others(self, subscription: Subscription) -> list[str]:
        """The other entities whose rules have a say in the answers of a document."""
        if subscription.query is None:
            return []
        asked = self._graphql().read(subscription.query, subscription.variables, subscription.context)
        return sorted(asked.entities - {subscription.entity})

    def _access(self, subscription: Subscription, entity: str) -> Access:
        return self._gatekeeper.access(self._registry.entities[entity], subscription.principal)


def _digest(*parts: object) -> bytes:
    """Short, the same for the same plain data, and for no other. Filters cannot be keys: they may hold lists."""
    return hashlib.blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=32).digest()
