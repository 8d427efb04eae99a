"""Declared indexes are used: no question reads more records than its answer needs."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from json import dumps
from pathlib import Path

import pytest

from atakora_data.query.filter import EVERYTHING, Compare, Filter, Operator, all_of, any_of
from atakora_data.query.page import Position, Query
from atakora_data.storage.port import Children
from atakora_data.storage.sqlite.compile import Sql
from atakora_data.storage.sqlite.connection import Session, open_sessions
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.scopes import Layout
from atakora_data.storage.sqlite.selects import Selects
from atakora_data.storage.sqlite.statistics import Statistics
from tests.storage.files import started
from tests.storage.models import POSTS, REGISTRY, by, eq, insert, ref

SELECTS = Selects(Layout(REGISTRY), "Post", lambda _: 0)
OWN_OR_NEW = any_of(eq("status", "new"), eq("authorId", "alice"))


@contextmanager
def sessions(file: Path) -> Iterator[tuple[Session, Session]]:
    """The two sessions of a store, prepared."""
    reading, writing = open_sessions(file)
    prepare(writing.connection, REGISTRY)
    yield reading, writing
    reading.close()
    writing.close()


_SERIAL = itertools.count()


def plan(session: Session, sql: Sql | None) -> str:
    """How SQLite answers: asked in earnest first, for only then it notices a changed schema."""
    assert sql is not None
    session.connection.execute(*sql).fetchall()
    rows = session.connection.execute(f"EXPLAIN QUERY PLAN {sql.text} -- {next(_SERIAL)}", sql.params)
    return "\n".join(row[3].decode() for row in rows)


def fill(session: Session) -> None:
    """2,000 posts: two statuses, a hundred authors and ranks, a date and a price each."""
    session.connection.execute("BEGIN")
    for n in range(2000):
        record = {
            "id": str(n),
            "status": ["new", "old"][n % 2],
            "authorId": f"{n % 100}",
            "rank": n % 100,
            "price": str(n),
            "publishedAt": f"{n:06}",
        }
        session.connection.execute(
            "INSERT INTO posts VALUES('Post','',?,'',?,'{}',NULL)", (record["id"], dumps(record))
        )
    session.connection.execute("COMMIT")


@pytest.mark.parametrize(
    ("names", "filter", "position", "index"),
    [
        ((), EVERYTHING, ("1",), "autoindex"),
        (("-publishedAt",), EVERYTHING, ("2024", "1"), "by_date"),
        (("-publishedAt",), OWN_OR_NEW, ("2024", "1"), "by_date"),
        (("-publishedAt",), all_of(OWN_OR_NEW, eq("status", "new")), ("2024", "1"), "by_status"),
        (("status", "-publishedAt"), EVERYTHING, ("new", "2024", "1"), "by_status"),
        (("status", "-publishedAt"), eq("status", "new"), ("new", "2024", "1"), "by_status"),
        (("rank",), EVERYTHING, (5, "1"), "by_rank"),
        (("rank",), EVERYTHING, (None, "1"), "by_rank"),
        (("price",), Compare(ref("price"), Operator.GT, "1.5"), ("1.50", "1"), "by_price"),
        ((), eq("authorId", "alice"), ("1",), "authorId"),
    ],
)
def test_a_declared_order_is_read_off_its_index(
    tmp_path: Path, names: tuple[str, ...], filter: Filter, position: Position, index: str
) -> None:
    """First and later pages seek in the index and never sort."""
    with sessions(tmp_path / "data.db") as (reading, writing):
        fill(writing)
        Statistics(writing.connection).note(1000)
        for after in (None, position):
            found = plan(reading, SELECTS.page("", Query(filter, by(*names), 20, after)))
            reads = [line for line in found.splitlines() if " d " in f"{line} "]
            assert reads
            assert [] == [line for line in reads if "SEARCH d USING INDEX" not in line or index not in line]
            assert "TEMP B-TREE" not in found


def test_a_later_page_is_sought_by_its_position(tmp_path: Path) -> None:
    """The bound of the position is part of the search in the index, for ties and for what follows them."""
    with sessions(tmp_path / "data.db") as (reading, _):
        found = plan(
            reading, SELECTS.page("", Query(EVERYTHING, by("status", "-publishedAt"), 20, ("new", "2024", "1")))
        )
    searches = [line.partition("(")[2] for line in found.splitlines() if "SEARCH" in line]
    assert [
        "tenant=? AND <expr>=? AND <expr>=? AND id>?)",
        "tenant=? AND <expr>=? AND <expr><?)",
        "tenant=? AND <expr>=? AND <expr>=?)",
        "tenant=? AND <expr>>?)",
    ] == searches


def test_points_and_unique_values_are_sought(tmp_path: Path) -> None:
    """Reading by id, by ids and by a unique value goes straight to the record."""
    with sessions(tmp_path / "data.db") as (reading, _):
        assert "(entity=? AND tenant=? AND id=?)" in plan(reading, Sql(SELECTS.get, ("", "1")))
        assert "(entity=? AND tenant=? AND id=?)" in plan(reading, Sql(SELECTS.get_many, ("", "[]")))
        assert "unique:slug" in plan(reading, SELECTS.page("", Query(eq("slug", "a"), by(), 1)))
        assert "unique:slug" in plan(reading, SELECTS.count("", eq("slug", "a")))


def test_an_equality_needs_no_order_of_its_own(tmp_path: Path) -> None:
    """Ordering by what the filter holds to one value does not sort."""
    with sessions(tmp_path / "data.db") as (reading, _):
        wanted = Query(eq("authorId", "alice"), by("authorId"), 20)
        assert "TEMP B-TREE" not in plan(reading, SELECTS.page("", wanted))


def test_children_are_sought_per_parent(tmp_path: Path) -> None:
    """One statement seeks each parent's children, and counts them, in the index of the foreign key."""
    children = Children(ref("authorId"), ("a", "b"), Query(OWN_OR_NEW, by(), 5))
    with sessions(tmp_path / "data.db") as (reading, _):
        found = plan(reading, SELECTS.children("", children))
        counted = plan(reading, SELECTS.count_children("", children))
    for each in (found, counted):
        assert "SEARCH d USING INDEX atakora:Post:relation:authorId" in each
        assert "(tenant=? AND <expr>=?)" in each
    assert "TEMP B-TREE" not in found


def test_statistics_reach_connections_that_are_open(tmp_path: Path) -> None:
    """After enough writes a reader prefers the index that leaves fewer records, though it would have to sort."""
    wanted = SELECTS.page("", Query(all_of(eq("authorId", "7"), eq("status", "new")), by("-publishedAt"), 20))
    with sessions(tmp_path / "data.db") as (reading, writing):
        fill(writing)
        statistics = Statistics(writing.connection)
        statistics.note(999)
        assert "by_status" in plan(reading, wanted)
        statistics.note(1)
        assert "authorId" in plan(reading, wanted)


async def test_children_of_twenty_parents_are_found_among_many(tmp_path: Path) -> None:
    """Each of twenty parents has five of its own children among 20,000."""
    async with started(tmp_path / "data.db") as store:
        for start in range(0, 20_000, 2_000):
            batch = range(start, start + 2_000)
            await store.apply([insert(f"{n:05}", authorId=f"{n % 1000}", title="x" * 400, rank=n) for n in batch])
        parents = tuple(str(number) for number in range(20))
        wanted = Children(ref("authorId"), parents, Query(EVERYTHING, by(), 5))
        found = await store.select_children(POSTS, wanted)
    assert [5] * 20 == [len(found[parent]) for parent in parents]
    assert {"00003", "01003", "02003", "03003", "04003"} == {record["id"] for record in found["3"]}
