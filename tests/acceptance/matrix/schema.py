"""The entities of the matrix: one for each kind of rule, all alike, with the rule where the aspect wants it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
    many_to_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.rules import Rule


async def is_even(_ctx: Any, record: Any) -> bool:
    """A rule that only a function knows."""
    return bool(record.grade % 2 == 0)


RULES: Mapping[str, Rule] = {
    "Public": allow.public(),
    "Authenticated": allow.authenticated(),
    "Owner": allow.owner(),
    "Role": allow.role("editor"),
    "Group": allow.groups(["crew", "nobody"]),
    "Where": allow.where(state="open"),
    "Caller": allow.where(this.lead_id == principal.id),
    "Across": allow.where(this.parent.state == "open"),
    "Related": allow.relationship("helpers"),
    "Led": allow.relationship("lead"),
    "Custom": allow.custom(is_even),
    "Never": allow.never(),
    "Either": allow.owner() | allow.roles(["editor", "nobody"]),
    "Both": allow.authenticated() & allow.where(state="open"),
    "Denied": ~allow.owner(),
    "Mixed": (allow.custom(is_even) & allow.where(state="open")) | allow.group("crew"),
    "Unless": ~(allow.custom(is_even) | allow.role("editor")),
    "Unmet": ~(allow.relationship("helpers") | allow.where(this.parent.state == "open")),
    "Reached": allow.relationship("helpers") | (allow.where(this.parent.state == "open") & allow.authenticated()),
}
"""The rules as a developer would write them, by kind."""

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


def ruled(aspect: str, rule: Rule) -> Authorization:
    """The rule in one place, everything else open."""
    everybody = allow.public()
    read = rule if aspect == "read" else everybody
    write = rule if aspect == "write" else everybody
    field = {"field_read": FieldRules(read=rule), "field_write": FieldRules(write=rule)}.get(aspect)
    return Authorization(
        create=write, read=read, update=write, delete=write, fields={} if field is None else {"secret": field}
    )


class Person(Entity):
    """Somebody whom a note may lead to."""

    id: str = Field(primary_key=True)
    authorization = OPEN


class Noted(Entity, abstract=True):
    """What notes of all kinds have."""

    id: str = Field(primary_key=True)
    owner_id: str | None = Field(default=None, owner=True)
    state: str = "shut"
    grade: int = 1
    lead_id: str | None = None
    parent_id: str | None = None
    box_id: str | None = None
    rank: int = 0
    title: str = ""
    secret: str | None = None
    realtime = True
    lead: BelongsTo["Person"] = belongs_to("lead_id")

    @computed(reads=("secret",))
    def loud(self) -> str:
        """The secret, said aloud."""
        return f"loud {self.secret}"

    @action
    async def touch(record: Noted, ctx: ActionContext, text: str = "") -> None:
        """Change what the note is called."""
        record.title = text


def make_registry(aspect: str) -> Registry:
    """Notes of every kind, in boxes and under tags that everybody may read."""
    notes = [_note(kind, ruled(aspect, rule)) for kind, rule in RULES.items()]
    return build_registry([Person, _collection("Box"), _collection("Tag"), *notes])


def _note(kind: str, authorization: Authorization) -> type[Entity]:
    name = f"{kind}Note"
    annotations = {
        "box": 'BelongsTo["Box"]',
        "parent": f'BelongsTo["{name}"]',
        "children": f'HasMany["{name}"]',
        "helpers": 'ManyToMany["Person"]',
        "tags": 'ManyToMany["Tag"]',
    }
    return _entity(
        name,
        Noted,
        annotations,
        box=belongs_to("box_id"),
        parent=belongs_to("parent_id"),
        children=has_many("parent_id", on_delete="set_null"),
        helpers=many_to_many(f"{kind}Helpers"),
        tags=many_to_many(f"{kind}Tags"),
        authorization=authorization,
    )


def _collection(name: str) -> type[Entity]:
    """Something public that leads to the notes of every kind: a box by their key, a tag by links."""
    relations = {f"{kind.lower()}_notes": kind for kind in RULES}
    many = "HasMany" if name == "Box" else "ManyToMany"
    annotations = {"id": "str", **{each: f'{many}["{kind}Note"]' for each, kind in relations.items()}}
    members = {
        each: has_many("box_id", on_delete="set_null") if name == "Box" else many_to_many(f"{kind}Tags")
        for each, kind in relations.items()
    }
    return _entity(name, Entity, annotations, id=Field(primary_key=True), authorization=OPEN, **members)


def _entity(name: str, base: type[Entity], annotations: Mapping[str, str], **members: Any) -> type[Entity]:
    body = {"__module__": __name__, "__qualname__": name, "__annotations__": dict(annotations), **members}
    made: Any = type(base)
    entity: type[Entity] = made(name, (base,), body)
    return entity
