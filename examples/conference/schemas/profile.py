"""How people present themselves."""

from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to


class Profile(Entity):
    """One to each person at most: a second is refused."""

    id: str = Field(primary_key=True)
    person_id: str = Field(owner=True)
    bio: str = Field(max_length=2000)
    website: str | None = None

    person: BelongsTo["Person"] = belongs_to("person_id")

    authorization = Authorization(
        create=allow.owner(),
        read=allow.public(),
        update=allow.owner(),
        delete=allow.owner() | allow.role("organizer"),
    )
