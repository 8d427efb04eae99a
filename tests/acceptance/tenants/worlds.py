"""One world: an app on one store, with the people of a tenant, and maybe those of another between them."""

from __future__ import annotations

import asyncio
import base64
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atakora_data.application import Application
from atakora_data.bootstrap import bootstrap
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.port import Delivery
from atakora_data.registry.registry import Registry
from atakora_data.settings import Connection, Settings
from atakora_data.storage.feed import EVENT, ChangeFeed, FeedDocument, read_event
from atakora_data.testing import Client, user
from tests.acceptance.tenants.steps import Heard, Memory, Step, steady
from tests.storage.cosmos.server import serving

_PARTS = 3
"""More than the parts that a container of the tests has."""


@dataclass(frozen=True)
class Turn:
    """What happens next: a step of the tenant, or of another, or of both: at the same time, or the other first."""

    own: Step | None = None
    other: Step | None = None
    other_first: bool = False


@dataclass
class World:
    """An app, and what those of one tenant are told in it."""

    application: Application
    tenant: str
    other: str
    memories: dict[str, Memory] = field(default_factory=dict)
    _hub: Heard = field(default_factory=Heard)

    def __post_init__(self) -> None:
        self.memories = {self.tenant: Memory(), self.other: Memory()}
        self.memories[self.tenant].foreign = self.memories[self.other]
        self.memories[self.other].foreign = self.memories[self.tenant]
        assert self.application.realtime is not None
        self.application.realtime.make_hub = lambda: self._hub

    async def told(self, turns: Sequence[Turn], *, alone: bool) -> list[Any]:
        """What the tenant is told in all turns, and at last by its subscriptions; alone: nobody else does anything."""
        found = []
        for turn in turns:
            others = [] if alone or turn.other is None else [self._step(turn.other, self.other)]
            if turn.other_first and others:
                await others.pop()
            own = [] if turn.own is None else [self._step(turn.own, self.tenant)]
            answers = await asyncio.gather(*own, *others)
            found += answers[: len(own)]
        return [*found, await self._delivered()]

    async def _step(self, step: Step, tenant: str) -> Any:
        client = Client(self.application).as_(user(step.who, roles=step.roles, tenant=tenant))
        return await step.told(client, self.memories[tenant])

    async def _delivered(self) -> list[Any]:
        """What the tenant's sessions are sent: of each subscription in order; among subscriptions there is none."""
        own = {value for key, value in self.memories[self.tenant].known.items() if key.name == "session"}
        found: dict[str, list[Any]] = {}
        for each in (*self._hub.sent, *await self._fanned_out()):
            if each.session in own:
                found.setdefault(each.argument["id"], []).append(steady({"payload": each.argument["payload"]}))
        return sorted(found.values(), key=str)

    async def _fanned_out(self) -> list[Delivery]:
        realtime = self.application.realtime
        assert realtime is not None
        found: list[Delivery] = []
        for container in ("members", "topics"):
            async for document in _changes(realtime.feed, container):
                if EVENT in document:
                    found += await realtime.fan_out.deliveries(EntityEvent.of(read_event(document)))
        return found


async def _changes(feed: ChangeFeed, container: str) -> AsyncIterator[FeedDocument]:
    """All that changed, to the end: parts of a container take turns, and one may have nothing to tell."""
    after, silent = None, 0
    while silent < _PARTS:
        documents, after = await feed.feed(container, after, 1_000)
        silent = 0 if documents else silent + 1
        for document in documents:
            yield document


@asynccontextmanager
async def world(registry: Registry, store: str, tenants: tuple[str, str], **more: Any) -> AsyncIterator[World]:
    """A new world on an empty store."""
    with tempfile.TemporaryDirectory() as folder:
        files = {"data": Path(folder) / "data.db", "key_file": Path(folder) / "key"}
        trusting = {"easy_auth": True, "entra_tenants": ("*",)}
        given: dict[str, Any] = {**files, **trusting, "tenancy": "tid", "explain_roles": ("admin",), **more}
        if store == "memory":
            async with _running(Settings(store="memory", **given), registry) as application:
                yield World(application, *tenants)
            return
        async with serving() as server:
            key = base64.b64encode(b"key").decode()
            connection = Connection("COSMOS", f"AccountEndpoint={server.url};AccountKey={key};")
            async with _running(Settings(store="cosmos", cosmos=connection, **given), registry) as application:
                yield World(application, *tenants)


@asynccontextmanager
async def _running(settings: Settings, registry: Registry) -> AsyncIterator[Application]:
    application = bootstrap(settings, registry=registry)
    await application.start()
    try:
        yield application
    finally:
        await application.stop()
