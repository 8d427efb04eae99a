"""Whose records a caller asks for: by its token alone, and for whoever has no tenant by no door at all."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from atakora_data import Authorization, BelongsTo, Entity, Field, ManyToMany, action, allow, belongs_to, many_to_many
from atakora_data import before_create as before
from atakora_data.errors import NoTenant, SignInRequired
from atakora_data.events.event import EntityEvent
from atakora_data.storage.feed import read_event
from atakora_data.testing import Client, anonymous, app, system, user
from tests.acceptance.tenants.steps import Heard

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Tag(Entity):
    """What notes are about."""

    id: str = Field(primary_key=True)
    authorization = OPEN


class Note(Entity):
    """Anybody's, as far as the rules go."""

    id: str = Field(primary_key=True)
    text: str = ""
    tag_id: str | None = None
    tag: BelongsTo["Tag"] = belongs_to("tag_id")
    tags: ManyToMany["Tag"] = many_to_many("NoteTags")
    realtime = True
    authorization = OPEN

    @before
    async def say_whose(draft: Any, ctx: Any) -> Any:
        """Some texts do something."""
        if draft.text == "whose":
            draft.text = f"of {ctx.tenant!r}"
        if draft.text == "fails":
            raise RuntimeError(draft.text)
        return draft

    @action
    async def shout(record: Any, ctx: Any) -> Any:
        """An action."""
        record.text = record.text.upper()
        return record


class Secret(Entity):
    """Whose rule is broken."""

    id: str = Field(primary_key=True)
    realtime = True
    authorization = Authorization(read=allow.custom(lambda _, record: record.missing))


ENTITIES = (Tag, Note)
BY_REST: list[tuple[str, str, Any]] = [
    ("GET", "notes", None),
    ("HEAD", "notes/1", None),
    ("GET", "notes/1", None),
    ("GET", "notes/1/tags", None),
    ("GET", "notes/1/tags/1", None),
    ("GET", "notes/aggregate", None),
    ("POST", "notes", {"id": "9"}),
    ("POST", "notes", {"not": "valid"}),
    ("POST", "notes", [{"id": "9"}]),
    ("PUT", "notes/9", {"text": "x"}),
    ("PATCH", "notes/1", {"text": "x"}),
    ("PATCH", "notes?filter={}", {"text": "x"}),
    ("DELETE", "notes/1", None),
    ("DELETE", "notes?filter={}", None),
    ("POST", "notes/1/shout", {}),
    ("POST", "notes/1/tags/1", None),
    ("DELETE", "notes/1/tags/1", None),
    ("POST", "realtime/negotiate", None),
    ("POST", "batch", {"atomic": True, "operations": [{"method": "DELETE", "path": "/notes/1"}]}),
]
BY_GRAPHQL = [
    '{ getNote(id: "1") { id } }',
    "{ listNotes { items { id } } }",
    "{ aggregateNotes { count } }",
    'mutation { createNote(input: {id: "9"}) { id } }',
    'mutation { upsertNote(id: "9", input: {id: "9"}) { id } }',
    'mutation { updateNotes(filter: {}, input: {text: "x"}) { id } }',
    'mutation { deleteNote(id: "1") { id } }',
    'mutation { shoutNote(id: "1") { id } }',
    'mutation { linkNoteToTags(id: "1", tagId: "1") { id } }',
]


async def refused_everywhere(client: Client) -> set[tuple[int, str]]:
    """How the caller is refused, by every door; one that answered would be among them."""
    found = set()
    for method, path, body in BY_REST:
        answer = await client.ask(method, path, body)
        found.add((answer.status, answer.json["code"] if answer.body else "no body"))
    for text in BY_GRAPHQL:
        [error] = (await client.graphql(text)).json["errors"]
        found.add((error["extensions"]["status"], error["extensions"]["code"]))
    listed = {"operations": [{"method": "GET", "path": "/notes"}]}
    [result] = (await client.post("batch", listed)).json["results"]
    return {*found, (result["status"], result["body"]["code"])} - {(401, "no body"), (403, "no body")}


@pytest.mark.parametrize("claim", ["tid", "org"])
async def test_nobody_is_refused_by_every_door(claim: str) -> None:
    """Even what is public belongs to some tenant, and a caller without a token has none; how to ask is public."""
    async with app(entities=ENTITIES, tenancy=claim) as client:
        await client.as_("ann", tenant="a", org="a").make(Note, id="1")
        assert {(401, "sign_in_required")} == await refused_everywhere(client)
        refused = await client.get("notes")
        assert "Bearer" == refused.headers["WWW-Authenticate"]
        with pytest.raises(SignInRequired):
            await client.data[Note].query().count()
        for path in ("health", "openapi.json", "docs"):
            assert 200 == (await client.get(path)).status
        assert (
            "Query"
            == (await client.graphql("{ __schema { queryType { name } } }")).json["data"]["__schema"]["queryType"][
                "name"
            ]
        )


@pytest.mark.parametrize("org", [None, "", 7, True, ["a"], {"a": "a"}, "a" * 129, "a\n", "\0", "\ud800", "a\u2028b"])
async def test_whoever_has_no_tenant_is_refused_by_every_door(org: Any) -> None:
    """A claim that is missing, or is no name, names no tenant; roles do not help."""
    async with app(entities=ENTITIES, tenancy="org") as client:
        await client.as_("ann", org="a").make(Note, id="1")
        someone = client.as_("eve", "DataOwner", tenant="a", **({} if org is None else {"org": org}))
        assert {(403, "no_tenant")} == await refused_everywhere(someone)
        with pytest.raises(NoTenant):
            await someone.data.as_system()[Note].query().count()


async def test_nobody_may_be_given_a_tenant() -> None:
    """Callers without a token ask for the records of the tenant that the settings name; others do not."""
    async with app(entities=ENTITIES, tenancy="tid", anonymous_tenant="shop") as client:
        await client.as_("ann", tenant="shop").make(Note, id="1", text="open")
        await client.as_("bob", tenant="b").make(Note, id="1", text="of b")
        assert ["open"] == [each["text"] for each in (await client.get("notes")).json["items"]]
        assert "of b" == (await client.as_("bob", tenant="b").get("notes/1")).json["text"]
        assert {(403, "no_tenant")} == await refused_everywhere(client.as_("eve"))


async def test_another_claim_keeps_apart_what_the_organization_does_not() -> None:
    """Of two people of one organization, each sees the records of its own claim."""
    async with app(entities=ENTITIES, tenancy="org") as client:
        ann, bob = (client.as_(name, tenant="same", org=name) for name in ("ann", "bob"))
        for each in (ann, bob):
            assert 201 == (await each.post("notes", {"id": "1", "text": "whose"})).status
        assert "of 'ann'" == (await ann.get("notes/1")).json["text"]
        assert "of 'bob'" == (await bob.get("notes/1")).json["text"]


@pytest.mark.parametrize("said", [None, "off"])
async def test_without_tenancy_records_are_shared(said: str | None) -> None:
    """Whatever organizations the callers come from."""
    async with app(entities=ENTITIES, tenancy=said) as client:
        assert 201 == (await client.as_("ann", tenant="a").post("notes", {"id": "1", "text": "whose"})).status
        for other in (client, client.as_("bob", tenant="b"), client.as_("cat")):
            assert "of ''" == (await other.get("notes/1")).json["text"]


async def test_what_is_sent_names_no_tenant() -> None:
    """Neither headers, nor parameters, nor a body change whose records are asked for."""
    async with app(entities=ENTITIES, tenancy="tid") as client:
        await client.as_("ann", tenant="a").make(Note, id="1")
        bob = client.as_("bob", tenant="b")
        for name in ("x-tenant-id", "x-ms-client-principal", "tid", "tenantid"):
            assert 404 == (await bob.ask("GET", "notes/1", headers={name: "a"})).status
        assert 400 == (await bob.get("notes", tenantId="a")).status
        for name in ("tenantId", "tenant_id", "tenant", "tid"):
            refused = await bob.post("notes", {"id": "1", name: "a"})
            assert (422, [f"/{name}"]) == (refused.status, [each["pointer"] for each in refused.json["errors"]])


async def test_the_log_tells_whose_request_failed(caplog: pytest.LogCaptureFixture) -> None:
    """Each entry about a tenant's request carries the tenant's name, by every door."""
    failing = {"id": "1", "text": "fails"}
    batch = {"operations": [{"method": "POST", "path": "/notes", "body": failing}]}
    async with app(entities=ENTITIES, tenancy="tid") as client:
        ann = client.as_("ann", tenant="a")
        with caplog.at_level(logging.ERROR, "atakora_data"):
            assert 500 == (await ann.post("notes", failing)).status
            assert 500 == (await ann.post("batch", batch)).json["results"][0]["status"]
            assert (await ann.graphql('mutation { createNote(input: {id: "1", text: "fails"}) { id } }')).json["errors"]
    assert ["a", "a", "a"] == [each.__dict__["tenant"] for each in caplog.records]


async def test_telemetry_tells_whose_request_it_was(caplog: pytest.LogCaptureFixture) -> None:
    """Requests and what they ask of the store; a request without a tenant names none."""
    async with app(entities=ENTITIES, tenancy="tid", telemetry="log") as client:
        with caplog.at_level(logging.INFO, "atakora_data.telemetry"):
            await client.as_("ann", tenant="a").post("notes", {"id": "1"})
            await client.as_("bob", tenant="b").get("notes")
            await client.get("notes")
    told = [json.loads(each.getMessage()) for each in caplog.records]
    assert ["a", "b", None] == [each.get("tenant") for each in told if each["happening"] == "RequestAnswered"]
    assert {"a", "b"} == {each["tenant"] for each in told if each["happening"] == "StoreAsked"}


async def test_what_is_not_told_to_subscribers_is_logged_with_their_tenant(caplog: pytest.LogCaptureFixture) -> None:
    """A rule that fails for an event keeps it from its group, and says whose event it was."""
    async with app(entities=[Secret], tenancy="tid") as client:
        realtime, ann = client.application.realtime, client.as_("ann", tenant="a")
        assert realtime is not None
        realtime.make_hub = Heard
        session = (await ann.post("realtime/negotiate")).json["session"]
        assert 201 == (await ann.post("realtime/subscriptions", {"session": session, "entity": "Secret"})).status
        await ann.make(Secret, id="1")
        with caplog.at_level(logging.ERROR, "atakora_data"):
            for document in (await realtime.feed.feed("secrets", None, 10)).documents:
                assert [] == await realtime.fan_out.deliveries(EntityEvent.of(read_event(document)))
    assert ["a"] == [each.__dict__["tenant"] for each in caplog.records]


async def test_the_test_kit_has_tenants() -> None:
    """What is made belongs to the client's principal, the system is somewhere, and nobody is nowhere."""
    async with app(entities=ENTITIES, tenancy="tid") as client:
        ann = client.as_(user("ann", tenant="a"))
        note = await ann.make(Note)
        assert note.id == (await client.as_(system(tenant="a")).data[Note].query().first()).id  # type: ignore[union-attr]
        assert 0 == await client.as_(system(tenant="b")).data[Note].query().count()
        for nowhere in (anonymous(), system(), user("bob")):
            with pytest.raises(NoTenant):
                await client.as_(nowhere).make(Note)
