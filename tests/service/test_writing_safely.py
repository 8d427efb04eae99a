"""No write is lost, none happens twice, and a refused one changes nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import (
    ActionContext,
    Authorization,
    Entity,
    Field,
    HookContext,
    Model,
    ValidationError,
    action,
    after_create,
    after_delete,
    after_update,
    allow,
    before_delete,
    validate,
)
from atakora_data.registry.build import build_registry
from tests.support.app import Client, running

HEARD: list[str] = []


class Address(Model):
    """Where somebody lives."""

    street_name: str
    floor: int | None = None


class Person(Entity):
    """Somebody with counters that many change at once."""

    id: str = Field(primary_key=True)
    email: str | None = Field(default=None, unique=True)
    one: int = 0
    two: int = 0
    low: int = 0
    high: int = 10
    address: Address | None = None
    labels: dict[str, str] = Field(default_factory=dict)
    nick_name: str | None = None
    stamp: int = Field(default=0, read_only=True, on_update=lambda: 1)

    authorization = Authorization(
        create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public()
    )

    @validate
    def low_is_below_high(self) -> None:
        """The bounds must not cross."""
        if self.low > self.high:
            raise ValidationError("must not be above high", field="low")

    @action
    async def promote(self: "Person", ctx: ActionContext, by: int = 1) -> "Person":
        """Count up."""
        self.one += by
        return self

    @action(allow=allow.role("boss"))
    def fire(self: "Person", ctx: ActionContext) -> None:
        """Set to nothing."""
        self.one = -1

    @after_create
    async def hear_create(self: "Person", ctx: HookContext) -> None:
        """Tell."""
        HEARD.append(f"created {self.id}")

    @after_update
    def hear_update(self: "Person", ctx: HookContext) -> None:
        """Tell."""
        HEARD.append(f"updated {self.id}")

    @after_delete
    def hear_delete(self: "Person", ctx: HookContext) -> None:
        """Fail after the fact."""
        HEARD.append(f"deleted {self.id}")
        raise RuntimeError("too late")

    @before_delete
    def keep_kings(self: "Person", ctx: HookContext) -> None:
        """Kings stay."""
        if self.nick_name == "king":
            raise ValidationError("kings stay", field="nick_name")


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """One person."""
    HEARD.clear()
    async with running(tmp_path, registry=build_registry([Person])) as client:
        body = {
            "id": "a",
            "email": "a@x",
            "address": {"streetName": "High", "floor": 3},
            "labels": {"k": "v", "l": "w"},
        }
        assert 201 == (await client.ask("POST", "people", body)).status
        yield client


async def test_concurrent_patches_lose_nothing(client: Client) -> None:
    """Two fields changed by many at once: every field ends at what its last writer set, and every write counts."""

    async def set_one(name: str) -> None:
        for number in range(1, 11):
            assert 200 == (await client.ask("PATCH", "people/a", {name: number})).status

    await asyncio.gather(set_one("one"), set_one("two"), set_one("high"))
    record = (await client.ask("GET", "people/a")).json
    assert (10, 10, 10, 31) == (record["one"], record["two"], record["high"], record["_version"])


async def test_concurrent_actions_all_count(client: Client) -> None:
    """An action reads, changes and writes without losing another's change."""
    answers = await asyncio.gather(*(client.ask("POST", "people/a/promote", {"by": 2}) for _ in range(8)))
    assert {200} == {answer.status for answer in answers}
    assert 16 == (await client.ask("GET", "people/a")).json["one"]


async def test_if_match_lets_one_win(client: Client) -> None:
    """Of many writers with the same etag one succeeds; the others get 412 and change nothing."""
    etag = (await client.ask("GET", "people/a")).headers["ETag"]
    answers = await asyncio.gather(
        *(client.ask("PATCH", "people/a", {"one": n}, headers={"if-match": etag}) for n in range(1, 9))
    )
    statuses = sorted(answer.status for answer in answers)
    assert [200] + [412] * 7 == statuses
    assert 2 == (await client.ask("GET", "people/a")).json["_version"]


async def test_put_replaces_or_creates(client: Client) -> None:
    """What PUT leaves out goes back to its default; an absent record is created; `If-None-Match: *` only creates."""
    replaced = await client.ask("PUT", "people/a", {"one": 5})
    assert (200, 5, None, {}, None) == (
        replaced.status,
        *(replaced.json[name] for name in ("one", "address", "labels", "email")),
    )
    created = await client.ask("PUT", "people/b", {"one": 6})
    assert (201, "b") == (created.status, created.json["id"])
    assert 412 == (await client.ask("PUT", "people/b", {"one": 7}, headers={"if-none-match": "*"})).status
    assert 412 == (await client.ask("PUT", "people/c", {"one": 7}, headers={"if-match": "*"})).status
    assert 422 == (await client.ask("PUT", "people/b", {"id": "other"})).status
    assert [200, 404] == [(await client.ask("GET", f"people/{id}")).status for id in ("b", "c")]


@pytest.mark.parametrize(
    ("patch", "expected"),
    [
        ({"address": {"floor": 4}}, {"address": {"streetName": "High", "floor": 4}}),
        ({"address": {"floor": None}}, {"address": {"streetName": "High", "floor": None}}),
        ({"address": None}, {"address": None}),
        ({"labels": {"k": None, "m": "n"}}, {"labels": {"l": "w", "m": "n"}}),
        ({"nickName": "x", "email": None}, {"nickName": "x", "email": None}),
        ({}, {"one": 0}),
    ],
)
async def test_patch_merges(client: Client, patch: dict[str, Any], expected: dict[str, Any]) -> None:
    """Nested objects merge, a null removes a key of a map and empties a field that allows it."""
    answer = await client.ask("PATCH", "people/a", patch)
    assert expected == {name: answer.json[name] for name in expected}


@pytest.mark.parametrize(
    ("patch", "pointers"),
    [
        ({"one": None}, {"/one"}),
        ({"address": {"streetName": None}}, {"/address/streetName"}),
        ({"one": "5", "two": 1.5}, {"/one", "/two"}),
        ({"low": 11}, {"/low"}),
        ({"unknown": 1, "street_name": 2}, {"/unknown", "/street_name"}),
    ],
)
async def test_a_bad_patch_changes_nothing(client: Client, patch: dict[str, Any], pointers: set[str]) -> None:
    """Every fault is named by its pointer, and the record stays as it was."""
    answer = await client.ask("PATCH", "people/a", patch)
    assert (422, pointers) == (answer.status, {each["pointer"] for each in answer.json["errors"]})
    assert 1 == (await client.ask("GET", "people/a")).json["_version"]


async def test_unique_holds_among_racers(client: Client) -> None:
    """Of forty creates with one email exactly one succeeds; the others are told the field."""
    answers = await asyncio.gather(
        *(client.ask("POST", "people", {"id": f"r{n}", "email": "same@x"}) for n in range(40))
    )
    refused = [answer for answer in answers if answer.status == 409]
    assert (39, {"/email"}) == (len(refused), {answer.json["errors"][0]["pointer"] for answer in refused})
    again = await client.ask("PATCH", "people/a", {"email": "same@x"})
    assert (409, "unique_violation") == (again.status, again.json["code"])


async def test_an_existing_id_is_a_conflict(client: Client) -> None:
    """A second create with the same id changes nothing."""
    answer = await client.ask("POST", "people", {"id": "a"})
    assert (409, "already_exists") == (answer.status, answer.json["code"])


async def test_hooks_hear_of_what_happened(client: Client) -> None:
    """After-hooks run once the write is done; a failing one does not undo it."""
    await client.ask("PATCH", "people/a", {"one": 1})
    assert 204 == (await client.ask("DELETE", "people/a")).status
    assert ["created a", "updated a", "deleted a"] == HEARD
    assert 404 == (await client.ask("GET", "people/a")).status


async def test_a_before_hook_can_keep_a_record(client: Client) -> None:
    """A ValidationError before a delete is a 422, and the record stays."""
    await client.ask("PATCH", "people/a", {"nickName": "king"})
    refused = await client.ask("DELETE", "people/a")
    assert (422, "/nickName") == (refused.status, refused.json["errors"][0]["pointer"])
    assert 200 == (await client.ask("GET", "people/a")).status


async def test_on_update_stamps(client: Client) -> None:
    """`on_update` sets its field with every change, though no client can."""
    assert [0, 1] == [
        (await client.ask("GET", "people/a")).json["stamp"],
        (await client.ask("PATCH", "people/a", {"one": 1})).json["stamp"],
    ]


async def test_actions_have_rules_and_parameters(client: Client) -> None:
    """An action's own rule decides; its parameters are typed; an unknown one is refused."""
    assert {401} == {(await client.ask("POST", f"people/{id}/fire")).status for id in ("a", "zz")}
    assert {403} == {(await client.as_("x").ask("POST", f"people/{id}/fire")).status for id in ("a", "zz")}
    assert -1 == (await client.as_("x", "boss").ask("POST", "people/a/fire")).json["one"]
    wrong = await client.ask("POST", "people/a/promote", {"by": "two", "bye": 1})
    assert (422, {"/by", "/bye"}) == (wrong.status, {each["pointer"] for each in wrong.json["errors"]})
    assert 404 == (await client.ask("POST", "people/zz/promote")).status


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"address": {"floor": {"gte": 3}, "isNull": False}}, ["a"]),
        ({"address": {"or": [{"isNull": True}, {"streetName": {"eq": "High"}}]}}, ["a", "b"]),
        ({"address": {"not": {"isNull": True}}}, ["a"]),
        ({"not": {"address": {"floor": {"eq": 3}}}}, ["b"]),
    ],
)
async def test_nested_objects_are_filtered_at_any_place(
    client: Client, filter: dict[str, Any], expected: list[str]
) -> None:
    """Fields of a nested object, `isNull` of the object itself, and logic between them."""
    assert 201 == (await client.ask("POST", "people", {"id": "b"})).status
    assert expected == [item["id"] for item in (await client.get("people", filter=filter)).json["items"]]


async def test_a_misspelt_nested_field_is_told(client: Client) -> None:
    """The hint offers the likely field of the nested object."""
    answer = await client.get("people", filter={"address": {"flor": {"eq": 3}}})
    assert (400, "Perhaps you meant `floor`.") == (answer.status, answer.json["hint"])
