"""What is written."""

import re
from datetime import datetime
from typing import TYPE_CHECKING, Literal
from uuid import UUID, uuid4

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    HookContext,
    Index,
    Model,
    ValidationError,
    action,
    allow,
    before_create,
    belongs_to,
    computed,
    has_many,
    utcnow,
    validate,
)

if TYPE_CHECKING:  # only editors and type checkers need the targets
    from schemas.comment import Comment
    from schemas.user import User


class PostMetadata(Model):
    """What editors add to an article."""

    summary: str | None = Field(default=None, max_length=300)
    source_url: str | None = Field(default=None, max_length=2000, pattern=r"^https?://")
    is_featured: bool = False


class Post(Entity):
    """An article on a blog."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str = Field(min_length=1, max_length=200)
    slug: str = Field(default="", unique=True, max_length=200, description="Made from the title when left out.")
    content: str = Field(min_length=10, max_length=100_000)
    status: Literal["draft", "published", "archived"] = "draft"
    author_id: str = Field(owner=True, description="Filled from the caller when left out.")
    tags: list[str] = Field(default_factory=list, max_length=20)
    metadata: PostMetadata | None = None
    published_at: datetime | None = None
    created_at: datetime = Field(default_factory=utcnow, read_only=True)
    updated_at: datetime = Field(default_factory=utcnow, on_update=utcnow)

    author: BelongsTo["User"] = belongs_to("author_id")
    comments: HasMany["Comment"] = has_many("post_id", on_delete="cascade")

    realtime = True
    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.where(status="published") | allow.owner() | allow.role("admin"),
        update=allow.owner() | allow.role("admin"),
        delete=allow.owner() | allow.role("admin"),
        fields={"metadata": FieldRules(read=allow.authenticated(), write=allow.role("editor"))},
    )
    indexes = [
        Index("author_id", "status", "-published_at", name="by_author"),
        Index("status", "-published_at", name="newest"),
    ]

    @computed
    def reading_minutes(self) -> int:
        """How long an unhurried reader takes."""
        return max(1, round(len(self.content.split()) / 200))

    @validate
    def check_publication(self) -> None:
        """What is published has a date, and a draft has none."""
        if self.status == "draft" and self.published_at is not None:
            raise ValidationError("must be empty for a draft", field="published_at")

    @before_create
    async def fill_slug(draft: "Post", ctx: HookContext) -> "Post":
        """Make the slug from the title when it was left out."""
        if not draft.slug:
            draft.slug = re.sub(r"[^a-z0-9]+", "-", draft.title.lower()).strip("-") or str(draft.id)
        return draft

    @action
    async def publish(record: "Post", ctx: ActionContext) -> "Post":
        """Make the article visible to everybody."""
        if record.status != "published":
            record.status = "published"
            record.published_at = utcnow()
        return record
