"""A blog with everything that a client can meet: links with fields, money, moments in every place, a typed relation."""

from datetime import date, datetime, time
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
    ManyToMany,
    Model,
    Polymorphic,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
    many_to_many,
    polymorphic,
    utcnow,
)

ANYBODY = Authorization(
    create=allow.authenticated(), read=allow.public(), update=allow.authenticated(), delete=allow.authenticated()
)


class Ranked(Model):
    """What a link of an article to a category says."""

    rank: int = Field(1, ge=1)
    added_at: datetime = Field(default_factory=utcnow, read_only=True)


class Review(Model):
    """Who looked at it, and when."""

    by: str
    at: datetime


class User(Entity):
    """Somebody who writes. Ends no comment: */ alert(1) /*"""

    id: str = Field(primary_key=True)
    name: str
    email: str | None = None

    posts: HasMany["Post"] = has_many("author_id")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.public(),
        update=allow.owner("id"),
        fields={"email": FieldRules(read=allow.owner("id"))},
    )


class Category(Entity):
    """A subject."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)

    posts: ManyToMany["Post"] = many_to_many("PostCategories")

    authorization = ANYBODY


class Post(Entity):
    """An article."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str = Field(min_length=1)
    status: Literal["draft", "published"] = "draft"
    views: int = 0
    score: float | None = None
    price: Decimal | None = None
    author_id: str = Field(owner=True)
    reviews: list[Review] = Field(default_factory=list)
    seen_at: dict[str, datetime] = Field(default_factory=dict)
    review: Review | None = None
    day: date | None = None
    hour: time | None = None
    published_at: datetime | None = None
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    author: BelongsTo["User"] = belongs_to("author_id")
    comments: HasMany["Comment"] = has_many("post_id", on_delete="cascade")
    categories: ManyToMany["Category"] = many_to_many("PostCategories", through=Ranked)

    realtime = True
    authorization = ANYBODY

    @computed
    def is_long(self) -> bool:
        """Whether the title is."""
        return len(self.title) > 20

    @action
    def publish(record: "Post", ctx: ActionContext) -> "Post":
        """Make it visible."""
        record.status = "published"
        record.published_at = utcnow()
        return record

    @action
    def rate(record: "Post", ctx: ActionContext, score: float, at: datetime | None = None) -> "Post":
        """Say how good it is."""
        record.score = score
        record.published_at = at
        return record

    @action
    def subscribe(record: "Post", ctx: ActionContext, note: str = "") -> "Post":
        """An action that is called as a method of the client is."""
        record.title = f"{record.title}{note}"
        return record


class Comment(Entity):
    """A remark."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    post_id: UUID
    text: str

    post: BelongsTo["Post"] = belongs_to("post_id")

    authorization = ANYBODY


class Letter(Entity):
    """What anybody may send, signed in or not."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    text: str

    authorization = Authorization(create=allow.public(), read=allow.public())


class Note(Entity):
    """A note about anything."""

    id: str = Field(primary_key=True)
    text: str
    about_id: str
    about_type: Literal["User", "Category"]

    about: Polymorphic["User | Category"] = polymorphic(["User", "Category"], id="about_id", type="about_type")

    authorization = ANYBODY
