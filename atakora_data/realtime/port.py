"""What real time asks of others: a hub that reaches subscribers, and somebody who understands GraphQL subscriptions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from msgspec import Struct

from atakora_data.events.event import EntityEvent
from atakora_data.realtime.subscription import Subscription
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Record

TARGET = "next"
"""The method of the client that messages call."""


class HubAccess(NamedTuple):
    """What a stock SignalR client connects with."""

    url: str
    token: str


class Delivery(NamedTuple):
    """One message for all connections of one session. argument: `{id, position, event, payload}`."""

    session: str
    argument: dict[str, Any]

    def message(self) -> dict[str, Any]:
        """As the SignalR output binding and the service's REST interface take it."""
        return {"target": TARGET, "arguments": [self.argument], "userId": self.session}


class EventFanOut(Protocol):
    """Makes messages of events."""

    async def deliveries(self, event: EntityEvent) -> list[Delivery]:
        """The messages for all who are subscribed to the event, those of one session in the order of its events.

        StoreUnavailable: the event is to be given again.
        """


class Hub(Protocol):
    """Reaches subscribers. Errors: `RealtimeUnavailable`."""

    async def access(self, session: str, seconds: int) -> HubAccess:
        """Where a client of this session connects, and a token for so long that is good for this session alone."""

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """Send in this order; what nobody is connected for is lost."""

    async def close(self) -> None:
        """Close the connections; may be called twice."""


class Asked(Struct, frozen=True):
    """What a GraphQL subscription asks for. operation: `created`, `updated` or `deleted`. filter: in wire form.

    entities: all whose rules have a say in the answer.
    """

    entity: str
    operation: str
    filter: Mapping[str, Any] | None
    entities: frozenset[str]


class Replays(Protocol):
    """Tells a subscriber what it missed."""

    async def now(self) -> str:
        """A position behind which everything lies that changes from now on."""

    async def start(self, since: str) -> str:
        """Where to begin to read for somebody who heard an event at this position last: some come again.

        MalformedRequest: this is no position.
        """

    async def missed(self, subscription: Subscription, after: str, limit: int) -> tuple[list[Delivery], str, bool]:
        """What came after a position, of so many changes at most; where to read on; whether that was all.

        MalformedRequest: this is no position.
        """


class GraphQLSubscriptions(Protocol):
    """Understands GraphQL subscriptions."""

    def read(self, query: str, variables: Mapping[str, Any], context: RequestContext) -> Asked:
        """What the document asks for. InvalidSubscription: it is no valid subscription with one root field."""

    async def run(
        self, query: str, variables: Mapping[str, Any], record: Record | None, context: RequestContext
    ) -> dict[str, Any]:
        """The GraphQL response `{data, errors?}` with this record, which the caller may read, below the root field.

        Relations are loaded as of now, by the caller's rules. None: the root field is null.
        """

    async def gone(self, query: str, variables: Mapping[str, Any], id: str, context: RequestContext) -> dict[str, Any]:
        """The GraphQL response when a record has left what the caller sees: its id, if a deletion asks for no more.

        Else the root field is null.
        """
