"""Where it happens."""

from atakora_data import Authorization, Entity, Field, HasMany, allow, has_many


class Room(Entity):
    """A room with seats; without it, its talks have none."""

    id: str = Field(primary_key=True)
    name: str = Field(unique=True)
    seats: int = Field(ge=1)

    talks: HasMany["Talk"] = has_many("room_id", on_delete="set_null")
    remarks: HasMany["Remark"] = has_many("about_id", on_delete="cascade")

    authorization = Authorization(
        create=allow.role("organizer"),
        read=allow.public(),
        update=allow.role("organizer"),
        delete=allow.role("organizer"),
    )
