"""Building filters simplifies them and never changes what they mean."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data.query.evaluate import matches
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    Filter,
    Not,
    Operator,
    Or,
    Parameter,
    all_of,
    any_of,
    negate,
    substitute,
    transform,
)
from tests.support.strategies import FIELDS, comparisons, filters, records

several = st.lists(st.one_of(filters(1), st.sampled_from([EVERYTHING, NOTHING])), max_size=4)
OWNED = Compare(FIELDS["text"], Operator.EQ, Parameter("id"))


@settings(max_examples=200, deadline=None)
@given(several, records)
def test_simplified_filters_mean_the_same(items: list[Filter], record: dict[str, Any]) -> None:
    """`all_of`, `any_of` and `negate` match what And, Or and Not do."""
    both, either = And(tuple(items)), Or(tuple(items))
    assert matches(both, record) == matches(all_of(*items), record)
    assert matches(either, record) == matches(any_of(*items), record)
    assert matches(Not(both), record) == matches(negate(all_of(*items)), record)


@settings(max_examples=100, deadline=None)
@given(filters(), records)
def test_replacing_nothing_changes_nothing(filter: Filter, record: dict[str, Any]) -> None:
    """`transform` with the identity keeps the meaning."""
    assert matches(filter, record) == matches(transform(filter, lambda leaf: leaf), record)


@given(comparisons())
def test_constants_vanish(leaf: Compare) -> None:
    """What holds always or never does not reach a store."""
    assert leaf == all_of(EVERYTHING, leaf)
    assert leaf == any_of(NOTHING, leaf)
    assert NOTHING == all_of(leaf, NOTHING)
    assert EVERYTHING == any_of(leaf, EVERYTHING)
    assert leaf == negate(negate(leaf))


def test_a_template_is_filled() -> None:
    """A parameter becomes its value; one without a value equals nothing, and its negation holds."""
    assert replace(OWNED, value="alice") == substitute(OWNED, lambda _name: "alice")
    assert NOTHING == substitute(OWNED, lambda _name: None)
    assert EVERYTHING == substitute(Not(OWNED), lambda _name: None)
