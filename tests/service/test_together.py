"""Several writes in one unit of work: all are committed at once, or none."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from atakora_data.errors import (
    AlreadyExists,
    NotFound,
    PreconditionFailed,
    StillReferenced,
    UniqueViolation,
    ValidationError,
)
from atakora_data.service.commands import DeleteMany, Update, UpdateMany
from atakora_data.service.context import RequestContext
from atakora_data.service.together import OperationFailed
from tests.service.publishing import HEARD, Writer

Step = Callable[[Writer], Awaitable[Any]]


async def together(writer: Writer, *steps: Step) -> list[Any]:
    """What the steps answer."""

    def write(step: Step) -> Callable[[RequestContext], Awaitable[Any]]:
        return lambda context: step(writer.within(context))

    return list(await writer.service.together([write(step) for step in steps], writer.context))


async def failed(writer: Writer, *steps: Step) -> tuple[int | None, type[Exception]]:
    """Which of the steps failed, and how; and nothing was written."""
    before = await writer.everything()
    with pytest.raises(OperationFailed) as caught:
        await together(writer, *steps)
    assert before == await writer.everything()
    return caught.value.index, type(caught.value.error)


async def test_later_writes_find_what_earlier_ones_made(writer: Writer) -> None:
    """A record made first is named by keys, connected, linked, updated and read by rules; each answer is as stored."""
    book, chapter, _, (through, is_new), author, changed = await together(
        writer,
        lambda on: on.create("Book", "b", title="one"),
        lambda on: on.create("Chapter", "c", bookId="b"),
        lambda on: on.create("Tag", "t"),
        lambda on: on.link("Book", "b", "tags", "t", weight=4),
        lambda on: on.create("Author", "a", books={"connect": [{"id": "b"}]}),
        lambda on: on.update("Book", "b", title="two"),
    )
    stored = (await writer.stored("Book"))["b"]
    assert ("two", "a", 1, stored["_etag"]) == (book["title"], book["authorId"], book["_version"], book["_etag"])
    assert stored == changed
    assert ("b", "a", 4, True) == (chapter["bookId"], author["id"], through["weight"], is_new)


async def test_one_refusal_undoes_all(writer: Writer) -> None:
    """The caller learns which write was refused; those before and after it are not done, no after-hook runs."""
    await writer.create("Author", "a", books={"create": [{"id": "b", "isbn": "1"}]})
    HEARD.clear()
    fine: Step = lambda on: on.create("Tag", "t")  # noqa: E731  # a step like the others
    assert (1, ValidationError) == await failed(writer, fine, lambda on: on.create("Book", "x", title=""), fine)
    assert (1, ValidationError) == await failed(writer, fine, lambda on: on.create("Book", "x", authorId="zz"))
    assert (0, NotFound) == await failed(writer, lambda on: on.update("Book", "zz", title="x"), fine)
    assert (1, StillReferenced) == await failed(writer, fine, lambda on: on.delete("Author", "a"))
    assert (1, AlreadyExists) == await failed(writer, fine, fine)
    assert [] == HEARD


async def test_what_the_store_refuses_is_told_of_its_write(writer: Writer) -> None:
    """Ids and unique values that are taken are found at the commit only, and told of the write all the same."""
    await writer.create("Book", "b", isbn="1")
    free: Step = lambda on: on.create("Book", "free", isbn="2")  # noqa: E731  # a step like the others
    assert (1, AlreadyExists) == await failed(writer, free, lambda on: on.create("Book", "b"))
    assert (1, UniqueViolation) == await failed(writer, free, lambda on: on.create("Book", "c", isbn="1"))
    assert (1, UniqueViolation) == await failed(writer, free, lambda on: on.create("Book", "c", isbn="2"))
    await writer.create("Author", "a")
    profile: Step = lambda on: on.create("Profile", f"p{len(HEARD)}", authorId="a")  # noqa: E731  # as above
    await together(writer, profile)
    assert (1, UniqueViolation) == await failed(writer, lambda on: on.create("Tag", "t"), profile)


async def test_changes_of_one_record_become_one(writer: Writer) -> None:
    """Updated twice it is one version on; created and deleted it never was; deleted and created it is new."""
    await writer.create("Book", "b", title="one")
    await writer.create("Book", "d", title="old")
    await together(
        writer,
        lambda on: on.update("Book", "b", title="two"),
        lambda on: on.update("Book", "b", isbn="9"),
        lambda on: on.create("Book", "c"),
        lambda on: on.delete("Book", "c"),
        lambda on: on.delete("Book", "d"),
        lambda on: on.create("Book", "d", title="new"),
    )
    books = await writer.stored("Book")
    assert {"b": ("two", "9", 2), "d": ("new", None, 1)} == {
        id: (each["title"], each["isbn"], each["_version"]) for id, each in books.items()
    }


async def test_what_is_deleted_is_gone_for_later_writes(writer: Writer) -> None:
    """It cannot be updated or named; what was made to go with it goes, too."""
    await writer.create("Book", "b")
    drop: Step = lambda on: on.delete("Book", "b")  # noqa: E731  # a step like the others
    assert (1, NotFound) == await failed(writer, drop, lambda on: on.update("Book", "b", title="x"))
    assert (1, ValidationError) == await failed(writer, drop, lambda on: on.create("Chapter", "c", bookId="b"))
    await together(writer, lambda on: on.create("Chapter", "c", bookId="b"), drop)
    assert ({}, {}) == (await writer.stored("Book"), await writer.stored("Chapter"))


async def test_filters_see_what_waits(writer: Writer) -> None:
    """A bulk write after others finds what they made and changed, also across relations."""
    await writer.create("Author", "a", name="Old")
    await writer.create("Book", "b1", authorId="a")
    by_name = {"author": {"name": {"eq": "New"}}}
    *_, changed, removed = await together(
        writer,
        lambda on: on.update("Author", "a", name="New"),
        lambda on: on.create("Book", "b2", authorId="a"),
        lambda on: on.create("Book", "b3"),
        lambda on: on.service.update_many(UpdateMany("Book", by_name, {"title": "x"}), on.context),
        lambda on: on.service.delete_many(DeleteMany("Book", {"title": {"eq": "Untitled"}}), on.context),
    )
    assert (["b1", "b2"], ["b3"]) == ([each["id"] for each in changed], [each["id"] for each in removed])


async def test_an_etag_of_before_the_batch_holds_once(writer: Writer) -> None:
    """The first conditional write of a record succeeds; after it the record is another."""
    etag = (await writer.create("Book", "b"))["_etag"]

    async def conditional(on: Writer) -> Any:
        return await on.service.update(Update("Book", "b", {"title": "x"}, (etag,)), on.context)

    assert (1, PreconditionFailed) == await failed(writer, conditional, conditional)
    [changed] = await together(writer, conditional)
    assert "x" == changed["title"]


async def test_nothing_to_write_is_fine(writer: Writer) -> None:
    """No operations, and operations that only read."""

    async def read(on: Writer) -> Any:
        return await on.stored("Book")

    assert [] == await together(writer)
    assert [{}, {}] == await together(writer, read, read)


async def test_a_batch_that_is_disturbed_begins_again(writer: Writer) -> None:
    """What others write in between is not lost, and the batch is written whole in the end."""
    await writer.create("Book", "b")
    disturbed: list[str] = []

    async def disturb(on: Writer) -> Any:
        if len(disturbed) < 3:  # a few times
            disturbed.append("once more")
            await writer.update("Book", "b", isbn=f"{len(disturbed)}")
        return await on.create("Tag", "t")

    await together(writer, lambda on: on.update("Book", "b", title="mine"), disturb)
    book = (await writer.stored("Book"))["b"]
    assert ("mine", "3", ["t"]) == (book["title"], book["isbn"], list(await writer.stored("Tag")))


async def test_batches_beside_each_other_lose_nothing(writer: Writer) -> None:
    """Many batches over the same records at once each happen whole."""
    for id in ("x", "y"):
        await writer.create("Chapter", id, bookId=(await writer.create("Book", id))["id"], number=0)

    async def count(on: Writer, id: str) -> Any:
        number = (await writer.stored("Chapter"))[id]["number"]
        return await on.service.update(Update("Chapter", id, {"number": number + 1}), on.context)

    async def both() -> None:
        await together(
            writer, lambda on: on.update("Book", "x", title="t"), lambda on: on.update("Book", "y", title="t")
        )

    await asyncio.gather(*(both() for _ in range(5)))
    assert [6, 6] == [each["_version"] for each in (await writer.stored("Book")).values()]
    await together(writer, lambda on: count(on, "x"), lambda on: count(on, "y"))
    assert [1, 1] == [each["number"] for each in (await writer.stored("Chapter")).values()]
