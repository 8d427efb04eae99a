"""Several apps write the same file at once: what refers never outlives what it refers to."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from atakora_data.errors import NotFound, RequestError, StillReferenced, UniqueViolation, ValidationError
from tests.service.publishing import Writer, publishing

ROUNDS = 12


async def two(stack: AsyncExitStack, folder: Path) -> list[Writer]:
    """Two apps with stores of their own over one file."""
    return [await stack.enter_async_context(publishing(folder, data="shared.db")) for _ in range(2)]


async def quietly(writing: object) -> object:
    """What a write answers, or how it was refused."""
    try:
        return await writing  # type: ignore[misc]  # whatever the writer does
    except RequestError as error:
        return error


async def test_children_that_come_meanwhile_leave_no_orphan(tmp_path: Path) -> None:
    """A book is deleted while others give it chapters: each chapter is refused, or goes with the book."""
    async with AsyncExitStack() as stack:
        one, other = await two(stack, tmp_path)
        for number in range(ROUNDS):
            book = f"b{number}"
            await one.create("Book", book)
            answers = await asyncio.gather(
                *(quietly(other.create("Chapter", f"c{number}-{each}", bookId=book)) for each in range(6)),
                quietly(one.delete("Book", book)),
                *(quietly(one.create("Chapter", f"d{number}-{each}", bookId=book)) for each in range(3)),
            )
            refused = {type(each) for each in answers if isinstance(each, Exception)}
            assert refused <= {ValidationError}
        assert ({}, {}) == (await other.stored("Book"), await other.stored("Chapter"))


async def test_a_restricted_deletion_and_an_insert_exclude_each_other(tmp_path: Path) -> None:
    """Either the author is gone and the book refused, or the book is there and so is its author."""
    async with AsyncExitStack() as stack:
        one, other = await two(stack, tmp_path)
        for number in range(ROUNDS):
            await one.create("Author", f"a{number}")
            deleted, made = await asyncio.gather(
                quietly(one.delete("Author", f"a{number}")),
                quietly(other.create("Book", f"b{number}", authorId=f"a{number}")),
            )
            assert isinstance(deleted, StillReferenced) != isinstance(made, ValidationError)
        authors = await one.stored("Author")
        assert {each["authorId"] for each in (await one.stored("Book")).values()} == authors.keys()


async def test_moving_to_what_is_deleted_is_refused_or_undone(tmp_path: Path) -> None:
    """Keys that are changed to a record that goes at the same time are emptied, or never set."""
    async with AsyncExitStack() as stack:
        one, other = await two(stack, tmp_path)
        chief = other.as_("chief")
        for number in range(ROUNDS):
            await one.create("Author", f"a{number}")
            await one.create("Book", f"b{number}")
            deleted, _ = await asyncio.gather(
                quietly(one.delete("Author", f"a{number}")),
                quietly(chief.update("Book", f"b{number}", editorId=f"a{number}")),
            )
            assert not isinstance(deleted, Exception)
        assert {None} == {each["editorId"] for each in (await one.stored("Book")).values()}


async def test_one_of_many_profiles_wins(tmp_path: Path) -> None:
    """A `has_one` has one, whoever is first."""
    async with AsyncExitStack() as stack:
        one, other = await two(stack, tmp_path)
        await one.create("Author", "a")
        answers = await asyncio.gather(
            *(quietly((one, other)[each % 2].create("Profile", f"p{each}", authorId="a")) for each in range(8))
        )
        assert 7 == sum(isinstance(each, UniqueViolation) for each in answers)
        assert 1 == len(await one.stored("Profile"))


async def test_links_never_dangle(tmp_path: Path) -> None:
    """A link that comes while an end of it goes is refused, or goes, too."""
    async with AsyncExitStack() as stack:
        one, other = await two(stack, tmp_path)
        await one.create("Book", "b")
        for number in range(ROUNDS):
            await one.create("Tag", f"t{number}")
            _, linked = await asyncio.gather(
                one.delete("Tag", f"t{number}"), quietly(other.link("Book", "b", "tags", f"t{number}"))
            )
            assert isinstance(linked, tuple | NotFound | ValidationError)
        assert [] == await one.links("BookTags", "bookId", "tagId")
