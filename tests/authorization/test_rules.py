"""What each kind of rule allows, alone and composed."""

from __future__ import annotations

import pytest

from atakora_data import allow, principal, this
from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import decide
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.query.filter import EVERYTHING, NOTHING
from atakora_data.registry.entity import Operation
from atakora_data.schema.rules import AllOf, AnyOf, Rule
from tests.authorization.notes import ALICE, ALICE_ID, BOB, BOB_ID, may_read, readers, ruled

ADMIN = Principal(id=BOB_ID, roles=frozenset({"admin"}), groups=frozenset({"staff"}))
ALICES = {"authorId": ALICE_ID}


def test_no_rule_denies() -> None:
    """An operation without a rule is refused, whoever asks."""
    assert NOTHING == compile_decision(decide(None, ADMIN)).upper
    assert readers(allow.public(), ADMIN).is_impossible(Operation.DELETE)


@pytest.mark.parametrize(
    ("rule", "anonymous", "alice", "admin"),
    [
        (allow.public(), True, True, True),
        (allow.never(), False, False, False),
        (allow.authenticated(), False, True, True),
        (allow.owner(), False, True, False),
        (allow.owner("author_id"), False, True, False),
        (allow.role("admin"), False, False, True),
        (allow.roles(["editor", "admin"]), False, False, True),
        (allow.roles([]), False, False, False),
        (allow.group("staff"), False, False, True),
        (allow.groups(["x", "staff"]), False, False, True),
        (allow.role("staff"), False, False, False),
        (allow.group("admin"), False, False, False),
        (allow.where(status="published"), True, True, True),
        (allow.where(status="draft"), False, False, False),
        (allow.where(status="published", level=4), False, False, False),
        (allow.where((this.level > 2) & (this.team == None)), True, True, True),  # noqa: E711 - builds a condition
        (allow.where(this.author_id == principal.id), False, True, False),
        (~allow.owner(), True, False, True),
        (~allow.authenticated(), True, False, False),
        (~~allow.owner(), False, True, False),
        (allow.owner() | allow.role("admin"), False, True, True),
        (allow.owner().or_(allow.role("admin")), False, True, True),
        (allow.authenticated() & ~allow.owner(), False, False, True),
        (allow.authenticated().and_(allow.where(status="draft")), False, False, False),
        (~(allow.owner() | allow.role("admin")), True, False, False),
    ],
    ids=repr,
)
def test_each_rule_allows_whom_it_names(rule: Rule, anonymous: bool, alice: bool, admin: bool) -> None:
    """A published note of alice, under each rule, asked by nobody, by alice and by an admin."""
    note = {"id": "1", "status": "published", "level": 3, **ALICES}
    assert [anonymous, alice, admin] == [may_read(rule, who, **note) for who in (ANONYMOUS, ALICE, ADMIN)]


@pytest.mark.parametrize("who", [ANONYMOUS, ALICE], ids=["anonymous", "alice"])
def test_a_record_without_an_owner_is_nobodys(who: Principal) -> None:
    """Neither an absent nor a null owner field makes anybody the owner, and least of all an anonymous caller."""
    assert not may_read(allow.owner(), who)
    assert not may_read(allow.owner(), who, authorId=None)
    assert not may_read(allow.where(this.author_id == principal.id), who, authorId=None)


def test_empty_compositions_are_neutral() -> None:
    """Any of nothing allows nobody; all of nothing holds."""
    assert NOTHING == compile_decision(decide(AnyOf(()), ALICE)).upper
    assert EVERYTHING == compile_decision(decide(AllOf(()), ALICE)).upper


@pytest.mark.parametrize(
    "rule",
    [
        allow.where(status="published") | allow.owner() | allow.role("admin"),
        allow.custom(lambda _ctx, _note: False) | allow.role("admin"),
        ~(allow.owner() & ~allow.role("admin")),
        allow.role("admin") & (allow.public() | allow.custom(lambda _ctx, _note: False)),
    ],
    ids=["any", "any with a function", "complement", "all"],
)
def test_a_rule_that_always_holds_costs_the_store_nothing(rule: Rule) -> None:
    """When the caller's role decides, nothing is pushed to the store and no function is asked."""
    access = readers(rule, ADMIN)
    assert EVERYTHING == access.predicate(Operation.READ)
    assert access.is_exact(Operation.READ)


def test_a_rule_that_never_holds_is_known_to_be_impossible() -> None:
    """Where the caller lacks what every branch asks for, no record is needed to refuse."""
    rule = (allow.owner() & allow.role("editor")) | (allow.custom(lambda _ctx, _note: True) & allow.role("admin"))
    assert readers(rule, ALICE).is_impossible(Operation.READ)
    assert not readers(rule, ADMIN).is_impossible(Operation.READ)


def test_each_operation_has_its_own_rule() -> None:
    """The rule of one operation says nothing about another."""
    entity = ruled(create=allow.public(), read=allow.owner(), update=allow.role("admin"))
    assert {"create", "read", "update"} == {operation.value for operation in entity.rules}
    assert not readers(allow.owner(), BOB).allows_exactly(Operation.READ, ALICES)
