"""Filters judged in memory: two-valued logic, as the contract of queries says it."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data.query.evaluate import matches, read
from atakora_data.query.filter import EVERYTHING, NOTHING, Compare, FieldRef, Filter, Kind, Not, Operator
from tests.support.documents import Documents
from tests.support.strategies import FIELDS

O = Operator  # noqa: E741 - short in tables
SIZE = FieldRef(("tags",), Kind.NUMBER, size=True)
HIDDEN = FieldRef(("text",), Kind.STRING, guard=Compare(FIELDS["flag"], O.EQ, True))


def on(name: str, operator: Operator, value: Any) -> Compare:
    """One comparison of a field of the made-up shape."""
    return Compare(FIELDS[name], operator, value)


@pytest.mark.parametrize(
    ("expected", "filter", "record"),
    [
        (True, EVERYTHING, {}),
        (False, NOTHING, {}),
        (True, on("text", O.IS_NULL, True), {}),
        (True, on("text", O.IS_NULL, True), {"text": None}),
        (False, on("text", O.IS_NULL, True), {"text": ""}),
        (True, Not(on("number", O.EQ, 1)), {}),
        (False, on("number", O.LT, 1), {"number": None}),
        (False, on("number", O.IN, ()), {"number": 1}),
        (True, on("number", O.EQ, 1), {"number": 1.0}),
        (False, on("text", O.CONTAINS, ""), {}),
        (True, on("text", O.ENDS_WITH, ""), {"text": ""}),
        (True, on("text", O.LT, "a"), {"text": "Z"}),
        (True, on("text", O.GT, "\uffff"), {"text": "\U00010000"}),
        (True, on("text", O.CONTAINS_IGNORE_CASE, "STRASSE"), {"text": "die Straße"}),
        (True, on("text", O.BEGINS_WITH_IGNORE_CASE, "ΣΊ"), {"text": "σίσυφος"}),
        (False, on("text", O.ENDS_WITH_IGNORE_CASE, "x"), {}),
        (True, on("text", O.BEGINS_WITH, "z\ud7ff"), {"text": "z\ud7ff!"}),
        (False, on("text", O.BEGINS_WITH, "z\ud7ff"), {"text": "z\ue000"}),
        (True, on("text", O.BEGINS_WITH, "\U0010ffff"), {"text": "\U0010ffff\U0010ffff"}),
        (True, on("price", O.EQ, "1.1"), {"price": "1.10"}),
        (True, on("price", O.LT, "10"), {"price": "9"}),
        (True, on("price", O.IN, ("1E+2", "7")), {"price": "100.00"}),
        (False, on("flag", O.EQ, False), {}),
        (True, on("flag", O.LT, True), {"flag": False}),
        (True, on("tags", O.HAS, "a"), {"tags": ["b", "a"]}),
        (False, on("tags", O.HAS_ALL, ()), {"tags": None}),
        (True, on("tags", O.HAS_ALL, ()), {"tags": []}),
        (False, on("tags", O.HAS_ALL, ("a", "b")), {"tags": ["a", None]}),
        (False, on("tags", O.HAS_ANY, ()), {"tags": ["a"]}),
        (True, on("prices", O.HAS_ALL, ("1", "1.0")), {"prices": ["1.00"]}),
        (True, on("tags", O.EQ, ["a", "b"]), {"tags": ["a", "b"]}),
        (False, on("tags", O.EQ, ["a", "b"]), {"tags": ["b", "a"]}),
        (False, on("tags", O.EQ, []), {}),
        (True, on("scores", O.EQ, [1, 0.5, None]), {"scores": [1.0, 0.5, None]}),
        (False, on("scores", O.EQ, [1]), {"scores": [1, 2]}),
        (False, on("scores", O.EQ, [1, 2]), {"scores": [1]}),
        (False, on("scores", O.EQ, [None]), {"scores": [0]}),
        (True, on("prices", O.EQ, ["1.10", None]), {"prices": ["1.1", None]}),
        (True, on("switches", O.HAS, True), {"switches": [False, True]}),
        (True, on("switches", O.EQ, [True, False]), {"switches": [True, False]}),
        (False, Compare(SIZE, O.EQ, 0), {"tags": None}),
        (True, Compare(SIZE, O.EQ, 0), {"tags": []}),
        (True, Compare(SIZE, O.IS_NULL, True), {}),
        (True, on("inner text", O.EQ, "a"), {"inner": {"text": "a"}}),
        (True, on("inner text", O.IS_NULL, True), {"inner": None}),
        (True, Compare(HIDDEN, O.EQ, "a"), {"text": "a", "flag": True}),
        (False, Compare(HIDDEN, O.EQ, "a"), {"text": "a", "flag": False}),
        (True, Compare(HIDDEN, O.IS_NULL, True), {"text": "a"}),
        (True, Not(Compare(HIDDEN, O.IS_NULL, True)), {"text": "a", "flag": True}),
        (True, Not(Compare(HIDDEN, O.EQ, "a")), {"text": "a"}),
    ],
)
def test_what_matches(expected: bool, filter: Filter, record: dict[str, Any]) -> None:
    """Memory and SQLite say what the contract says."""
    assert expected == matches(filter, record)
    assert expected == bool(Documents.selected(filter, record))


@pytest.mark.parametrize(
    ("name", "operator", "wanted", "stored"),
    [
        ("text", O.GT, "a", 5),
        ("text", O.BEGINS_WITH, "a", 5),
        ("text", O.ENDS_WITH_IGNORE_CASE, "a", True),
        ("number", O.EQ, 1, "x"),
        ("price", O.GTE, "1", "cheap"),
        ("price", O.IN, ("1", "2"), "NaN"),
        ("tags", O.HAS, "a", "other"),
        ("prices", O.HAS_ALL, ("1",), ["many"]),
        ("prices", O.EQ, ["1"], "1"),
        ("inner text", O.EQ, "a", "x"),
    ],
)
def test_a_value_of_another_type_breaks_nothing(name: str, operator: Operator, wanted: Any, stored: Any) -> None:
    """What an older schema left behind does not match, and is no error."""
    record = {FIELDS[name].path[0]: stored}
    assert not matches(on(name, operator, wanted), record)
    assert [] == Documents.selected(on(name, operator, wanted), record)


def test_the_size_of_what_is_no_list_is_null() -> None:
    """Text has no size, though it has a length."""
    assert None is read(SIZE, {"tags": "text"})
    assert [{"tags": "text"}] == Documents.selected(Compare(SIZE, O.IS_NULL, True), {"tags": "text"})
