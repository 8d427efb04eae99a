"""What an artist published."""

from atakora_data import Authorization, BelongsTo, Entity, Field, HasMany, Index, allow, belongs_to, has_many


class Album(Entity):
    """A collection of tracks."""

    id: str = Field(primary_key=True)
    title: str = Field(max_length=160)
    artist_id: str

    artist: BelongsTo["Artist"] = belongs_to("artist_id")
    tracks: HasMany["Track"] = has_many("album_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )

    indexes = [Index("title")]
