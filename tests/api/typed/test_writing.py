"""Writing through the typed API: relations beside fields, links, upserts, and many records at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import through
from atakora_data.api.typed.data import ServiceData
from atakora_data.authorization.principal import Principal
from atakora_data.errors import Forbidden, InvalidLimit, InvalidSelection, RequestError, ValidationError
from tests.api.typed.library import Address, Article, Note, Pin, Topic, Writer, library


@pytest_asyncio.fixture
async def data(tmp_path: Path) -> AsyncIterator[ServiceData]:
    """The library as bob sees it."""
    async with library(tmp_path, principal=Principal(id="bob")) as found:
        yield found


async def read(data: ServiceData, id: str) -> Article:
    """An article with all that belongs to it."""
    found = await data[Article].query().include("writer", "notes", "topics", "pins").get(id)
    assert found is not None
    return found


async def test_a_record_is_created_with_its_relations(data: ServiceData) -> None:
    """New records and those that exist, in one write."""
    ada = await data[Writer].get("ada")
    note: dict[str, Any] = {"id": "n9", "content": "new", "writer": {"connect": {"id": "bob"}}}
    topics = [{"id": "t9", "name": "New", "_through": {"weight": Decimal(2)}}, await data[Topic].get("t1")]
    await data[Article].create(id="a9", title="Nine", writer=ada, notes=[note], topics=topics)
    made = await read(data, "a9")
    assert ("Ada", ["n9"]) == (made.writer and made.writer.name, [each.id for each in made.notes])
    assert {"t9": Decimal(2), "t1": Decimal(1)} == {each.id: through(each)["weight"] for each in made.topics}


async def test_a_record_is_created_with_a_new_one_it_belongs_to(data: ServiceData) -> None:
    """The new target goes by Python names, too."""
    writer = {"create": {"id": "eve", "name": "Eve", "is_retired": False, "address": {"home_town": "Rome"}}}
    await data[Article].create(id="a9", title="Nine", writer=writer)
    made = await read(data, "a9")
    assert made.writer is not None
    assert ("Eve", Address(home_town="Rome")) == (made.writer.name, made.writer.address)


async def test_relations_are_changed_with_a_record(data: ServiceData) -> None:
    """Connected, let go, and set as a whole."""
    await data[Article].update("a1", writer=None, topics={"disconnect": [{"id": "t1"}]})
    changed = await read(data, "a1")
    assert (None, ["t2"]) == (changed.writer, [each.id for each in changed.topics])
    t1 = await data[Topic].get("t1")
    await data[Article].update("a1", writer={"connect": {"id": "bob"}}, topics={"set": [t1]})
    changed = await read(data, "a1")
    assert ("Bob", ["t1"]) == (changed.writer and changed.writer.name, [each.id for each in changed.topics])


async def test_what_is_pinned_is_said_by_a_record_or_by_name(data: ServiceData) -> None:
    """A polymorphic relation."""
    await data[Pin].create(id="i8", about=await data[Topic].get("t2"))
    await data[Pin].create(id="i9", about={"connect": {"Article": {"id": "a2"}}})
    found = await data[Pin].query().where("id", "in", ["i8", "i9"]).include(Pin.about).order_by("id").all()
    assert [(Topic, "t2"), (Article, "a2")] == [(type(each.about), each.about and each.about.id) for each in found]


async def test_links_come_and_go(data: ServiceData) -> None:
    """With through fields by their Python names and types."""
    await data[Article].link("a2", Article.topics, "t1", weight=Decimal("0.25"))
    (topic,) = (await read(data, "a2")).topics
    assert ("t1", Decimal("0.25")) == (topic.id, through(topic)["weight"])
    await data[Article].unlink("a2", "topics", "t1")
    assert [] == (await read(data, "a2")).topics


async def test_upsert_creates_and_replaces(data: ServiceData) -> None:
    """What is left out of a replacement gets its default."""
    made = await data[Topic].upsert("t7", name="Seven")
    assert ("t7", "Seven") == (made.id, made.name)
    assert "" == (await data[Topic].upsert("t7")).name


async def test_many_are_created_or_none(data: ServiceData) -> None:
    """One that is wrong keeps the others from being stored."""
    made = await data[Topic].create_many([{"id": "t7", "name": "Seven"}, {"id": "t8"}])
    assert [("t7", "Seven"), ("t8", "")] == [(each.id, each.name) for each in made]
    with pytest.raises(RequestError):
        await data[Topic].create_many([{"id": "t9"}, {"id": "t7"}])
    assert await data[Topic].get("t9") is None


async def test_many_are_changed_and_deleted(data: ServiceData) -> None:
    """Those of the query; the answers carry what is included."""
    published = data[Article].query().where(Article.status == "published").include(Article.writer)
    changed = await published.update_many({"status": "archived"}, max_affected=2)
    assert {"a1": "Ada", "a3": None} == {each.id: each.writer and each.writer.name for each in changed}
    assert 2 == await data[Article].query().where(Article.status == "archived").count()
    removed = await data[Note].query().where(Note.stars >= 4).delete_many()
    assert {"n1", "n3"} == {each.id for each in removed}
    assert ["n2"] == [each.id for each in await data[Note].query().all()]


async def test_too_many_are_refused(data: ServiceData) -> None:
    """Nothing is changed; and a limit is no guard."""
    query = data[Article].query()
    with pytest.raises(RequestError):
        await query.update_many({"status": "archived"}, max_affected=3)
    assert 0 == await query.where(Article.status == "archived").count()
    for wrong in (query.limit(1), query.order_by("id")):
        with pytest.raises(InvalidLimit, match="it has no limit and no order"):
            await wrong.delete_many()


async def test_rules_hold(data: ServiceData) -> None:
    """As on every door: bob does not see who is retired, so it is nobody to connect with."""
    with pytest.raises(ValidationError):
        await data[Article].update("a4", writer={"connect": {"id": "old"}})
    await data.as_system()[Article].update("a4", writer={"connect": {"id": "old"}})
    assert (await read(data, "a4")).writer is None
    with pytest.raises(Forbidden):
        await data[Writer].create(id="x", name="X", pay=Decimal(1))


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("/writer has no `name`; a relation is written with connect, create, disconnect.", {"writer": {"name": "Eve"}}),
    ("/writer is a relation, written with connect, create, disconnect.", {"writer": "ada"}),
    ("/notes/connect must be a list.", {"notes": {"connect": {"id": "n1"}}}),
    ("Note has no field `contents`.", {"notes": [{"contents": "x"}]}),
    ("ArticleTopic has no field `wieght`.", {"topics": [{"id": "t9", "_through": {"wieght": 1}}]}),
    ("/pins/create/0/about/connect does not lead to `Writer`.", {"pins": [{"about": {"connect": {"Writer": {}}}}]}),
    ("/pins/create/0/about/connect must name the entity.", {"pins": [{"about": {"connect": "a1"}}]}),
    ("/writer/connect must be a record or a dict.", {"writer": {"connect": "ada"}}),
    ("Note has no field `_through`.", {"notes": [{"content": "x", "_through": {}}]}),
    ("Article has no field `titel`.", {"titel": "x"}),
]


@pytest.mark.parametrize("index", range(len(WRONG)))
async def test_what_cannot_be_meant_is_refused(data: ServiceData, index: int) -> None:
    """With the place, and the words that are taken there."""
    message, values = WRONG[index]
    with pytest.raises(ValidationError) as refused:
        await data[Article].update("a1", **values)
    assert message == refused.value.detail


async def test_only_links_are_linked(data: ServiceData) -> None:
    """Other relations are written with a record."""
    with pytest.raises(InvalidSelection, match="`writer` of Article is no many-to-many relation") as refused:
        await data[Article].link("a1", Article.writer, "ada")
    assert "Write it with a record: update(id, writer=…)." == refused.value.hint
    with pytest.raises(InvalidSelection, match="no relation `topic`"):
        await data[Article].unlink("a1", "topic", "t1")
