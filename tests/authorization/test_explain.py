"""Decisions in words."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data import allow, principal, this
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.authorization.wording import describe_filter
from atakora_data.registry.entity import BoundWhere, Operation
from atakora_data.schema.conditions import Condition
from tests.authorization.notes import ALICE, ALICE_ID, BOB, readers, ruled

RULE = allow.where(status="published") | allow.owner() | (allow.role("admin") & ~allow.where(level=0))
NOTE = {"id": "1", "status": "draft", "authorId": ALICE_ID, "level": 1}


async def test_an_explanation_is_a_tree_to_read() -> None:
    """Each part of the rule with what it comes to for this record."""
    told = await readers(RULE, ALICE).explain(Operation.READ, NOTE)
    expected = """\
any of: allowed
  where(status == "published"): denied
  owner(authorId): allowed
  all of: denied
    role('admin'): denied (the caller has no such role)
    not: allowed
      where(level == 0): denied"""
    assert expected == told.render()


async def test_without_a_record_it_says_what_depends_on_one() -> None:
    """Only what is the same for every record is told as an outcome."""
    told = await readers(allow.owner() & allow.role("admin"), ALICE).explain(Operation.READ)
    assert told.as_dict() == {
        "allowed": False,
        "rule": "all of",
        "parts": [
            {"allowed": None, "rule": "owner(authorId)"},
            {"allowed": False, "rule": "role('admin')", "reason": "the caller has no such role"},
        ],
    }
    assert "owner(authorId): depends on the record" in told.render()


@pytest.mark.parametrize(
    ("operation", "who", "expected"),
    [
        (Operation.DELETE, ALICE, "no rule: denied (denied by default)"),
        (Operation.READ, ANONYMOUS, "authenticated(): denied (the caller is anonymous)"),
        (Operation.READ, ALICE, "authenticated(): allowed (the caller is signed in)"),
        (Operation.DELETE, Principal(is_system=True), "system: allowed (no rule binds the app itself)"),
    ],
    ids=["default", "anonymous", "signed in", "system"],
)
async def test_reasons_are_about_the_caller(operation: Operation, who: Principal, expected: str) -> None:
    """Where the record does not matter, the caller is the reason."""
    assert expected == (await readers(allow.authenticated(), who).explain(operation)).render()


async def test_a_data_role_is_told_beside_the_rule() -> None:
    """Both are shown, and the role allows."""
    told = await readers(allow.never(), Principal(id="x", roles=frozenset({"DataReader"}))).explain(Operation.READ)
    expected = ["any of", "role('DataReader')", "never()"]
    assert expected == [told.words, *(part.words for part in told.parts)]
    assert told.allowed


async def test_every_function_says_its_part() -> None:
    """An explanation asks also the functions on which the answer does not depend."""

    def is_even(_ctx: Any, note: Any) -> bool:
        return bool(note.level % 2 == 0)

    access = readers(allow.public() | allow.custom(is_even), BOB)
    assert "custom(is_even): depends on the record" in (await access.explain(Operation.READ)).render()
    rule = allow.owner() & allow.custom(is_even)
    told = await readers(rule, BOB).explain(Operation.READ, NOTE, CustomContext(BOB, None))
    assert "all of: denied\n  owner(authorId): denied\n  custom(is_even): denied" == told.render()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (this.status == "draft", 'status == "draft"'),
        (this.status != "draft", 'status != "draft"'),
        (this.team == None, "team is null"),  # noqa: E711 - builds a condition
        (this.team != None, "team is not null"),  # noqa: E711 - builds a condition
        (this.is_urgent == True, "isUrgent == true"),  # noqa: E712 - builds a condition
        (this.level.between(1, 3), "level >= 1 and level <= 3"),
        ((this.level > 1) & ((this.level < 3) | (this.team == 'a"b')), 'level > 1 and (level < 3 or team == "a\\"b")'),
        (~((this.level > 1) & (this.level < 3)), "not (level > 1 and level < 3)"),
        (this.author_id == principal.id, "authorId == principal.id"),
        (this.team.in_(["é", "b"]), 'team in ["é", "b"]'),
        (this.team.not_in(["a"]), 'team not in ["a"]'),
        (this.team == principal.claim("dept"), "team == principal.claim('dept')"),
        (this.tags.contains("x"), 'tags has "x"'),
    ],
    ids=repr,
)
def test_conditions_are_written_as_people_would(condition: Condition, expected: str) -> None:
    """The words of a condition name wire fields, and read like the rule that was declared."""
    bound = ruled(read=allow.where(condition)).rules[Operation.READ]
    assert isinstance(bound, BoundWhere)
    assert expected == describe_filter(bound.filter)
