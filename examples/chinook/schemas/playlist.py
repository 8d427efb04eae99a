"""Tracks in a row."""

from atakora_data import Authorization, Entity, Field, HasMany, ManyToMany, allow, has_many, many_to_many


class Playlist(Entity):
    """A named list of tracks."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=120)

    tracks: ManyToMany["Track"] = many_to_many("PlaylistTrack")
    playlist_tracks: HasMany["PlaylistTrack"] = has_many("playlist_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )
