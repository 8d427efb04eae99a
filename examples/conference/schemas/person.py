"""Who comes."""

from typing import Literal

from atakora_data import Authorization, Entity, Field, HasOne, ManyToMany, Model, allow, has_one, many_to_many


class Appearance(Model):
    """What a person does in a talk."""

    role: Literal["speaker", "moderator"] = "speaker"
    position: int = Field(default=1, ge=1)


class Person(Entity):
    """Somebody at the conference; the id is that of their account."""

    id: str = Field(primary_key=True)
    name: str = Field(min_length=1, max_length=100)
    email: str = Field(unique=True)

    profile: HasOne["Profile"] = has_one("person_id", on_delete="cascade")
    talks: ManyToMany["Talk"] = many_to_many("TalkSpeaker", through=Appearance)

    authorization = Authorization(
        create=allow.role("organizer"),
        read=allow.public(),
        update=allow.owner("id") | allow.role("organizer"),
        delete=allow.role("organizer"),
        fields={"email": allow.owner("id") | allow.role("organizer")},
    )
