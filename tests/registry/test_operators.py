"""The public operators, written with those a store knows."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data.errors import InvalidFilter
from atakora_data.query.filter import (
    EVERYTHING,
    NOTHING,
    And,
    Compare,
    FieldRef,
    Filter,
    Kind,
    Not,
    Operator,
    Or,
    Parameter,
)
from atakora_data.registry.operators import compare, operators_of
from tests.registry.every_type import thing

THING = thing()
TEXT = FieldRef(("text",), Kind.STRING)
NUMBER = FieldRef(("number",), Kind.NUMBER)
TAGS = FieldRef(("tags",), Kind.LIST, Kind.STRING)
SIZE = FieldRef(("tags",), Kind.NUMBER, size=True)
AT = FieldRef(("at",), Kind.STRING)


def ask(name: str, operator: str, value: Any) -> Filter:
    """What `{name: {operator: value}}` asks of a store."""
    return compare(THING.fields[name], (), operator, value, THING.codec.canonical)


MEANINGS: list[tuple[str, str, Any, Filter]] = [
    ("text", "eq", "a", Compare(TEXT, Operator.EQ, "a")),
    ("text", "eq", None, Compare(TEXT, Operator.IS_NULL, True)),
    ("text", "ne", "a", Not(Compare(TEXT, Operator.EQ, "a"))),
    ("text", "ne", None, Not(Compare(TEXT, Operator.IS_NULL, True))),
    ("text", "isNull", True, Compare(TEXT, Operator.IS_NULL, True)),
    ("text", "isNull", False, Not(Compare(TEXT, Operator.IS_NULL, True))),
    ("text", "in", ["a", "b"], Compare(TEXT, Operator.IN, ("a", "b"))),
    ("text", "in", [], NOTHING),
    ("text", "notIn", ["a"], Not(Compare(TEXT, Operator.IN, ("a",)))),
    ("text", "notIn", [], EVERYTHING),
    ("text", "contains", "a", Compare(TEXT, Operator.CONTAINS, "a")),
    ("text", "notContains", "a", Not(Compare(TEXT, Operator.CONTAINS, "a"))),
    ("text", "beginsWith", "a", Compare(TEXT, Operator.BEGINS_WITH, "a")),
    ("text", "endsWithIgnoreCase", "a", Compare(TEXT, Operator.ENDS_WITH_IGNORE_CASE, "a")),
    ("text", "notContainsIgnoreCase", "a", Not(Compare(TEXT, Operator.CONTAINS_IGNORE_CASE, "a"))),
    ("number", "gt", 1, Compare(NUMBER, Operator.GT, 1)),
    (
        "number",
        "between",
        [1, 2],
        And((Compare(NUMBER, Operator.GTE, 1), Compare(NUMBER, Operator.LTE, 2))),
    ),
    ("at", "lte", "2024-01-31T09:30:00+02:00", Compare(AT, Operator.LTE, "2024-01-31T07:30:00.000000Z")),
    ("tags", "eq", ["a"], Compare(TAGS, Operator.EQ, ["a"])),
    ("tags", "in", [["a"], ["b"]], Or((Compare(TAGS, Operator.EQ, ["a"]), Compare(TAGS, Operator.EQ, ["b"])))),
    ("tags", "contains", "a", Compare(TAGS, Operator.HAS, "a")),
    ("tags", "containsAny", ["a", "b"], Compare(TAGS, Operator.HAS_ANY, ("a", "b"))),
    ("tags", "containsAny", [], NOTHING),
    ("tags", "containsAll", ["a"], Compare(TAGS, Operator.HAS_ALL, ("a",))),
    ("tags", "containsAll", [], Compare(TAGS, Operator.HAS_ALL, ())),
    ("tags", "size", {"gte": 2}, Compare(SIZE, Operator.GTE, 2)),
    ("tags", "size", 2, Compare(SIZE, Operator.EQ, 2)),
    ("tags", "isEmpty", True, Or((Compare(TAGS, Operator.IS_NULL, True), Compare(SIZE, Operator.EQ, 0)))),
    ("tags", "isEmpty", False, Not(Or((Compare(TAGS, Operator.IS_NULL, True), Compare(SIZE, Operator.EQ, 0))))),
    ("text", "eq", Parameter("id"), Compare(TEXT, Operator.EQ, Parameter("id"))),
    ("text", "in", Parameter("claim:x"), Compare(TEXT, Operator.IN, Parameter("claim:x"))),
    (
        "text",
        "in",
        ["a", Parameter("id")],
        Or((Compare(TEXT, Operator.IN, ("a",)), Compare(TEXT, Operator.EQ, Parameter("id")))),
    ),
    (
        "tags",
        "containsAll",
        ["a", Parameter("id")],
        And((Compare(TAGS, Operator.HAS_ALL, ("a",)), Compare(TAGS, Operator.HAS, Parameter("id")))),
    ),
]


@pytest.mark.parametrize(("name", "operator", "value", "meaning"), MEANINGS)
def test_an_operator_means_what_the_contract_says(name: str, operator: str, value: Any, meaning: Filter) -> None:
    """Each public operator is written with those of a store and `Not`, its value in stored form."""
    assert meaning == ask(name, operator, value)


def test_a_nested_field_is_named_by_its_path() -> None:
    """The wire names of the objects around a field lead to it."""
    inner = THING.fields["inner"].type.object
    assert inner is not None
    asked = compare(inner.fields["readTime"], ("inner",), "eq", 1, THING.codec.canonical)
    assert Compare(FieldRef(("inner", "readTime"), Kind.NUMBER), Operator.EQ, 1) == asked


REFUSED = [
    ("text", "containz", "a", "text has no operator `containz`", "Perhaps you meant `contains`."),
    ("isGood", "gt", True, "isGood has no operator `gt`; it takes eq, ne, in, notIn, isNull.", None),
    ("inner", "eq", {}, "inner has no operator `eq`; it takes isNull.", None),
    ("inners", "contains", {}, "inners has no operator `contains`; it takes isNull, isEmpty.", None),
    ("text", "gt", None, "text.gt must not be null.", 'For null write {"text": {"isNull": true}}.'),
    ("text", "in", ["a", None], "text.in must not be null.", 'For null write {"text": {"isNull": true}}.'),
    ("text", "in", "a", "text.in must be a list of values.", None),
    ("text", "eq", 5, "text.eq must be a string.", None),
    ("text", "contains", 5, "text.contains must be a string.", None),
    ("text", "isNull", "yes", "text.isNull must be true or false.", None),
    ("number", "eq", "5", "number.eq must be a whole number.", None),
    ("number", "eq", 2**31, "number.eq must be from -2147483648 to 2147483647.", None),
    ("number", "between", [1], "number.between must be a list of two values, the lowest and the highest.", None),
    ("at", "eq", "yesterday", "at.eq must be a date and time such as 2024-01-31T09:30:00Z.", None),
    ("status", "eq", "drft", "status.eq must be one of draft, done. Perhaps you meant `draft`.", None),
    ("tags", "eq", "a", "tags.eq must be a list.", None),
    ("tags", "contains", 5, "tags.contains must be a string.", None),
    ("tags", "containsAll", "a", "tags.containsAll must be a list of values.", None),
    ("tags", "size", "2", 'tags.size must be a number filter, such as {"gte": 2}.', None),
    ("tags", "isEmpty", 1, "tags.isEmpty must be true or false.", None),
]


@pytest.mark.parametrize(("name", "operator", "value", "detail", "hint"), REFUSED)
def test_a_question_that_cannot_be_asked_is_refused(
    name: str, operator: str, value: Any, detail: str, hint: str | None
) -> None:
    """An operator the type lacks, or a value of the wrong type, is refused with what the field takes."""
    with pytest.raises(InvalidFilter) as caught:
        ask(name, operator, value)
    assert caught.value.detail.startswith(detail)
    assert hint is None or hint == caught.value.hint


def test_every_operator_of_every_type_can_be_asked() -> None:
    """What `operators_of` offers, `compare` takes."""
    samples: dict[str, Any] = {
        "text": "a",
        "number": 1,
        "longNumber": 1,
        "ratio": 1.5,
        "isGood": True,
        "price": "1.10",
        "otherId": "0f8fad5b-d9cb-469f-a165-70867728950e",
        "at": "2024-01-31T09:30:00Z",
        "day": "2024-01-31",
        "clock": "09:30",
        "color": "red",
        "tags": ["a"],
        "counts": [1],
        "scores": {},
        "inner": {},
        "inners": [{}],
    }
    asked = 0
    for name, sample in samples.items():
        item = sample[0] if isinstance(sample, list) else None
        for operator in operators_of(THING.fields[name].type):
            operands: dict[str, Any] = {
                "isNull": True,
                "isEmpty": True,
                "size": {"gt": 1},
                "in": [sample],
                "notIn": [sample],
                "between": [sample, sample],
                "contains": sample if item is None else item,
            }
            ask(name, operator, operands.get(operator, sample))
            asked += 1
    assert 110 < asked
