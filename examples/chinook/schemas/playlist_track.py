"""Which track stands in which playlist."""

from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to


class PlaylistTrack(Entity):
    """One track in one playlist."""

    id: str = Field(primary_key=True)
    playlist_id: str
    track_id: str

    playlist: BelongsTo["Playlist"] = belongs_to("playlist_id")
    track: BelongsTo["Track"] = belongs_to("track_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )
