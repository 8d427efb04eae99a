"""Link and unlink: by the declaring record's update rule, or by the rules of a junction of one's own."""

from __future__ import annotations

import asyncio

import pytest

from atakora_data.authorization.principal import ANONYMOUS
from atakora_data.errors import AlreadyExists, Forbidden, NotFound, SignInRequired, ValidationError
from atakora_data.service.context import RequestContext
from tests.service.publishing import HEARD, Writer


async def test_a_link_is_made_then_changed(writer: Writer) -> None:
    """The first time it is new; the second time its through fields change, those that are not said stay."""
    await writer.create("Book", "b")
    await writer.create("Tag", "t")
    assert ({"weight": 2, "remark": None, "since": 1999}, True) == await writer.link("Book", "b", "tags", "t", weight=2)
    assert ({"weight": 2, "remark": "x", "since": 1999}, False) == await writer.link(
        "Book", "b", "tags", "t", remark="x"
    )
    assert ({"weight": 2, "remark": "x", "since": 1999}, False) == await writer.link("Book", "b", "tags", "t")
    assert [("b", "t", 2)] == await writer.links("BookTags", "bookId", "tagId", "weight")
    assert 1 == (await writer.stored("Book"))["b"]["_version"]


async def test_through_fields_are_validated(writer: Writer) -> None:
    """By the junction: bounds, unknown names, and the ids of the ends cannot be said."""
    await writer.create("Book", "b")
    await writer.create("Tag", "t")
    for through, pointer in (({"weight": 0}, "/weight"), ({"wait": 1}, "/wait"), ({"bookId": "x"}, "/bookId")):
        with pytest.raises(ValidationError) as caught:
            await writer.link("Book", "b", "tags", "t", **through)
        assert [pointer] == [each.pointer for each in caught.value.errors]
    assert [] == await writer.links("BookTags", "bookId", "tagId")


async def test_a_read_only_through_field_is_read_only(writer: Writer) -> None:
    """Of a new link as of one that there is; its value may be repeated."""
    await writer.create("Book", "b")
    await writer.create("Tag", "t")
    for _ in range(2):
        with pytest.raises(ValidationError) as caught:
            await writer.link("Book", "b", "tags", "t", since=7)
        assert [("/since", "read_only")] == [(each.pointer, each.code) for each in caught.value.errors]
        await writer.link("Book", "b", "tags", "t")
    assert 1999 == (await writer.link("Book", "b", "tags", "t", since=1999))[0]["since"]


async def test_both_ways_are_the_same_links(writer: Writer) -> None:
    """A tag's books are the books with that tag; of friends each direction is a link of its own."""
    await writer.create("Book", "b")
    await writer.create("Tag", "t")
    await writer.link("Tag", "t", "books", "b")
    assert not (await writer.link("Book", "b", "tags", "t"))[1]
    for id in ("x", "y"):
        await writer.create("Author", id)
    assert [True, True, False] == [
        (await writer.link("Author", near, "friends", far))[1] for near, far in ("xy", "yx", "xy")
    ]


async def test_who_may_update_may_link(writer: Writer) -> None:
    """A locked book takes no tags, and gives none away, except by the chief."""
    await writer.create("Book", "b", isLocked=True)
    await writer.create("Tag", "t")
    with pytest.raises(Forbidden):
        await writer.link("Book", "b", "tags", "t")
    await writer.as_("chief").link("Book", "b", "tags", "t")
    with pytest.raises(Forbidden):
        await writer.unlink("Book", "b", "tags", "t")
    with pytest.raises(SignInRequired):
        await writer.within(RequestContext(ANONYMOUS)).link("Author", "a", "friends", "b")
    assert [("b", "t")] == await writer.links("BookTags", "bookId", "tagId")


async def test_hidden_and_missing_ends_are_told_alike(writer: Writer) -> None:
    """Of either end, in the words of a missing record; and what is not linked cannot be unlinked."""
    chief = writer.as_("chief")
    for entity in ("Book", "Tag"):
        await writer.create(entity, "seen")
        await chief.create(entity, "hidden", isHidden=True)
    await chief.link("Book", "seen", "tags", "hidden")
    await chief.link("Book", "hidden", "tags", "seen")
    for change in (writer.link, writer.unlink):
        for book, tag in (("seen", "hidden"), ("hidden", "seen"), ("seen", "zz"), ("zz", "seen")):
            with pytest.raises(NotFound) as caught:
                await change("Book", book, "tags", tag)
            name, id = ("Book", book) if book != "seen" else ("Tag", tag)
            assert f"There is no {name} `{id}`." == caught.value.detail
    with pytest.raises(NotFound):
        await writer.unlink("Book", "seen", "tags", "seen")
    assert 2 == len(await writer.links("BookTags", "bookId", "tagId"))


async def test_only_a_many_to_many_links(writer: Writer) -> None:
    """Other relations and unknown ones are not found, with the likely name."""
    for name in ("chapters", "author", "tagz"):
        with pytest.raises(NotFound) as caught:
            await writer.link("Book", "b", name, "t")
        assert name in caught.value.detail
    assert "`tags`" in str(caught.value.hint)


async def test_an_own_junction_decides_by_itself(writer: Writer) -> None:
    """Its create, update and delete rules hold, its hooks run, its field rules mask the answer."""
    await writer.create("Book", "b", isLocked=True)
    await writer.create("Author", "r")
    librarian = writer.as_("librarian")
    with pytest.raises(Forbidden):
        await writer.as_("chief").link("Book", "b", "readers", "r")
    through, is_new = await librarian.link("Book", "b", "readers", "r", days=3, secret="s")  # of a test
    assert (3, True, "secret" in through) == (through["days"], is_new, False)
    through, is_new = await writer.as_("librarian", "chief").link("Book", "b", "readers", "r", days=5)
    assert (5, "s", False) == (through["days"], through["secret"], is_new)
    with pytest.raises(Forbidden):
        await writer.link("Book", "b", "readers", "r", days=4)
    with pytest.raises(Forbidden):
        await writer.unlink("Book", "b", "readers", "r")
    HEARD.clear()
    await librarian.unlink("Book", "b", "readers", "r")
    assert 1 == len([each for each in HEARD if each.startswith("deleted")])


async def test_a_hidden_link_is_as_absent(writer: Writer) -> None:
    """Whoever may not read a record of an own junction can neither change nor take it away; two are linked once."""
    await writer.create("Book", "b")
    await writer.create("Author", "r")
    await writer.as_("librarian", "chief").create("Loan", "l", bookId="b", authorId="r", isHidden=True)
    librarian = writer.as_("librarian")
    with pytest.raises(AlreadyExists):
        await librarian.link("Book", "b", "readers", "r")
    with pytest.raises(NotFound):
        await librarian.unlink("Book", "b", "readers", "r")
    with pytest.raises(AlreadyExists):
        await librarian.create("Loan", "m", bookId="b", authorId="r")
    assert ["l"] == list(await writer.stored("Loan"))


async def test_many_who_link_the_same_make_one_link(writer: Writer) -> None:
    """Concurrent links of the same two records all succeed; one of them is new."""
    await writer.create("Book", "b")
    await writer.create("Tag", "t")
    answers = await asyncio.gather(*(writer.link("Book", "b", "tags", "t", weight=1 + n) for n in range(8)))
    assert 1 == sum(is_new for _, is_new in answers)
    assert 1 == len(await writer.links("BookTags", "bookId", "tagId"))


async def test_many_who_unlink_the_same_take_one_link(writer: Writer) -> None:
    """One of them succeeds, the others find none."""
    await writer.create("Book", "b", tags={"create": [{"id": "t"}]})
    answers = await asyncio.gather(*(writer.unlink("Book", "b", "tags", "t") for _ in range(6)), return_exceptions=True)
    assert [None] == [each for each in answers if not isinstance(each, NotFound)]
