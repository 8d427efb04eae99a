"""Deletion as the relations declare it: restrict, cascade and set_null, all in one write."""

from __future__ import annotations

import pytest

from atakora_data.errors import StillReferenced, TooManyAffected, ValidationError
from atakora_data.service import deleting
from tests.service.publishing import HEARD, Writer


async def test_restrict_names_what_refers_and_no_more(writer: Writer) -> None:
    """The refusal tells entity and field, not ids nor how many, of records that are hidden from the caller, too."""
    await writer.create("Author", "a")
    await writer.as_("chief").create("Book", "secret", authorId="a", isHidden=True)
    before = await writer.everything()
    with pytest.raises(StillReferenced) as caught:
        await writer.delete("Author", "a")
    assert (409, "Book", "authorId") == (caught.value.status, caught.value.holder, caught.value.field)
    told = f"{caught.value.detail} {caught.value.hint}"
    assert [] == [word for word in ("secret", "1") if word in told]
    assert before == await writer.everything()


async def test_cascade_takes_children_of_children(writer: Writer) -> None:
    """Sequels of sequels go with their chapters, notes and links; their own delete rules are not asked."""
    for id, prequel in {"one": None, "two": "one", "three": "two", "other": None}.items():
        await writer.create("Book", id, prequelId=prequel)
        await writer.create("Chapter", f"of-{id}", bookId=id)
        await writer.create("Note", f"on-{id}", aboutId=id, aboutType="Book")
        await writer.create("Tag", f"tag-{id}")
        await writer.link("Book", id, "tags", f"tag-{id}")
    HEARD.clear()
    await writer.delete("Book", "one")
    assert ["other"] == list(await writer.stored("Book"))
    assert ["of-other"] == list(await writer.stored("Chapter"))
    assert ["on-other"] == list(await writer.stored("Note"))
    assert [("other", "tag-other")] == await writer.links("BookTags", "bookId", "tagId")
    assert 4 == len(await writer.stored("Tag"))
    gone = {f"deleted {place}{id}" for id in ("one", "two", "three") for place in ("", "of-", "on-")}
    assert (gone, 9) == (set(HEARD), len(HEARD))


async def test_cycles_end(writer: Writer) -> None:
    """Records that refer to each other in a circle, or to themselves, all go."""
    await writer.create("Book", "self", prequelId="self")
    await writer.create("Book", "x")
    await writer.create("Book", "y", prequelId="x")
    await writer.update("Book", "x", prequelId="y")
    await writer.delete("Book", "x")
    await writer.delete("Book", "self")
    assert {} == await writer.stored("Book")


async def test_set_null_moves_version_and_stamp(writer: Writer) -> None:
    """Who referred stays with an empty key, another etag and version, and its `on_update` fields stamped."""
    await writer.create("Author", "a")
    await writer.as_("chief").create("Book", "b", editorId="a")
    await writer.create("Note", "n", aboutId="a", aboutType="Author")
    before = (await writer.stored("Book"))["b"]
    await writer.delete("Author", "a")
    after, note = (await writer.stored("Book"))["b"], (await writer.stored("Note"))["n"]
    assert (None, 7, before["_version"] + 1) == (after["editorId"], after["stamp"], after["_version"])
    assert before["_etag"] != after["_etag"]
    assert (None, None) == (note["aboutId"], note["aboutType"])


async def test_a_polymorphic_key_is_that_of_its_type_only(writer: Writer) -> None:
    """A note on a book is not touched when the author with the same id is deleted."""
    await writer.create("Author", "same")
    await writer.create("Book", "same")
    await writer.create("Note", "n", aboutId="same", aboutType="Book")
    await writer.delete("Author", "same")
    assert ("same", 1) == (
        (await writer.stored("Note"))["n"]["aboutId"],
        (await writer.stored("Note"))["n"]["_version"],
    )


async def test_what_goes_anyhow_restricts_nothing(writer: Writer) -> None:
    """A record that restricts the deletion of another is no hindrance when the same write deletes it, too."""
    await writer.create("Book", "b")
    await writer.create("Author", "a")
    await writer.as_("librarian").link("Book", "b", "readers", "a")
    await writer.delete("Author", "a")
    assert ({}, ["b"]) == (await writer.stored("Loan"), list(await writer.stored("Book")))


async def test_a_child_that_refuses_keeps_everything(writer: Writer) -> None:
    """A before-hook of what would go with it refuses the whole deletion."""
    await writer.create("Book", "b")
    await writer.create("Chapter", "king", bookId="b")
    await writer.create("Chapter", "pawn", bookId="b")
    before = await writer.everything()
    with pytest.raises(ValidationError):
        await writer.delete("Book", "b")
    assert before == await writer.everything()


async def test_links_of_both_ends_go(writer: Writer) -> None:
    """Deleting either end takes the links away, and leaves the other end."""
    for id in ("t", "u"):
        await writer.create("Tag", id)
    for id in ("b", "c"):
        await writer.create("Book", id)
        for tag in ("t", "u"):
            await writer.link("Book", id, "tags", tag)
    await writer.delete("Tag", "t")
    await writer.delete("Book", "b")
    assert [("c", "u")] == await writer.links("BookTags", "bookId", "tagId")
    assert (["c"], ["u"]) == (list(await writer.stored("Book")), list(await writer.stored("Tag")))


async def test_links_to_oneself_go_in_both_directions(writer: Writer) -> None:
    """Of a many-to-many of an entity with itself both keys are looked at."""
    for id in ("a", "b", "c"):
        await writer.create("Author", id)
    for near, far in (("a", "b"), ("b", "c"), ("c", "a")):
        await writer.link("Author", near, "friends", far)
    await writer.delete("Author", "a")
    assert [("b", "c")] == await writer.links("Friendship", "authorId", "relatedAuthorId")


async def test_more_than_the_bound_is_refused(writer: Writer) -> None:
    """One deletion takes at most so many records with it; one more is a conflict with a remedy, nothing is written."""
    await writer.create("Book", "b")
    most = deleting.MOST - 1
    chapters = [{"id": f"c{number:05}", "bookId": "b", "number": 1, "text": ""} for number in range(most + 1)]
    await writer.put_in("Chapter", *chapters)
    with pytest.raises(TooManyAffected) as caught:
        await writer.delete("Book", "b")
    assert (409, True) == (caught.value.status, str(deleting.MOST) in caught.value.detail)
    assert most + 1 == len(await writer.stored("Chapter"))
    await writer.as_system().delete("Chapter", "c00000")
    await writer.delete("Book", "b")
    assert {} == await writer.stored("Chapter")


async def test_the_door_tells_what_restricts(writer: Writer) -> None:
    """REST answers 409 `still_referenced`."""
    ann = writer.client.as_("ann")
    await ann.ask("POST", "authors", {"id": "a"})
    assert 201 == (await ann.ask("POST", "books", {"id": "b", "authorId": "a"})).status
    answer = await ann.ask("DELETE", "authors/a")
    assert (409, "still_referenced") == (answer.status, answer.json["code"])
    assert 200 == (await ann.ask("GET", "authors/a")).status
