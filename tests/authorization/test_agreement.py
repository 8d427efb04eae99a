"""One decision, read three ways: compiled, evaluated and explained, in memory and in SQLite."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import decide
from atakora_data.authorization.evaluate import customs, evaluate
from atakora_data.authorization.explain import explain
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.query.evaluate import matches
from atakora_data.query.filter import Compare, Operator, Parameter
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere
from atakora_data.schema.rules import (
    AllOf,
    AnyOf,
    AuthenticatedRule,
    Complement,
    CustomRule,
    GroupsRule,
    NeverRule,
    PublicRule,
    RolesRule,
)
from tests.support.documents import Documents
from tests.support.strategies import FIELDS, ID, filters, record_lists

NAMES = st.sampled_from(["a", "b", "c"])
PARAMETERS = ["id", "tenant_id", "email", "name", "claim:team", "claim:level"]


def never_asked(_context: Any, _record: Any) -> bool:
    """A custom rule; its outcome is drawn by the test."""
    raise AssertionError


def asked_neither(_context: Any, _record: Any) -> bool:
    """Another one."""
    raise AssertionError


principals = st.one_of(
    st.just(ANONYMOUS),
    st.builds(
        Principal,
        id=NAMES,
        tenant_id=st.one_of(st.none(), NAMES),
        email=st.one_of(st.none(), NAMES),
        name=st.one_of(st.none(), NAMES),
        roles=st.frozensets(NAMES),
        groups=st.frozensets(NAMES),
        claims=st.fixed_dictionaries(
            {}, optional={"team": st.one_of(NAMES, st.integers(-3, 3)), "level": st.integers(-3, 3)}
        ),
    ),
)
templates = st.builds(
    Compare,
    st.sampled_from([FIELDS["text"], FIELDS["number"], FIELDS["flag"], FIELDS["price"]]),
    st.sampled_from([Operator.EQ, Operator.GT, Operator.LTE]),
    st.sampled_from(PARAMETERS).map(Parameter),
)
leaves: st.SearchStrategy[BoundRule] = st.one_of(
    st.builds(PublicRule),
    st.builds(AuthenticatedRule),
    st.builds(NeverRule),
    st.just(BoundOwner(FIELDS["text"])),
    st.builds(RolesRule, st.lists(NAMES, max_size=2).map(tuple)),
    st.builds(GroupsRule, st.lists(NAMES, max_size=2).map(tuple)),
    st.builds(BoundWhere, st.one_of(filters(2, guarded=False), templates)),
)
functions = st.sampled_from([never_asked, asked_neither]).map(CustomRule)


def rules(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Rules made of these leaves."""

    def composed(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
        several = st.lists(inner, min_size=1, max_size=3).map(tuple)
        return st.one_of(st.builds(AnyOf, several), st.builds(AllOf, several), st.builds(Complement, inner))

    return st.recursive(leaf, composed, max_leaves=6)


@settings(max_examples=400, deadline=None)
@given(rules(leaves), principals, record_lists(5))
def test_the_three_readings_and_sqlite_agree(
    rule: BoundRule, principal: Principal, records: list[dict[str, Any]]
) -> None:
    """Compiled, evaluated, explained and asked in SQL, a rule allows the same records."""
    decision = decide(rule, principal)
    assert compile_decision(decision).is_exact
    lower, upper = compile_decision(decision)
    assert lower == upper
    allowed = []
    for record in records:
        outcome = evaluate(decision, record, {})
        assert outcome == matches(upper, record)
        assert outcome == explain(decision, record, {}).allowed
        allowed += [record["id"]] if outcome else []
    with closing(Documents(records)) as documents:
        found = documents.run(Query(upper, (OrderKey(ID),), 100))
    assert sorted(allowed) == [record["id"] for record in found]


@settings(max_examples=400, deadline=None)
@given(rules(st.one_of(leaves, functions)), principals, record_lists(4), st.booleans(), st.booleans())
def test_functions_stay_between_the_bounds(
    rule: BoundRule, principal: Principal, records: list[dict[str, Any]], one: bool, other: bool
) -> None:
    """Whatever functions say, what is surely allowed is allowed, and what is allowed was asked for."""
    outcomes = {never_asked: one, asked_neither: other}
    decision = decide(rule, principal)
    lower, upper = compile_decision(decision)
    for record in records:
        outcome = evaluate(decision, record, outcomes)
        assert outcome == explain(decision, record, outcomes).allowed
        assert outcome or not matches(lower, record)
        assert matches(upper, record) or not outcome
    if not list(customs(decision)):
        assert lower == upper


@settings(max_examples=200, deadline=None)
@given(rules(leaves), principals)
def test_an_explanation_without_a_record_promises_nothing_it_cannot_keep(rule: BoundRule, principal: Principal) -> None:
    """Without a record the outcome is known only where no record could change it."""
    decision = decide(rule, principal)
    general = explain(decision, None, {}).allowed
    if general is not None:
        assert general == evaluate(decision, {"id": "1"}, {})
        assert general == evaluate(decision, {"id": "2", "text": "a", "number": 1, "flag": True}, {})
