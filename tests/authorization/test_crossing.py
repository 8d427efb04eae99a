"""Rules that cross relations: compiled, evaluated and explained alike, and looked up before they are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to
from atakora_data.authorization.access import Access, Gatekeeper
from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import decide
from atakora_data.authorization.evaluate import CustomContext, evaluate
from atakora_data.authorization.explain import explain
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.authorization.ruling import Ruling
from atakora_data.query.evaluate import matcher, matches, within
from atakora_data.query.filter import (
    Compare,
    FieldRef,
    Filter,
    Kind,
    Link,
    Operator,
    Parameter,
    Some,
    all_of,
    any_of,
    negate,
    some,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.entity import BoundRule, BoundWhere, Operation
from atakora_data.schema.rules import AllOf, AnyOf, Complement, CustomRule

ALICE = Principal(id="0f8fad5b-d9cb-469f-a165-70867728950e")
BOB = Principal(id="bob")


class Team(Entity):
    """Who works together."""

    id: str = Field(primary_key=True)
    lead_id: UUID | None = None
    state: str = "open"


class Task(Entity):
    """What is to be done."""

    id: str = Field(primary_key=True)
    team_id: str | None = None
    title: str = ""
    authorization = Authorization(read=allow.public())
    team: BelongsTo["Team"] = belongs_to("team_id")


REGISTRY = build_registry([Team, Task])
TEAM_KEY = FieldRef(("teamId",), Kind.STRING)
LINK = Link("Team", TEAM_KEY, FieldRef(("id",), Kind.STRING))
LEAD = FieldRef(("leadId",), Kind.STRING)
LED_BY_CALLER = Some(LINK, Compare(LEAD, Operator.EQ, Parameter("id")))
OPEN_TEAM = Some(LINK, Compare(FieldRef(("state",), Kind.STRING), Operator.EQ, "open"))
TEAMS = [
    {"id": "red", "leadId": ALICE.id, "state": "open"},
    {"id": "blue", "leadId": ALICE.id, "state": "shut"},
    {"id": "gray", "leadId": None, "state": "open"},
]
TASKS = [{"id": str(number), "teamId": team} for number, team in enumerate(["red", "blue", "gray", "gone", None])]


@dataclass
class World:
    """A `RelatedReader` over some records, which remembers how often it was asked."""

    records: Mapping[str, Sequence[Mapping[str, Any]]]
    asked: list[str] = field(default_factory=list)

    async def exists(self, link: Link, value: Any, filter: Filter) -> bool:
        """Whether some record matches."""
        self.asked.append(link.target)
        matching = matcher(filter, within(self.records))
        remote = link.remote.path[0]
        return any(matching(each) for each in self.records[link.target] if each.get(remote) == value)


def access(rule: Filter, principal: Principal = ALICE) -> Access:
    """What the principal may do with tasks where this is the rule for reading."""
    entity = replace(REGISTRY["Task"], rules={Operation.READ: BoundWhere(rule)})
    return Access(entity, principal, Gatekeeper(REGISTRY.entities))


async def readable(rule: Filter, principal: Principal = ALICE) -> list[str]:
    """The teams of the tasks that the principal may read."""
    context = CustomContext(principal, None, World({"Team": TEAMS}))
    found = access(rule, principal)
    return [str(task["teamId"]) for task in TASKS if await found.allows(Operation.READ, task, context)]


@pytest.mark.parametrize(
    ("expected", "rule"),
    [
        (["red", "blue"], LED_BY_CALLER),
        (["gray", "gone", "None"], negate(LED_BY_CALLER)),
        (["red", "gray"], OPEN_TEAM),
        (["red"], all_of(OPEN_TEAM, LED_BY_CALLER)),
        (["red", "blue", "gray"], any_of(OPEN_TEAM, LED_BY_CALLER)),
        (["gone", "None"], negate(any_of(OPEN_TEAM, LED_BY_CALLER))),
    ],
)
async def test_a_rule_may_cross_relations(expected: list[str], rule: Filter) -> None:
    """It holds by the related records as they are; one that leads nowhere has no related record."""
    assert expected == await readable(rule)


def is_titled(_context: CustomContext, task: Task) -> bool:
    """A rule that only a function knows; no task has a title."""
    return task.title != ""


LED: Any = BoundWhere(LED_BY_CALLER)
TITLED = CustomRule(is_titled)


@pytest.mark.parametrize(
    ("expected", "rule"),
    [
        ([], AllOf((AnyOf((LED, TITLED)), TITLED))),
        (["red", "blue"], AnyOf((AllOf((LED, Complement(TITLED))), TITLED))),
        (["red", "blue"], AllOf((AnyOf((LED, TITLED)), Complement(TITLED)))),
    ],
)
async def test_related_records_are_looked_up_also_where_a_store_is_not_asked_of_them(
    expected: list[str], rule: BoundRule
) -> None:
    """A function may say anything, so what stands beside it can drop out of the bounds, but not of the rule."""
    context = CustomContext(ALICE, None, World({"Team": TEAMS}))
    found = Access(replace(REGISTRY["Task"], rules={Operation.READ: rule}), ALICE, Gatekeeper(REGISTRY.entities))
    assert expected == [task["teamId"] for task in TASKS if await found.allows(Operation.READ, task, context)]


async def test_the_callers_value_takes_the_form_of_the_related_field() -> None:
    """An id in capitals is the same UUID; one that can be no UUID, or is missing, equals nothing."""
    assert ["red", "blue"] == await readable(LED_BY_CALLER, Principal(id=str(ALICE.id).upper()))
    assert [] == await readable(LED_BY_CALLER, BOB)
    assert [] == await readable(LED_BY_CALLER, ANONYMOUS)
    assert access(LED_BY_CALLER, BOB).is_impossible(Operation.READ)


async def test_each_question_is_asked_once() -> None:
    """However often a rule names it; a record whose key is null is told without asking."""
    world = World({"Team": TEAMS})
    context = CustomContext(ALICE, None, world)
    found = access(all_of(OPEN_TEAM, any_of(OPEN_TEAM, LED_BY_CALLER)))
    assert await found.allows(Operation.READ, TASKS[0], context)
    assert ["Team", "Team"] == world.asked
    assert not await found.allows(Operation.READ, TASKS[4], context)
    assert ["Team", "Team"] == world.asked


async def test_it_is_not_told_from_the_record_alone() -> None:
    """Who judges it without looking is stopped."""
    found = access(OPEN_TEAM)
    assert found.is_exact(Operation.READ)
    assert not found.is_immediate(Operation.READ)
    with pytest.raises(TypeError, match="crosses relations"):
        found.allows_exactly(Operation.READ, TASKS[0])
    with pytest.raises(TypeError, match="look for related records"):
        await found.allows(Operation.READ, TASKS[0], CustomContext(ALICE, None))


def test_what_no_related_record_can_match_is_never() -> None:
    """A rule that compares with what the caller lacks compiles to never, also across a relation."""
    assert some(LINK, any_of()) == any_of()
    assert access(LED_BY_CALLER, ANONYMOUS).is_impossible(Operation.READ)


conditions = st.recursive(
    st.sampled_from([LED_BY_CALLER, OPEN_TEAM, Compare(TEAM_KEY, Operator.EQ, "red")]),
    lambda inner: st.one_of(st.builds(negate, inner), st.builds(all_of, inner, inner), st.builds(any_of, inner, inner)),
    max_leaves=6,
)
keys = st.sampled_from([None, "red", "blue", "gray", "gone"])


@settings(max_examples=200, deadline=None)
@given(conditions, st.sampled_from([ALICE, BOB, ANONYMOUS]), st.lists(keys, max_size=5))
async def test_the_three_readings_agree(condition: Filter, principal: Principal, teams: list[str | None]) -> None:
    """Compiled, evaluated, explained and looked up, a rule allows the same records."""
    rule: BoundRule = BoundWhere(condition)
    decision = decide(rule, principal, REGISTRY["Task"].fields, REGISTRY.entities)
    ruling, related = Ruling(REGISTRY["Task"], decision), within({"Team": TEAMS})
    context = CustomContext(principal, None, World({"Team": TEAMS}))
    for team in teams:
        record = {"id": "1", "teamId": team}
        outcome = evaluate(decision, record, {}, related)
        assert outcome == matches(compile_decision(decision).upper, record, related)
        assert outcome == explain(decision, record, {}, related).allowed
        assert outcome == await ruling.allows(record, context)
        assert outcome == (await ruling.explain(record, context)).allowed
