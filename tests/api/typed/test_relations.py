"""Conditions, orders and includes through relations, by Python names."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import col, not_, principal, this, through
from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidFilter, InvalidLimit, InvalidOrder, InvalidSelection
from atakora_data.schema.conditions import Condition
from atakora_data.schema.relationships import NotLoaded
from tests.api.typed.library import ADDED, Article, Note, Pin, Topic, Writer, library


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def data(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ServiceData]:
    """The library as bob sees it."""
    async with library(tmp_path_factory.mktemp("library"), principal=Principal(id="bob")) as found:
        yield found


pytestmark = pytest.mark.asyncio(loop_scope="module")

CONDITIONS: list[tuple[str, Condition | bool]] = [
    ("a1", this.writer.name == "Ada"),
    ("a1", Article.writer.name == "Ada"),
    ("a1", (Article.status == "published") & (Article.writer.role == "admin")),
    ("a2 a3 a4", not_(Article.writer.role == "admin")),
    ("a2 a3 a4", ~(this.writer.role == "admin")),
    ("a3 a4", this.writer.is_null()),
    ("a1 a2", this.writer != None),  # noqa: E711  # a condition
    ("a1", col(Article.writer).address.home_town == "London"),
    ("a1", Article.notes.some(Note.content == "bad")),
    ("a1 a2", this.notes.some(this.content.contains("fine"))),
    ("a2 a3 a4", this.notes.every(this.stars >= 4)),
    ("a3 a4", Article.notes.none(Note.stars >= 0)),
    ("a3 a4", Article.notes.none()),
    ("a1 a2", this.notes.some()),
    ("a2", Article.notes.some(col(Note.content).begins_with("fine,"))),
    ("a1", Article.notes.some(Note.writer.name == "Bob")),
    ("a1", Article.writer.notes.some(Note.stars == 1)),
    ("a1 a2", Article.title.startswith("O") | Article.title.endswith("wo")),
    ("a2", Article.writer_id == principal.id),
    ("a1", this.tags.size >= 2),
    ("a1", this.tags.contains("y")),
    ("a2", ~col(Article.published_at).is_null()),
    ("a1", Article.writer.profile.motto == "Onwards"),
    ("a1", Article.topics.some(Topic.name == "Maths")),
    ("a2 a3 a4", Article.topics.none(Topic.articles.some(Article.status == "published"))),
    ("a1", Article.pins.some(Pin.about.is_a(Article, Article.title == "One"))),
]


@pytest.mark.parametrize("index", range(len(CONDITIONS)))
async def test_conditions_cross_relations(data: ServiceData, index: int) -> None:
    """Whatever is asked of related records; those the caller may not read do not count."""
    expected, condition = CONDITIONS[index]
    found = await data[Article].query().where(condition).order_by("id").all()
    assert expected.split() == [each.id for each in found]


PINS: list[tuple[str, Condition | bool]] = [
    ("i1", Pin.about.is_a(Article)),
    ("i2", Pin.about.is_a(Topic, Topic.name == "Music")),
    ("", Pin.about.is_a(Article, this.title == "Two")),
    ("i1", this.about.Article.writer.name == "Ada"),
    ("i3", Pin.about.is_null()),
    ("i2 i3", ~Pin.about.is_a(Article)),
]


@pytest.mark.parametrize("index", range(len(PINS)))
async def test_conditions_say_which_target_they_are_about(data: ServiceData, index: int) -> None:
    """A polymorphic relation leads to several entities."""
    expected, condition = PINS[index]
    assert expected.split() == [each.id for each in await data[Pin].query().where(condition).order_by("id").all()]


async def test_conditions_can_be_written_as_text(data: ServiceData) -> None:
    """A path, an operator and a value; several calls must all hold."""
    found = data[Article].query().where("writer.role", "==", "admin").where("writer.address.home_town", "!=", "Rome")
    assert ["a1"] == [each.id for each in await found.all()]
    assert 2 == await data[Article].query().where("writer", "isNull", False).count()


async def test_a_hidden_writer_counts_for_the_system_only(data: ServiceData) -> None:
    """Rules hold in conditions and orders, unless the app asks for itself."""
    retired = this.writer.is_retired == True  # noqa: E712  # a condition
    assert [] == await data[Article].query().where(retired).all()
    assert ["a3"] == [each.id for each in await data.as_system()[Article].query().where(retired).all()]


async def test_orders_cross_relations(data: ServiceData) -> None:
    """By a field of a to-one's target, as text or as it stands on the class; without a target first."""
    query = data[Article].query()
    assert ["a3", "a4", "a1", "a2"] == [each.id for each in await query.order_by("writer.name", "id").all()]
    by_column = query.order_by(-col(Article.writer).name, -col(Article.id))
    assert ["a2", "a1", "a4", "a3"] == [each.id for each in await by_column.all()]


async def test_relations_are_included(data: ServiceData) -> None:
    """Loaded relations are read like any attribute, at every level; the others still say how to load them."""
    found = await data[Article].query().include(Article.writer, "notes.writer").order_by("id").all()
    assert ["Ada", "Bob", None, None] == [each.writer and each.writer.name for each in found]
    first = found[0]
    assert {"n1": "Bob", "n2": "Ada"} == {each.id: each.writer.name for each in first.notes if each.writer is not None}
    assert isinstance(first.notes[0], Note)
    assert (None, []) == (found[3].writer, found[3].notes)
    with pytest.raises(NotLoaded, match=r"include\(Note\.article\)"):
        _ = first.notes[0].article


async def test_every_kind_of_relation_is_included(data: ServiceData) -> None:
    """To one record, over a junction with what the link says, and to several entities."""
    ada = await data[Writer].query().include(Writer.profile).get("ada")
    assert ada is not None
    assert "Onwards" == (ada.profile and ada.profile.motto)
    article = await data[Article].query().include(Article.topics, order_by="id").get("a1")
    assert article is not None
    assert ["Music", "Maths"] == [each.name for each in article.topics]
    assert {"weight": Decimal("0.5"), "added_at": ADDED} == through(article.topics[0])
    pins = await data[Pin].query().include(Pin.about, "about.writer").order_by("id").all()
    assert ["Article", "Topic", "NoneType"] == [type(each.about).__name__ for each in pins]
    assert isinstance(pins[0].about, Article)
    assert "Ada" == (pins[0].about.writer and pins[0].about.writer.name)
    with pytest.raises(NotLoaded, match="not loaded over a many-to-many"):
        through(article)


async def test_a_hidden_writer_is_none(data: ServiceData) -> None:
    """An included record passes the rules of its own entity, and so do its fields."""
    note = await data[Note].query().include(Note.writer).get("n3")
    everybodys = await data.as_system()[Note].query().include(Note.writer).get("n3")
    ada = await data[Article].query().include(Article.writer).get("a1")
    assert note is not None
    assert everybodys is not None
    assert ada is not None
    assert (None, "Olga") == (note.writer, everybodys.writer and everybodys.writer.name)
    assert ("Ada", None) == (ada.writer and ada.writer.name, ada.writer and ada.writer.pay)


async def test_included_lists_can_be_narrowed(data: ServiceData) -> None:
    """A filter, an order and a limit for each parent's list."""
    query = data[Article].query().include("notes", where=Note.stars > 0, order_by="-stars", limit=1)
    assert [["n1"], ["n3"], [], []] == [[note.id for note in each.notes] for each in await query.order_by("id").all()]
    narrow = await data[Article].query().include(Article.notes, where=this.writer.name == "Ada").get("a1")
    assert narrow is not None
    assert ["n2"] == [each.id for each in narrow.notes]


async def test_a_loaded_record_is_stored_like_any_other(data: ServiceData) -> None:
    """What was included is no part of the record's own data."""
    article = await data[Article].query().include(Article.writer, Article.notes).get("a1")
    plain = await data[Article].get("a1")
    assert article is not None
    assert plain is not None
    assert plain.model_dump() == article.model_dump()
    assert plain == article


async def test_get_looks_among_the_records_of_the_query(data: ServiceData) -> None:
    """With conditions, another record than those is None."""
    drafts = data[Article].query().where(Article.status == "draft").include(Article.writer)
    found = await drafts.get("a2")
    assert found is not None
    assert "Bob" == (found.writer and found.writer.name)
    assert await drafts.get("a1") is None


async def test_records_come_one_by_one(data: ServiceData) -> None:
    """`async for` reads page by page, up to the limit."""
    assert ["a1", "a2", "a3"] == [each.id async for each in data[Article].query().order_by("id").limit(3)]


WRONG: list[tuple[str, str | None, Any]] = [
    ("Article has no field `statsu`.", "Perhaps you meant `status`.", lambda query: query.where(this.statsu == "x")),
    (
        "Writer has no field `nmae`.",
        "Perhaps you meant `name`.",
        lambda query: query.where("writer.nmae", "==", "x"),
    ),
    (
        "Article.notes is a list of records.",
        "Write `this.notes.some(this.content == …)`, or every or none.",
        lambda query: query.where(this.notes.content == "x"),
    ),
    (
        "Note has no field `contents`.",
        "Perhaps you meant `content`.",
        lambda query: query.where(this.notes.some(this.contents == "x")),
    ),
    (
        "`writer` of Article leads to one record.",
        "Write `this.writer.id == …`.",
        lambda query: query.where(this.writer.some(this.name == "x")),
    ),
    (
        "`writer` of Article leads to records; it is no field.",
        "Write `this.writer.id == …`.",
        lambda query: query.where(this.writer == "ada"),
    ),
    (
        "Pin.about leads to Article or Topic; say which before `title`.",
        'Write `this.about.is_a("Article", this.title == …)`.',
        lambda query: query.where(this.pins.some(this.about.title == "x")),
    ),
    (
        "`about` of Pin has no `Writer`.",
        "Known here: Article, Topic.",
        lambda query: query.where(this.pins.some(this.about.is_a("Writer"))),
    ),
    (
        "`notes` of Article has no `Note`.",
        "Known here: some, every, none.",
        lambda query: query.where(this.notes.is_a(Note)),
    ),
    (
        "Note.stars is asked of Article records.",
        "Start at Article: follow its relations, such as `Article.writer`.",
        lambda query: query.where(Note.stars == 1),
    ),
    ("Article has no relation `wirter`.", "Perhaps you meant `writer`.", lambda query: query.include("wirter")),
    (
        "Writer has no relation `boss`.",
        "Known here: profile, articles, notes.",
        lambda query: query.include("writer.boss"),
    ),
    (
        "Article has no relation `title`.",
        "Known here: writer, notes, topics, pins.",
        lambda query: query.include(Article.title),
    ),
    (
        "`writer` leads to one record: where, order_by and limit are for lists.",
        "Include it by itself.",
        lambda query: query.include("writer", limit=3),
    ),
    ("Article has no field `titel`.", "Perhaps you meant `title`.", lambda query: query.order_by("-titel")),
    ("limit is 0; it is a whole number from 1 on.", None, lambda query: query.limit(0)),
]


@pytest.mark.parametrize("index", range(len(WRONG)))
async def test_misuse_names_the_remedy(data: ServiceData, index: int) -> None:
    """Names that do not exist, and relations that are used as what they are not."""
    detail, hint, ask = WRONG[index]
    with pytest.raises((InvalidFilter, InvalidLimit, InvalidOrder, InvalidSelection)) as refused:
        ask(data[Article].query())
    assert (detail, hint) == (refused.value.detail, refused.value.hint)


async def test_what_is_no_condition_is_refused(data: ServiceData) -> None:
    """A value that was worked out already, a class that is no entity, an operator that is missing."""
    query = data[Article].query()
    with pytest.raises(TypeError, match="worked out to True already"):
        query.where(True)  # the mistake in question
    with pytest.raises(TypeError, match="an object of type int is none"):
        query.where(1)  # type: ignore[call-overload]  # the mistake in question
    with pytest.raises(TypeError, match="field, operator and value"):
        query.where("title")  # type: ignore[call-overload]  # the mistake in question
    with pytest.raises(TypeError, match="combine with"):
        query.where(this.title == "x" and this.status == "y")
    with pytest.raises(TypeError, match=r"such as `col\(Post.title\)`"):
        col("title")
    with pytest.raises(TypeError, match="on the class"):
        query.include(Writer)
    with pytest.raises(TypeError, match="Library is no entity of this app"):
        _ = data[type("Library", (Article,), {"__module__": __name__})]
