"""Rules decide every way to a record: asked through the door, with real tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import pytest
import pytest_asyncio

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    HookContext,
    ValidationError,
    allow,
    before_create,
    before_update,
    belongs_to,
    computed,
    has_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from tests.support.app import Client, running


class Project(Entity):
    """Private unless shared; the budget is for managers."""

    id: str = Field(primary_key=True)
    name: str
    state: Literal["open", "shared", "closed"] = "open"
    team: str | None = None
    owner_id: str = Field(owner=True)
    budget: int = 0
    note: str | None = None
    serial: str = Field(default="s", read_only=True)
    code: str = Field(default="c", immutable=True)

    tasks: HasMany["Task"] = has_many("project_id")

    authorization = Authorization(
        create=allow.where(state="open") & allow.authenticated(),
        read=allow.owner()
        | allow.where((this.state == "shared") & (this.team == principal.claim("team")))
        | allow.role("admin"),
        update=(allow.owner() & ~allow.where(state="closed")) | allow.role("admin"),
        delete=allow.role("admin"),
        fields={
            "budget": allow.role("manager"),
            "note": FieldRules(write=allow.where(state="open")),
        },
    )

    @computed(reads=("budget",))
    def is_rich(self) -> bool:
        """Whether the budget is large."""
        return self.budget > 100

    @computed(reads=("name",))
    def shout(self) -> str:
        """The name, loud."""
        return self.name.upper()

    @before_create
    def refuse_bad_names(self: "Project", ctx: HookContext) -> "Project":
        """Names have manners."""
        if self.name == "bad":
            raise ValidationError("is taken", field="name")
        if self.name == "moved":
            self.state = "closed"
        return self

    @before_update
    async def trim(self: "Project", ctx: HookContext) -> None:
        """Names have no spaces around them."""
        self.name = self.name.strip()


async def is_even(ctx: Any, record: Task) -> bool:
    """Ask the number."""
    return record.number % 2 == 0


class Task(Entity):
    """Readable with even numbers only, says a function."""

    id: str = Field(primary_key=True)
    number: int
    project_id: str

    project: BelongsTo["Project"] = belongs_to("project_id")

    authorization = Authorization(create=allow.authenticated(), read=allow.custom(is_even), delete=None)


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Three projects of alice and one of bob."""
    async with running(tmp_path, registry=build_registry([Project, Task])) as client:
        alice, bob = client.as_("alice"), client.as_("bob")
        for id, body in {"p1": {"name": "one"}, "p2": {"name": "two", "team": "red"}, "p3": {"name": "three"}}.items():
            assert 201 == (await alice.ask("POST", "projects", {"id": id, **body})).status
        assert 201 == (await bob.ask("POST", "projects", {"id": "p4", "name": "four"})).status
        assert 200 == (await alice.ask("PATCH", "projects/p2", {"state": "shared"})).status
        yield client


async def test_what_may_not_be_read_is_not_found(client: Client) -> None:
    """A hidden record is a 404 with the words of a missing one, whatever is tried with it."""
    bob = client.as_("bob")
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        hidden, missing = [await bob.ask(method, f"projects/{id}", body) for id in ("p1", "zz")]
        assert (404 if method != "DELETE" else 403) == hidden.status == missing.status
        assert hidden.json["detail"].replace("p1", "") == missing.json["detail"].replace("zz", "")


async def test_lists_and_counts_hold_what_may_be_read(client: Client) -> None:
    """Lists, counts and pages know nothing of hidden records."""
    answer = await client.as_("bob").get("projects", count="true")
    assert (["p4"], 1) == ([item["id"] for item in answer.json["items"]], answer.json["count"])
    everything = await client.as_("root", "admin").get("projects", count="true", limit=2)
    assert (2, 4) == (len(everything.json["items"]), everything.json["count"])


async def test_claims_take_part_in_rules(client: Client) -> None:
    """A condition compares with the caller's claim; without the claim it does not hold."""
    red, blue, none = client.as_("x", team="red"), client.as_("x", team="blue"), client.as_("x")
    assert [200, 404, 404] == [(await each.ask("GET", "projects/p2")).status for each in (red, blue, none)]
    assert 404 == (await none.ask("GET", "projects/p1")).status


async def test_anonymous_callers_are_asked_to_sign_in_where_nothing_could_be_allowed(client: Client) -> None:
    """401 without a token where the rule cannot hold, whatever the id; 403 with one."""
    assert 401 == (await client.ask("POST", "projects", {"id": "q", "name": "q"})).status
    assert {401} == {(await client.ask("DELETE", f"projects/{id}")).status for id in ("p1", "zz")}
    assert {403} == {(await client.as_("alice").ask("DELETE", f"projects/{id}")).status for id in ("p1", "zz")}


async def test_create_is_judged_on_the_final_draft(client: Client) -> None:
    """A hook that moves the record out of what the rule allows makes the create a 403, and nothing is stored."""
    alice = client.as_("alice")
    assert 403 == (await alice.ask("POST", "projects", {"id": "m", "name": "moved"})).status
    assert 404 == (await client.as_("root", "admin").ask("GET", "projects/m")).status


async def test_update_is_judged_before_and_after(client: Client) -> None:
    """One cannot move a record to where it could not be changed, nor change one that stands there."""
    alice, root = client.as_("alice"), client.as_("root", "admin")
    assert 403 == (await alice.ask("PATCH", "projects/p1", {"state": "closed"})).status
    assert 200 == (await root.ask("PATCH", "projects/p1", {"state": "closed"})).status
    assert 403 == (await alice.ask("PATCH", "projects/p1", {"state": "open"})).status
    assert "closed" == (await alice.ask("GET", "projects/p1")).json["state"]


async def test_owners_are_filled_and_kept(client: Client) -> None:
    """The owner is the caller: nobody else can be named, and nobody else put in later."""
    alice = client.as_("alice")
    assert "alice" == (await alice.ask("GET", "projects/p1")).json["ownerId"]
    given = await alice.ask("POST", "projects", {"id": "g", "name": "g", "ownerId": "bob"})
    assert (403, "/ownerId") == (given.status, given.json["errors"][0]["pointer"])
    assert 403 == (await alice.ask("PATCH", "projects/p1", {"ownerId": "bob"})).status
    assert 200 == (await alice.ask("PATCH", "projects/p1", {"ownerId": "alice"})).status


async def test_unreadable_fields_are_absent_everywhere(client: Client) -> None:
    """A hidden field is not in answers, and counts as null in filters and orders."""
    alice, manager = client.as_("alice"), client.as_("alice", "manager")
    assert 200 == (await manager.ask("PATCH", "projects/p3", {"budget": 500})).status
    shown = (await manager.ask("GET", "projects/p3")).json
    hidden = (await alice.ask("GET", "projects/p3")).json
    assert (500, True, "THREE") == (shown["budget"], shown["isRich"], shown["shout"])
    assert ("THREE", False, False) == (hidden["shout"], "budget" in hidden, "isRich" in hidden)
    for filter in ({"budget": {"gt": 1}}, {"budget": {"eq": 500}}, {"not": {"budget": {"isNull": True}}}):
        assert [] == (await alice.get("projects", filter=filter)).json["items"]
        assert "p3" in [each["id"] for each in (await manager.get("projects", filter=filter)).json["items"]]
    plain = [item["id"] for item in (await alice.get("projects")).json["items"]]
    for order in ("budget", "-budget"):
        assert plain == [item["id"] for item in (await alice.get("projects", orderBy=order)).json["items"]]


async def test_a_cursor_does_not_carry_hidden_values(client: Client) -> None:
    """Ordering by a hidden field pages by null: the token holds no value."""
    import base64

    manager = client.as_("alice", "manager")
    for id in ("p1", "p2", "p3"):
        await manager.ask("PATCH", f"projects/{id}", {"budget": 4711})
    answer = await client.as_("alice").get("projects", orderBy="-budget", limit=1)
    token = answer.json["nextToken"]
    assert b"4711" not in base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))


async def test_unwritable_fields_are_refused_by_name(client: Client) -> None:
    """Naming a field that may not be written is a 403, on create and on update; leaving it out is fine."""
    alice = client.as_("alice")
    created = await alice.ask("POST", "projects", {"id": "b", "name": "b", "budget": 1})
    updated = await alice.ask("PATCH", "projects/p1", {"budget": 1})
    assert [(403, "field_forbidden")] * 2 == [(each.status, each.json["code"]) for each in (created, updated)]


async def test_field_rules_are_judged_before_and_after(client: Client) -> None:
    """A field may be written only where its rule holds on both states."""
    alice = client.as_("alice")
    assert 200 == (await alice.ask("PATCH", "projects/p1", {"note": "n"})).status
    assert 403 == (await alice.ask("PATCH", "projects/p1", {"note": "m", "state": "shared"})).status
    assert 403 == (await alice.ask("PATCH", "projects/p2", {"note": "m"})).status


async def test_pages_with_a_custom_rule_are_full(client: Client) -> None:
    """A function hides every other record, and pages are full all the same; counts agree."""
    alice = client.as_("alice")
    for number in range(45):
        body = {"id": f"t{number:02}", "number": number, "projectId": "p1"}
        assert 201 == (await alice.ask("POST", "tasks", body)).status
    found: list[int] = []
    token: str | None = None
    sizes = []
    while True:
        page = (await alice.get("tasks", limit=10, count="true", **({"nextToken": token} if token else {}))).json
        sizes.append(len(page["items"]))
        assert 23 == page["count"]
        found += [item["number"] for item in page["items"]]
        token = page["nextToken"]
        if token is None:
            break
    assert (list(range(0, 45, 2)), [10, 10, 3]) == (found, sizes)
    below = (await alice.get("projects/p1/tasks", limit=5)).json
    assert [0, 2, 4, 6, 8] == [item["number"] for item in below["items"]]
    nested = (await alice.get("projects", include="tasks")).json["items"][0]["tasks"]
    assert (20, True) == (len(nested["items"]), nested["nextToken"] is not None)
    assert [200, 404] == [(await alice.ask("GET", f"tasks/t{n}")).status for n in ("02", "03")]


async def test_who_may_not_read_the_result_sees_what_it_sent(client: Client) -> None:
    """A create whose result is hidden answers the id and what was sent, nothing that was filled in."""
    answer = await client.as_("alice").ask("POST", "tasks", {"id": "odd", "number": 7, "projectId": "p1"})
    assert (201, {"id", "number", "projectId", "_etag", "_version"}) == (answer.status, set(answer.json))


async def test_included_records_pass_their_own_rules(client: Client) -> None:
    """A hidden target is null in the record that leads to it."""
    assert 201 == (await client.as_("bob").ask("POST", "tasks", {"id": "t", "number": 2, "projectId": "p4"})).status
    answers = [await client.as_(who).get("tasks/t", include="project") for who in ("alice", "bob")]
    assert [None, "p4"] == [each.json["project"] and each.json["project"]["id"] for each in answers]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"serial": "x"}, "/serial", "read_only"),
        ({"code": "x"}, "/code", "immutable"),
        ({"id": "x"}, "/id", "immutable"),
        ({"shout": "x"}, "/shout", "read_only"),
        ({"_etag": "x"}, "/_etag", "read_only"),
        ({"tasks": []}, "/tasks", "type"),
    ],
)
async def test_what_cannot_be_set_is_named(client: Client, body: dict[str, Any], pointer: str, code: str) -> None:
    """Read-only, immutable and computed fields are refused, each by its pointer."""
    answer = await client.as_("alice").ask("PATCH", "projects/p1", body)
    assert (422, [(pointer, code)]) == (
        answer.status,
        [(each["pointer"], each["code"]) for each in answer.json["errors"]],
    )


async def test_what_was_read_can_be_sent_back(client: Client) -> None:
    """Read-only and immutable fields may be repeated with the values they have."""
    alice = client.as_("alice")
    record = (await alice.ask("GET", "projects/p1")).json
    body = {name: value for name, value in record.items() if name not in ("_etag", "_version", "shout")}
    answer = await alice.ask("PATCH", "projects/p1", {**body, "name": " changed "})
    assert (200, "changed") == (answer.status, answer.json["name"])


async def test_a_hook_refuses_with_its_field(client: Client) -> None:
    """A ValidationError of a hook is a 422 that names the field, and nothing is written."""
    answer = await client.as_("alice").ask("POST", "projects", {"id": "bad", "name": "bad"})
    assert (422, "/name", "is taken") == (
        answer.status,
        answer.json["errors"][0]["pointer"],
        answer.json["errors"][0]["detail"],
    )
    assert 404 == (await client.as_("root", "admin").ask("GET", "projects/bad")).status


@pytest.mark.parametrize(
    ("role", "allowed"), [("DataReader", 1), ("DataContributor", 3), ("DataOwner", 4), ("Other", 0)]
)
async def test_data_roles_grant_beside_the_rules(client: Client, role: str, allowed: int) -> None:
    """DataReader reads, DataContributor also creates and updates, DataOwner also deletes; fields keep their rules."""
    who = client.as_("who", role)
    answers = [
        await who.ask("GET", "projects/p1"),
        await who.ask("PATCH", "projects/p1", {"name": "n"}),
        await who.ask("POST", "projects", {"id": "n", "name": "n", "state": "shared"}),
        await who.ask("DELETE", "projects/p1"),
    ]
    assert allowed == sum(each.status < 300 for each in answers)
    assert "budget" not in (await who.ask("GET", "projects/p2")).json
