"""Records that expire, in the embedded store."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import NotFound, UniqueViolation
from atakora_data.query.aggregate import Aggregation, Function, Measure
from atakora_data.query.filter import Compare, FieldRef, Kind, Link, Operator, Some
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage
from atakora_data.storage.port import Absent, Children, Insert, Junction, Require, Target
from atakora_data.storage.sqlite.documents import Documents
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.storage.files import asked, started
from tests.storage.journals import created, deleted
from tests.storage.models import (
    BOOK,
    METADATA,
    PERSON,
    PLACING,
    POST,
    POSTS,
    SHELF,
    USER,
    USERS,
    eq,
    ids,
    insert,
    query,
    ref,
)

HOUR = Storage(ttl=3600)
MORTAL = Registry(
    [replace(POST, storage=HOUR), USER, PERSON, BOOK, SHELF, replace(PLACING, storage=HOUR)],
)
PLACINGS, BOOKS, SHELVES = Target("Placing"), Target("Book"), Target("Shelf")
ID = FieldRef(("id",), Kind.STRING)
NEAR, FAR = FieldRef(("bookId",), Kind.STRING), FieldRef(("shelfId",), Kind.STRING)
ON_SHELF = Children(ID, ("b",), query(), Junction("Placing", NEAR, FAR))


def aged(seconds: float, change: Insert) -> Insert:
    """The insertion of a record that was changed last so long ago."""
    at = (datetime.now(UTC) - timedelta(seconds=seconds)).isoformat("T", "microseconds").replace("+00:00", "Z")
    return replace(change, metadata={**METADATA, "updatedAt": at})


def young(id: str, target: Target = POSTS, **fields: Any) -> Insert:
    """A record that has most of its time before it."""
    return aged(60, insert(id, target, **fields))


def old(id: str, target: Target = POSTS, **fields: Any) -> Insert:
    """A record that has had its time."""
    return aged(3700, insert(id, target, **fields))


LIVING = [
    insert("u", USERS, email="u"),
    insert("b", BOOKS, title="b"),
    *(insert(each, SHELVES, name=each) for each in "xy"),
    young("p1", PLACINGS, bookId="b", shelfId="x"),
    *(young(str(number), slug=f"s{number}", authorId="u", rank=number, status="on") for number in range(3)),
]
DEAD = [
    old("p2", PLACINGS, bookId="b", shelfId="y"),
    *(old(str(number), slug=f"s{number}", authorId="u", rank=number, status="on") for number in range(3, 6)),
]
_AUTHOR = Link("User", ref("authorId"), ID)
_POSTS = Link("Post", ID, ref("authorId"))

Question = Callable[[SqliteEntityStore], Awaitable[Any]]
QUESTIONS: dict[str, Question] = {
    "get": lambda store: store.get(POSTS, "4"),
    "get many": lambda store: store.get_many(POSTS, ["1", "4"]),
    "list": lambda store: store.select(POSTS, query()),
    "order": lambda store: store.select(POSTS, query("-rank", limit=2)),
    "next page": lambda store: store.select(POSTS, query("rank", after=(1, "1"))),
    "stored": lambda store: store.select_stored(POSTS, query("status")),
    "filter": lambda store: store.select(POSTS, query(filter=eq("slug", "s4"))),
    "count": lambda store: store.count(POSTS, eq("status", "on")),
    "children": lambda store: store.select_children(POSTS, Children(ref("authorId"), ("u",), query())),
    "stored children": lambda store: store.select_children_stored(POSTS, Children(ref("authorId"), ("u",), query())),
    "counted children": lambda store: store.count_children(POSTS, Children(ref("authorId"), ("u",), query())),
    "linked": lambda store: store.select_linked(SHELVES, ON_SHELF),
    "over a junction": lambda store: store.select_children(SHELVES, ON_SHELF),
    "aggregate": lambda store: store.aggregate(
        POSTS, Aggregation((Measure(Function.SUM, ref("rank")), Measure(Function.COUNT)))
    ),
    "related to one": lambda store: store.select(
        POSTS, query(filter=Some(_AUTHOR, Compare(FieldRef(("email",), Kind.STRING), Operator.EQ, "u")))
    ),
    "related to many": lambda store: store.select(USERS, query(filter=Some(_POSTS, eq("slug", "s4")))),
    "related to any": lambda store: store.count(USERS, Some(_POSTS, eq("rank", 5))),
}


def without_etags(found: Any) -> Any:
    """The same without what differs from write to write."""
    match found:
        case bytes():
            import orjson

            return without_etags(orjson.loads(found))
        case dict():
            return {name: without_etags(each) for name, each in found.items() if name not in ("_etag", "updatedAt")}
        case list() | tuple():
            return [without_etags(each) for each in found]
    return found


@pytest.fixture
async def store() -> AsyncIterator[SqliteEntityStore]:
    """A store of records that live, and of some that have had their time."""
    async with started(":memory:", MORTAL) as found:
        await found.apply([*LIVING, *DEAD])
        yield found


@pytest.mark.parametrize("question", list(QUESTIONS))
async def test_no_question_finds_what_has_expired(store: SqliteEntityStore, question: str) -> None:
    """The answer is that of a store where it never was."""
    async with started(":memory:", MORTAL) as other:
        await other.apply(LIVING)
        assert without_etags(await QUESTIONS[question](other)) == without_etags(await QUESTIONS[question](store))


async def test_what_has_expired_stands_in_nobodys_way(store: SqliteEntityStore) -> None:
    """Its id and its unique values are free, and it is not there to be changed, required or referred to."""
    [again, other] = await store.apply([young("3", slug="other"), young("9", slug="s4")])
    assert again is not None
    assert other is not None
    with pytest.raises(UniqueViolation):
        await store.apply([young("10", slug="s4")])
    with pytest.raises(NotFound):
        await store.apply([Require(POSTS, "5", NotFound("no post"))])
    await store.apply([Absent(POSTS, eq("slug", "s5"), NotFound("a post"))])
    assert ["0", "1", "2", "3", "9"] == ids(await store.select(POSTS, query()))


async def test_what_expires_can_no_longer_be_changed(store: SqliteEntityStore) -> None:
    """It is as if it were deleted, and its journal tells nothing of that."""
    [stored] = await store.apply([aged(3700, created("7", slug="s7"))])
    assert stored is not None
    for change in (deleted(stored), replace(deleted(stored), journal=None)):
        with pytest.raises(NotFound):
            await store.apply([change])
    assert ["created"] == [each.entry.operation for each in await store.journal()]


async def test_what_has_expired_is_taken_away_by_the_next_write(tmp_path: Path) -> None:
    """To records of the same entity; finding it takes an index, not a look at all of them."""
    file = tmp_path / "data.db"
    async with started(file, MORTAL) as store:
        await store.apply(LIVING + DEAD)
        await store.apply([young("9", slug="s9")])
        assert [(4,)] == asked(file, "SELECT count(*) FROM posts")
    documents = Documents.of(MORTAL["Post"])
    [plan] = asked(file, f"EXPLAIN QUERY PLAN DELETE FROM posts WHERE {documents.expired}")  # noqa: S608
    assert "SEARCH posts USING INDEX atakora:Post:times" in plan[3]


async def test_a_lifetime_may_come_and_go(tmp_path: Path) -> None:
    """It counts for what is stored already, also where a field becomes unique with it."""
    file = tmp_path / "data.db"
    slug = replace(POST.fields["slug"], unique=False)
    immortal = replace(POST, fields={**POST.fields, "slug": slug})
    async with started(file, Registry([immortal])) as store:
        await store.apply([old("1", slug="a"), young("2", slug="a")])
        assert 2 == await store.count(POSTS)
    async with started(file, Registry([replace(POST, storage=HOUR)])) as store:
        assert ["2"] == ids(await store.select(POSTS, query()))
    async with started(file, Registry([POST])) as store:
        assert ["2"] == ids(await store.select(POSTS, query()))


def test_records_without_a_lifetime_are_asked_for_as_ever() -> None:
    """Nothing is added to their statements."""
    assert "d.entity='Post'" == Documents.of(POST).mine("d.")
    assert Documents.of(POST).source() in Documents.of(MORTAL["Post"]).source().replace(
        " AND +json_extract(d.metadata,'$.updatedAt')>strftime('%Y-%m-%dT%H:%M:%S','now','-3600 seconds')", ""
    )
