"""Relations in the input: create, connect, disconnect and set, each record by its own rules, all or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from atakora_data.errors import FieldForbidden, Forbidden, RequestError, UniqueViolation
from tests.service.publishing import HEARD, Writer


async def refused(writing: Any) -> tuple[int, list[tuple[str, str]]]:
    """Status, and pointer and code of all that is wrong."""
    with pytest.raises(RequestError) as caught:
        await writing
    return caught.value.status, [(each.pointer, each.code) for each in caught.value.errors]


async def test_a_whole_graph_in_one_input(writer: Writer) -> None:
    """A new book with a new author who has a profile, with chapters, notes, and tags old and new."""
    await writer.create("Tag", "old")
    HEARD.clear()
    book = await writer.create(
        "Book",
        "b",
        title="B",
        author={"create": {"id": "a", "name": "A", "profile": {"create": {"id": "p", "bio": "x"}}}},
        chapters={"create": [{"id": "c1", "number": 1}, {"id": "c2", "number": 2}]},
        notes={"create": [{"id": "n"}]},
        tags={"connect": [{"id": "old", "_through": {"weight": 5}}], "create": [{"id": "new"}]},
    )
    assert ("a", 1) == (book["authorId"], book["_version"])
    assert "a" == (await writer.stored("Profile"))["p"]["authorId"]
    assert {"c1": "b", "c2": "b"} == {id: each["bookId"] for id, each in (await writer.stored("Chapter")).items()}
    note = (await writer.stored("Note"))["n"]
    assert ("b", "Book") == (note["aboutId"], note["aboutType"])
    assert [("b", "new", 1), ("b", "old", 5)] == await writer.links("BookTags", "bookId", "tagId", "weight")
    assert [f"created {id}" for id in ("a", "p", "b", "c1", "c2", "n", "new")] == sorted(HEARD, key=HEARD.index)[:7]


async def test_nothing_is_written_when_one_part_is_wrong(writer: Writer) -> None:
    """The error tells where in the input it stands; neither the record nor its relations are stored."""
    cases: list[tuple[dict[str, Any], tuple[int, list[tuple[str, str]]]]] = [
        (
            {"chapters": {"create": [{"id": "c"}, {"id": "d", "text": "x" * 30}]}},
            (422, [("/chapters/create/1/text", "too_long")]),
        ),
        (
            {"author": {"create": {"id": "a", "profile": {"create": {"id": "p", "bio": 7}}}}},
            (422, [("/author/create/profile/create/bio", "type")]),
        ),
        ({"author": {"connect": {"id": "zz"}}}, (422, [("/author/connect/id", "reference")])),
        ({"tags": {"connect": [{"id": "zz"}]}}, (422, [("/tags/connect/0/id", "reference")])),
        ({"chapters": {"connect": [{"id": "zz"}]}}, (422, [("/chapters/connect/0/id", "reference")])),
        (
            {"tags": {"create": [{"id": "t", "_through": {"weight": 0}}]}},
            (422, [("/tags/create/0/_through/weight", "too_small")]),
        ),
        ({"readers": {"create": [{"id": "r"}]}}, (403, [("/readers/create/0/_through", "forbidden")])),
        ({"editor": {"create": {"id": "e"}}}, (403, [("/editorId", "field_forbidden")])),
    ]  # fmt: skip
    for input, expected in cases:
        assert expected == await refused(writer.create("Book", "b", **input)), input
        assert {} == {name: records for name, records in (await writer.everything()).items() if records}


SHAPES: list[tuple[dict[str, Any], str, str]] = [
    ({"author": "a"}, "/author", "type"),
    ({"author": {}}, "/author", "required"),
    ({"author": None}, "/author", "type"),
    ({"author": {"create": {}, "connect": {"id": "a"}}}, "/author", "conflict"),
    ({"author": {"conect": {"id": "a"}}}, "/author/conect", "unknown_field"),
    ({"author": {"connect": {"id": 7}}}, "/author/connect/id", "type"),
    ({"author": {"connect": {}}}, "/author/connect/id", "required"),
    ({"author": {"connect": {"id": "a", "name": "x"}}}, "/author/connect/name", "unknown_field"),
    ({"author": {"connect": {"id": "a"}}, "authorId": "a"}, "/authorId", "conflict"),
    ({"author": {"create": [{}]}}, "/author/create", "type"),
    ({"author": {"disconnect": False}}, "/author/disconnect", "type"),
    ({"author": {"disconnect": "a"}}, "/author/disconnect", "type"),
    ({"chapters": [{"id": "c"}]}, "/chapters", "type"),
    ({"chapters": {"create": {"id": "c"}}}, "/chapters/create", "type"),
    ({"chapters": {"create": ["c"]}}, "/chapters/create/0", "type"),
    ({"chapters": {"create": [{"id": "c", "bookId": "x"}]}}, "/chapters/create/0/bookId", "conflict"),
    (
        {"chapters": {"create": [{"id": "c", "book": {"connect": {"id": "b"}}}]}},
        "/chapters/create/0/bookId",
        "conflict",
    ),
    ({"chapters": {"connect": [{"id": "c"}, {"id": "c"}]}}, "/chapters/connect/1", "conflict"),
    ({"chapters": {"connect": [{"id": "c"}], "disconnect": [{"id": "c"}]}}, "/chapters/disconnect/0", "conflict"),
    ({"chapters": {"set": [{"id": "c"}], "connect": []}}, "/chapters/set", "conflict"),
    ({"chapters": {"upsert": []}}, "/chapters/upsert", "unknown_field"),
    ({"tags": {"connect": [{"id": "t", "_through": {"wait": 1}}]}}, "/tags/connect/0/_through/wait", "unknown_field"),
    ({"tags": {"connect": [{"id": "t", "_through": 1}]}}, "/tags/connect/0/_through", "type"),
    ({"tags": {"connect": [{"id": "t", "_through": {"id": "x"}}]}}, "/tags/connect/0/_through/id", "unknown_field"),
    ({"tags": {"disconnect": [{"id": "t", "_through": {}}]}}, "/tags/disconnect/0/_through", "unknown_field"),
]  # fmt: skip


@pytest.mark.parametrize(("patch", "pointer", "code"), SHAPES)
async def test_what_cannot_be_meant_is_told_where(
    writer: Writer, patch: dict[str, Any], pointer: str, code: str
) -> None:
    """Wrong shapes, unknown words and contradictions are 422 with their place, and change nothing."""
    for entity, id in (("Author", "a"), ("Book", "b"), ("Tag", "t")):
        await writer.create(entity, id)
    await writer.create("Chapter", "c", bookId="b")
    before = await writer.everything()
    assert (422, [(pointer, code)]) == await refused(writer.update("Book", "b", **patch))
    assert before == await writer.everything()


async def test_a_polymorphic_relation_names_its_target(writer: Writer) -> None:
    """Connect and create say of which entity; another is refused, and disconnect empties both fields."""
    await writer.create("Author", "a")
    note = await writer.create("Note", "n", about={"connect": {"Author": {"id": "a"}}})
    assert ("a", "Author") == (note["aboutId"], note["aboutType"])
    note = await writer.update("Note", "n", about={"create": {"Book": {"id": "b"}}})
    assert ("b", "Book") == (note["aboutId"], note["aboutType"])
    assert [(422, [("/about/connect/Tag", "unknown_field")]), (422, [("/about/connect", "conflict")])] == [
        await refused(writer.update("Note", "n", about={"connect": each}))
        for each in ({"Tag": {"id": "t"}}, {"Book": {"id": "b"}, "Author": {"id": "a"}})
    ]
    assert (422, [("/about/connect/Book/id", "reference")]) == await refused(
        writer.update("Note", "n", about={"connect": {"Book": {"id": "a"}}})
    )
    note = await writer.update("Note", "n", about={"disconnect": True})
    assert (None, None) == (note["aboutId"], note["aboutType"])


async def test_a_to_one_is_connected_and_emptied(writer: Writer) -> None:
    """In an update, by its relation as by its key."""
    await writer.create("Author", "a")
    await writer.create("Book", "b")
    assert "a" == (await writer.update("Book", "b", author={"connect": {"id": "a"}}))["authorId"]
    assert None is (await writer.update("Book", "b", author={"disconnect": True}))["authorId"]
    assert "n" == (await writer.update("Book", "b", author={"create": {"id": "n"}}))["authorId"]


async def test_a_hidden_target_is_told_as_a_missing_one(writer: Writer) -> None:
    """Of every kind of relation."""
    chief = writer.as_("chief")
    await writer.create("Book", "b")
    for entity in ("Author", "Tag", "Book"):
        await chief.create(entity, "hidden", isHidden=True)
    await chief.create("Chapter", "hidden", bookId="b", isHidden=True)
    await chief.create("Note", "hidden", isHidden=True)
    for relation in ("author", "prequel"):
        hidden, missing = [
            await refused(writer.update("Book", "b", **{relation: {"connect": {"id": id}}})) for id in ("hidden", "zz")
        ]
        assert hidden == missing == (422, [(f"/{relation}/connect/id", "reference")])
    for relation in ("chapters", "notes", "tags", "sequels"):
        for verb in ("connect", "disconnect"):
            hidden, missing = [
                await refused(writer.update("Book", "b", **{relation: {verb: [{"id": id}]}})) for id in ("hidden", "zz")
            ]
            assert hidden == missing == (422, [(f"/{relation}/{verb}/0/id", "reference")])


async def test_to_connect_a_child_is_to_update_it(writer: Writer) -> None:
    """Its own update rule holds before and after, its hooks run, and its version moves."""
    for id in ("b", "c"):
        await writer.create("Book", id)
    await writer.create("Chapter", "open", bookId="b")
    await writer.create("Chapter", "frozen", bookId="b", isFrozen=True)
    HEARD.clear()
    await writer.update("Book", "c", chapters={"connect": [{"id": "open"}]})
    chapter = (await writer.stored("Chapter"))["open"]
    assert ("c", 2, 7) == (chapter["bookId"], chapter["_version"], chapter["stamp"])
    assert ["updated c", "updated open"] == HEARD
    before = await writer.everything()
    with pytest.raises(Forbidden) as caught:
        await writer.update("Book", "c", chapters={"connect": [{"id": "frozen"}]})
    assert ["/chapters/connect/0"] == [each.pointer for each in caught.value.errors]
    assert before == await writer.everything()


async def test_field_rules_of_the_key_hold(writer: Writer) -> None:
    """Who may not write the key of a child cannot connect it either."""
    await writer.create("Author", "a")
    await writer.create("Book", "b")
    with pytest.raises(FieldForbidden):
        await writer.update("Author", "a", edited={"connect": [{"id": "b"}]})
    await writer.as_("chief").update("Author", "a", edited={"connect": [{"id": "b"}]})
    assert "a" == (await writer.stored("Book"))["b"]["editorId"]
    with pytest.raises(FieldForbidden):
        await writer.update("Author", "a", edited={"disconnect": [{"id": "b"}]})


async def test_only_what_is_connected_can_be_disconnected(writer: Writer) -> None:
    """Another's child is not, and a child whose key cannot be empty must be deleted instead."""
    for id in ("a", "z"):
        await writer.create("Author", id)
    await writer.create("Book", "b", authorId="a", chapters={"create": [{"id": "c"}]})
    assert (422, [("/books/disconnect/0/id", "reference")]) == await refused(
        writer.update("Author", "z", books={"disconnect": [{"id": "b"}]})
    )
    assert (422, [("/chapters/disconnect/0", "required")]) == await refused(
        writer.update("Book", "b", chapters={"disconnect": [{"id": "c"}]})
    )
    await writer.update("Author", "a", books={"disconnect": [{"id": "b"}]})
    assert None is (await writer.stored("Book"))["b"]["authorId"]


async def test_set_leaves_exactly_these_of_what_the_caller_sees(writer: Writer) -> None:
    """Others are disconnected, missing ones connected, and what is hidden stays."""
    await writer.create("Author", "a")
    for id in ("b1", "b2", "b3"):
        await writer.create("Book", id, authorId=None if id == "b3" else "a")
    await writer.as_("chief").create("Book", "hidden", authorId="a", isHidden=True)
    await writer.update("Author", "a", books={"set": [{"id": "b2"}, {"id": "b3"}]})
    books = await writer.stored("Book")
    assert {"b1": None, "b2": "a", "b3": "a", "hidden": "a"} == {id: each["authorId"] for id, each in books.items()}
    assert 1 == books["b2"]["_version"]
    await writer.update("Author", "a", books={"set": []})
    assert ["hidden"] == [id for id, each in (await writer.stored("Book")).items() if each["authorId"]]


async def test_set_of_links(writer: Writer) -> None:
    """Of a many-to-many `set` leaves these links, with their through fields changed if said; hidden targets stay."""
    for id in ("t1", "t2", "t3"):
        await writer.create("Tag", id)
    await writer.as_("chief").create("Tag", "hidden", isHidden=True)
    await writer.create("Book", "b", tags={"connect": [{"id": "t1"}, {"id": "t2", "_through": {"weight": 2}}]})
    await writer.as_("chief").update("Book", "b", tags={"connect": [{"id": "hidden"}]})
    await writer.update("Book", "b", tags={"set": [{"id": "t2"}, {"id": "t3", "_through": {"weight": 3}}]})
    assert [("b", "hidden", 1), ("b", "t2", 2), ("b", "t3", 3)] == await writer.links(
        "BookTags", "bookId", "tagId", "weight"
    )
    await writer.update("Book", "b", tags={"set": [{"id": "t2", "_through": {"weight": 9}}]})
    assert [("b", "hidden", 1), ("b", "t2", 9)] == await writer.links("BookTags", "bookId", "tagId", "weight")


async def test_links_are_disconnected(writer: Writer) -> None:
    """What is not linked cannot be; the target stays."""
    await writer.create("Book", "b", tags={"create": [{"id": "t"}]})
    await writer.create("Tag", "u")
    assert (422, [("/tags/disconnect/0/id", "reference")]) == await refused(
        writer.update("Book", "b", tags={"disconnect": [{"id": "u"}]})
    )
    await writer.update("Book", "b", tags={"disconnect": [{"id": "t"}], "connect": [{"id": "u"}]})
    assert [("b", "u")] == await writer.links("BookTags", "bookId", "tagId")
    assert ["t", "u"] == list(await writer.stored("Tag"))


async def test_a_has_one_takes_no_second(writer: Writer) -> None:
    """Create and connect beside one that there is are conflicts; after disconnect there is room."""
    await writer.create("Author", "a", profile={"create": {"id": "p"}})
    await writer.create("Profile", "q")
    for asked in ({"create": {"id": "r"}}, {"connect": {"id": "q"}}):
        with pytest.raises(UniqueViolation):
            await writer.update("Author", "a", profile=asked)
    await writer.update("Author", "a", profile={"disconnect": True})
    await writer.update("Author", "a", profile={"connect": {"id": "q"}})
    assert {"p": None, "q": "a"} == {id: each["authorId"] for id, each in (await writer.stored("Profile")).items()}


async def test_a_new_record_has_nothing_to_leave(writer: Writer) -> None:
    """`disconnect` and `set` are for what exists."""
    for relation, asked in (("author", {"disconnect": True}), ("tags", {"set": []}), ("chapters", {"disconnect": []})):
        [verb] = asked
        assert (422, [(f"/{relation}/{verb}", "invalid")]) == await refused(
            writer.create("Book", "b", **{relation: asked})
        )


def nested(depth: int) -> dict[str, Any]:
    """A book with a sequel with a sequel, so deep."""
    return {"id": f"s{depth}", **({"sequels": {"create": [nested(depth - 1)]}} if depth else {})}


async def test_depth_has_a_limit(writer: Writer) -> None:
    """Five relations deep is fine; six are told at the place where it is too much."""
    await writer.create("Book", **nested(5))
    assert 6 == len(await writer.stored("Book"))
    deep = nested(6)
    status, [(pointer, code)] = await refused(writer.create("Book", **deep))
    assert (422, "/sequels/create/0" * 5 + "/sequels", "too_deep") == (status, pointer, code)
    assert 6 == len(await writer.stored("Book"))


async def test_size_has_a_limit(writer: Writer) -> None:
    """A thousand related records may be named in one input."""
    chapters = [{"id": f"c{number}"} for number in range(1001)]
    assert (422, [("/chapters", "too_many")]) == await refused(
        writer.create("Book", "b", chapters={"create": chapters})
    )
    await writer.create("Book", "b", chapters={"create": chapters[:-1]})
    assert 1000 == len(await writer.stored("Chapter"))


async def test_put_takes_relations_in_both_its_ways(writer: Writer) -> None:
    """A put that creates and one that replaces."""
    _, is_new = await writer.put("Book", "b", title="one", tags={"create": [{"id": "t"}]})
    assert (True, [("b", "t")]) == (is_new, await writer.links("BookTags", "bookId", "tagId"))
    _, is_new = await writer.put("Book", "b", title="two", tags={"set": []}, author={"create": {"id": "a"}})
    assert (False, []) == (is_new, await writer.links("BookTags", "bookId", "tagId"))
    book = (await writer.stored("Book"))["b"]
    assert ("two", "a") == (book["title"], book["authorId"])


async def test_an_own_junction_has_its_own_rules(writer: Writer) -> None:
    """Who may not create loans cannot connect readers; who may, can, and the loan's hooks run."""
    await writer.create("Author", "r")
    await writer.create("Book", "b", isLocked=True)
    with pytest.raises(Forbidden):
        await writer.as_("chief").update("Book", "b", readers={"connect": [{"id": "r"}]})
    HEARD.clear()
    both = writer.as_("chief", "librarian")
    await both.update("Book", "b", readers={"connect": [{"id": "r", "_through": {"days": 3}}]})
    assert [("b", "r", 3)] == await writer.links("Loan", "bookId", "authorId", "days")
    assert 1 == len([each for each in HEARD if each.startswith("created")])
    await both.update("Book", "b", readers={"disconnect": [{"id": "r"}]})
    assert [] == await writer.links("Loan", "bookId", "authorId")


async def test_what_has_no_door_has_none_here(writer: Writer) -> None:
    """An entity whose schema leaves `create` out is not created below another either."""
    with pytest.raises(Forbidden) as caught:
        await writer.create("Author", "a", diaries={"create": [{"id": "d"}]})
    assert ["/diaries/create/0"] == [each.pointer for each in caught.value.errors]
    await writer.as_system().create("Author", "a", diaries={"create": [{"id": "d"}]})
    assert ["d"] == list(await writer.stored("Diary"))


async def test_rest_takes_them(writer: Writer) -> None:
    """Through the door, with pointers into the body."""
    ann = writer.client.as_("ann")
    body = {"id": "b", "author": {"create": {"id": "a"}}, "chapters": {"create": [{"id": "c"}]}}
    assert 201 == (await ann.ask("POST", "books", body)).status
    answer = await ann.ask("PATCH", "books/b", {"chapters": {"create": [{"id": "d", "text": 7}]}})
    assert (422, "/chapters/create/0/text") == (answer.status, answer.json["errors"][0]["pointer"])
    assert answer.json["detail"].startswith("/chapters/create/0/text")
