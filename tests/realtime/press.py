"""Papers whose rules are of every kind, and who may see what of them, worked out by hand apart from the product."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, allow, belongs_to, principal, this
from atakora_data.authorization.principal import Principal
from atakora_data.realtime.subscription import Subscription
from atakora_data.registry.build import build_registry

Record = Mapping[str, Any]
ALL = ("created", "updated", "deleted")
ANYTHING = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


def is_even(_context: object, record: Paper) -> bool:
    """A rule that only a function knows."""
    return record.grade is not None and record.grade % 2 == 0


class Team(Entity):
    """Who leads."""

    id: str = Field(primary_key=True)
    lead_id: str
    authorization = ANYTHING


class Paper(Entity):
    """What is written: open when published, else for its author, for who leads its team, and for admins."""

    id: str = Field(primary_key=True)
    title: str = ""
    status: Literal["draft", "published"] = "draft"
    grade: int | None = None
    tags: list[str] = []
    remark: str | None = None
    author_id: str | None = None
    team_id: str | None = None
    team: BelongsTo["Team"] = belongs_to("team_id")
    realtime = True
    authorization = Authorization(
        create=allow.public(),
        read=allow.where(status="published")
        | allow.owner("author_id")
        | allow.where(this.team.lead_id == principal.id)
        | (allow.role("judge") & allow.custom(is_even))
        | allow.role("admin"),
        update=allow.public(),
        delete=allow.public(),
        fields={"remark": FieldRules(read=allow.role("editor") | allow.owner("author_id"), write=allow.public())},
    )


REGISTRY = build_registry([Team, Paper])

PEOPLE = {
    name: Principal(id=name, roles=frozenset(roles))
    for name, roles in {
        "ann": [],
        "bob": [],
        "cid": ["editor"],
        "dan": ["judge"],
        "eve": ["admin"],
        "eva": ["admin", "editor"],
        "fay": ["judge", "editor"],
        "gus": ["guest"],
    }.items()
}

FILTERS: Sequence[Record | None] = (
    None,
    {},
    {"grade": {"gte": 2}},
    {"not": {"grade": {"gte": 2}}},
    {"remark": {"eq": "red"}},
    {"remark": {"ne": "red"}},
    {"team": {"leadId": {"eq": "ann"}}},
    {"or": [{"title": {"beginsWith": "a"}}, {"authorId": {"eq": "bob"}}]},
)


@dataclass
class Oracle:
    """Tells what subscribers must be told. teams: who leads each, as it is now."""

    teams: dict[str, str] = field(default_factory=dict)

    def told(self, subscription: Subscription, before: Record | None, after: Record | None) -> dict[str, Any] | None:
        """Operation and record, or nothing."""
        if after is not None and self._sees(subscription, after):
            operation, shown = "created" if before is None else "updated", self._shown(subscription, after)
            return {"operation": operation, "record": shown} if operation in subscription.operations else None
        if before is None or not self._sees(subscription, before):
            return None
        if after is None:
            shown = self._shown(subscription, before)
            return {"operation": "deleted", "record": shown} if "deleted" in subscription.operations else None
        if {"updated", "deleted"} & subscription.operations:
            return {"operation": "deleted", "record": {"id": before["id"]}}
        return None

    def _sees(self, subscription: Subscription, record: Record) -> bool:
        return self.reads(subscription.principal, record) and self._matches(subscription, record)

    def reads(self, who: Principal, record: Record) -> bool:
        """Whether somebody may read the record."""
        grade = record.get("grade")
        return (
            record["status"] == "published"
            or (record.get("authorId") is not None and record.get("authorId") == who.id)
            or self._lead(record) == who.id
            or ("judge" in who.roles and grade is not None and grade % 2 == 0)
            or "admin" in who.roles
        )

    def _shown(self, subscription: Subscription, record: Record) -> dict[str, Any]:
        hidden = set() if self._sees_remark(subscription.principal, record) else {"remark"}
        return {name: value for name, value in record.items() if name not in hidden}

    def _sees_remark(self, who: Principal, record: Record) -> bool:
        return "editor" in who.roles or (record.get("authorId") is not None and record.get("authorId") == who.id)

    def _lead(self, record: Record) -> str:
        return self.teams.get(record.get("teamId") or "", "nobody leads")

    def _matches(self, subscription: Subscription, record: Record) -> bool:
        grade, remark = record.get("grade"), record.get("remark")
        seen = remark if self._sees_remark(subscription.principal, record) else None
        outcomes = {
            0: True,
            1: True,
            2: grade is not None and grade >= 2,
            3: not (grade is not None and grade >= 2),
            4: seen == "red",
            5: seen != "red",
            6: self._lead(record) == "ann",
            7: record["title"].startswith("a") or record.get("authorId") == "bob",
        }
        return outcomes[FILTERS.index(subscription.filter)]
