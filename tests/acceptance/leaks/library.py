"""Folders and files under any rules, and random records in which every value can be recognised wherever it turns up."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    Model,
    allow,
    belongs_to,
    computed,
    has_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.naming import camel
from atakora_data.schema.rules import Rule

MARKER = re.compile(rb"mk[0-9a-z]+km")
CALLERS = ("ann", "bob")
TEAMS = ("red", "blue")


def is_even(_ctx: Any, record: Any) -> bool:
    """A function that goes by the record."""
    return bool(_of(record, "level") % 2 == 0)


def is_tagged(ctx: Any, record: Any) -> bool:
    """A function that goes by both."""
    return getattr(ctx, "principal", ctx).id in _of(record, "tags")


def _of(record: Any, name: str) -> Any:
    """A field of the typed record that the product gives, or of the plain one that the oracle gives."""
    return record[name] if isinstance(record, Mapping) else getattr(record, name)


_LEAVES: list[Rule] = [
    allow.public(),
    allow.authenticated(),
    allow.never(),
    allow.owner(),
    allow.owner("keeper_id"),
    allow.role("chief"),
    allow.where(state="open"),
    allow.where(team=None),
    allow.where(this.level > 1),
    allow.where(this.keeper_id == principal.id),
    allow.where(this.keeper_id != principal.id),
    allow.where(this.team == principal.claim("team")),
    allow.where(this.team.in_(["blue", principal.claim("team")]) & (this.state != "shut")),
    allow.where(this.level == principal.claim("level")),
    allow.where(this.tags.contains(principal.claim("team"))),
    allow.where(this.team.in_(principal.claim("teams"))),
    allow.custom(is_even),
    allow.custom(is_tagged),
]


def any_rule(random: Random, depth: int = 2) -> Rule:
    """Some rule, made of at most four."""
    if depth == 0 or random.random() < 0.5:
        return random.choice(_LEAVES)
    one, other = any_rule(random, depth - 1), any_rule(random, depth - 1)
    made: list[Rule] = [one | other, one & other, ~one]
    return random.choice(made)


class Place(Model):
    """Where a file lies."""

    room: str
    size: int = 0


class Ruled(Entity, abstract=True):
    """What rules go by."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    keeper_id: str
    state: str
    team: str | None = None
    level: int = 0
    tags: list[str] = Field(default_factory=list)


GIVEN = ("owner_id", "keeper_id", "state", "team", "level", "tags")
"""The fields that rules go by."""

HIDEABLE = {
    "File": ("alpha", "beta", "delta", "place", "folder_id", "keeper_id", "team", "owner_id"),
    "Folder": ("label", "level", "tags"),
}


@dataclass(frozen=True)
class Rulebook:
    """The rules of one entity, as declared."""

    operations: Mapping[str, Rule]
    readable: Mapping[str, Rule]
    writable: Mapping[str, Rule]

    @property
    def declared(self) -> Authorization:
        """As a schema module would say it."""
        names = {*self.readable, *self.writable}
        fields = {name: FieldRules(self.readable.get(name), self.writable.get(name)) for name in names}
        return Authorization(**self.operations, fields=fields)


def any_rulebook(random: Random, entity: str) -> Rulebook:
    """Rules of this entity: often open, so that there is something to be seen and changed beside what is hidden."""
    operations = {
        name: random.choice([allow.public(), any_rule(random)])
        for name in ("read", "create", "update", "delete")
        if name == "read" or random.random() < 0.9
    }
    readable = {
        name: random.choice([allow.role("chief"), allow.never(), any_rule(random), any_rule(random)])
        for name in HIDEABLE[entity]
        if random.random() < 0.5
    }
    writable = {name: any_rule(random) for name in HIDEABLE[entity] if random.random() < 0.3}
    return Rulebook(operations, readable, writable)


def make_registry(file: Rulebook, folder: Rulebook) -> Registry:
    """The two entities under these rules."""

    class File(Ruled):
        alpha: str | None = None
        beta: str = "b"
        delta: list[str] = Field(default_factory=list)
        place: Place | None = None
        folder_id: str | None = None
        folder: BelongsTo["Folder"] = belongs_to("folder_id")
        authorization = file.declared

        @computed
        def about(self) -> str:
            return f"about {self.alpha}"

        @computed(reads=("place", "delta"))
        def where(self) -> str | None:
            return self.place.room if self.place and self.delta else None

    class Folder(Ruled):
        label: str = "l"
        files: HasMany["File"] = has_many("folder_id")
        authorization = folder.declared

    return build_registry([File, Folder])


def any_given(random: Random) -> dict[str, Any]:
    """Values that rules go by: few, so that rules hold of some records."""
    names = [*CALLERS, "cat"]
    return {
        "owner_id": random.choice(names),
        "keeper_id": random.choice(names),
        "state": random.choice(["open", "shut"]),
        "team": random.choice([*TEAMS, None]),
        "level": random.randint(0, 3),
        "tags": random.sample([*CALLERS, *TEAMS], random.randint(0, 2)),
    }


def marked(record: str, field: str, world: str = "") -> str:
    """A value that stands nowhere else."""
    return f"mk{record}x{field.replace('_', '')}{world}km"


def any_file(random: Random, number: int, folders: int, world: str = "") -> dict[str, Any]:
    """One file with recognisable values; `world` is part of those that no rule goes by."""

    def mark(field: str) -> str:
        return marked(f"f{number}", field, world)

    return {
        "id": marked(f"f{number}", "id"),
        **any_given(random),
        "alpha": random.choice([None, mark("alpha")]),
        "beta": mark("beta"),
        "delta": [mark("delta")] * random.randint(0, 2),
        "place": random.choice([None, {"room": mark("room"), "size": random.randint(0, 3)}]),
        "folder_id": random.choice([None, *(marked(f"d{each}", "id") for each in range(folders + 1))]),
    }


def any_folder(random: Random, number: int, world: str = "") -> dict[str, Any]:
    """One folder with recognisable values."""
    return {"id": marked(f"d{number}", "id"), **any_given(random), "label": marked(f"d{number}", "label", world)}


def wire(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record as it is stored."""
    return {**{camel(name): value for name, value in record.items()}, "_version": 1}
