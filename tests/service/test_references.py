"""Foreign keys on write: they name records that exist, in this tenant, and that the caller may read."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data.errors import UniqueViolation, ValidationError
from tests.service.publishing import Writer


async def refused(writing: Any) -> list[tuple[str, str, str]]:
    """Pointer, words and code of all that is wrong."""
    with pytest.raises(ValidationError) as caught:
        await writing
    return [(each.pointer, each.detail, each.code) for each in caught.value.errors]


def unknown(pointer: str, target: str) -> tuple[str, str, str]:
    """How a key that leads nowhere is told."""
    return (pointer, f"names no {target} that exists and that you may read", "reference")


async def test_missing_hidden_and_foreign_are_told_alike(writer: Writer) -> None:
    """The caller cannot tell whether the record is missing, hidden from it, or another tenant's."""
    await writer.create("Author", "seen")
    await writer.as_("chief").create("Author", "hidden", isHidden=True)
    await writer.as_(tenant="other").create("Author", "foreign")
    for id in ("missing", "hidden", "foreign"):
        assert [unknown("/authorId", "Author")] == await refused(writer.create("Book", "b", authorId=id))
    assert {} == await writer.stored("Book")
    assert "seen" == (await writer.create("Book", "b", authorId="seen"))["authorId"]


async def test_every_write_is_held_to_it(writer: Writer) -> None:
    """PATCH and PUT are refused like a create, and leave the record as it was."""
    await writer.create("Author", "a")
    before = await writer.create("Book", "b", authorId="a")
    assert [unknown("/authorId", "Author")] == await refused(writer.update("Book", "b", authorId="zz"))
    assert [unknown("/authorId", "Author")] == await refused(writer.put("Book", "b", authorId="zz"))
    assert [unknown("/authorId", "Author")] == await refused(writer.put("Book", "new", authorId="zz"))
    assert {"b": before} == await writer.stored("Book")


async def test_all_keys_are_told_at_once(writer: Writer) -> None:
    """Two wrong keys are two violations."""
    found = await refused(writer.as_("chief").create("Book", "b", authorId="x", editorId="y", prequelId="z"))
    assert {unknown("/authorId", "Author"), unknown("/editorId", "Author"), unknown("/prequelId", "Book")} == set(found)


async def test_what_stays_is_not_judged_again(writer: Writer) -> None:
    """A key that was there before may lead to what is hidden by now, or gone."""
    await writer.put_in("Book", {"id": "b", "title": "t", "authorId": "gone", "isLocked": False})
    assert "u" == (await writer.update("Book", "b", title="u"))["title"]
    assert "v" == (await writer.put("Book", "b", title="v", authorId="gone"))[0]["title"]


async def test_the_app_itself_may_choose_what_is_hidden(writer: Writer) -> None:
    """A hook sets a record that the caller cannot read; one that does not exist is refused all the same."""
    await writer.as_("chief").create("Author", "hidden", isHidden=True)
    assert "hidden" == (await writer.create("Book", "b", title="edited by hidden"))["editorId"]
    assert [unknown("/editorId", "Author")] == await refused(writer.create("Book", "c", title="edited by zz"))


async def test_a_system_needs_no_right_but_a_record(writer: Writer) -> None:
    """The app itself may name what is hidden, not what is missing."""
    await writer.as_("chief").create("Author", "hidden", isHidden=True)
    system = writer.as_system()
    assert "hidden" == (await system.create("Book", "b", authorId="hidden"))["authorId"]
    assert [unknown("/authorId", "Author")] == await refused(system.create("Book", "c", authorId="zz"))


async def test_an_action_with_parameters_is_held_to_what_the_caller_may_read(writer: Writer) -> None:
    """What the caller chose must be readable; what the action chooses by itself must exist."""
    await writer.as_("chief").create("Author", "house", isHidden=True)
    await writer.create("Author", "a")
    await writer.create("Book", "b")
    assert "a" == (await writer.act("Book", "b", "handOver", to="a"))["authorId"]
    for id in ("house", "zz"):
        assert [unknown("/authorId", "Author")] == await refused(writer.act("Book", "b", "handOver", to=id))
    assert "house" == (await writer.act("Book", "b", "adopt"))["authorId"]


async def test_a_record_may_refer_to_itself(writer: Writer) -> None:
    """Once it is there: a new one names nothing that exists yet, but itself."""
    assert "b" == (await writer.create("Book", "b", prequelId="b"))["prequelId"]


async def test_type_and_id_of_a_polymorphic_key_belong_together(writer: Writer) -> None:
    """The id must be one of the entity that the type names, and the type one of the targets."""
    await writer.create("Author", "a")
    await writer.create("Book", "b")
    note = await writer.create("Note", "n", aboutId="a", aboutType="Author")
    assert ("a", "Author") == (note["aboutId"], note["aboutType"])
    assert [unknown("/aboutId", "Book")] == await refused(writer.create("Note", "m", aboutId="a", aboutType="Book"))
    assert [unknown("/aboutId", "Book")] == await refused(writer.update("Note", "n", aboutType="Book"))
    assert [("/aboutType", "must be one of Author, Book", "enum")] == await refused(
        writer.create("Note", "m", aboutId="a", aboutType="Boook")
    )
    assert [("/aboutType", "is required beside aboutId", "required")] == await refused(
        writer.create("Note", "m", aboutId="a")
    )
    assert "Book" == (await writer.update("Note", "n", aboutId="b", aboutType="Book"))["aboutType"]


async def test_a_has_one_leads_to_one(writer: Writer) -> None:
    """The second profile of an author is a conflict, by create and by update; none for nobody are fine."""
    await writer.create("Author", "a")
    await writer.create("Profile", "p", authorId="a")
    await writer.create("Profile", "q")
    for writing in (writer.create("Profile", "r", authorId="a"), writer.update("Profile", "q", authorId="a")):
        with pytest.raises(UniqueViolation) as caught:
            await writing
        assert ["/authorId"] == [each.pointer for each in caught.value.errors]
    assert "a" == (await writer.update("Profile", "p", bio="x"))["authorId"]
    assert ["p", "q"] == list(await writer.stored("Profile"))


async def test_the_caller_as_owner_needs_no_record(writer: Writer) -> None:
    """The token vouches for an owner that is the caller; any other owner is a record like any."""
    assert "ann" == (await writer.create("Diary", "d"))["authorId"]
    assert "bob" == (await writer.as_("chief", id="bob").create("Diary", "e", authorId="bob"))["authorId"]
    assert [unknown("/authorId", "Author")] == await refused(writer.as_("chief").update("Diary", "d", authorId="bob"))
    await writer.create("Author", "cat")
    assert "cat" == (await writer.as_("chief").update("Diary", "d", authorId="cat"))["authorId"]
