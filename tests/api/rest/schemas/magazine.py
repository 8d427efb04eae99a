"""A magazine: a field of every type, a rule of most kinds."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid4

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    Model,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
)


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


class Details(Model):
    """What only some articles have."""

    pages: int = Field(default=1, ge=1, le=500)
    language: str | None = None


class Article(Entity):
    """Something to read."""

    id: str = Field(primary_key=True, default_factory=lambda: uuid4().hex)
    title: str = Field(min_length=1, max_length=50)
    slug: str = Field(unique=True, min_length=1, max_length=60)
    status: Literal["draft", "published"] = "draft"
    views: int = Field(default=0, ge=0)
    rating: float | None = None
    price: Decimal | None = None
    is_featured: bool = False
    tags: list[str] = Field(default_factory=list, max_length=10)
    details: Details | None = None
    printed_on: date | None = None
    note: str | None = Field(default=None, max_length=100)
    owner_id: str = Field(owner=True)
    author_id: UUID | None = None
    created_at: datetime = Field(default_factory=now, read_only=True)

    author: BelongsTo[Author] = belongs_to("author_id")
    comments: HasMany[Comment] = has_many("article_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where(status="published") | allow.owner() | allow.role("admin"),
        update=allow.owner() | allow.role("admin"),
        delete=allow.owner() | allow.role("admin"),
        fields={"note": FieldRules(read=allow.role("admin"), write=allow.role("admin"))},
    )

    @computed
    def title_length(self) -> int:
        """How long the title is."""
        return len(self.title)

    @action
    def publish(record: Article, ctx: ActionContext) -> Article:
        """Let everybody read it."""
        record.status = "published"
        return record

    @action
    def rate(record: Article, ctx: ActionContext, stars: int) -> Article:
        """Say how good it is."""
        record.rating = float(stars)
        return record


class Author(Entity):
    """Who writes; everybody may read about them, and nobody deletes them."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str = Field(min_length=1, max_length=40)

    articles: HasMany[Article] = has_many("author_id")

    operations = {"list", "get", "create", "update"}
    authorization = Authorization(create=allow.role("admin"), read=allow.public(), update=allow.role("admin"))


class Comment(Entity):
    """What a reader says."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    article_id: str
    body: str = Field(min_length=1, max_length=200)

    article: BelongsTo[Article] = belongs_to("article_id")

    authorization = Authorization(
        create=allow.authenticated(), read=allow.public(), update=allow.role("admin"), delete=allow.role("admin")
    )


class Invoice(Entity):
    """What only the office sees."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    amount: Decimal

    authorization = Authorization(create=allow.role("office"), read=allow.role("office"))
