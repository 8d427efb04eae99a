"""An app in real time: who may read what there, and a hub that keeps what it is given."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, HasMany, allow, belongs_to, has_many
from atakora_data.application import Realtime
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.local import LocalHub
from atakora_data.registry.build import build_registry
from atakora_data.storage.state import StateStore
from tests.support.app import Answer, Client, running


def open_with(**fields: FieldRules) -> Authorization:
    """Everybody may do everything, but for these fields."""
    return Authorization(
        create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public(), fields=fields
    )


class Desk(Entity):
    """Where stories are written."""

    id: str = Field(primary_key=True)
    name: str
    budget: int = 0
    stories: HasMany["Story"] = has_many("desk_id")
    authorization = open_with(budget=FieldRules(read=allow.role("chief")))


class Story(Entity):
    """What is told."""

    id: str = Field(primary_key=True)
    title: str = ""
    status: str = "draft"
    words: int = 0
    source: str | None = None
    note: str | None = None
    author_id: str | None = None
    desk_id: str | None = None
    desk: BelongsTo["Desk"] = belongs_to("desk_id")
    memos: HasMany["Memo"] = has_many("story_id")
    realtime = True
    authorization = open_with(
        source=FieldRules(read=allow.role("chief")), note=FieldRules(read=allow.owner("author_id"))
    )


class Memo(Entity):
    """What only the chief reads."""

    id: str = Field(primary_key=True)
    story_id: str | None = None
    story: BelongsTo["Story"] = belongs_to("story_id")
    text: str = ""
    realtime = True
    authorization = Authorization(
        create=allow.public(), read=allow.role("chief"), update=allow.public(), delete=allow.public()
    )


class Draft(Entity):
    """Nobody is told of its changes."""

    id: str = Field(primary_key=True)
    authorization = open_with()


REGISTRY = build_registry([Desk, Story, Memo, Draft])


@dataclass
class Newsroom:
    """The app, asked as somebody. sent: what its hub was given."""

    client: Client
    sent: list[Delivery] = field(default_factory=list)

    @property
    def realtime(self) -> Realtime:
        """What brings changes to subscribers."""
        found = self.client.application.realtime
        assert found is not None
        return found

    @property
    def state(self) -> StateStore:
        """What the app keeps of sessions and subscriptions."""
        return self.realtime.state

    def as_(self, who: str, *roles: str, **claims: Any) -> Newsroom:
        """The same, asked as somebody else."""
        return Newsroom(self.client.as_(who, *roles, **claims), self.sent)

    async def negotiate(self) -> str:
        """A new session."""
        answer = await self.client.post("realtime/negotiate")
        assert 200 == answer.status, answer.body
        return str(answer.json["session"])

    async def register(self, session: str, **wanted: Any) -> Answer:
        """Subscribe to stories, unless it is to something else."""
        body = {"session": session, **({"entity": "Story"} if "query" not in wanted else {}), **wanted}
        return await self.client.post("realtime/subscriptions", body)

    async def renew(self, id: str) -> Answer:
        """Let a subscription live on."""
        return await self.client.ask("PUT", f"realtime/subscriptions/{id}")

    async def end(self, id: str) -> Answer:
        """End a subscription."""
        return await self.client.delete(f"realtime/subscriptions/{id}")

    async def send(self, deliveries: Sequence[Delivery]) -> None:
        """What the hub does with messages."""
        self.sent.extend(deliveries)

    async def live(self, entity: str = "Story") -> list[str]:
        """The subscriptions to an entity that are kept."""
        return [each.id for each in await self.state.all("subscription", f"/{entity}")]


@asynccontextmanager
async def newsroom(folder: Path, *, hub: bool = True, **settings: Any) -> AsyncIterator[Newsroom]:
    """The app on a database below the folder, asked by Ann. hub: whether there is one."""
    async with running(folder, registry=REGISTRY, **settings) as client:
        room = Newsroom(client.as_("ann", "writer"))
        local = room.realtime.hub
        assert isinstance(local, LocalHub)
        if hub:
            local.attach(room.send)
        yield room
