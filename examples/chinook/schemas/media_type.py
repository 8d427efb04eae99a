"""How a track is encoded."""

from atakora_data import Authorization, Entity, Field, HasMany, allow, has_many


class MediaType(Entity):
    """A file format."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=120)

    tracks: HasMany["Track"] = has_many("media_type_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )
