"""What is said about it."""

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from atakora_data import Authorization, BelongsTo, Entity, Field, Index, allow, belongs_to, utcnow

if TYPE_CHECKING:  # only editors and type checkers need the targets
    from schemas.post import Post
    from schemas.user import User


class Comment(Entity):
    """A remark on an article."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    post_id: UUID = Field(immutable=True)
    user_id: str = Field(owner=True, description="Filled from the caller when left out.")
    content: str = Field(min_length=1, max_length=5000)
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    post: BelongsTo["Post"] = belongs_to("post_id")
    user: BelongsTo["User"] = belongs_to("user_id")

    realtime = True
    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.public(),
        update=allow.owner() | allow.role("admin"),
        delete=allow.owner() | allow.role("admin"),
    )
    indexes = [Index("post_id", "-created_at"), Index("user_id", "-created_at")]
