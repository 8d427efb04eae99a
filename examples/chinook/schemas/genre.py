"""What a track sounds like."""

from atakora_data import Authorization, Entity, Field, HasMany, allow, has_many


class Genre(Entity):
    """A style of music."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=120)

    tracks: HasMany["Track"] = has_many("genre_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )
