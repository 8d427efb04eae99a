"""Filters as SQL: indexes serve them, their text is stable, and none is too deep or too large for SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.query.evaluate import matches
from atakora_data.query.filter import EVERYTHING, And, Compare, FieldRef, Filter, Kind, Not, Operator, Or
from atakora_data.query.keyset import after
from atakora_data.query.limits import MAX_CONDITIONS, MAX_DEPTH, check_limits
from atakora_data.query.page import OrderKey
from atakora_data.storage.sqlite.compile import compile_filter, compile_order, expression
from atakora_data.storage.sqlite.functions import register
from tests.support.documents import Documents

TITLE = FieldRef(("title",), Kind.STRING)
RATING = FieldRef(("rating",), Kind.NUMBER)
PRICE = FieldRef(("price",), Kind.DECIMAL)
CITY = FieldRef(("address", "city"), Kind.STRING)
PUBLIC = Compare(FieldRef(("public",), Kind.BOOLEAN), Operator.EQ, True)
LEAF = Compare(TITLE, Operator.EQ, "a")
GUARDED = Compare(replace(TITLE, guard=Or((PUBLIC, And((LEAF, Not(LEAF)))))), Operator.EQ, "a")


@pytest.fixture
def database() -> Iterator[sqlite3.Connection]:
    """A table with an index on every field."""
    with closing(sqlite3.connect(":memory:")) as connection:
        register(connection)
        connection.execute("CREATE TABLE documents(body TEXT)")
        for field in (TITLE, RATING, PRICE, CITY):
            name = "".join(field.path)
            connection.execute(f"CREATE INDEX by_{name} ON documents({expression(field)})")
        yield connection


def explained(database: sqlite3.Connection, clause: str, params: tuple[Any, ...] = ()) -> list[str]:
    """How SQLite would go about a query."""
    statement = f"EXPLAIN QUERY PLAN SELECT * FROM documents {clause}"  # noqa: S608 - the clause is what is tested
    return [row[3] for row in database.execute(statement, params)]


@pytest.mark.parametrize(
    ("index", "filter"),
    [
        ("title", LEAF),
        ("title", Compare(TITLE, Operator.BEGINS_WITH, "a")),
        ("title", Compare(TITLE, Operator.IN, ("a", "b"))),
        ("title", Compare(TITLE, Operator.IN, tuple(map(str, range(100))))),
        ("title", Compare(TITLE, Operator.IS_NULL, True)),
        ("title", Not(Compare(TITLE, Operator.IS_NULL, True))),
        ("title", GUARDED),
        ("title", after((OrderKey(TITLE), OrderKey(RATING)), ("a", 1))),
        ("rating", Compare(RATING, Operator.EQ, 1)),
        ("rating", Compare(RATING, Operator.GTE, 0.5)),
        ("price", Compare(PRICE, Operator.LT, "1.10")),
        ("addresscity", Compare(CITY, Operator.EQ, "Accra")),
    ],
)
def test_an_index_serves(index: str, filter: Filter, database: sqlite3.Connection) -> None:
    """A condition on an indexed field is sought, not scanned for."""
    text, params = compile_filter(filter)
    plan = explained(database, f"WHERE {text}", params)
    assert plan[0].startswith(f"SEARCH documents USING INDEX by_{index} ")


@pytest.mark.parametrize("key", [OrderKey(PRICE), OrderKey(TITLE, descending=True)])
def test_an_index_serves_an_order(key: OrderKey, database: sqlite3.Connection) -> None:
    """Nothing is sorted that an index holds in order."""
    by = compile_order((key,)).text
    plan = explained(database, f"ORDER BY {by}")
    assert [f"SCAN documents USING INDEX by_{key.field.path[0]}"] == plan


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Compare(TITLE, Operator.EQ, "a"), Compare(TITLE, Operator.EQ, "'; DROP TABLE documents; --")),
        (Compare(RATING, Operator.GT, 1), Compare(RATING, Operator.GT, -7)),
        (Compare(TITLE, Operator.BEGINS_WITH, "a"), Compare(TITLE, Operator.BEGINS_WITH, "other")),
        (Compare(TITLE, Operator.ENDS_WITH, "a"), Compare(TITLE, Operator.ENDS_WITH, "other")),
        (
            Compare(TITLE, Operator.IN, tuple(map(str, range(100)))),
            Compare(TITLE, Operator.IN, tuple(map(str, range(5000)))),
        ),
    ],
)
def test_the_text_depends_on_the_shape_only(one: Filter, other: Filter) -> None:
    """Values are parameters, so that a statement is prepared once."""
    assert compile_filter(one).text == compile_filter(other).text
    assert compile_filter(one).params != compile_filter(other).params


def _right(below: Filter, leaf: Filter) -> Filter:
    return And((leaf, below))


def _left(below: Filter, leaf: Filter) -> Filter:
    return Or((below, leaf))


def _negated(below: Filter, _leaf: Filter) -> Filter:
    return Not(below)


@pytest.mark.parametrize("leaf", [LEAF, GUARDED])
@pytest.mark.parametrize("above", [_right, _left, _negated])
def test_the_deepest_filters_run(above: Callable[[Filter, Filter], Filter], leaf: Filter) -> None:
    """However they lean, the parser of SQLite takes all that the limits allow."""
    filter = leaf
    for _ in range(MAX_DEPTH):
        filter = above(filter, leaf)
    assert_runs(filter)


@pytest.mark.parametrize("leaf", [LEAF, GUARDED])
def test_the_bushiest_filters_run(leaf: Filter) -> None:
    """Where every branch is deep, too."""
    assert_runs(_bush(8, MAX_DEPTH - 16, leaf))


def _bush(forks: int, stem: int, leaf: Filter) -> Filter:
    filter = leaf
    for _ in range(stem):
        filter = Not(filter)
    for _ in range(forks):
        filter = Not(Or((filter, filter)))
    return filter


def test_the_widest_filters_run() -> None:
    """As many conditions as are allowed, each with a guard."""
    assert_runs(Or(tuple([GUARDED] * MAX_CONDITIONS)))


def assert_runs(filter: Filter) -> None:
    """SQLite takes the filter, beside a row rule and behind a position, and selects what memory does."""
    check_limits(filter)
    record = {"title": "a", "public": True}
    order = (OrderKey(RATING), OrderKey(TITLE))
    whole = And((Or((PUBLIC, Not(PUBLIC))), filter, after(order, (None, ""))))
    assert matches(filter, record) == bool(Documents.selected(whole, record))


def test_a_field_may_have_an_apostrophe() -> None:
    """Names are quoted, whatever letters they have."""
    odd = FieldRef(("it's", "ünï.çode"), Kind.STRING)
    assert [{"it's": {"ünï.çode": "a"}}] == Documents.selected(
        Compare(odd, Operator.EQ, "a"), {"it's": {"ünï.çode": "a"}}
    )


@pytest.mark.parametrize("name", ['a"b', "a\\b"])
def test_a_name_that_cannot_be_quoted_is_refused(name: str) -> None:
    """Rather an error than another field."""
    with pytest.raises(ValueError, match="No field"):
        expression(FieldRef((name,), Kind.STRING))


@pytest.mark.parametrize(
    ("expected", "call", "value"),
    [
        (None, "decimal_key(?)", None),
        (None, "decimal_key(?)", "cheap"),
        (None, "decimal_key(?)", "NaN"),
        (1, "decimal_key(?) = decimal_key('12.50')", 12.5),
        (None, "casefold(?)", None),
        ("strasse", "casefold(?)", "STRAßE"),
    ],
)
def test_functions(expected: Any, call: str, value: Any, database: sqlite3.Connection) -> None:
    """Null in, null out; what is no number is no value."""
    assert (expected,) == database.execute(f"SELECT {call}", (value,)).fetchone()


def test_constants() -> None:
    """What always or never holds needs no parameters."""
    assert ("1", ()) == compile_filter(EVERYTHING)
    assert ("0", ()) == compile_filter(Or(()))
    assert ("", ()) == compile_order(())
