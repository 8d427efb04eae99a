"""Relations of every kind nested in queries: many-to-many with edges, has_one, self-references, unions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.api.graphql.asking import Blog


@pytest.fixture
async def people(blog: Blog) -> Mapping[str, str]:
    """Ann leads Bob and Cy; they are in clubs and teams and know each other, and there are notes. Ids by name."""
    ids = {"Ann": await blog.create("Person", name="Ann", age=50)}
    for name, age in (("Bob", 30), ("Cy", 40)):
        ids[name] = await blog.create("Person", name=name, age=age, managerId=ids["Ann"])
    for name in ("chess", "golf"):
        await blog.create("Club", id=name, name=name.title())
    for name, is_secret in (("Red", False), ("Shadow", True)):
        ids[name] = await blog.create("Team", name=name, isSecret=is_secret)
    links: tuple[tuple[str, str, Mapping[str, str], Any], ...] = (
        ("Clubs", "Ann", {"clubId": "chess"}, {"since": 1990}),
        ("Clubs", "Ann", {"clubId": "golf"}, {"since": 2000, "nickname": "Tiger"}),
        ("Clubs", "Bob", {"clubId": "chess"}, {"since": 2020}),
        ("Friends", "Ann", {"relatedPersonId": ids["Bob"]}, None),
        ("Teams", "Ann", {"teamId": ids["Red"]}, {"role": "lead", "salary": 9}),
        ("Teams", "Ann", {"teamId": ids["Shadow"]}, {}),
    )
    for relation, name, target, through in links:
        await link(blog.as_("root", "admin"), relation, ids[name], target, through)
    await blog.create("Badge", code="A1", personId=ids["Ann"])
    await blog.create("Note", text="on Ann", subjectId=ids["Ann"], subjectType="Person")
    await blog.create("Note", text="on Red", subjectId=ids["Red"], subjectType="Team")
    await blog.create("Note", text="on nothing")
    return ids


async def link(blog: Blog, relation: str, id: str, target: Mapping[str, str], through: Any) -> Any:
    """Link a person to another record, as GraphQL does it."""
    [(name, value)] = target.items()
    if through is None:
        text = f"mutation($i: ID!, $t: ID!) {{ linkPersonTo{relation}(id: $i, {name}: $t) {{ id }} }}"
        return await blog.data(text, {"i": id, "t": value})
    text = f"""mutation($i: ID!, $t: ID!, $f: Person{relation}ThroughInput) {{
        linkPersonTo{relation}(id: $i, {name}: $t, _through: $f) {{ id }} }}"""
    return await blog.data(text, {"i": id, "t": value, "f": through})


async def person(blog: Blog, name: str, selection: str) -> Any:
    """What is selected of one person."""
    [found] = (await blog.data(f'{{ listPeople(filter: {{name: {{eq: "{name}"}}}}) {{ items {{ {selection} }} }} }}'))[
        "listPeople"
    ]["items"]
    return found


async def test_edges_show_links_beside_their_records(blog: Blog, people: Mapping[str, str]) -> None:
    """An edge has the record as its node and the through fields; items are the same records."""
    found = await person(
        blog,
        "Ann",
        "clubs(orderBy: [{name: DESC}]) { items { name } edges { since nickname node { id name } } count nextToken }",
    )
    assert {
        "items": [{"name": "Golf"}, {"name": "Chess"}],
        "edges": [
            {"since": 2000, "nickname": "Tiger", "node": {"id": "golf", "name": "Golf"}},
            {"since": 1990, "nickname": None, "node": {"id": "chess", "name": "Chess"}},
        ],
        "count": 2,
        "nextToken": None,
    } == found["clubs"]


async def test_edges_and_items_share_one_load(blog: Blog, people: Mapping[str, str]) -> None:
    """However a many-to-many is looked at, its records are read once for all parents."""
    blog.store.calls.clear()
    await blog.data(
        "{ listPeople { items { clubs { items { name } edges { since node { name } } e: edges { nickname } } } } }"
    )
    assert ["select Person", "select_linked Club"] == blog.store.calls


async def test_views_of_one_page_keep_their_relations_apart(blog: Blog, people: Mapping[str, str]) -> None:
    """The same relation with other arguments in `items`, in `edges` and in a second node is loaded for each."""
    members = "members(orderBy: [{name: %s}], limit: 1) { items { name } }"
    text = f"""clubs(filter: {{id: {{eq: "chess"}}}}) {{
        items {{ m: {members % "ASC"} }}
        edges {{ node {{ m: {members % "DESC"} }} other: node {{ m: {members % "ASC"} name }} }}
    }}"""
    first, last = {"items": [{"name": "Ann"}]}, {"items": [{"name": "Bob"}]}
    assert {
        "items": [{"m": first}],
        "edges": [{"node": {"m": last}, "other": {"m": first, "name": "Chess"}}],
    } == (await person(blog, "Ann", text))["clubs"]


async def test_a_page_of_links_continues(blog: Blog, people: Mapping[str, str]) -> None:
    """A many-to-many has limit and nextToken per parent, like any list."""
    query = """query($t: String) { listPeople(filter: {name: {eq: "Ann"}}) { items {
        clubs(limit: 1, nextToken: $t) { edges { since } nextToken count } } } }"""
    [first] = (await blog.data(query))["listPeople"]["items"]
    assert ([{"since": 1990}], 2) == (first["clubs"]["edges"], first["clubs"]["count"])
    [second] = (await blog.data(query, {"t": first["clubs"]["nextToken"]}))["listPeople"]["items"]
    assert {"edges": [{"since": 2000}], "nextToken": None, "count": 2} == second["clubs"]


async def test_a_link_leads_back(blog: Blog, people: Mapping[str, str]) -> None:
    """Both ends of a many-to-many see the same links."""
    query = "{ listClubs { items { id members(orderBy: [{age: DESC}]) { edges { since node { name } } } } } }"
    assert [
        {
            "id": "chess",
            "members": {"edges": [{"since": 1990, "node": {"name": "Ann"}}, {"since": 2020, "node": {"name": "Bob"}}]},
        },
        {"id": "golf", "members": {"edges": [{"since": 2000, "node": {"name": "Ann"}}]}},
    ] == (await blog.data(query))["listClubs"]["items"]


async def test_self_references_nest(blog: Blog, people: Mapping[str, str]) -> None:
    """A person leads to people: to the manager, to the reports, and over links to friends."""
    selection = "manager { name reports(orderBy: [{name: ASC}]) { items { name } } friends { items { name } } }"
    assert {
        "manager": {
            "name": "Ann",
            "reports": {"items": [{"name": "Bob"}, {"name": "Cy"}]},
            "friends": {"items": [{"name": "Bob"}]},
        }
    } == await person(blog, "Bob", selection)


async def test_a_has_one_is_one_record_or_null(blog: Blog, people: Mapping[str, str]) -> None:
    """It costs one round trip for all parents."""
    blog.store.calls.clear()
    query = "{ listPeople(orderBy: [{name: ASC}]) { items { badge { code person { name } } } } }"
    assert [{"badge": {"code": "A1", "person": {"name": "Ann"}}}, {"badge": None}, {"badge": None}] == (
        await blog.data(query)
    )["listPeople"]["items"]
    assert ["select Person", "select_children Badge", "get_many Person"] == blog.store.calls


SUBJECTS = """{ listNotes(orderBy: [{text: ASC}]) { items { text subject {
    __typename ... on Person { name age reports { count } } ...Team } } } }
    fragment Team on Team { title: name members { edges { role } } }"""


async def test_a_union_answers_what_each_type_selects(blog: Blog, people: Mapping[str, str]) -> None:
    """Fragments say what of which type; `__typename` tells them apart; what leads nowhere is null."""
    assert [
        {"text": "on Ann", "subject": {"__typename": "Person", "name": "Ann", "age": 50, "reports": {"count": 2}}},
        {
            "text": "on Red",
            "subject": {"__typename": "Team", "title": "Red", "members": {"edges": [{"role": "lead"}]}},
        },
        {"text": "on nothing", "subject": None},
    ] == (await blog.data(SUBJECTS))["listNotes"]["items"]


async def test_a_union_costs_one_round_trip_a_type_and_level(blog: Blog, people: Mapping[str, str]) -> None:
    """However many records of a type are led to."""
    for number in range(5):
        await blog.create("Note", text=f"x{number}", subjectId=people["Bob"], subjectType="Person")
    blog.store.calls.clear()
    await blog.data(SUBJECTS)
    assert [
        "count_children Person",
        "get_many Person",
        "get_many Team",
        "select Note",
        "select_children Person",
        "select_linked Person",
    ] == sorted(blog.store.calls)


async def test_type_conditions_hold_at_any_depth(blog: Blog, people: Mapping[str, str]) -> None:
    """A fragment on the union, or on another type, selects nothing where its condition fails."""
    query = """{ listNotes(orderBy: [{text: ASC}], limit: 2) { items { subject {
        ...S ... on Person { ... on NoteSubject { ... on Team { isSecret } ... on Person { age } } } } } } }
        fragment S on NoteSubject { ... on Team { name ...S2 } kind: __typename }
        fragment S2 on NoteSubject { ... on Person { id } ... on Team { isSecret } }"""
    assert [
        {"subject": {"kind": "Person", "age": 50}},
        {"subject": {"name": "Red", "isSecret": False, "kind": "Team"}},
    ] == (await blog.data(query))["listNotes"]["items"]


async def test_what_may_not_be_read_is_not_reached(blog: Blog, people: Mapping[str, str]) -> None:
    """A hidden record is neither at the end of a link, nor in the count, nor in a union; a hidden field is null."""
    await blog.create("Note", text="secret", subjectId=people["Red"], subjectType="Team")
    await blog.as_("root", "admin").data(
        "mutation($i: ID!) { updateTeam(id: $i, input: {isSecret: true}) { id } }", {"i": people["Red"]}
    )
    selection = "teams { edges { salary role node { name } } count } notes { items { text } }"
    assert {"teams": {"edges": [], "count": 0}, "notes": {"items": [{"text": "on Ann"}]}} == await person(
        blog, "Ann", selection
    )
    notes = '{ listNotes(filter: {text: {eq: "secret"}}) { items { subject { __typename } } } }'
    assert [{"subject": None}] == (await blog.data(notes))["listNotes"]["items"]
    teams = "teams(orderBy: [{name: ASC}]) { edges { salary role node { name } } }"
    assert [
        {"salary": 9, "role": "lead", "node": {"name": "Red"}},
        {"salary": 0, "role": "member", "node": {"name": "Shadow"}},
    ] == (await person(blog.as_("root", "admin"), "Ann", teams))["teams"]["edges"]


async def test_a_field_of_a_link_that_may_not_be_read_is_null(blog: Blog, people: Mapping[str, str]) -> None:
    """The rules of a junction of the schema's own hold for its fields."""
    assert [{"salary": None, "role": "lead"}] == (await person(blog, "Ann", "teams { edges { salary role } }"))[
        "teams"
    ]["edges"]


async def test_every_kind_is_answered_beside_an_error(blog: Blog, people: Mapping[str, str]) -> None:
    """Where graphql-core assembles the answer, edges, unions and their views are the same."""
    query = """{ denied: getFeedback(id: "x") { id }
        listPeople(filter: {name: {eq: "Ann"}}) { items {
            c: clubs(orderBy: [{name: ASC}], limit: 1) {
                items { m: members(limit: 1, orderBy: [{name: ASC}]) { items { name } } }
                links: edges { since
                    to: node { name m: members(limit: 1, orderBy: [{name: DESC}]) { items { name } } } }
            }
            notes { items { subject { __typename ... on Person { name manager { id } badge { code } } } } }
        } }
        listNotes(filter: {text: {eq: "on Red"}}) { items { subject { ... on Team { name } } } } }"""
    answer = (await blog.ask(query)).json
    assert [["denied"]] == [each["path"] for each in answer["errors"]]
    assert {
        "c": {
            "items": [{"m": {"items": [{"name": "Ann"}]}}],
            "links": [{"since": 1990, "to": {"name": "Chess", "m": {"items": [{"name": "Bob"}]}}}],
        },
        "notes": {
            "items": [{"subject": {"__typename": "Person", "name": "Ann", "manager": None, "badge": {"code": "A1"}}}]
        },
    } == answer["data"]["listPeople"]["items"][0]
    assert [{"subject": {"name": "Red"}}] == answer["data"]["listNotes"]["items"]


@pytest.mark.parametrize(
    ("filter", "names"),
    [
        ('{manager: {name: {eq: "Ann"}}}', ["Bob", "Cy"]),
        ("{manager: {isNull: true}}", ["Ann"]),
        ("{manager: {isNull: false, clubs: {some: {}}}}", ["Bob", "Cy"]),
        ('{clubs: {some: {id: {eq: "golf"}}}}', ["Ann"]),
        ('{clubs: {none: {id: {eq: "golf"}}}}', ["Bob", "Cy"]),
        ('{clubs: {every: {id: {eq: "chess"}}}}', ["Bob", "Cy"]),
        ('{or: [{badge: {code: {beginsWith: "A"}}}, {not: {clubs: {some: {}}}}]}', ["Ann", "Cy"]),
        ("{notes: {some: {subject: {Person: {age: {gt: 40}}}}}}", ["Ann"]),
        ("{teams: {some: {isSecret: {eq: true}}}}", []),
        ('{reports: {some: {clubs: {some: {members: {some: {name: {eq: "Bob"}}}}}}}}', ["Ann"]),
    ],
)
async def test_filters_cross_relations(blog: Blog, people: Mapping[str, str], filter: str, names: list[str]) -> None:
    """To one record, to some, every and none of many, by type, in both directions and through links."""
    query = f"{{ listPeople(filter: {filter}, orderBy: [{{name: ASC}}]) {{ items {{ name }} count }} }}"
    found = (await blog.data(query))["listPeople"]
    assert names == [each["name"] for each in found["items"]]
    assert len(names) == found["count"]


async def test_polymorphic_filters_go_by_type(blog: Blog, people: Mapping[str, str]) -> None:
    """What leads to a record of that type which matches, or to nothing."""
    for filter, texts in (
        ("{subject: {Team: {}}}", ["on Red"]),
        ('{subject: {Person: {name: {eq: "Bob"}}}}', []),
        ("{subject: {isNull: true}}", ["on nothing"]),
    ):
        found = (await blog.data(f"{{ listNotes(filter: {filter}) {{ items {{ text }} }} }}"))["listNotes"]["items"]
        assert texts == [each["text"] for each in found]


async def test_orders_cross_relations(blog: Blog, people: Mapping[str, str]) -> None:
    """By a field of the one record that a relation leads to; without such a record it is null."""
    query = """{ listPeople(orderBy: [{manager: {name: DESC}}, {badge: {code: ASC}}, {name: DESC}], limit: 2) {
        items { name } nextToken } }"""
    found = (await blog.data(query))["listPeople"]
    assert [{"name": "Cy"}, {"name": "Bob"}] == found["items"]
    assert found["nextToken"]


async def test_a_token_costs_nothing_where_it_is_not_selected(blog: Blog, people: Mapping[str, str]) -> None:
    """To say where a page ended, an order that crosses relations must be asked of the store."""
    query = "{ listClubs { items { members(orderBy: [{manager: {name: ASC}}], limit: 1) { items { name } %s } } } }"
    blog.store.calls.clear()
    members = [each["members"] for each in (await blog.data(query % ""))["listClubs"]["items"]]
    assert [{"items": [{"name": "Ann"}]}] * 2 == members
    assert ["select Club", "select_linked Person"] == blog.store.calls
    members = [each["members"] for each in (await blog.data(query % "nextToken"))["listClubs"]["items"]]
    assert [True, False] == [each["nextToken"] is not None for each in members]


async def test_an_order_names_one_field_at_every_level(blog: Blog) -> None:
    """Two fields in one entry would have no order among them."""
    error = await blog.error("{ listPeople(orderBy: [{manager: {name: ASC, age: ASC}}]) { count } }")
    assert "invalid_order" == error["extensions"]["code"]
