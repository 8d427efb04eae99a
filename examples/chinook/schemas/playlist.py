"""Tracks in a row."""

from atakora_data import Authorization, Entity, Field, HasMany, allow, has_many


class Playlist(Entity):
    """A named list of tracks."""

    id: str = Field(primary_key=True)
    name: str = Field(max_length=120)

    playlist_tracks: HasMany["PlaylistTrack"] = has_many("playlist_id")

    authorization = Authorization(
        create=allow.role("editor"),
        read=allow.public(),
        update=allow.role("editor"),
        delete=allow.role("editor"),
    )
