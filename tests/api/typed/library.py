"""Writers, articles and notes: relations of every kind for the typed API."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    HasMany,
    HasOne,
    ManyToMany,
    Model,
    Polymorphic,
    allow,
    belongs_to,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
    utcnow,
)
from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.registry.build import build_registry
from atakora_data.service.context import RequestContext
from tests.support.app import running

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Address(Model):
    """Where somebody lives."""

    home_town: str


class Writer(Entity):
    """Somebody who writes; who is retired is seen by admins only, as is anybody's pay."""

    id: str = Field(primary_key=True)
    name: str
    role: str = "author"
    is_retired: bool = False
    pay: Decimal | None = None
    address: Address | None = None

    profile: HasOne[Profile] = has_one("writer_id", on_delete="cascade")
    articles: HasMany[Article] = has_many("writer_id", on_delete="cascade")
    notes: HasMany[Note] = has_many("writer_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.public(),
        read=allow.where(is_retired=False) | allow.role("admin"),
        update=allow.public(),
        delete=allow.public(),
        fields={"pay": allow.role("admin")},
    )


class Profile(Entity):
    """What writers say about themselves."""

    id: str = Field(primary_key=True)
    writer_id: str
    motto: str = ""

    writer: BelongsTo[Writer] = belongs_to("writer_id")

    authorization = OPEN


class Topic(Entity):
    """What articles are about."""

    id: str = Field(primary_key=True)
    name: str = ""

    articles: ManyToMany[Article] = many_to_many("ArticleTopic")
    pins: HasMany[Pin] = has_many("about_id", on_delete="cascade")

    authorization = OPEN


class Tagging(Model):
    """What is known of an article's topic."""

    weight: Decimal = Decimal(1)
    added_at: datetime = Field(default_factory=utcnow)


class Pin(Entity):
    """Something that is kept in view."""

    id: str = Field(primary_key=True)
    about_id: str | None = None
    about_type: Literal["Article", "Topic"] | None = None

    about: Polymorphic[Article | Topic] = polymorphic(["Article", "Topic"], id="about_id", type="about_type")

    authorization = OPEN


class Article(Entity):
    """Something written."""

    id: str = Field(primary_key=True)
    title: str
    status: str = "draft"
    writer_id: str | None = None
    published_at: datetime | None = None
    tags: list[str] = Field(default_factory=list)

    writer: BelongsTo[Writer] = belongs_to("writer_id")
    notes: HasMany[Note] = has_many("article_id", on_delete="cascade")
    topics: ManyToMany[Topic] = many_to_many("ArticleTopic", through=Tagging)
    pins: HasMany[Pin] = has_many("about_id", on_delete="cascade")

    authorization = OPEN


class Note(Entity):
    """A remark."""

    id: str = Field(primary_key=True)
    content: str
    stars: int = 0
    article_id: str
    writer_id: str

    article: BelongsTo[Article] = belongs_to("article_id")
    writer: BelongsTo[Writer] = belongs_to("writer_id")

    authorization = OPEN


ENTITIES = (Writer, Article, Note, Profile, Topic, Pin)

ADDED = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)

RECORDS: Mapping[type[Entity], list[dict[str, Any]]] = {
    Writer: [
        {"id": "ada", "name": "Ada", "role": "admin", "pay": Decimal("10.50"), "address": Address(home_town="London")},
        {"id": "bob", "name": "Bob"},
        {"id": "old", "name": "Olga", "is_retired": True},
    ],
    Article: [
        {"id": "a1", "title": "One", "writer_id": "ada", "status": "published", "tags": ["x", "y"]},
        {"id": "a2", "title": "Two", "writer_id": "bob", "published_at": datetime(2026, 1, 2, tzinfo=UTC)},
        {"id": "a3", "title": "Three", "writer_id": "old", "status": "published"},
        {"id": "a4", "title": "Four"},
    ],
    Note: [
        {"id": "n1", "content": "fine", "stars": 5, "article_id": "a1", "writer_id": "bob"},
        {"id": "n2", "content": "bad", "stars": 1, "article_id": "a1", "writer_id": "ada"},
        {"id": "n3", "content": "fine, too", "stars": 4, "article_id": "a2", "writer_id": "old"},
    ],
    Profile: [{"id": "p1", "writer_id": "ada", "motto": "Onwards"}],
    Topic: [{"id": "t1", "name": "Music"}, {"id": "t2", "name": "Maths"}],
    Pin: [
        {"id": "i1", "about_id": "a1", "about_type": "Article"},
        {"id": "i2", "about_id": "t1", "about_type": "Topic"},
        {"id": "i3"},
    ],
}


@asynccontextmanager
async def library(folder: Path, *, principal: Principal) -> AsyncIterator[ServiceData]:
    """The library with its records, as this principal sees it."""
    async with running(folder, registry=build_registry(ENTITIES)) as client:
        data = ServiceData(client.application.service, RequestContext(principal))
        for entity, records in RECORDS.items():
            for record in records:
                await data.as_system()[entity].create(**record)
        await data.as_system()[Article].link("a1", Article.topics, "t1", weight=Decimal("0.5"), added_at=ADDED)
        await data.as_system()[Article].link("a1", Article.topics, "t2")
        yield data
