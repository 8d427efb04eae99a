"""A magazine: a field of every type, a rule of most kinds, a relationship of every kind."""

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
    HasOne,
    ManyToMany,
    Model,
    Polymorphic,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
)


def now() -> datetime:
    """The moment."""
    return datetime.now(UTC)


class Details(Model):
    """What only some articles have."""

    pages: int = Field(default=1, ge=1, le=500)
    language: str | None = None


class Placement(Model):
    """What a link between an article and a topic says."""

    rank: int = Field(default=0, ge=0, le=99)
    reason: Literal["main", "aside"] = "main"
    remark: str | None = Field(default=None, max_length=50)


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
    topics: ManyToMany[Topic] = many_to_many("ArticleTopics", through=Placement)
    contributors: ManyToMany[Author] = many_to_many("Credit")

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
    profile: HasOne[Profile] = has_one("author_id", on_delete="cascade")
    reactions: HasMany[Reaction] = has_many("subject_id", on_delete="cascade")

    operations = {"list", "get", "create", "update"}
    authorization = Authorization(create=allow.role("admin"), read=allow.public(), update=allow.role("admin"))


class Comment(Entity):
    """What a reader says."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    article_id: str
    body: str = Field(min_length=1, max_length=200)

    article: BelongsTo[Article] = belongs_to("article_id")
    reactions: HasMany[Reaction] = has_many("subject_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.authenticated(), read=allow.public(), update=allow.role("admin"), delete=allow.role("admin")
    )


class Profile(Entity):
    """What an author tells of themselves."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    author_id: UUID
    motto: str = Field(max_length=80)

    author: BelongsTo[Author] = belongs_to("author_id")

    operations = {"list", "get", "create", "delete"}
    authorization = Authorization(create=allow.role("admin"), read=allow.public(), delete=allow.role("admin"))


class Topic(Entity):
    """What articles are about; topics stand below others."""

    id: str = Field(primary_key=True, default_factory=lambda: uuid4().hex)
    name: str = Field(min_length=1, max_length=40)
    parent_id: str | None = None

    parent: BelongsTo[Topic] = belongs_to("parent_id")
    children: HasMany[Topic] = has_many("parent_id", on_delete="set_null")
    articles: ManyToMany[Article] = many_to_many("ArticleTopics")

    authorization = Authorization(
        create=allow.role("admin"), read=allow.public(), update=allow.role("admin"), delete=allow.role("admin")
    )


class Credit(Entity):
    """Who had a hand in an article, and how: a link with rules of its own."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    article_id: str
    author_id: UUID
    role: str = Field(max_length=20)
    is_secret: bool = False

    article: BelongsTo[Article] = belongs_to("article_id")
    author: BelongsTo[Author] = belongs_to("author_id")

    operations = {"list", "get", "create", "delete"}
    authorization = Authorization(
        create=allow.role("admin"), read=allow.where(is_secret=False) | allow.role("admin"), delete=allow.role("admin")
    )


class Reaction(Entity):
    """What somebody thinks of an author or a comment."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    subject_id: UUID
    subject_type: Literal["Author", "Comment"]
    emoji: str = Field(min_length=1, max_length=8)

    subject: Polymorphic[Author | Comment] = polymorphic(["Author", "Comment"], id="subject_id", type="subject_type")

    operations = {"list", "get", "create", "delete"}
    authorization = Authorization(create=allow.authenticated(), read=allow.public(), delete=allow.role("admin"))


class Invoice(Entity):
    """What only the office sees."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    amount: Decimal

    authorization = Authorization(create=allow.role("office"), read=allow.role("office"))
