"""One decision, read three ways: compiled, evaluated and explained, in memory and in SQLite."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import decide
from atakora_data.authorization.evaluate import Outcomes, customs, evaluate
from atakora_data.authorization.explain import explain
from atakora_data.authorization.principal import Principal
from atakora_data.query.evaluate import matches
from atakora_data.query.filter import EVERYTHING, NOTHING
from atakora_data.query.page import OrderKey, Query
from atakora_data.registry.entity import BoundRule
from tests.authorization.rulebook import functions, leaves, one, other, principals, rules
from tests.support.documents import Documents
from tests.support.strategies import ID, record_lists


@settings(max_examples=400, deadline=None)
@given(rules(leaves), principals, record_lists(5))
def test_the_three_readings_and_sqlite_agree(
    rule: BoundRule, principal: Principal, records: list[dict[str, Any]]
) -> None:
    """Compiled, evaluated, explained and asked in SQL, a rule allows the same records."""
    decision = decide(rule, principal)
    bounds = compile_decision(decision)
    assert bounds.is_exact
    allowed = []
    for record in records:
        outcome = evaluate(decision, record, {})
        assert outcome == matches(bounds.upper, record)
        assert outcome == explain(decision, record, {}).allowed
        allowed += [record["id"]] if outcome else []
    with closing(Documents(records)) as documents:
        found = documents.run(Query(bounds.upper, (OrderKey(ID),), 100))
    assert sorted(allowed) == [record["id"] for record in found]


@settings(max_examples=400, deadline=None)
@given(rules(st.one_of(leaves, functions)), principals, record_lists(4), st.booleans(), st.booleans())
def test_functions_stay_between_the_bounds(
    rule: BoundRule, principal: Principal, records: list[dict[str, Any]], first: bool, second: bool
) -> None:
    """Whatever functions say, what is surely allowed is allowed, and what is allowed was asked for."""
    outcomes: Outcomes = {one: first, other: second}
    decision = decide(rule, principal)
    bounds = compile_decision(decision)
    for record in records:
        outcome = evaluate(decision, record, outcomes)
        assert outcome == explain(decision, record, outcomes).allowed
        assert outcome or not matches(bounds.lower, record)
        assert matches(bounds.upper, record) or not outcome
        assert outcome == matches(bounds.upper, record) or not bounds.is_exact
    assert bounds.is_exact or list(customs(decision))


@settings(max_examples=300, deadline=None)
@given(rules(st.one_of(leaves, functions)), principals)
def test_what_is_explained_without_a_record_is_what_is_known_without_one(rule: BoundRule, principal: Principal) -> None:
    """An outcome is promised exactly where the rule compiles to always or to never."""
    decision = decide(rule, principal)
    bounds = compile_decision(decision)
    known = True if bounds.lower == EVERYTHING else False if bounds.upper == NOTHING else None
    assert known is explain(decision, None, {}).allowed
