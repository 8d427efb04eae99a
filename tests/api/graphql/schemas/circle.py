"""People, as relations of every kind see them."""

from __future__ import annotations

from typing import Literal
from uuid import UUID, uuid4

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    HasOne,
    ManyToMany,
    Model,
    Polymorphic,
    allow,
    belongs_to,
    has_many,
    has_one,
    many_to_many,
    polymorphic,
)

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Joining(Model):
    """What is known of somebody in a club."""

    since: int
    nickname: str | None = None


class Person(Entity):
    """Somebody who knows others."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str
    age: int | None = None
    manager_id: UUID | None = None

    manager: BelongsTo[Person] = belongs_to("manager_id")
    reports: HasMany[Person] = has_many("manager_id", on_delete="set_null")
    badge: HasOne[Badge] = has_one("person_id", on_delete="cascade")
    friends: ManyToMany[Person] = many_to_many("Friendship")
    teams: ManyToMany[Team] = many_to_many("Membership")
    clubs: ManyToMany[Club] = many_to_many("PersonClubs", through=Joining)
    notes: HasMany[Note] = has_many("subject_id", on_delete="cascade")

    authorization = OPEN


class Badge(Entity):
    """What lets somebody in."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    code: str
    person_id: UUID

    person: BelongsTo[Person] = belongs_to("person_id")

    authorization = OPEN


class Team(Entity):
    """People who work together."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    name: str
    is_secret: bool = False

    members: ManyToMany[Person] = many_to_many("Membership")

    authorization = Authorization(
        create=allow.public(),
        read=allow.where(is_secret=False) | allow.role("admin"),
        update=allow.public(),
        delete=allow.public(),
    )


class Membership(Entity):
    """That somebody is in a team: an entity of its own."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    team_id: UUID
    person_id: UUID
    role: Literal["lead", "member"] = "member"
    salary: int = 0

    team: BelongsTo[Team] = belongs_to("team_id")
    person: BelongsTo[Person] = belongs_to("person_id")

    authorization = Authorization(
        create=allow.public(),
        read=allow.public(),
        update=allow.public(),
        delete=allow.role("admin"),
        fields={"salary": FieldRules(read=allow.role("admin"))},
    )


class Club(Entity):
    """People who play together."""

    id: str = Field(primary_key=True)
    name: str

    members: ManyToMany[Person] = many_to_many("PersonClubs")

    authorization = OPEN


class Note(Entity):
    """A remark on somebody or on a team."""

    id: UUID = Field(primary_key=True, default_factory=uuid4)
    text: str
    subject_id: UUID | None = None
    subject_type: str | None = None

    subject: Polymorphic[Person | Team] = polymorphic(["Person", "Team"], id="subject_id", type="subject_type")

    authorization = OPEN
