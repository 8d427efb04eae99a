"""What is written, in the benchmark."""

from datetime import datetime
from typing import Literal
from uuid import UUID, uuid4

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    HasMany,
    Index,
    allow,
    belongs_to,
    has_many,
    utcnow,
)


class Post(Entity):
    """An article: published, or its author's own."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    title: str = Field(min_length=1, max_length=200)
    slug: str = Field(unique=True, pattern=r"^[a-z0-9-]{1,120}$")
    content: str = Field(min_length=1, max_length=20_000)
    status: Literal["draft", "published"] = "draft"
    author_id: UUID = Field(owner=True)
    tags: list[str] = Field(default_factory=list, max_length=20)
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    author: BelongsTo["User"] = belongs_to("author_id")
    comments: HasMany["Comment"] = has_many("post_id")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.authenticated() & (allow.where(status="published") | allow.owner()),
        update=allow.owner(),
        delete=allow.owner(),
    )
    indexes = [Index("status", "-created_at")]
