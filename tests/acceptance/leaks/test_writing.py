"""Writing tells and changes no more than the rules allow."""

from __future__ import annotations

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
    FieldRules,
    HookContext,
    ValidationError,
    action,
    allow,
    before_create,
    before_update,
    validate,
)
from atakora_data.registry.build import build_registry
from tests.support.app import Answer, Client, running
from tests.support.told import Way, graphql, told

MARKER = "XHIDDENX"
HEARD: list[str] = []


class Account(Entity):
    """Its ceiling is hidden, its floor is only for clerks to set."""

    id: str = Field(primary_key=True)
    holder: str = Field(owner=True)
    state: str = "open"
    slug: str | None = Field(default=None, unique=True)
    floor: int = 0
    ceiling: int = 10
    note: str | None = None
    remark: str | None = None

    authorization = Authorization(
        create=allow.authenticated(),
        read=(allow.owner() & ~allow.where(state="gone")) | allow.role("clerk"),
        update=allow.owner() | allow.role("clerk"),
        fields={
            "floor": FieldRules(write=allow.role("clerk")),
            "ceiling": allow.role("clerk"),
            "slug": FieldRules(write=allow.role("clerk")),
            "note": FieldRules(write=allow.where(state="open")),
        },
    )

    @validate
    def in_order(self) -> None:
        """The floor lies below."""
        if self.floor > self.ceiling:
            raise ValidationError("lies above the ceiling", field="floor")

    @before_create
    def mark(draft: "Account", ctx: HookContext) -> None:
        """Make something of a remark."""
        if draft.remark == "mark me":
            draft.remark = MARKER
            draft.note = MARKER

    @before_update
    def hear(draft: "Account", ctx: HookContext) -> None:
        """Remember that a change came this far."""
        HEARD.append(draft.id)

    @action
    async def close(record: "Account", ctx: ActionContext, remark: str = "") -> "Account":
        """Take it out of its holder's sight."""
        record.state = "gone"
        record.remark = MARKER
        return record


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """An account of alice and one of bob."""
    async with running(tmp_path, registry=build_registry([Account])) as client:
        for holder in ("alice", "bob"):
            who = client.as_(holder, "clerk")
            body = {"id": holder[0], "slug": f"{holder}s", "ceiling": 10, "note": "n"}
            assert 201 == (await who.ask("POST", "accounts", body)).status
        HEARD.clear()
        yield client


def changing(id: str, input: dict[str, Any]) -> list[Way]:
    """The three ways to change a record."""
    mutation = "mutation($id: ID!, $input: UpdateAccountInput!) { updateAccount(id: $id, input: $input) { id } }"
    return [
        Way("PATCH", f"accounts/{id}", input),
        Way("PUT", f"accounts/{id}", input),
        graphql(mutation, id=id, input=input),
    ]


def code(answer: Answer) -> Any:
    """The code of a refusal, in REST and GraphQL."""
    return answer.json["code"] if "code" in answer.json else answer.json["errors"][0]["extensions"]["code"]


@pytest.mark.parametrize("floor", [5, 10, 11, "x"])
async def test_a_check_is_no_probe_for_who_may_not_write(client: Client, floor: Any) -> None:
    """What a field could be is not told to who may not write it: neither by checks of the schema nor by hooks."""
    for way in changing("a", {"floor": floor}):
        assert code(await way.ask(client.as_("alice"))) in ("field_forbidden", "malformed_request", "bad_user_input")
    assert [] == HEARD


async def test_a_taken_value_is_told_only_to_who_may_set_it(client: Client) -> None:
    """A unique value that is taken answers like a free one wherever the rules refuse the write."""
    alice = client.as_("alice")
    for taken, free in zip(changing("a", {"slug": "bobs"}), changing("a", {"slug": "free"}), strict=True):
        assert told(await free.ask(alice)) == told(await taken.ask(alice))
    for body in ({"slug": "bobs"}, {"slug": "free"}):
        assert "field_forbidden" == code(await alice.ask("POST", "accounts", {"id": "c", **body}))
    assert "sign_in_required" == code(await client.ask("POST", "accounts", {"id": "a"}))
    assert "unique_violation" == code(await client.as_("x", "clerk").ask("PATCH", "accounts/a", {"slug": "bobs"}))


async def test_a_hidden_id_that_is_taken_keeps_its_record(client: Client) -> None:
    """Who may create meets a conflict, as with POST, and the record behind it stays as it is."""
    clerk = client.as_("root", "clerk")
    before = (await clerk.get("accounts/b")).json
    for way in (Way("PUT", "accounts/b", {"remark": "mine"}), Way("POST", "accounts", {"id": "b"})):
        assert (409, "already_exists") == ((answer := await way.ask(client.as_("alice"))).status, code(answer))
    assert before == (await clerk.get("accounts/b")).json


async def test_who_may_not_update_wakes_no_hook(client: Client) -> None:
    """A hidden or forbidden record is refused before hooks and checks see the change."""
    for way in changing("b", {"remark": "x"}):
        await way.ask(client.as_("alice"))
        await way.ask(client)
    assert [] == HEARD


async def test_a_created_record_out_of_sight_shows_only_what_was_sent(client: Client) -> None:
    """What hooks and defaults made of it is absent, even in fields that the input named."""
    body = {"id": "g", "state": "gone", "remark": "mark me"}
    answer = await client.as_("alice").ask("POST", "accounts", body)
    assert (201, {"id": "g", "state": "gone", "_version": 1}) == (answer.status, without_tag(answer))


async def test_an_updated_record_out_of_sight_shows_only_what_was_sent(client: Client) -> None:
    """A record that leaves the view by the update is known by what was sent."""
    answer = await client.as_("alice").ask("PATCH", "accounts/a", {"state": "gone"})
    assert (200, {"id": "a", "state": "gone", "_version": 2}) == (answer.status, without_tag(answer))


async def test_a_parameter_is_no_name_for_a_field(client: Client) -> None:
    """An action that takes the record out of view shows no field of it, though a parameter be called like one."""
    answer = await client.as_("alice").ask("POST", "accounts/a/close", {"remark": "what is it?"})
    assert (200, {"id": "a", "_version": 2}) == (answer.status, without_tag(answer))


async def test_a_replacement_resets_only_what_may_be_written_afterwards_too(client: Client) -> None:
    """PUT leaves a field out and so resets it: its rule is judged on the result as if it had been named."""
    alice = client.as_("alice")
    assert "field_forbidden" == code(await alice.ask("PUT", "accounts/a", {"state": "shut"}))
    assert "n" == (await alice.get("accounts/a")).json["note"]
    kept = await alice.ask("PATCH", "accounts/a", {"state": "shut"})
    assert (200, "n") == (kept.status, kept.json["note"])
    again = await alice.ask("PUT", "accounts/a", {"state": "shut", "remark": "r"})
    assert (200, "n", "r") == (again.status, again.json["note"], again.json["remark"])


async def test_a_field_that_is_no_longer_declared_is_not_shown(tmp_path: Path) -> None:
    """A field taken out of the schema takes its rule with it, and so is shown to nobody."""

    def entity(**members: Any) -> Any:
        rules = Authorization(create=allow.role("maker"), read=allow.public(), fields=members.pop("rules", {}))
        annotations = {"id": str, **dict.fromkeys(members, str)}
        body = {"id": Field(primary_key=True), **members, "authorization": rules, "__annotations__": annotations}
        return build_registry([type("Page", (Entity,), {"__module__": __name__, **body})])

    async with running(tmp_path, registry=entity(secret="", rules={"secret": allow.never()})) as client:
        maker = client.as_("m", "maker", "DataOwner")
        assert 403 == (await maker.ask("POST", "pages", {"id": "p", "secret": MARKER})).status
    async with running(tmp_path, registry=entity(secret="")) as client:
        assert 201 == (await client.as_("m", "maker").ask("POST", "pages", {"id": "p", "secret": MARKER})).status
    async with running(tmp_path, registry=entity()) as client:
        for path in ("pages", "pages/p"):
            assert MARKER not in (await client.get(path)).body.decode()


def without_tag(answer: Answer) -> dict[str, Any]:
    """The record that was answered, without the etag that it surely has."""
    return {name: value for name, value in answer.json.items() if name != "_etag"}
