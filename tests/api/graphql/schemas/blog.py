# hooks and actions are functions of a record, not methods
"""A blog, as GraphQL sees it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
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


class PostMetadata(Model):
    """What search engines see."""

    seo_title: str
    views: int = 0
    extra: dict[str, float] | None = None


class User(Entity):
    """Somebody who writes."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str = Field(min_length=1, max_length=50)
    email: str | None = Field(default=None, description="Only for those who signed in.")

    posts: HasMany[Post] = has_many("author_id")

    authorization = Authorization(
        create=allow.public(),
        read=allow.public(),
        update=allow.role("admin"),
        fields={"email": FieldRules(read=allow.authenticated())},
    )


class Post(Entity):
    """An article on a blog."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str = Field(min_length=1, max_length=200)
    slug: str = Field(unique=True)
    status: Literal["draft", "published", "archived"] = "draft"
    author_id: UUID | None = None
    owner_id: str = Field(owner=True)
    tags: list[str] = Field(default_factory=list)
    metadata: PostMetadata | None = None
    note: str = Field(default="", description="What the editors think.")
    published_at: datetime | None = None
    created_at: datetime = Field(default_factory=now, read_only=True)

    author: BelongsTo[User] = belongs_to("author_id")
    comments: HasMany[Comment] = has_many("post_id", on_delete="cascade")

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

    @computed
    def note_length(self) -> int:
        """How much the editors think."""
        return len(self.note)

    @action
    def publish(record: Post, ctx: ActionContext) -> Post:
        """Let everybody read it."""
        record.status = "published"
        return record

    @action
    def retitle(record: Post, ctx: ActionContext, title: str, suffix: str | None = None) -> Post:
        """Give it another title."""
        record.title = title + (suffix or "")
        return record


class Comment(Entity):
    """What a reader says."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    body: str = Field(min_length=1, max_length=200)
    rank: int = 0
    post_id: UUID = Field(immutable=True)
    author_id: UUID | None = None

    post: BelongsTo[Post] = belongs_to("post_id")
    author: BelongsTo[User] = belongs_to("author_id")

    authorization = Authorization(create=allow.public(), read=allow.public(), delete=allow.role("admin"))


class Feedback(Entity):
    """Everybody may drop it in; nobody but the admin reads it."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    text: str
    secret: str = Field(default="none", sensitive=True)
    received_at: datetime = Field(default_factory=now, read_only=True)

    authorization = Authorization(create=allow.public(), read=allow.role("admin"))
    operations = {"create", "get", "list"}


class Colour(Enum):
    """A colour of the rainbow."""

    RED = "red"
    BLUE = "blue"


class Sample(Entity):
    """One field of every type."""

    id: str = Field(primary_key=True, default_factory=lambda: uuid4().hex)
    text: str | None = None
    uuid: UUID | None = None
    small: int | None = None
    large: int | None = Field(default=None, le=9_007_199_254_740_991)
    fraction: float | None = None
    flag: bool | None = None
    price: Decimal | None = None
    moment: datetime | None = None
    day: date | None = None
    clock: time | None = None
    colour: Colour | None = None
    colours: list[Colour] = Field(default_factory=list)
    numbers: list[int] = Field(default_factory=list)
    parts: list[PostMetadata] = Field(default_factory=list)
    anything: dict[str, list[str]] = Field(default_factory=dict)

    authorization = Authorization(
        create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public()
    )
