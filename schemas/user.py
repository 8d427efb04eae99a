"""Who writes and comments."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from atakora_data import Authorization, Entity, Field, FieldRules, HasMany, allow, has_many, utcnow

if TYPE_CHECKING:  # only editors and type checkers need the targets
    from schemas.comment import Comment
    from schemas.post import Post


class User(Entity):
    """A person who writes, comments or reads."""

    id: str = Field(primary_key=True, description="The person's id in the tokens they sign in with.")
    name: str = Field(min_length=1, max_length=120)
    email: str = Field(unique=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$", sensitive=True)
    role: Literal["reader", "author", "editor", "admin"] = "reader"
    created_at: datetime = Field(default_factory=utcnow, read_only=True)

    posts: HasMany["Post"] = has_many("author_id")
    comments: HasMany["Comment"] = has_many("user_id")

    authorization = Authorization(
        create=allow.role("admin"),
        read=allow.public(),
        update=allow.owner("id") | allow.role("admin"),
        delete=allow.role("admin"),
        fields={
            "email": FieldRules(read=allow.owner("id") | allow.role("admin")),
            "role": FieldRules(write=allow.role("admin")),
        },
    )
