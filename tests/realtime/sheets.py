"""Worlds of random rules, and an oracle that knows nothing of how the product judges them.

Asked = ("public",) | ("signed",) | ("owner",) | ("role", name) | ("open",) | ("lead",) | ("even",) | ("mine",)
      | ("not", Asked) | ("and", Asked, Asked) | ("or", Asked, Asked)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    allow,
    belongs_to,
    computed,
    principal,
    this,
)
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import Principal
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.rules import Rule

Asked: TypeAlias = tuple[Any, ...]
Record: TypeAlias = Mapping[str, Any]

BOTH = frozenset({True, False})
FUNCTIONS = ("even", "mine")
"""What only a function of the app can tell."""


class Team(Entity, abstract=True):
    """Who leads."""

    id: str = Field(primary_key=True)
    lead_id: str | None = None


class Paper(Entity, abstract=True):
    """What is written. What is in title, note and memo is written once and nowhere else."""

    id: str = Field(primary_key=True)
    title: str = ""
    note: str | None = None
    memo: str | None = None
    status: Literal["open", "shut"] = "shut"
    grade: int | None = None
    tags: list[str] = Field(default_factory=list)
    author_id: str | None = Field(default=None, owner=True)
    team_id: str | None = None
    team: BelongsTo["Team"] = belongs_to("team_id")
    realtime = True

    @computed
    def shout(self) -> str:
        """The note, loudly."""
        return (self.note or "").upper()


def is_even(_context: CustomContext, record: Paper) -> bool:
    """Goes by the record."""
    return record.grade is not None and record.grade % 2 == 0


async def is_mine(context: CustomContext, record: Paper) -> bool:
    """Goes by the record and by who asks."""
    return record.author_id == context.principal.id


@dataclass(frozen=True)
class World:
    """Rules for reading: of papers, of their notes and memos, and of teams."""

    paper: Asked
    note: Asked
    memo: Asked
    team: Asked

    @property
    def is_immediate(self) -> bool:
        """Whether no change of a team alters who reads what of papers."""
        return not any("lead" in names(each) for each in (self.paper, self.note, self.memo))


@lru_cache(maxsize=64)
def registry_of(world: World) -> Registry:
    """The schema of the world; writing is open to all."""
    free: Any = dict.fromkeys(("create", "update", "delete"), allow.public())
    fields = {
        "note": FieldRules(read=rule_of(world.note), write=allow.public()),
        "memo": FieldRules(read=rule_of(world.memo), write=allow.public()),
    }
    paper = Authorization(**free, read=rule_of(world.paper), fields=fields)
    team = Authorization(**free, read=rule_of(world.team))
    return build_registry(
        [
            type("Team", (Team,), {"__module__": __name__, "authorization": team}),
            type("Paper", (Paper,), {"__module__": __name__, "authorization": paper}),
        ]
    )


def rule_of(asked: Asked) -> Rule:
    """The rule as a schema declares it."""
    match asked:
        case ("not", inner):
            return ~rule_of(inner)
        case ("and", one, other):
            return rule_of(one) & rule_of(other)
        case ("or", one, other):
            return rule_of(one) | rule_of(other)
        case ("role", name):
            return allow.role(name)
    rules: dict[str, Rule] = {
        "public": allow.public(),
        "signed": allow.authenticated(),
        "owner": allow.owner("author_id"),
        "open": allow.where(status="open"),
        "lead": allow.where(this.team.lead_id == principal.id),
        "leads": allow.where(this.lead_id == principal.id),
        "even": allow.custom(is_even),
        "mine": allow.custom(is_mine),
    }
    return rules[asked[0]]


def names(asked: Asked) -> set[str]:
    """What a rule is made of."""
    inner: set[str] = set().union(*(names(each) for each in asked[1:] if isinstance(each, tuple)))
    return {asked[0], *inner}


@dataclass
class Sheets:
    """The oracle of one world in one tenant. leads: who leads each team, as it is now."""

    world: World
    leads: dict[str, str]

    def reads(self, who: Principal, record: Record) -> bool:
        """Whether somebody may read the paper."""
        return self._holds(self.world.paper, who, record)

    def shown(self, who: Principal, record: Record) -> dict[str, Any]:
        """A paper that somebody may read, as it is told."""
        hidden = {name for name in ("note", "memo") if not self._holds(getattr(self.world, name), who, record)}
        loud = {} if "note" in hidden else {"shout": (record.get("note") or "").upper()}
        return {name: value for name, value in record.items() if name not in hidden} | loud

    def team(self, who: Principal, record: Record) -> dict[str, Any] | None:
        """The paper's team, if there is one that somebody may read."""
        id = record.get("teamId")
        if id not in self.leads or not self._holds(self.world.team, who, {"leadId": self.leads[id]}):
            return None
        return {"id": id, "leadId": self.leads[id]}

    def matches(self, wanted: Record | None, who: Principal, record: Record) -> bool:
        """Whether a paper is one that somebody asks for: what may not surely be read counts as null."""
        return all(self._condition(name, value, who, record) for name, value in (wanted or {}).items())

    def _condition(self, name: str, value: Any, who: Principal, record: Record) -> bool:
        match name:
            case "not":
                return not self.matches(value, who, record)
            case "or":
                return any(self.matches(each, who, record) for each in value)
            case "and":
                return all(self.matches(each, who, record) for each in value)
            case "team":
                team = self.team(who, record)
                wanted = value.get("leadId", {}).get("eq")
                return value["isNull"] is (team is None) if wanted is None else _compare("eq", wanted, team, "leadId")
        is_unsure = name in ("note", "memo") and self._outcomes(getattr(self.world, name), who, record) != {True}
        [(word, operand)] = value.items()
        return _compare(word, operand, {} if is_unsure else record, name)

    def _holds(self, asked: Asked, who: Principal, record: Record) -> bool:
        [outcome] = self._outcomes(asked, who, record, ask=True)
        return outcome

    def _outcomes(self, asked: Asked, who: Principal, record: Record, *, ask: bool = False) -> frozenset[bool]:
        """What the rule may come to. ask: functions are asked, else they may say anything."""
        if asked[0] in ("not", "and", "or"):
            parts = [self._outcomes(each, who, record, ask=ask) for each in asked[1:]]
            if asked[0] == "not":
                return frozenset(not each for each in parts[0])
            join = all if asked[0] == "and" else any
            return frozenset(join((one, other)) for one in parts[0] for other in parts[1])
        if asked[0] in FUNCTIONS and not ask:
            return BOTH
        return frozenset({self._atom(asked, who, record)})

    def _atom(self, asked: Asked, who: Principal, record: Record) -> bool:
        author, grade = record.get("authorId"), record.get("grade")
        outcomes: dict[str, bool] = {
            "public": True,
            "signed": True,
            "role": asked[-1] in who.roles,
            "owner": author is not None and author == who.id,
            "mine": author == who.id,
            "open": record.get("status") == "open",
            "lead": self.leads.get(record.get("teamId") or "") == who.id,
            "leads": record.get("leadId") == who.id,
            "even": grade is not None and grade % 2 == 0,
        }
        return outcomes[asked[0]]


def _compare(word: str, operand: Any, record: Record | None, name: str) -> bool:
    seen = None if record is None else record.get(name)
    if word == "isNull":
        return operand is (seen is None)
    return bool(seen is not None and (seen >= operand if word == "gte" else seen == operand))
