"""What is said about it, in the benchmark."""

from datetime import datetime
from uuid import UUID, uuid4

from atakora_data import Authorization, BelongsTo, Entity, Field, Index, allow, belongs_to, utcnow


class Comment(Entity):
    """A remark on a post."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    content: str
    user_id: UUID = Field(owner=True)
    post_id: UUID
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    user: BelongsTo["User"] = belongs_to("user_id")
    post: BelongsTo["Post"] = belongs_to("post_id")

    authorization = Authorization(create=allow.authenticated(), read=allow.authenticated(), update=allow.owner())
    indexes = [Index("post_id", "-created_at")]
