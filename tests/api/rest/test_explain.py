"""`POST /explain`: administrators ask why, and are told outcomes only."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from openapi_schema_validator import OAS31Validator

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    ManyToMany,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
    many_to_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.entity import Operation
from atakora_data.service.explaining import Explainer
from atakora_data.storage.port import Target
from atakora_data.testing import Client, app


def breaks(_ctx: Any, _record: Any) -> bool:
    """A faulty rule."""
    raise ValueError("the secret is out")


async def never_ends(_ctx: Any, _record: Any) -> bool:
    """A rule that does not answer."""
    await asyncio.sleep(60)
    return True


class Team(Entity):
    """Who works together."""

    id: str = Field(primary_key=True)
    name: str
    reports: HasMany["Report"] = has_many("team_id")
    topics: ManyToMany["Topic"] = many_to_many("TeamTopics")
    authorization = Authorization(
        read=allow.where(this.reports.some(this.state == "shut")) | allow.where(this.topics.some(this.label == "a")),
    )


class Topic(Entity):
    """What it is about."""

    id: str = Field(primary_key=True)
    label: str
    operations = {"list"}
    authorization = Authorization(read=allow.public(), create=allow.public())


class Report(Entity):
    """Kept by its owner, read by the team it names."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    team_id: str | None = None
    state: str = "open"
    secret: str | None = None
    made: str = Field(default="m", read_only=True)
    kind: str = Field(default="k", immutable=True)
    team: BelongsTo["Team"] = belongs_to("team_id")

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.owner() | allow.where(this.team.name == principal.claim("team")),
        update=allow.owner() & allow.where(kind="k"),
        delete=allow.custom(breaks),
        fields={"secret": FieldRules(read=allow.role("chief"), write=allow.owner())},
    )

    @computed(reads=("secret",))
    def length(self) -> int:
        """How much there is to hide."""
        return len(self.secret or "")

    @action
    async def close(self: "Report", _ctx: ActionContext) -> "Report":
        """End it."""
        self.state = "shut"
        return self

    @action(allow=allow.role("chief"))
    async def stamp(self: "Report", _ctx: ActionContext) -> "Report":
        """For chiefs."""
        return self


REGISTRY = build_registry([Team, Topic, Report])
SECRET = "mk-never-told"


@pytest_asyncio.fixture
async def admin() -> AsyncIterator[Client]:
    """An administrator, and one report of ann's in the red team."""
    async with app(registry=REGISTRY, explain_roles=("auditor", "ops")) as client:
        await client.make(Team, id="t", name="red")
        await client.make(Report, id="r", owner_id="ann", team_id="t", secret=SECRET)
        yield client.as_("root", "auditor")


async def told(client: Client, operation: str, entity: str = "Report", **asked: Any) -> dict[str, Any]:
    """The explanation."""
    answer = await client.post("explain", {"entity": entity, "operation": operation, **asked})
    assert 200 == answer.status, answer.json
    assert SECRET.encode() not in answer.body
    found: dict[str, Any] = answer.json
    return found


async def test_without_the_setting_there_is_no_such_path() -> None:
    """For nobody, and the description does not name it."""
    async with app(registry=REGISTRY) as client:
        answer = await client.as_("root", "auditor", "admin", "DataOwner").post("explain", {})
        assert 404 == answer.status
        assert "/explain" not in (await client.get("openapi.json")).json["paths"]


async def test_only_holders_of_a_named_role_are_told(admin: Client) -> None:
    """Nobody else learns even whether a record exists."""
    asked = {"entity": "Report", "operation": "read", "id": "r", "as": "ann"}
    anonymous = Client(admin.application)
    statuses = [
        (await who.post("explain", body)).status
        for who in (anonymous, admin.as_("ann", "admin", "DataOwner"), admin.as_("root", "ops"))
        for body in (asked, {**asked, "id": "nowhere"}, b"{")
    ]
    assert [401, 401, 401, 403, 403, 403, 200, 404, 400] == statuses
    assert 405 == (await admin.get("explain")).status


async def test_the_deciding_rule_is_told_in_words(admin: Client) -> None:
    """With what the store is asked for, in words, as a filter, and as its statement without values."""
    found = await told(admin, "read", id="r", **{"as": "bob"})
    assert {"id": "bob", "roles": [], "groups": []} == found["caller"]
    assert (False, 404, False) == (found["allowed"], found["status"], found["readable"])
    parts = [(each["rule"], each["allowed"]) for each in found["rule"]["parts"]]
    assert [
        ("owner(ownerId)", False),
        ("where(some Team by teamId has (name == principal.claim('team')))", False),
    ] == parts
    assert {"ownerId": {"eq": "bob"}} == found["pushed"]["filter"]
    assert 'ownerId == "bob"' == found["pushed"]["condition"]
    assert "?" in found["pushed"]["statement"]
    assert "bob" not in found["pushed"]["statement"]


async def test_rules_across_relations_are_noted_by_the_relation(admin: Client) -> None:
    """To one, to many, and over a junction."""
    red = {"id": "bob", "claims": {"team": "red"}}
    found = await told(admin, "read", id="r", principal=red)
    assert (True, 200) == (found["allowed"], found["status"])
    assert {"or": [{"ownerId": {"eq": "bob"}}, {"team": {"name": {"eq": "red"}}}]} == found["filter"]
    many = await told(admin, "read", "Team", id="t")
    expected = [{"reports": {"some": {"state": {"eq": "shut"}}}}, {"topics": {"some": {"label": {"eq": "a"}}}}]
    assert {"or": expected} == many["filter"]
    assert (False, 404) == (many["allowed"], many["status"])


async def test_each_field_has_an_outcome(admin: Client) -> None:
    """By its rules, and by what its declaration leaves open."""
    found = (await told(admin, "update", id="r", **{"as": "ann"}))["fields"]
    outcomes = {name: (each["read"]["allowed"], each["write"]["allowed"]) for name, each in found.items()}
    assert {
        "id": (True, False),
        "ownerId": (True, False),
        "teamId": (True, True),
        "state": (True, True),
        "secret": (False, True),
        "made": (True, False),
        "kind": (True, False),
        "length": (False, False),
    } == outcomes
    new = (await told(admin, "create", **{"as": "ann"}))["fields"]
    assert [True, None, False, True] == [new[each]["write"]["allowed"] for each in ("id", "ownerId", "made", "kind")]


@pytest.mark.parametrize(
    ("operation", "who", "status"),
    [
        ("close", {"id": "ann"}, 200),
        ("close", {"id": "bob", "claims": {"team": "red"}}, 403),
        ("close", {"id": "bob"}, 404),
        ("close", {}, 401),
        ("stamp", {"id": "ann"}, 403),
        ("stamp", {"id": "ann", "roles": ["chief"]}, 200),
        ("update", {"id": "bob", "roles": ["DataReader"]}, 403),
        ("update", {"id": "bob", "roles": ["DataContributor"]}, 200),
    ],
)
async def test_actions_and_data_roles_end_as_is_told(
    admin: Client, operation: str, who: dict[str, Any], status: int
) -> None:
    """The door answers the status that was told."""
    found = await told(admin, operation, id="r", principal=who)
    caller = Client(admin.application)
    if who:
        caller = admin.as_(who["id"], *who.get("roles", ()), **who.get("claims", {}))
    path = "reports/r" if operation == "update" else f"reports/r/{operation}"
    answer = await (caller.patch(path, {"state": "open"}) if operation == "update" else caller.post(path))
    assert status == answer.status == found["status"]


async def test_a_group_is_asked_about_by_its_id_or_its_name() -> None:
    """As Entra ID says it, and as rules call it."""

    class Minute(Entity):
        id: str = Field(primary_key=True)
        authorization = Authorization(read=allow.group("editors"))

    async with app(entities=[Minute], explain_roles=("auditor",), entra_groups=(("editors", "0-1"),)) as client:
        asked = [{"id": "ann", "groups": [each]} for each in ("0-1", "editors", "0-2")]
        found = [await told(client.as_("root", "auditor"), "read", "Minute", principal=each) for each in asked]
        assert [True, True, False] == [each["allowed"] for each in found]


async def test_a_door_that_is_closed_is_told(admin: Client) -> None:
    """An operation that the schema leaves out."""
    assert 405 == (await told(admin, "create", "Topic"))["status"]
    assert 404 == (await told(admin, "read", "TeamTopics"))["status"]


async def test_a_function_that_fails_leaves_it_open(admin: Client, caplog: pytest.LogCaptureFixture) -> None:
    """It is told by its kind, and logged in full."""
    with caplog.at_level(logging.ERROR):
        found = await told(admin, "delete", id="r", **{"as": "ann"})
    assert (None, None) == (found["allowed"], found["status"])
    assert "a function failed: ValueError" == found["rule"]["reason"]
    assert "the secret is out" in caplog.text


async def test_a_function_that_does_not_answer_is_not_waited_for() -> None:
    """All functions of an explanation share its time."""

    class Slow(Entity):
        id: str = Field(primary_key=True)
        authorization = Authorization(
            read=allow.custom(never_ends) | allow.role("chief"), update=allow.custom(never_ends)
        )

    async with app(entities=[Slow]) as client:
        await client.make(Slow, id="s")
        service, registry = client.application.service, client.application.registry
        access = client.application.gatekeeper.access(registry["Slow"], client.principal)
        context = service.rule_context(client.context)
        explainer = Explainer(access, {"id": "s"}, context, Target("Slow"), seconds=0.02)
        async with asyncio.timeout(2):
            found = await explainer.tell(Operation.UPDATE, client.application.store)
        assert (None, None, None) == (found["allowed"], found["readable"], found["status"])
        assert "a function did not answer within 0.02 s" == found["rule"]["reason"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, ["/entity", "/operation"]),
        ({"entity": 1, "operation": "", "id": 2}, ["/entity", "/id", "/operation"]),
        ({"entity": "Report", "operation": "read", "who": "ann"}, ["/who"]),
        ({"entity": "Report", "operation": "read", "as": "a", "principal": {"id": "a"}}, ["/principal"]),
        ({"entity": "Report", "operation": "read", "principal": "ann"}, ["/principal"]),
        ({"entity": "Report", "operation": "read", "principal": {"roles": ["x"]}}, ["/principal/id"]),
        (
            {"entity": "Report", "operation": "read", "principal": {"id": "a", "roles": "x", "isSystem": True}},
            ["/principal/isSystem", "/principal/roles"],
        ),
    ],
)
async def test_what_cannot_be_meant_is_refused_with_its_places(
    admin: Client, body: dict[str, Any], pointers: list[str]
) -> None:
    """All of them at once, with a hint."""
    answer = await admin.post("explain", body)
    assert (400, pointers) == (answer.status, sorted(each["pointer"] for each in answer.json["errors"]))
    assert '"as": "alice"' in answer.json["hint"]


@pytest.mark.parametrize(
    ("body", "status", "hint"),
    [
        ({"entity": "Reprot", "operation": "read"}, 404, "Perhaps you meant `Report`."),
        ({"entity": "Report", "operation": "raed"}, 404, "Perhaps you meant `read`."),
        ({"entity": "Report", "operation": "read", "id": "x"}, 404, None),
        ({"entity": "Report", "operation": "read", "principal": {"id": "a", "claims": {"tid": 1}}}, 400, '{"entity"'),
    ],
)
async def test_what_is_not_there_is_said_with_the_likely_word(
    admin: Client, body: dict[str, Any], status: int, hint: str | None
) -> None:
    """Names of entities and operations, ids, and claims that no token has."""
    answer = await admin.post("explain", body)
    assert status == answer.status
    assert hint is None or hint in answer.json["hint"]


async def test_it_is_described_where_it_is(admin: Client) -> None:
    """The question and the answer are as the description says."""
    document = (await admin.get("openapi.json")).json
    schemas = {"components": {"schemas": document["components"]["schemas"]}}
    asked = {
        "entity": "Report",
        "operation": "update",
        "id": "r",
        "principal": {"id": "bob", "claims": {"team": "red"}},
    }
    assert OAS31Validator({"$ref": "#/components/schemas/Api.Question", **schemas}).is_valid(asked)
    answer = (await admin.post("explain", asked)).json
    errors = OAS31Validator({"$ref": "#/components/schemas/Api.Explanation", **schemas}).iter_errors(answer)
    assert [] == [each.message for each in errors]
    assert {"200", "400", "401", "403", "404"} <= document["paths"]["/explain"]["post"]["responses"].keys()


async def test_an_administrator_explains_the_own_tenant_only() -> None:
    """Other tenants' records are none, and their callers are not asked about."""
    async with app(registry=REGISTRY, explain_roles=("auditor",), tenancy="org") as client:
        await client.as_("boss", org="a").make(Report, id="r", owner_id="ann")
        of_a, of_b = client.as_("root", "auditor", org="a"), client.as_("root", "auditor", org="b")
        asked: dict[str, Any] = {"entity": "Report", "operation": "read", "id": "r", "as": "ann"}
        found = await told(of_a, "read", id="r", **{"as": "ann"})
        assert (True, 200) == (found["allowed"], found["status"])
        assert 404 == (await of_b.post("explain", asked)).status
        foreign = {"entity": "Report", "operation": "read", "principal": {"id": "ann", "claims": {"org": "a"}}}
        assert [200, 403] == [(await who.post("explain", foreign)).status for who in (of_a, of_b)]
        assert 403 == (await client.as_("root", "auditor").post("explain", asked)).status
        nobody = await told(of_a, "read")
        assert (False, 401, "tenancy") == (nobody["allowed"], nobody["status"], nobody["rule"]["rule"])
