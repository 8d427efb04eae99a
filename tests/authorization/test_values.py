"""The caller's values against fields: brought to the form of the field, or absent."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data import allow, principal, this
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.query.filter import EVERYTHING, NOTHING
from atakora_data.registry.entity import Operation
from atakora_data.schema.conditions import Condition, FieldCondition, PrincipalValue
from tests.authorization.notes import ALICE, ALICE_ID, may_read, readers

CLAIM = principal.claim("c")


def with_claim(value: Any) -> Principal:
    """Somebody with one claim."""
    return Principal(id="x", claims={"c": value})


@pytest.mark.parametrize(
    ("condition", "claim", "record", "expected"),
    [
        (this.team == CLAIM, "red", {"team": "red"}, True),
        (this.team == CLAIM, "blue", {"team": "red"}, False),
        (this.team == CLAIM, 1, {"team": "1"}, False),
        (this.team == CLAIM, True, {"team": "True"}, False),
        (this.team == CLAIM, ["red"], {"team": "red"}, False),
        (this.team == CLAIM, "\ud800", {"team": "red"}, False),
        (this.team.begins_with(CLAIM), "re", {"team": "red"}, True),
        (this.level == CLAIM, 3, {"level": 3}, True),
        (this.level == CLAIM, "3", {"level": 3}, False),
        (this.level == CLAIM, True, {"level": 1}, False),
        (this.level <= CLAIM, 2.5, {"level": 2}, True),
        (this.level <= CLAIM, 2.5, {"level": 3}, False),
        (this.level <= CLAIM, 10**30, {"level": 3}, True),
        (this.level <= CLAIM, 10**400, {"level": 3}, False),
        (this.level <= CLAIM, float("nan"), {"level": 3}, False),
        (this.level <= CLAIM, float("inf"), {"level": 3}, False),
        (this.is_urgent == CLAIM, True, {"isUrgent": True}, True),
        (this.is_urgent == CLAIM, 1, {"isUrgent": True}, False),
        (this.price <= CLAIM, "10.50", {"price": "9.99"}, True),
        (this.price == CLAIM, "10.5", {"price": "10.50"}, True),
        (this.price <= CLAIM, 10, {"price": "9.99"}, True),
        (this.price <= CLAIM, 10.5, {"price": "10.5"}, True),
        (this.price <= CLAIM, "NaN", {"price": "9.99"}, False),
        (this.price <= CLAIM, True, {"price": "0.99"}, False),
        (this.due == CLAIM, "2024-01-31T10:00:00+01:00", {"due": "2024-01-31T09:00:00.000000Z"}, True),
        (this.due >= CLAIM, "2024-01-31T09:00:00Z", {"due": "2024-01-31T09:00:00.000000Z"}, True),
        (this.due >= CLAIM, 1706691600, {"due": "2024-01-31T09:00:00.000000Z"}, False),
        (this.author_id == CLAIM, ALICE_ID.upper(), {"authorId": ALICE_ID}, True),
        (this.status == CLAIM, "published", {"status": "published"}, True),
        (this.status == CLAIM, "gone", {"status": "gone"}, False),
        (this.team.in_(CLAIM), ["red", "blue"], {"team": "red"}, True),
        (this.team.in_(CLAIM), ["red", 1, None], {"team": "red"}, True),
        (this.team.in_(CLAIM), "red", {"team": "red"}, False),
        (this.team.in_(CLAIM), [], {"team": "red"}, False),
        (this.team.in_([CLAIM, "blue"]), "red", {"team": "red"}, True),
        (this.team.in_([CLAIM, "blue"]), None, {"team": "blue"}, True),
        (this.tags.contains(CLAIM), "a", {"tags": ["a", "b"]}, True),
        (this.tags.contains(CLAIM), 1, {"tags": ["1"]}, False),
        (this.scores.contains(CLAIM), 1, {"scores": [1]}, True),
        (this.scores.contains(CLAIM), True, {"scores": [1]}, False),
        (this.tags == CLAIM, ["a", "b"], {"tags": ["a", "b"]}, True),
        (this.tags == CLAIM, ["b", "a"], {"tags": ["a", "b"]}, False),
        (this.tags == CLAIM, "a", {"tags": ["a"]}, False),
        (FieldCondition(("tags",), "containsAny", CLAIM), ["x", "a"], {"tags": ["a"]}, True),
        (FieldCondition(("tags",), "containsAll", CLAIM), ["a", "b"], {"tags": ["b", "a"]}, True),
        (FieldCondition(("tags",), "containsAll", CLAIM), ["a", 1], {"tags": ["a"]}, False),
        (FieldCondition(("tags",), "containsAll", CLAIM), "a", {"tags": ["a"]}, False),
        (this.level.between(CLAIM, 5), 2, {"level": 3}, True),
        (this.level.between(CLAIM, 5), None, {"level": 3}, False),
    ],
)
def test_a_claim_takes_the_form_of_the_field(
    condition: Condition, claim: Any, record: dict[str, Any], expected: bool
) -> None:
    """A claim compares as the field does; one that the field could never hold equals nothing and exceeds nothing."""
    assert expected == may_read(allow.where(condition), with_claim(claim), **record)


@pytest.mark.parametrize(
    ("field", "caller"),
    [
        (principal.id, Principal(id="v")),
        (principal.tenant_id, Principal(id="x", tenant_id="v")),
        (principal.email, Principal(id="x", email="v")),
        (principal.name, Principal(id="x", name="v")),
    ],
    ids=["id", "tenant", "email", "name"],
)
def test_what_is_known_of_the_caller_takes_part(field: PrincipalValue, caller: Principal) -> None:
    """Id, tenant, e-mail address and name are compared like claims; callers without them match nothing."""
    rule = allow.where(this.team == field)
    assert may_read(rule, caller, team="v")
    assert not may_read(rule, caller, team="w")
    assert not may_read(rule, ANONYMOUS, team="v")
    assert not may_read(rule, ANONYMOUS, team=None)


def test_what_the_caller_lacks_decides_without_a_record() -> None:
    """A comparison with an absent claim is impossible, and its negation holds for every record."""
    assert NOTHING == readers(allow.where(this.team == CLAIM), ALICE).predicate(Operation.READ)
    assert EVERYTHING == readers(allow.where(this.team != CLAIM), ALICE).predicate(Operation.READ)
    assert EVERYTHING == readers(~allow.where(this.team == CLAIM), ALICE).predicate(Operation.READ)


@pytest.mark.parametrize("id", ["alice", ALICE_ID[:-1], "\0"])
def test_an_id_that_the_owner_field_cannot_hold_owns_nothing(id: str) -> None:
    """The rule is impossible at once: no record can have such an owner."""
    assert readers(allow.owner(), Principal(id=id)).is_impossible(Operation.READ)


def test_an_owner_is_recognized_in_any_spelling() -> None:
    """A UUID in upper case is the same caller."""
    assert may_read(allow.owner(), Principal(id=ALICE_ID.upper()), authorId=ALICE_ID)


@pytest.mark.parametrize("claim", [2**70, float("nan"), "\ud800", {"a": [1, None]}, b"x"], ids=repr)
def test_any_claim_has_a_fingerprint(claim: Any) -> None:
    """Whatever JSON a token holds, the caller can be told from others."""
    assert with_claim(claim).fingerprint == with_claim(claim).fingerprint
    assert with_claim(claim).fingerprint != with_claim("other").fingerprint


def test_fingerprints_differ_where_rules_could_tell() -> None:
    """Each thing that a rule may look at takes part in the fingerprint."""
    several = [
        ANONYMOUS,
        Principal(id="a"),
        Principal(id="b"),
        Principal(id="a", tenant_id="t"),
        Principal(id="a", email="t"),
        Principal(id="a", name="t"),
        Principal(id="a", roles=frozenset({"t"})),
        Principal(id="a", groups=frozenset({"t"})),
        Principal(id="a", scopes=frozenset({"t"})),
        Principal(id="a", claims={"t": 1}),
        Principal(id="a", claims={"t": True}),
        Principal(id="a", claims={"t": "1"}),
        Principal(id="a", is_system=True),
    ]
    assert len(several) == len({each.fingerprint for each in several})


def test_equal_principals_share_a_fingerprint() -> None:
    """Order of roles and claims does not matter."""
    one = Principal(id="a", roles=frozenset({"x", "y"}), claims={"p": 1, "q": 2})
    other = Principal(id="a", roles=frozenset({"y", "x"}), claims={"q": 2, "p": 1})
    assert one.fingerprint == other.fingerprint
