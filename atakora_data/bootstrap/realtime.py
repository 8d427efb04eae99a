"""Real time, wired: from the feed to the hub, and the doors where subscribers register. Imported only for such apps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property

from msgspec import Struct

from atakora_data.api.http.router import Methods
from atakora_data.api.realtime.routes import Door, realtime_routes
from atakora_data.application import Realtime
from atakora_data.authorization.access import Gatekeeper
from atakora_data.bootstrap.stores import Beside
from atakora_data.errors import EventsUnavailable, SettingsError
from atakora_data.events.local_topic import LocalTopic
from atakora_data.events.port import EventProcessor, EventPublisher
from atakora_data.query.cursor import CursorSigner
from atakora_data.realtime.port import EventFanOut, GraphQLSubscriptions, Hub, Replays
from atakora_data.registry.registry import Registry
from atakora_data.service.entity_service import EntityService
from atakora_data.settings import Settings
from atakora_data.storage.port import EntityStore


class RealtimeWiring(Struct, frozen=True, dict=True):
    """Makes the parts of real time, each when it is first asked for. key: of this machine; None in Azure.

    graphql: makes what understands GraphQL subscriptions. signer: signs what callers bring back.
    """

    settings: Settings
    registry: Registry
    gatekeeper: Gatekeeper
    service: EntityService
    store: EntityStore
    beside: Beside
    key: bytes | None
    graphql: Callable[[], GraphQLSubscriptions]
    signer: CursorSigner

    @cached_property
    def parts(self) -> Realtime:
        """All that brings changes to subscribers."""
        return Realtime(
            feed=self.beside.feed,
            journal=self.beside.journal,
            state=self.beside.state,
            make_hub=self._hub(),
            make_publisher=self._publisher(),
            make_processor=self._processor,
            make_fan_out=lambda: self._told[0],
            topic=self._topic,
        )

    @property
    def routes(self) -> Mapping[str, Methods]:
        """The paths where subscribers register; the door is made with its first request."""
        return realtime_routes(self._door)

    def _door(self) -> Door:
        from atakora_data.api.http.content import BodyReader
        from atakora_data.api.realtime.door import RealtimeDoor
        from atakora_data.realtime.admission import Admission
        from atakora_data.realtime.lifetime import Lifetime
        from atakora_data.realtime.positions import Positions
        from atakora_data.realtime.subscriptions import Subscriptions

        subscriptions = Subscriptions(
            state=self.beside.state,
            admission=Admission(self.registry, self.gatekeeper, self.graphql),
            lifetime=Lifetime(self.settings.subscription_seconds),
            hub=lambda: self.parts.hub,
            replay=lambda: self._told[1],
        )
        return RealtimeDoor(subscriptions, BodyReader(self.settings.max_body_bytes), Positions(self.signer))

    @cached_property
    def _told(self) -> tuple[EventFanOut, Replays]:
        """What makes messages of events, of new ones and of those that somebody missed."""
        from atakora_data.realtime.fan_out import FanOut
        from atakora_data.realtime.groups import Grouping
        from atakora_data.realtime.index import SubscriptionIndex
        from atakora_data.realtime.positions import Positions
        from atakora_data.realtime.replay import Replay
        from atakora_data.realtime.views import Views

        grouping = Grouping(self.registry, self.gatekeeper, self.graphql)
        views = Views(self.service, self.store, self.graphql)
        index, positions = SubscriptionIndex(self.beside.state, grouping), Positions(self.signer)
        fan_out = FanOut(index, views, self.beside.journal, positions)
        return fan_out, Replay(self.beside.journal, grouping, fan_out)

    def _processor(self, publisher: EventPublisher) -> EventProcessor:
        from atakora_data.events.dead_letters import DeadLetters
        from atakora_data.events.processor import Processor

        return Processor(publisher, DeadLetters(self.beside.state))

    @cached_property
    def _topic(self) -> LocalTopic | None:
        """What stands in for Service Bus at a desk."""
        if self.settings.service_bus or self.settings.is_azure or self.beside.file is None:
            return None
        return LocalTopic(self.beside.file)

    def _publisher(self) -> Callable[[], EventPublisher]:
        """Makes what events are published by. SettingsError: it cannot be told from the settings."""
        if self.settings.service_bus is not None:
            from atakora_data.events.service_bus import ServiceBusPublisher
            from atakora_data.events.service_bus_account import service_bus_account

            account = service_bus_account(self.settings.service_bus)
            return lambda: ServiceBusPublisher(account)
        return self._local_publisher

    def _local_publisher(self) -> EventPublisher:
        if self._topic is not None:
            return self._topic
        raise EventsUnavailable("There is no topic to publish to. Set SERVICE_BUS.")

    def _hub(self) -> Callable[[], Hub]:
        """Makes what subscribers connect to. SettingsError: it cannot be told from the settings."""
        if self.settings.signalr is not None:
            from atakora_data.realtime.signalr.account import signalr_account
            from atakora_data.realtime.signalr.azure import azure_hub

            account = signalr_account(self.settings.signalr)
            return lambda: azure_hub(account)
        from atakora_data.realtime.signalr.local import LocalHub
        from atakora_data.realtime.signalr.tokens import local_access_key

        if self.key is None:
            raise SettingsError("The setting AzureSignalRConnectionString is missing.")
        key = local_access_key(self.key)
        return lambda: LocalHub(key)
