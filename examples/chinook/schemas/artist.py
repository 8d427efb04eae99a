"""Who makes the music."""

from atakora_data import Authorization, Entity, Field, HasMany, Index, allow, has_many


class Artist(Entity):
    """A person or a band."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=120)

    albums: HasMany["Album"] = has_many("artist_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )

    indexes = [Index("name")]
