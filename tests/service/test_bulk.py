"""Bulk writes: all or none, each record by itself, never more than was meant."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from atakora_data.errors import (
    AlreadyExists,
    Forbidden,
    InvalidFilter,
    InvalidLimit,
    MalformedRequest,
    StillReferenced,
    TooManyAffected,
    UniqueViolation,
    ValidationError,
)
from atakora_data.service.commands import CreateMany, DeleteMany, UpdateMany
from tests.service.publishing import HEARD, Writer


async def create_many(writer: Writer, entity: str, *inputs: Mapping[str, Any]) -> list[Any]:
    """New records."""
    return list(await writer.service.create_many(CreateMany(entity, inputs), writer.context))


async def update_many(writer: Writer, entity: str, filter: Any, patch: Any, most: int | None = None) -> list[Any]:
    """Changed records."""
    return list(await writer.service.update_many(UpdateMany(entity, filter, patch, most), writer.context))


async def delete_many(writer: Writer, entity: str, filter: Any, most: int | None = None) -> list[Any]:
    """Deleted records."""
    return list(await writer.service.delete_many(DeleteMany(entity, filter, most), writer.context))


async def test_many_are_created_in_their_order(writer: Writer) -> None:
    """The answers come in the order of the inputs; later ones may refer to earlier ones; relations may be nested."""
    inputs: list[dict[str, Any]] = [
        {"id": "z"},
        {"id": "a", "prequelId": "z"},
        {"id": "m", "tags": {"create": [{"id": "t"}]}},
    ]
    HEARD.clear()
    assert ["z", "a", "m"] == [each["id"] for each in await create_many(writer, "Book", *inputs)]
    assert ["created z", "created a", "created m", "created t"] == HEARD[:4]
    assert [("m", "t")] == await writer.links("BookTags", "bookId", "tagId")
    assert [] == await create_many(writer, "Book")


async def test_one_wrong_record_keeps_all_away(writer: Writer) -> None:
    """It is told by its number; what is wrong with others as well, when it is keys."""
    await writer.create("Book", "there", isbn="1")
    before = await writer.everything()
    with pytest.raises(ValidationError) as caught:
        await create_many(writer, "Book", {"id": "a"}, {"id": "b", "title": ""})
    assert ["/1/title"] == [each.pointer for each in caught.value.errors]
    with pytest.raises(ValidationError) as caught:
        await create_many(writer, "Book", {"id": "a", "authorId": "x"}, {"id": "b"}, {"id": "c", "authorId": "x"})
    assert ["/0/authorId", "/2/authorId"] == [each.pointer for each in caught.value.errors]
    with pytest.raises(UniqueViolation):
        await create_many(writer, "Book", {"id": "a"}, {"id": "b", "isbn": "1"})
    for twice in ({"id": "there"}, {"id": "a"}):
        with pytest.raises(AlreadyExists):
            await create_many(writer, "Book", {"id": "a"}, twice)
    with pytest.raises(MalformedRequest):
        await create_many(writer, "Tag", *({"id": f"t{number}"} for number in range(1001)))
    assert before == await writer.everything()


async def test_what_matches_and_may_be_read_is_updated(writer: Writer) -> None:
    """Filters reach over relations; hidden records stay as they are; an update is one of each record."""
    await writer.create("Author", "a", name="Ada")
    for id, author in (("b1", "a"), ("b2", "a"), ("b3", None)):
        await writer.create("Book", id, authorId=author)
    await writer.as_("chief").create("Book", "hidden", authorId="a", isHidden=True)
    HEARD.clear()
    changed = await update_many(writer, "Book", {"author": {"name": {"eq": "Ada"}}}, {"title": "New"})
    assert [("b1", "New", 2, 7), ("b2", "New", 2, 7)] == [
        (each["id"], each["title"], each["_version"], each["stamp"]) for each in changed
    ]
    assert ["updated b1", "updated b2"] == HEARD
    titles = {id: each["title"] for id, each in (await writer.stored("Book")).items()}
    assert {"b1": "New", "b2": "New", "b3": "Untitled", "hidden": "Untitled"} == titles


async def test_one_that_may_not_change_keeps_all(writer: Writer) -> None:
    """The rule of the operation holds for every record that matches, before and after."""
    for id in ("b1", "b2"):
        await writer.create("Book", id, isLocked=id == "b2")
    await writer.create("Chapter", "c", bookId="b1")
    before = await writer.everything()
    for writing in (
        update_many(writer, "Book", {}, {"title": "x"}),
        update_many(writer, "Book", {"id": {"eq": "b1"}}, {"isLocked": True}),
        delete_many(writer, "Chapter", {}),
    ):
        with pytest.raises(Forbidden):
            await writing
    assert before == await writer.everything()


async def test_no_more_than_meant(writer: Writer) -> None:
    """A hundred unless said otherwise, a thousand at most; the refusal counts what the caller may read."""
    await writer.put_in("Tag", *({"id": f"t{number:03}", "isHidden": number >= 101} for number in range(150)))
    for writing in (
        update_many(writer, "Tag", {}, {"isHidden": False}),
        delete_many(writer, "Tag", {}),
        delete_many(writer, "Tag", {}, 7),
    ):
        with pytest.raises(TooManyAffected) as caught:
            await writing
    assert "At least 8 Tag match" in caught.value.detail
    for most in (0, 1001, True, -1):
        with pytest.raises(InvalidLimit):
            await delete_many(writer, "Tag", {}, most)
    assert 101 == len(await delete_many(writer, "Tag", {}, 101))
    assert 49 == len(await writer.stored("Tag"))


async def test_a_filter_cannot_ask_what_may_not_be_read(writer: Writer) -> None:
    """A field that is hidden counts as null, so nothing matches by it; unknown fields are refused."""
    await writer.create("Book", "b")
    await writer.create("Author", "r")
    librarian = writer.as_("librarian")
    await librarian.link("Book", "b", "readers", "r", secret="s")  # of a test
    with pytest.raises(InvalidFilter):
        await delete_many(librarian, "Loan", {"secrets": {"eq": "s"}})
    assert [] == await update_many(writer, "Book", {"readers": {"some": {"isHidden": {"eq": True}}}}, {"title": "x"})
    assert [] == await delete_many(writer.as_("reader"), "Author", {"name": {"eq": "zz"}})
    assert [] == await delete_many(librarian, "Loan", {"secret": {"eq": "s"}})
    assert 1 == len(await delete_many(writer.as_("librarian", "chief"), "Loan", {"secret": {"eq": "s"}}))


async def test_many_are_deleted_with_what_goes_with_them(writer: Writer) -> None:
    """As if one by one, but what the same write deletes restricts nothing, whatever the order."""
    await writer.create("Author", "a")
    for id in ("b1", "b2", "b3"):
        await writer.create(
            "Book", id, prequelId=None if id == "b1" else "b1", chapters={"create": [{"id": f"c-{id}"}]}
        )
    await writer.update("Book", "b3", authorId="a")
    assert ["b1", "b2"] == [each["id"] for each in await delete_many(writer, "Book", {"id": {"in": ["b1", "b2"]}})]
    assert ({}, {}) == (await writer.stored("Book"), await writer.stored("Chapter"))
    await writer.create("Book", "b4", authorId="a")
    with pytest.raises(StillReferenced):
        await delete_many(writer, "Author", {})


async def test_relations_cannot_be_written_by_filter(writer: Writer) -> None:
    """What is meant for one record is refused for many."""
    await writer.create("Book", "b")
    with pytest.raises(ValidationError) as caught:
        await update_many(writer, "Book", {}, {"author": {"disconnect": True}})
    assert ["/author"] == [each.pointer for each in caught.value.errors]


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"title": ["x"]}, "/title"),
        ({"titel": "x"}, "/titel"),
        ({"_version": 3}, "/_version"),
        ({"title": None}, "/title"),
    ],
)
async def test_a_patch_that_no_record_could_take_is_refused(writer: Writer, patch: Any, pointer: str) -> None:
    """Whether anything matches or not; what the patch leaves out is nothing wrong with it."""
    for id in ("b1", "b2"):
        with pytest.raises(ValidationError) as caught:
            await update_many(writer, "Book", {}, patch)
        assert [pointer] == [each.pointer for each in caught.value.errors]
        await writer.create("Book", id)
    assert [] == await update_many(writer, "Tag", {}, {"isHidden": True})


async def test_keys_are_looked_up_together(writer: Writer) -> None:
    """A patch with a key that leads nowhere changes nothing; one that leads somewhere changes all."""
    for id in ("b1", "b2"):
        await writer.create("Book", id)
    await writer.create("Author", "a")
    with pytest.raises(ValidationError):
        await update_many(writer, "Book", {}, {"authorId": "zz"})
    assert ["a", "a"] == [each["authorId"] for each in await update_many(writer, "Book", {}, {"authorId": "a"})]
