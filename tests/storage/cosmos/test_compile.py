"""Filters as Cosmos SQL: names are quoted, values are parameters, logic has two values."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import MalformedRequest, QueryTooExpensive
from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import EVERYTHING, NOTHING, And, Compare, FieldRef, Filter, Kind, Link, Not, Operator, Or
from atakora_data.query.filter import Some as SomeOf
from atakora_data.storage.cosmos.compile import Parameters, condition, conjunct
from atakora_data.storage.cosmos.questions import MOST_TOGETHER

O = Operator  # noqa: E741 - short in tables
TITLE = FieldRef(("title",), Kind.STRING)
RANK = FieldRef(("rank",), Kind.NUMBER)
PRICE = FieldRef(("cost", "net"), Kind.DECIMAL)
TAGS = FieldRef(("tags",), Kind.LIST, Kind.STRING)
PRICES = FieldRef(("prices",), Kind.LIST, Kind.DECIMAL)
SIZE = replace(TAGS, kind=Kind.NUMBER, size=True)
ID = FieldRef(("id",), Kind.STRING)
OPEN = Compare(FieldRef(("open",), Kind.BOOLEAN), O.EQ, True)
HIDDEN = replace(TITLE, guard=OPEN)
A, B = Compare(TITLE, O.EQ, "a"), Compare(RANK, O.GT, 1)


def compiled(filter: Filter, prefix: str = "") -> tuple[str, list[Any]]:
    """The SQL, and the values of its parameters."""
    params = Parameters(prefix)
    text = condition(filter, params)
    return text, [each["value"] for each in params.listed()]


@pytest.mark.parametrize(
    ("expected", "values", "filter"),
    [
        ("true", [], EVERYTHING),
        ("false", [], NOTHING),
        ("false", [], Not(EVERYTHING)),
        ('c["title"]=@p0', ["a"], A),
        ('c["rank"]>@p0', [1], B),
        ('c["_keys"]["cost.net"]<=@p0', [decimal_key("1.10")], Compare(PRICE, O.LTE, "1.1")),
        ('c["rank"] IN (@p0,@p1)', [1, 2.5], Compare(RANK, O.IN, (1, 2.5))),
        ("false", [], Compare(RANK, O.IN, ())),
        ('IS_NULL(c["rank"]) OR NOT IS_DEFINED(c["rank"])', [], Compare(RANK, O.IS_NULL, True)),
        ('IS_DEFINED(c["rank"]) AND NOT IS_NULL(c["rank"])', [], Not(Compare(RANK, O.IS_NULL, True))),
        ('NOT ((c["title"]=@p0) ?? false)', ["a"], Not(A)),
        ('c["title"]=@p0 AND c["rank"]>@p1', ["a", 1], And((A, B))),
        ('c["title"]=@p0 AND (c["rank"]>@p1 OR c["title"]=@p2)', ["a", 1, "a"], And((A, Or((B, A))))),
        ('c["title"]=@p0 OR c["rank"]>@p1 AND c["title"]=@p2', ["a", 1, "a"], Or((A, And((B, A))))),
        ('NOT ((c["title"]=@p0 OR c["rank"]>@p1) ?? false)', ["a", 1], Not(Or((A, B)))),
        ('CONTAINS(c["title"],@p0)', ["a"], Compare(TITLE, O.CONTAINS, "a")),
        ('STARTSWITH(c["title"],@p0)', ["a"], Compare(TITLE, O.BEGINS_WITH, "a")),
        ('ENDSWITH(c["title"],@p0)', ["a"], Compare(TITLE, O.ENDS_WITH, "a")),
        (
            'CONTAINS((c["_folded"]["title"] ?? LOWER(c["title"])),@p0)',
            ["strasse"],
            Compare(TITLE, O.CONTAINS_IGNORE_CASE, "Straße"),
        ),
        ('ARRAY_CONTAINS(c["tags"],@p0)', ["a"], Compare(TAGS, O.HAS, "a")),
        ('ARRAY_CONTAINS(c["_keys"]["prices"],@p0)', [decimal_key("1")], Compare(PRICES, O.HAS, "1.0")),
        ('ARRAY_CONTAINS(c["tags"],@p0) OR ARRAY_CONTAINS(c["tags"],@p1)', ["a", "b"], Compare(TAGS, O.HAS_ANY, "ab")),
        ('ARRAY_CONTAINS(c["tags"],@p0) AND ARRAY_CONTAINS(c["tags"],@p1)', ["a", "b"], Compare(TAGS, O.HAS_ALL, "ab")),
        ("false", [], Compare(TAGS, O.HAS_ANY, ())),
        ('IS_ARRAY(c["tags"])', [], Compare(TAGS, O.HAS_ALL, ())),
        ('c["tags"]=@p0', [["a", None]], Compare(TAGS, O.EQ, ["a", None])),
        ('c["_keys"]["prices"]=@p0', [[decimal_key("2"), None]], Compare(PRICES, O.EQ, ["2.0", None])),
        ('ARRAY_LENGTH(c["tags"])>=@p0', [2], Compare(SIZE, O.GTE, 2)),
        ('NOT IS_ARRAY(c["tags"])', [], Compare(SIZE, O.IS_NULL, True)),
        ('c["open"]=@p0 AND c["title"]=@p1', [True, "a"], Compare(HIDDEN, O.EQ, "a")),
        (
            'NOT ((c["open"]=@p0) ?? false) OR IS_NULL(c["title"]) OR NOT IS_DEFINED(c["title"])',
            [True],
            Compare(HIDDEN, O.IS_NULL, True),
        ),
        (
            'c["open"]=@p0 AND IS_DEFINED(c["title"]) AND NOT IS_NULL(c["title"])',
            [True],
            Not(Compare(HIDDEN, O.IS_NULL, True)),
        ),
        ('IS_NUMBER(c["rank"])', [], Compare(RANK, O.LTE, float("inf"))),
        ("false", [], Compare(RANK, O.LT, float("-inf"))),
        ("false", [], Compare(RANK, O.EQ, float("inf"))),
        ('c["rank"] IN (@p0)', [1], Compare(RANK, O.IN, (1, float("inf")))),
    ],
)
def test_a_filter_as_sql(expected: str, values: list[Any], filter: Filter) -> None:
    """With no more parentheses than must be."""
    assert (expected, values) == compiled(filter)


@pytest.mark.parametrize(
    ("expected", "values", "operator", "value"),
    [
        ('c["id"]=@p0', ["Post~1"], O.EQ, "1"),
        ('c["id"]<@p0', ["Post~1"], O.LT, "1"),
        ('c["id"] IN (@p0,@p1)', ["Post~1", "Post~2"], O.IN, ("1", "2")),
        ('ARRAY_CONTAINS(@p0,c["id"])', [["Post~1"] * 501], O.IN, ("1",) * 501),
        ('STARTSWITH(c["id"],@p0)', ["Post~1"], O.BEGINS_WITH, "1"),
        ('CONTAINS(SUBSTRING(c["id"],5,LENGTH(c["id"])),@p0)', ["P"], O.CONTAINS, "P"),
        ('ENDSWITH(SUBSTRING(c["id"],5,LENGTH(c["id"])),@p0)', ["~1"], O.ENDS_WITH, "~1"),
        (
            'ENDSWITH((c["_folded"]["id"] ?? LOWER(SUBSTRING(c["id"],5,LENGTH(c["id"])))),@p0)',
            ["a"],
            O.ENDS_WITH_IGNORE_CASE,
            "A",
        ),
    ],
)
def test_what_comes_before_the_id_is_no_part_of_it(
    expected: str, values: list[Any], operator: Operator, value: Any
) -> None:
    """Documents of a shared partition have a prefix there, by which nothing is found."""
    assert (expected, values) == compiled(Compare(ID, operator, value), "Post~")


def test_any_name_is_quoted() -> None:
    """Whatever letters it has, it stays a name."""
    odd = FieldRef(('a"]=1 OR c["b', "it's\\", "ünï.çode"), Kind.STRING)
    assert ('c["a\\"]=1 OR c[\\"b"]["it\'s\\\\"]["ünï.çode"]=@p0', ["a"]) == compiled(Compare(odd, O.EQ, "a"))


def test_a_condition_stands_beside_others() -> None:
    """In parentheses if OR joins it."""
    assert '(c["title"]=@p0 OR c["rank"]>@p1)' == conjunct(Or((A, B)), Parameters())
    assert 'c["title"]=@p0 AND c["rank"]>@p1' == conjunct(And((A, B)), Parameters())


def test_very_long_lists() -> None:
    """To have any of very many is one question; to have all of them is refused."""
    many = tuple(map(str, range(MOST_TOGETHER + 1)))
    expected = 'EXISTS(SELECT VALUE e FROM e IN c["tags"] WHERE ARRAY_CONTAINS(@p0,e))'
    assert (expected, [list(many)]) == compiled(Compare(TAGS, O.HAS_ANY, many))
    with pytest.raises(QueryTooExpensive, match="more than 500 values") as caught:
        compiled(Compare(TAGS, O.HAS_ALL, many))
    assert "fewer" in (caught.value.hint or "")


@pytest.mark.parametrize("value", ["\ud800", 2**70])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    """With an error of the request."""
    with pytest.raises(MalformedRequest):
        compiled(Compare(TITLE, O.EQ, value))


def test_what_crosses_relations_is_refused() -> None:
    """It is never asked: another store goes around this one."""
    with pytest.raises(TypeError, match="StepwiseStore"):
        compiled(SomeOf(Link("User", TITLE, ID), EVERYTHING))
