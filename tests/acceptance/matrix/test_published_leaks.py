"""Ways in which rules of other backends were bypassed, or kept from people what was theirs: each is closed here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from atakora_data.testing import user
from tests.acceptance.matrix.cell import Cell, ids, plain
from tests.acceptance.matrix.oracle import BY_ID, HOME, PEOPLE, Rights
from tests.acceptance.matrix.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")
Asking = Callable[..., Awaitable[Cell]]


@pytest.fixture(
    params=[pytest.param(each, marks=pytest.mark.xdist_group(f"leaks on {each}")) for each in ("sqlite", "cosmos")]
)
def asking(request: pytest.FixtureRequest, apps: Any) -> Asking:
    """Somebody who asks for the notes of one kind, in each of the stores."""

    async def ask(kind: str, who: str = "other", aspect: str = "read") -> Cell:
        app: World = await apps(request.param, aspect)
        app.restore(kind)
        return Cell(app, Rights(aspect, kind, PEOPLE[who]))

    return ask


async def test_a_record_named_by_its_id_passes_its_rule(asking: Asking) -> None:
    """The cheapest read of a store, by id and partition, asks the row rule as any other."""
    cell = await asking("Where")
    assert [404, 200] == [(await cell.ask("GET", f"{cell.path}/{id}")).status for id in ("bare", "open")]
    found = await cell.graphql(f'{{ get{cell.name}(id: "bare") {{ id }} }}')
    assert {"data": {f"get{cell.name}": None}} == found


@pytest.mark.parametrize(
    "filter",
    [
        {"id": {"eq": "bare"}},
        {"id": {"in": ["bare"]}},
        {"id": {"eq": "bare"}, "state": {"eq": "shut"}},
        {"and": [{"id": {"eq": "bare"}}]},
    ],
)
async def test_a_list_that_names_one_id_keeps_the_rule(asking: Asking, filter: Any) -> None:
    """A filter that could be answered by a point read is not answered without the rule."""
    cell = await asking("Where")
    answer = await cell.ask("GET", cell.path, filter=filter, count="true")
    assert ([], 0) == (answer.json["items"], answer.json["count"])


@pytest.mark.parametrize(("filter", "expected"), [({"rank": {"eq": 70}}, ["open"]), ({"rank": {"eq": 1}}, [])])
async def test_a_list_that_names_one_id_keeps_its_other_conditions(asking: Asking, filter: Any, expected: Any) -> None:
    """Beside an id, nothing of a filter is dropped."""
    cell = await asking("Where")
    answer = await cell.ask("GET", cell.path, filter={"id": {"eq": "open"}, **filter})
    assert expected == ids(answer.json["items"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "", {"title": "x"}),
        ("DELETE", "", None),
        ("PUT", "", {"title": "x"}),
        ("POST", "/touch", {"text": "x"}),
        ("POST", "/tags/t2", None),
    ],
)
async def test_every_write_asks_the_rule(asking: Asking, method: str, path: str, body: Any) -> None:
    """No way to change a record forgets the rule of changes."""
    cell = await asking("Owner", "other", "write")
    cell.refused(await cell.ask(method, f"{cell.path}/owned{path}", body), 403)


async def test_a_record_cannot_be_moved_out_of_its_rule(asking: Asking) -> None:
    """The rule of changes holds for what a record would become as well."""
    cell = await asking("Where", "other", "write")
    cell.refused(await cell.ask("PATCH", f"{cell.path}/open", {"state": "shut"}), 403)
    cell.refused(await cell.ask("PATCH", f"{cell.path}/bare", {"state": "open"}), 403)


async def test_an_upsert_takes_no_hidden_record_over(asking: Asking) -> None:
    """To put where a hidden record is creates nothing and replaces nothing."""
    cell = await asking("Where")
    cell.refused(await cell.ask("PUT", f"{cell.path}/bare", {"state": "open", "title": "mine"}), 409)
    found = await cell.graphql(
        f'mutation {{ upsert{cell.name}(id: "bare", input: {{id: "bare", state: "open"}}) {{ id }} }}'
    )
    assert "already_exists" == found["errors"][0]["extensions"]["code"]
    cell.untouched()


async def test_who_may_read_a_field_gets_it_from_a_mutation(asking: Asking) -> None:
    """The answer to a write hides no field from those who may read it."""
    cell = await asking("Owner", "owner", "field_read")
    mutation = f'mutation {{ it: update{cell.name}(id: "owned", input: {{title: "x"}}) {{ title secret }} }}'
    assert {"title": "x", "secret": cell.canary(BY_ID["owned"], "secret")} == (await cell.graphql(mutation))["data"][
        "it"
    ]


async def test_a_field_rule_holds_for_records_behind_relations(asking: Asking) -> None:
    """A field is hidden however its record was reached."""
    cell = await asking("Owner", "owner", "field_read")
    selected = (
        f'{{ getBox(id: "b1") {{ {cell.below}(limit: 50) {{ items {{ id secret parent {{ id secret }} }} }} }} }}'
    )
    for note in (await cell.graphql(selected))["data"]["getBox"][cell.below]["items"]:
        for each in filter(None, (note, note["parent"])):
            is_own = BY_ID[each["id"]].owner == "olga"
            assert (cell.canary(BY_ID[each["id"]], "secret") if is_own else None) == each["secret"]


@pytest.mark.parametrize(
    "operator", [{"beginsWith": "Xq"}, {"gt": ""}, {"ne": None}, {"notIn": [None]}, {"isNull": False}]
)
async def test_a_filter_on_an_unreadable_field_tells_nothing(asking: Asking, operator: Any) -> None:
    """Whatever is asked of it, a field that may not be read is null, so that its value cannot be found by asking."""
    cell = await asking("Never", "other", "field_read")
    answer = await cell.ask("GET", cell.path, filter={"secret": operator}, count="true")
    assert answer.status == 400 or (0, []) == (answer.json["count"], answer.json["items"])


async def test_a_hidden_record_behind_a_relation_is_null_and_voids_nothing(asking: Asking) -> None:
    """What leads to a record that may not be read is null, without an error, and the rest is there."""
    cell = await asking("Where")
    found = await cell.graphql(f'{{ get{cell.name}(id: "open") {{ id parent {{ id title }} }} }}')
    assert {"data": {f"get{cell.name}": {"id": "open", "parent": None}}} == found


async def test_who_makes_a_child_sees_its_parent(asking: Asking) -> None:
    """The answer to a creation leads on to what the creator may read."""
    cell = await asking("Where")
    given = 'id: "new", state: "open", parentId: "open"'
    mutation = f"mutation {{ it: create{cell.name}(input: {{{given}}}) {{ parent {{ id title }} }} }}"
    title = cell.canary(BY_ID["open"], "title")
    assert {"parent": {"id": "open", "title": title}} == (await cell.graphql(mutation))["data"]["it"]


async def test_several_roles_give_what_each_gives_and_no_more(asking: Asking) -> None:
    """Whoever holds roles beside each other passes by none of the limits that each of them has."""
    cell = await asking("Role", "other", "field_read")
    both = cell.world.people["anonymous"].as_(user("otto", roles=("DataReader", "DataOwner", "nobody"), tenant=HOME))
    for item in (await both.get(cell.path)).json["items"]:
        assert {"secret", "loud"}.isdisjoint(item)
    editor = both.as_(user("otto", roles=("DataReader", "editor"), tenant=HOME))
    assert all("secret" in each for each in (await editor.get(cell.path)).json["items"])


async def test_pages_are_full_whatever_is_hidden(asking: Asking) -> None:
    """A limit counts what may be read, not what was looked at: no page is empty and has a token."""
    for kind in ("Where", "Custom", "Across"):
        cell = await asking(kind)
        first = (await cell.ask("GET", cell.path, limit="1")).json
        assert (1, True) == (len(first["items"]), first["nextToken"] is not None)
        rest = (await cell.ask("GET", cell.path, limit="5", nextToken=first["nextToken"])).json
        assert [each.id for each in cell.rights.readable if each.id not in ids(first["items"])] == sorted(
            ids(rest["items"]), key=[*BY_ID].index
        )
        assert rest["nextToken"] is None


async def test_a_token_of_a_sorted_list_is_for_its_caller_and_its_query(asking: Asking) -> None:
    """A cursor carries neither the rule away to another caller nor itself to another filter."""
    cell = await asking("Where")
    reader = await asking("Where", "DataReader")
    token = (await reader.ask("GET", cell.path, orderBy="-secret", limit="1")).json["nextToken"]
    cell.refused(await cell.ask("GET", cell.path, orderBy="-secret", limit="1", nextToken=token), 400)
    other = await reader.ask(
        "GET", cell.path, orderBy="-secret", limit="1", nextToken=token, filter={"rank": {"gt": 0}}
    )
    assert 400 == other.status


async def test_a_deleted_record_is_answered_by_what_it_was_related_to(asking: Asking) -> None:
    """What a rule asks of relations is asked before they go with the record: no field is opened by deleting it."""
    for kind, expected in (("Unmet", None), ("Related", "XqrelatedhelpedsecretqX")):
        cell = await asking(kind, "related person", "field_read")
        one = await cell.graphql(f'mutation {{ it: delete{cell.name}(id: "helped") {{ secret loud }} }}')
        assert expected == one["data"]["it"]["secret"]
        many = (await cell.ask("DELETE", cell.path, filter={"id": {"eq": "both"}})).json["items"]
        secret = cell.canary(BY_ID["both"], "secret") if kind == "Related" else None
        assert [secret] == [plain(each).get("secret") for each in many]
