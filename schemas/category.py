"""What it is about."""

from atakora_data import Authorization, Entity, Field, allow


class Category(Entity):
    """A subject of the blog."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True, min_length=1, max_length=80)
    description: str | None = Field(default=None, max_length=500)

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("admin"),
    )
