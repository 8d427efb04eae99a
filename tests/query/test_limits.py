"""Filters have a size that everything behind them can take."""

from __future__ import annotations

import pytest

from atakora_data.errors import InvalidFilter
from atakora_data.query.evaluate import matches
from atakora_data.query.filter import And, Compare, Filter, Not, Operator, Or
from atakora_data.query.limits import MAX_CONDITIONS, MAX_DEPTH, MAX_VALUES, check_limits
from atakora_data.query.page import OrderKey, Query
from tests.support.documents import Documents
from tests.support.strategies import FIELDS, ID

LEAF = Compare(FIELDS["text"], Operator.EQ, "a")


def nested(depth: int) -> Filter:
    """A condition below so many levels."""
    item: Filter = LEAF
    for level in range(depth):
        item = Not(item) if level % 2 else Or((item, LEAF))
    return item


def test_the_largest_filters_run() -> None:
    """What the limits allow, memory and SQLite can do."""
    many = tuple(str(number) for number in range(MAX_VALUES))
    documents = Documents([{"id": "1", "text": "a"}])
    for largest in (
        nested(MAX_DEPTH),
        And(tuple([LEAF] * MAX_CONDITIONS)),
        Compare(FIELDS["text"], Operator.IN, many),
        Compare(FIELDS["tags"], Operator.HAS_ANY, many),
    ):
        check_limits(largest)
        found = documents.run(Query(largest, (OrderKey(ID),), 1))
        assert matches(largest, {"id": "1", "text": "a"}) == bool(found)
    documents.close()


@pytest.mark.parametrize(
    ("filter", "words"),
    [
        (nested(MAX_DEPTH + 1), "nests deeper"),
        (And(tuple([LEAF] * (MAX_CONDITIONS + 1))), "conditions"),
        (Or(tuple([And((LEAF, LEAF))] * MAX_CONDITIONS)), "conditions"),
        (Compare(FIELDS["text"], Operator.IN, tuple(map(str, range(MAX_VALUES + 1)))), "values"),
    ],
)
def test_larger_filters_are_refused(filter: Filter, words: str) -> None:
    """One more than allowed is an error that names the limit."""
    with pytest.raises(InvalidFilter, match=words):
        check_limits(filter)
