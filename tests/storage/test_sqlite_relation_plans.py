"""What is asked of related records is found through indexes: no statement scans a table of records."""

from __future__ import annotations

from collections.abc import Iterator
from json import dumps
from pathlib import Path

import pytest

from atakora_data.query.filter import Compare, FieldRef, Filter, Kind, Link, Not, Operator, Some, all_of
from atakora_data.query.page import Hop, OrderKey, Query
from atakora_data.storage.port import BY_ID, ID, Children, Junction
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.connection import Session, open_sessions
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.scopes import Layout
from atakora_data.storage.sqlite.seeking import FEW
from atakora_data.storage.sqlite.selects import Selects
from atakora_data.storage.sqlite.statistics import Statistics
from tests.storage.models import WORLD

PEOPLE = 3_000
BOOKS_EACH = 3


def text(name: str) -> FieldRef:
    """A text field of any entity."""
    return FieldRef((name,), Kind.STRING)


RANK, TITLE, AUTHOR = FieldRef(("rank",), Kind.NUMBER), text("title"), text("authorId")
WRITTEN, WRITER = Link("Book", ID, AUTHOR), Link("Person", AUTHOR, ID)
PLACED, SHELF = Link("Placing", ID, text("bookId")), Link("Shelf", text("shelfId"), ID)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Session]:
    """3,000 people with three books each, ranked from 0 to 8,999, each on a shelf of its own."""
    reading, writing = open_sessions(tmp_path / "data.db")
    prepare(writing.connection, WORLD)
    writing.connection.execute("BEGIN")
    for n in range(PEOPLE):
        _store(writing, "persons", "Person", n, {"name": f"n{n}"})
    for n in range(PEOPLE * BOOKS_EACH):
        _store(writing, "books", "Book", n, {"authorId": str(n % PEOPLE), "rank": n, "title": "same"})
        _store(writing, "shelfs", "Shelf", n, {"name": f"s{n}"})
        _store(writing, "placings", "Placing", n, {"bookId": str(n), "shelfId": str(n)})
    writing.connection.execute("COMMIT")
    Statistics(writing.connection).note(PEOPLE * BOOKS_EACH)
    yield reading
    reading.close()
    writing.close()


def _store(session: Session, table: str, entity: str, number: int, fields: dict[str, object]) -> None:
    body = dumps({"id": str(number), **fields})
    session.connection.execute(
        f"INSERT INTO {table} VALUES(?,'',?,'',?,'{{}}',NULL)",
        (entity, str(number), body),
    )


def selects(session: Session, entity: str) -> Selects:
    """The statements of an entity, decided by what the session counts."""
    return Selects(Layout(WORLD), entity, lambda sql: int(session.connection.execute(*sql).fetchone()[0]))


def steps(session: Session, sql: Sql | None) -> list[str]:
    """How SQLite goes through records: the lines of its plan that read a table."""
    assert sql is not None
    session.connection.execute(*sql).fetchall()
    rows = session.connection.execute(f"EXPLAIN QUERY PLAN {sql.text}", sql.params)
    lines = [row[3].decode() for row in rows]
    return [line for line in lines if line.startswith(("SCAN", "SEARCH")) and "VIRTUAL" not in line]


def ranked(operator: Operator, value: int) -> Filter:
    """By the field that has a declared index."""
    return Compare(RANK, operator, value)


def scans(found: list[str]) -> list[str]:
    """The steps that go through a whole table of records; the page itself reads off its order, and stops."""
    return [line for line in found if not line.startswith("SEARCH")]


@pytest.mark.parametrize(
    ("wanted", "index"),
    [
        (Some(WRITTEN, ranked(Operator.EQ, 5)), "by_rank"),
        (Some(WRITTEN, ranked(Operator.LT, FEW - 1)), "by_rank"),
        (Some(WRITTEN, ranked(Operator.GTE, 0)), "authorId"),
        (Some(WRITTEN, Compare(TITLE, Operator.EQ, "same")), "authorId"),
        (Some(WRITTEN, all_of(ranked(Operator.EQ, 5), Compare(TITLE, Operator.EQ, "same"))), "by_rank"),
        (Not(Some(WRITTEN, ranked(Operator.GT, 10))), "authorId"),
        (Some(WRITTEN, Some(PLACED, Some(SHELF, Compare(text("name"), Operator.EQ, "s7")))), "bookId"),
    ],
)
def test_some_related_record_is_found_through_an_index(world: Session, wanted: Filter, index: str) -> None:
    """Few that match are found by the declared index, many are sought by the foreign key of each record."""
    found = steps(world, selects(world, "Person").page("", Query(wanted, BY_ID, 20)))
    assert [] == scans(found)
    assert any(index in line for line in found)


def test_a_condition_on_a_to_one_relation_is_sought_by_id(world: Session) -> None:
    """Each book's author is sought, or the author's books are."""
    wanted = Some(WRITER, Compare(ID, Operator.EQ, "7"))
    found = steps(world, selects(world, "Book").page("", Query(wanted, BY_ID, 20)))
    assert [] == scans(found)
    assert any("authorId" in line for line in found)


def test_an_order_over_a_relation_seeks_each_target(world: Session) -> None:
    """The value that is ordered by is read by the target's id."""
    order = (OrderKey(text("name"), via=(Hop(WRITER),)), *BY_ID)
    found = steps(world, selects(world, "Book").page("", Query(ranked(Operator.LT, 100), order, 20)))
    assert [] == scans(found)
    assert any("by_rank" in line for line in found)


def test_a_junction_is_sought_from_both_ends(world: Session) -> None:
    """The links of each parent are sought, then each target by its id."""
    junction = Junction("Placing", text("bookId"), text("shelfId"))
    children = Children(ID, ("1", "2"), Query(order=BY_ID, limit=5), junction)
    found = steps(world, selects(world, "Shelf").linked("", children))
    assert [] == scans([line for line in found if "subquery" not in line])
    assert any("bookId" in line for line in found)
