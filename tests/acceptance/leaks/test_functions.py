"""Functions of the app see whole records; what they do and how they fail tells no more than the rules allow."""

from __future__ import annotations

import logging
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
    Model,
    action,
    after_create,
    allow,
    before_create,
    before_update,
    computed,
)
from atakora_data.registry.build import build_registry
from tests.support.app import Answer, Client, running
from tests.support.told import Way, graphql, raw

MARKER = "XHIDDENX"
PASSWORD = "XSENSITIVEX"


def strange(_ctx: Any, record: Any) -> Any:
    """A rule that fails, or answers what is no answer."""
    if record.id == "breaks":
        raise RuntimeError(record.secret)
    return {"one": 1, "yes": "yes", "none": None, "list": [1]}.get(record.id, False)


class Odd(Entity):
    """Judged by a strange function."""

    id: str = Field(primary_key=True)
    secret: str = MARKER
    authorization = Authorization(create=allow.public(), read=allow.custom(strange))


class Login(Model):
    """A nested model with something sensitive."""

    name: str = "n"
    password: str = Field(default="", sensitive=True)
    pin: int = 0


class Member(Entity):
    """Has hidden fields, sensitive ones, and functions that handle both badly."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    name: str = "n"
    token: str = Field(default="", sensitive=True)
    login: Login = Field(default_factory=Login)
    secret: str = ""

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.owner(),
        update=allow.authenticated(),
        delete=allow.owner(),
        fields={"secret": FieldRules(read=allow.role("office")), "login": FieldRules(read=allow.role("office"))},
    )

    @computed(reads=("name",))
    def nosy(self) -> str:
        """Read what it does not declare, for one record."""
        return str(getattr(self, "secret")) if self.name == "nosy" else self.name  # noqa: B009  # else it is refused

    @computed
    def sly(self) -> str:
        """Read what its code does not tell."""
        return str(getattr(self, "secret"))  # noqa: B009  # so that no attribute stands in the code

    @before_create
    def check(draft: "Member", ctx: HookContext) -> Any:
        """Fail in several ways."""
        if draft.name == "shown":
            raise RuntimeError(f"cannot take {draft} {draft!r}")
        if draft.name == "nested":
            raise RuntimeError(f"cannot take {draft.login}")
        if draft.name == "model":
            Login(name="x", password=draft.token, pin=draft.token)  # type: ignore[arg-type]  # to make pydantic complain
        if draft.name == "type":
            return Odd(id="x", secret=draft.token)
        return None

    @before_update
    async def swap(draft: "Member", ctx: HookContext) -> Any:
        """Answer with the record of somebody else."""
        if draft.name == "swap":
            return (await ctx.data.as_system().Member.query().where("owner_id", "==", "bob").all())[0]
        return None

    @after_create
    def boast(draft: "Member", ctx: HookContext) -> None:
        """Fail when it is too late."""
        if draft.name == "late":
            raise RuntimeError(f"{draft} {draft!r} {draft.__dict__['login']}")

    @action(allow=allow.authenticated())
    async def look(record: "Member", ctx: ActionContext) -> Any:
        """Return what somebody else has."""
        return (await ctx.data.as_system().Member.query().where("owner_id", "==", "bob").all())[0]

    @action(allow=allow.authenticated())
    async def tell(record: "Member", ctx: ActionContext) -> "Member":
        """Write into a hidden field, and try to see the others."""
        others = await ctx.data.Member.query().where("secret", "==", MARKER).all()
        record.secret = MARKER
        record.name = f"{len(others)} of {await ctx.data.Member.query().count()}"
        return record

    @action(allow=allow.authenticated())
    async def fail(record: "Member", ctx: ActionContext) -> "Member":
        """Fail with everything."""
        raise RuntimeError(f"{record} {record.secret}")


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """A member of alice, one of bob."""
    async with running(tmp_path, registry=build_registry([Odd, Member])) as client:
        for name in ("alice", "bob"):
            body = {
                "id": name[0],
                "secret": MARKER,
                "token": PASSWORD,
                "login": {"password": PASSWORD, "name": MARKER},
            }
            assert 201 == (await client.as_(name).ask("POST", "members", body)).status
        yield client


@pytest.mark.parametrize("id", ["breaks", "one", "yes", "none", "list"])
async def test_a_rule_that_fails_allows_nothing(client: Client, id: str) -> None:
    """A function that raises, or answers anything but True and False, is a fault of the app: nothing is shown."""
    await client.ask("POST", "odds", {"id": id})
    for way in (
        Way("GET", f"odds/{id}"),
        Way("GET", "odds?count=true"),
        graphql(f'{{ getOdd(id: "{id}") {{ id secret }} listOdds {{ count items {{ id secret }} }} }}'),
    ):
        answer = await way.ask(client)
        assert is_failure(answer)
        assert MARKER.encode() not in raw(answer)


@pytest.mark.parametrize("path", ["members", "members/a", "members?fields=nosy"])
async def test_a_computed_field_reads_only_what_it_declares(client: Client, path: str) -> None:
    """What it does not declare it cannot read, and what its code does not tell hides it where anything is hidden."""
    alice = client.as_("alice")
    assert MARKER.encode() not in raw(await alice.get(path))
    assert "sly" not in (await alice.get("members/a")).json
    assert 200 == (await alice.ask("PATCH", "members/a", {"name": "x"})).status
    assert 500 == (await alice.ask("PATCH", "members/a", {"name": "nosy"})).status
    answer = await alice.get(path)
    assert (500, False) == (answer.status, MARKER.encode() in raw(answer))


@pytest.mark.parametrize(
    "way",
    [
        Way("POST", "members/a/look"),
        graphql('mutation { lookMember(id: "a") { id ownerId secret token } }'),
        Way("PATCH", "members/a", {"name": "swap"}),
        Way("PUT", "members/a", {"name": "swap"}),
    ],
)
async def test_no_function_answers_with_another_record(client: Client, way: Way) -> None:
    """An action or hook that returns somebody else's record is refused: it is neither shown nor written over."""
    answer = await way.ask(client.as_("alice"))
    assert b"bob" not in raw(answer)
    assert answer.status == 422 or "errors" in answer.json
    records = [(await client.as_(who).get(f"members/{who[0]}")).json["_version"] for who in ("alice", "bob")]
    assert [1, 1] == records


async def test_the_data_of_a_function_is_the_data_of_its_caller(client: Client) -> None:
    """Within an action the caller sees no more than without, and what the action hides stays hidden."""
    answer = await client.as_("alice").ask("POST", "members/a/tell")
    assert (200, "0 of 1", False) == (answer.status, answer.json["name"], "secret" in answer.json)


@pytest.mark.parametrize(
    "way",
    [
        *(
            Way("POST", "members", {"name": name, "token": PASSWORD, "login": {"password": PASSWORD, "name": MARKER}})
            for name in ("shown", "nested", "model", "type", "late")
        ),
        Way("POST", "members/a/fail"),
        graphql('mutation { failMember(id: "a") { id } }'),
        graphql(
            f'{{ getMember(id: "a") {{ nosy }} listMembers(filter: {{token: {{eq: "{PASSWORD}"}}}}) {{ count }} }}'
        ),
        Way("GET", f"members?filter[token][eq]={PASSWORD}"),
        Way("POST", "members", {"id": 7, "token": PASSWORD, "login": {"password": [PASSWORD]}}),
    ],
)
async def test_nothing_sensitive_is_logged(client: Client, caplog: pytest.LogCaptureFixture, way: Way) -> None:
    """Neither a failing function nor a refused input brings a sensitive value or a token into the log or the answer."""
    caplog.set_level(logging.DEBUG)
    alice = client.as_("alice")
    way = Way(way.method, way.path, {"id": "new", **way.body} if way.path == "members" and way.body else way.body)
    answer = await way.ask(alice)
    assert PASSWORD not in caplog.text
    assert alice.token is not None
    assert alice.token not in caplog.text
    assert MARKER.encode() not in raw(answer)


def is_failure(answer: Answer) -> bool:
    """Whether it says that something went wrong here, and nothing else."""
    return answer.status == 500 or "internal_error" in answer.body.decode()
