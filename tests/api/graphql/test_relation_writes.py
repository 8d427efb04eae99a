"""Writes that cross relations: nested input, links, many records at once, upsert."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from atakora_data.registry.loader import load_registry
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.api.graphql.asking import Blog, CountingStore
from tests.support.app import running

_CONFERENCE = Path(__file__).parents[3] / "examples" / "conference" / "schemas"

PERSON = """id name manager { name } reports(orderBy: [{name: ASC}]) { items { name } } badge { code }
    clubs(orderBy: [{id: ASC}]) { edges { since nickname node { id } } } friends { items { name } }"""
CREATE = f"mutation($i: CreatePersonInput!) {{ createPerson(input: $i) {{ {PERSON} }} }}"
UPDATE = f"mutation($id: ID!, $i: UpdatePersonInput!) {{ updatePerson(id: $id, input: $i) {{ {PERSON} }} }}"


async def count(blog: Blog, field: str) -> int:
    """How many records a list has."""
    return int((await blog.data(f"{{ {field} {{ count }} }}"))[field]["count"])


async def test_a_create_writes_relations_of_every_kind(blog: Blog) -> None:
    """New records, records that exist and links with their fields, in one write."""
    await blog.create("Club", id="golf", name="Golf")
    old = await blog.create("Person", name="Old")
    blog.store.calls.clear()
    input = {
        "name": "Ann",
        "manager": {"create": {"name": "Boss"}},
        "reports": {"create": [{"name": "Bob", "badge": {"create": {"code": "B1"}}}], "connect": [{"id": old}]},
        "badge": {"create": {"code": "A1"}},
        "clubs": {
            "create": [{"id": "chess", "name": "Chess", "_through": {"since": 1990}}],
            "connect": [{"id": "golf", "_through": {"since": 2000, "nickname": "Tiger"}}],
        },
        "friends": {"connect": [{"id": old}]},
    }
    created = (await blog.data(CREATE, {"i": input}))["createPerson"]
    assert {
        "name": "Ann",
        "manager": {"name": "Boss"},
        "reports": {"items": [{"name": "Bob"}, {"name": "Old"}]},
        "badge": {"code": "A1"},
        "clubs": {
            "edges": [
                {"since": 1990, "nickname": None, "node": {"id": "chess"}},
                {"since": 2000, "nickname": "Tiger", "node": {"id": "golf"}},
            ]
        },
        "friends": {"items": [{"name": "Old"}]},
    } == {name: value for name, value in created.items() if name != "id"}
    assert 1 == blog.store.calls.count("apply")


async def test_an_update_connects_disconnects_and_sets(blog: Blog) -> None:
    """Relations that the input does not name stay as they are."""
    bob, cy = [await blog.create("Person", name=name) for name in ("Bob", "Cy")]
    ann = await blog.create(
        "Person", name="Ann", manager={"connect": {"id": bob}}, reports={"connect": [{"id": cy}]}, age=1
    )
    changed = (
        await blog.data(
            UPDATE,
            {
                "id": ann,
                "i": {
                    "manager": {"disconnect": True},
                    "reports": {"connect": [{"id": bob}], "disconnect": [{"id": cy}]},
                    "friends": {"set": [{"id": bob}, {"id": cy}]},
                },
            },
        )
    )["updatePerson"]
    assert (None, [{"name": "Bob"}]) == (changed["manager"], changed["reports"]["items"])
    assert 2 == len(changed["friends"]["items"])
    changed = (await blog.data(UPDATE, {"id": ann, "i": {"friends": {"set": [{"id": cy}]}, "name": "Anna"}}))[
        "updatePerson"
    ]
    assert ("Anna", [{"name": "Cy"}], [{"name": "Bob"}]) == (
        changed["name"],
        changed["friends"]["items"],
        changed["reports"]["items"],
    )


async def test_a_polymorphic_relation_is_written_by_type(blog: Blog) -> None:
    """To a record that exists, to a new one, or to nothing."""
    ann = await blog.create("Person", name="Ann")
    text = """mutation($id: ID!, $i: UpdateNoteInput!) { updateNote(id: $id, input: $i) {
        subjectType subject { __typename ... on Team { name } ... on Person { name } } } }"""
    note = await blog.create("Note", text="x", subject={"connect": {"Person": {"id": ann}}})
    assert {"subjectType": "Team", "subject": {"__typename": "Team", "name": "Red"}} == (
        await blog.data(text, {"id": note, "i": {"subject": {"create": {"Team": {"name": "Red"}}}}})
    )["updateNote"]
    assert {"subjectType": None, "subject": None} == (
        await blog.data(text, {"id": note, "i": {"subject": {"disconnect": True}}})
    )["updateNote"]


@pytest.mark.parametrize(
    ("input", "pointer"),
    [
        ({"manager": {"connect": {"id": "6b2c2f4e-0000-4000-8000-000000000000"}}}, "/manager/connect/id"),
        ({"manager": {}}, "/manager"),
        ({"manager": None}, "/manager"),
        ({"managerId": None, "manager": {"create": {"name": "x"}}}, "/managerId"),
        ({"manager": {"create": {"name": "x"}, "connect": {"id": "y"}}}, "/manager"),
        ({"reports": {"create": [{"name": "x"}, {"name": "y", "badge": {"create": {"code": None}}}]}}, None),
        ({"clubs": {"create": [{"id": "c", "name": "C"}]}}, "/clubs/create/0/_through/since"),
        ({"friends": {"connect": [{"id": "6b2c2f4e-0000-4000-8000-000000000000"}]}}, "/friends/connect/0/id"),
    ],
)
async def test_a_relation_that_cannot_be_written_writes_nothing(
    blog: Blog, input: dict[str, Any], pointer: str | None
) -> None:
    """The error says where in the input; neither the record nor what is nested in it is stored."""
    error = await blog.error(CREATE, {"i": {"name": "Ann", **input}})
    if pointer is None:
        assert "malformed_request" == error["extensions"]["code"]
    else:
        assert (422, pointer) == (error["extensions"]["status"], error["extensions"]["errors"][0]["pointer"])
    assert 0 == await count(blog, "listPeople")


async def test_a_foreign_key_must_come_from_somewhere(blog: Blog) -> None:
    """It is optional in the schema, since a relation may give it, and required all the same."""
    error = await blog.error('mutation { createBadge(input: {code: "A1"}) { id } }')
    assert (422, "/personId") == (error["extensions"]["status"], error["extensions"]["errors"][0]["pointer"])
    query = 'mutation { createBadge(input: {code: "A1", person: {create: {name: "Ann"}}}) { person { name } } }'
    assert {"name": "Ann"} == (await blog.data(query))["createBadge"]["person"]


async def test_a_second_of_a_has_one_is_refused(blog: Blog) -> None:
    """It is a conflict."""
    ann = await blog.create("Person", name="Ann", badge={"create": {"code": "A1"}})
    error = await blog.error('mutation($p: ID) { createBadge(input: {code: "A2", personId: $p}) { id } }', {"p": ann})
    assert 409 == error["extensions"]["status"]


LINK = """mutation($p: ID!, $f: PersonClubsThroughInput) { linkPersonToClubs(id: $p, clubId: "golf", _through: $f) {
    clubs { edges { since nickname node { name } } } } }"""


async def test_links_are_made_changed_and_taken_away(blog: Blog) -> None:
    """The answer is the record, with the links it has then."""
    await blog.create("Club", id="golf", name="Golf")
    ann = await blog.create("Person", name="Ann")
    first = await blog.data(LINK, {"p": ann, "f": {"since": 1990}})
    assert [{"since": 1990, "nickname": None, "node": {"name": "Golf"}}] == first["linkPersonToClubs"]["clubs"]["edges"]
    second = await blog.data(LINK, {"p": ann, "f": {"nickname": "Tiger"}})
    assert [{"since": 1990, "nickname": "Tiger", "node": {"name": "Golf"}}] == second["linkPersonToClubs"]["clubs"][
        "edges"
    ]
    query = 'mutation($p: ID!) { unlinkPersonFromClubs(id: $p, clubId: "golf") { name clubs { count } } }'
    assert {"name": "Ann", "clubs": {"count": 0}} == (await blog.data(query, {"p": ann}))["unlinkPersonFromClubs"]
    assert 404 == (await blog.error(query, {"p": ann}))["extensions"]["status"]


async def test_a_link_to_what_is_hidden_or_missing_is_refused_alike(blog: Blog) -> None:
    """Nobody learns which of the two it is."""
    ann = await blog.create("Person", name="Ann")
    hidden = await blog.as_("root", "admin").create("Team", name="Shadow", isSecret=True)
    missing = "6b2c2f4e-0000-4000-8000-000000000000"
    query = "mutation($p: ID!, $t: ID!) { linkPersonToTeams(id: $p, teamId: $t) { id } }"
    errors = [await blog.error(query, {"p": ann, "t": each}) for each in (hidden, missing)]
    assert [404, 404] == [each["extensions"]["status"] for each in errors]
    assert errors[0]["message"].replace(hidden, "") == errors[1]["message"].replace(missing, "")


async def test_a_link_goes_by_the_rules_of_its_junction(blog: Blog) -> None:
    """Only an admin may delete a membership, and so unlink."""
    team = await blog.create("Team", name="Red")
    ann = await blog.create("Person", name="Ann", teams={"connect": [{"id": team}]})
    query = "mutation($p: ID!, $t: ID!) { unlinkPersonFromTeams(id: $p, teamId: $t) { teams { count } } }"
    assert 401 == (await blog.error(query, {"p": ann, "t": team}))["extensions"]["status"]
    found = await blog.as_("root", "admin").data(query, {"p": ann, "t": team})
    assert {"teams": {"count": 0}} == found["unlinkPersonFromTeams"]


async def test_who_leaves_a_record_may_lose_sight_of_it(tmp_path: Path) -> None:
    """Where a link is what lets one read, the answer without it is the id, or an error that says what was done."""
    conference = load_registry(_CONFERENCE)
    store = CountingStore(SqliteEntityStore(conference, ":memory:"))
    async with running(tmp_path, registry=conference, store=store) as client:
        ada, ben = Blog(client, store).as_("ada", "organizer"), Blog(client, store).as_("ben")
        for name in ("ada", "ben"):
            await ada.create("Person", id=name, name=name, email=f"{name}@example.org")
        for id in ("t1", "t2"):
            await ada.create("Talk", id=id, title="A talk", speakers={"connect": [{"id": "ben"}]})
        query = 'mutation {{ unlinkTalkFromSpeakers(id: "{}", personId: "ben") {{ {} }} }}'
        assert {"id": "t1", "room": None} == (await ben.data(query.format("t1", "id room { name }")))[
            "unlinkTalkFromSpeakers"
        ]
        error = await ben.error(query.format("t2", "id title"))
        assert "The Talk was written, but you may not read title of it." == error["message"]
        for id in ("t1", "t2"):
            assert None is (await ben.data(f'{{ getTalk(id: "{id}") {{ id }} }}'))["getTalk"]


async def test_many_are_created_at_once(blog: Blog) -> None:
    """In the order of their inputs, with their relations, in one write; one that is wrong keeps out all."""
    query = """mutation($i: [CreatePersonInput!]!) { createPeople(input: $i) { name manager { name } } }"""
    inputs: list[dict[str, Any]] = [{"name": "Ann"}, {"name": "Bob", "manager": {"create": {"name": "Cy"}}}]
    blog.store.calls.clear()
    assert [{"name": "Ann", "manager": None}, {"name": "Bob", "manager": {"name": "Cy"}}] == (
        await blog.data(query, {"i": inputs})
    )["createPeople"]
    assert 1 == blog.store.calls.count("apply")
    error = await blog.error(query, {"i": [{"name": "Dee"}, {"name": "Eve", "managerId": "x"}]})
    assert "/1/managerId" == error["extensions"]["errors"][0]["pointer"]
    assert 3 == await count(blog, "listPeople")


async def test_relations_of_many_that_were_written_are_read_at_once(blog: Blog) -> None:
    """One round trip a relation and level, as in a list."""
    ann = await blog.create("Person", name="Ann")
    text = "{ name manager { name } clubs { edges { since } } }"
    inputs = [{"name": f"P{number}", "managerId": ann} for number in range(5)]
    blog.store.calls.clear()
    created = await blog.data(
        f"mutation($i: [CreatePersonInput!]!) {{ createPeople(input: $i) {text} }}", {"i": inputs}
    )
    assert [f"P{number}" for number in range(5)] == [each["name"] for each in created["createPeople"]]
    assert ["get_many Person", "select_linked Club"] == sorted(blog.store.calls[blog.store.calls.index("apply") + 1 :])
    blog.store.calls.clear()
    await blog.data(
        f'mutation {{ updatePeople(filter: {{manager: {{name: {{eq: "Ann"}}}}}}, input: {{age: 1}}) {text} }}'
    )
    assert ["get_many Person", "select_linked Club"] == sorted(blog.store.calls[blog.store.calls.index("apply") + 1 :])


async def test_many_are_changed_and_deleted_by_filter(blog: Blog) -> None:
    """All that match, across relations too; the answers are the records."""
    ann = await blog.create("Person", name="Ann", reports={"create": [{"name": "Bob"}, {"name": "Cy"}]})
    query = 'mutation { updatePeople(filter: {manager: {name: {eq: "Ann"}}}, input: {age: 7}) { name age } }'
    changed = (await blog.data(query))["updatePeople"]
    assert [("Bob", 7), ("Cy", 7)] == sorted((each["name"], each["age"]) for each in changed)
    query = "mutation { deletePeople(filter: {age: {eq: 7}}, maxAffected: 2) { name manager { id } } }"
    deleted = (await blog.data(query))["deletePeople"]
    assert [("Bob", ann), ("Cy", ann)] == sorted((each["name"], each["manager"]["id"]) for each in deleted)
    assert 1 == await count(blog, "listPeople")


async def test_more_than_may_be_affected_are_left_alone(blog: Blog) -> None:
    """`maxAffected` says how many may be, and the error that there are more."""
    await blog.data('mutation { createPeople(input: [{name: "A"}, {name: "B"}]) { id } }')
    for text in (
        "deletePeople(filter: {}, maxAffected: 1)",
        "updatePeople(filter: {}, input: {age: 1}, maxAffected: 1)",
    ):
        error = await blog.error(f"mutation {{ {text} {{ id }} }}")
        assert (409, "too_many_affected") == (error["extensions"]["status"], error["extensions"]["code"])
    assert 0 == (await blog.data("{ listPeople(filter: {age: {eq: 1}}) { count } }"))["listPeople"]["count"]
    assert 2 == await count(blog, "listPeople")


async def test_relations_are_not_written_by_filter(blog: Blog) -> None:
    """They are no part of the input, as tools can see before they ask."""
    await blog.create("Person", name="Ann")
    error = await blog.error('mutation { updatePeople(filter: {}, input: {manager: {create: {name: "B"}}}) { id } }')
    assert "manager" in error["message"]
    assert "UpdateManyPersonInput" in error["message"]


async def test_an_upsert_creates_then_replaces(blog: Blog) -> None:
    """What the second leaves out is set back; `ifMatch` guards it."""
    query = """mutation($i: CreatePersonInput!, $e: String) {
        upsertPerson(id: "6b2c2f4e-0000-4000-8000-000000000000", input: $i, ifMatch: $e) {
            name age _etag _version } }"""
    first = (await blog.data(query, {"i": {"name": "Ann", "age": 3}}))["upsertPerson"]
    second = (await blog.data(query, {"i": {"name": "Anna"}}))["upsertPerson"]
    assert (("Ann", 3, 1), ("Anna", None, 2)) == (
        (first["name"], first["age"], first["_version"]),
        (second["name"], second["age"], second["_version"]),
    )
    error = await blog.error(query, {"i": {"name": "Ann"}, "e": first["_etag"]})
    assert 412 == error["extensions"]["status"]


async def test_who_may_not_read_what_it_wrote_is_told(blog: Blog) -> None:
    """Of many as of one: selecting what one did not send is an error that says that they were written."""
    query = 'mutation { createFeedbacks(input: [{text: "a"}, {text: "b"}]) { id text %s } }'
    assert ["a", "b"] == [each["text"] for each in (await blog.data(query % ""))["createFeedbacks"]]
    error = await blog.error(query % "receivedAt")
    assert "was written, but you may not read receivedAt" in error["message"]
