"""An app with papers whose changes are handed to its fan-out by the test, one by one."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atakora_data.authorization.principal import Principal
from atakora_data.errors import RequestError
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.fan_out import FanOut
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.subscription import SUBSCRIPTION, Subscription, subscription_partition
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import Create, Delete, Update
from atakora_data.service.context import RequestContext
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.realtime.press import ALL, REGISTRY
from tests.support.app import Client, running

SYSTEM = Principal(id="system", is_system=True)


@dataclass
class Press:
    """The app. read: up to which position its journal was handed on."""

    client: Client
    read: str = "0"
    _number: int = field(default=0)

    @property
    def fan_out(self) -> FanOut:
        """What is tested."""
        found = self.client.application.realtime
        assert found is not None
        assert isinstance(found.fan_out, FanOut)
        return found.fan_out

    @property
    def store(self) -> SqliteEntityStore:
        """Where records and journal are."""
        store = self.client.application.store
        assert isinstance(store, SqliteEntityStore)
        return store

    async def subscribe(self, who: Principal, *operations: str, tenant: str = "", **asked: Any) -> Subscription:
        """A subscription that is kept as registered ones are."""
        self._number += 1
        told: dict[str, Any] = {"filter": None, "query": None, "variables": {}, "expires": time.time() + 900, **asked}
        subscription = Subscription(
            id=f"s{self._number}",
            session=f"session of {who.id}",
            tenant=tenant,
            principal=who,
            entity="Paper",
            operations=frozenset(operations or ALL),
            **told,
        )
        await self.keep(subscription)
        return subscription

    async def keep(self, subscription: Subscription) -> None:
        """Keep it as it is now."""
        partition, value = subscription_partition(subscription.target), subscription.to_json()
        await self._state.put(SUBSCRIPTION, partition, subscription.id, value, ttl=3600)

    async def end(self, subscription: Subscription) -> None:
        """Forget it."""
        await self._state.remove(SUBSCRIPTION, subscription_partition(subscription.target), subscription.id)

    async def create(self, entity: str = "Paper", tenant: str = "", **fields: Any) -> None:
        """Store a new record."""
        await self.client.application.service.create(Create(entity, fields), self._context(tenant))

    async def update(self, id: str, entity: str = "Paper", tenant: str = "", **fields: Any) -> None:
        """Change a record."""
        await self.client.application.service.update(Update(entity, id, fields), self._context(tenant))

    async def delete(self, id: str, tenant: str = "") -> None:
        """Delete a paper."""
        await self.client.application.service.delete(Delete("Paper", id), self._context(tenant))

    async def events(self) -> list[EntityEvent]:
        """What happened since this was asked last."""
        found = await self.store.journal(self.read)
        self.read = found[-1].position if found else self.read
        return [EntityEvent.of(each) for each in found]

    async def told(self) -> dict[str, list[dict[str, Any]]]:
        """What everybody is told of that, by subscription: the data of the payloads."""
        return by_subscription([each for event in await self.events() for each in await self.fan_out.deliveries(event)])

    def _context(self, tenant: str) -> RequestContext:
        return RequestContext(principal=SYSTEM, tenant_id=tenant)

    @property
    def _state(self) -> Any:
        found = self.client.application.realtime
        assert found is not None
        return found.state


def by_subscription(deliveries: Iterable[Delivery]) -> dict[str, list[dict[str, Any]]]:
    """The data of payloads by subscription."""
    found: dict[str, list[dict[str, Any]]] = {}
    for each in deliveries:
        found.setdefault(each.argument["id"], []).append(each.argument["payload"]["data"])
    return found


async def refused(work: Any) -> bool:
    """Whether a write was refused."""
    try:
        await work
    except RequestError:
        return True
    return False


@asynccontextmanager
async def press(folder: Path, registry: Registry = REGISTRY) -> AsyncIterator[Press]:
    """An empty app; its entities are called as those of the press are."""
    async with running(folder, registry=registry, store=SqliteEntityStore(registry, ":memory:")) as client:
        await client.application.start()
        yield Press(client)
