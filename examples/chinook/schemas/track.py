"""What can be bought."""

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    HasMany,
    Index,
    ManyToMany,
    allow,
    belongs_to,
    has_many,
    many_to_many,
)


class Track(Entity):
    """One piece of music or video."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=200)
    album_id: str | None = None
    media_type_id: str
    genre_id: str | None = None
    composer: str | None = Field(default=None, max_length=220)
    milliseconds: int = Field(ge=0)
    bytes: int | None = Field(default=None, ge=0)
    unit_price: float = Field(ge=0)

    album: BelongsTo["Album"] = belongs_to("album_id")
    media_type: BelongsTo["MediaType"] = belongs_to("media_type_id")
    genre: BelongsTo["Genre"] = belongs_to("genre_id")
    invoice_lines: HasMany["InvoiceLine"] = has_many("track_id")
    playlists: ManyToMany["Playlist"] = many_to_many("PlaylistTrack")
    playlist_tracks: HasMany["PlaylistTrack"] = has_many("track_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )

    indexes = [Index("genre_id", "-milliseconds"), Index("name")]
