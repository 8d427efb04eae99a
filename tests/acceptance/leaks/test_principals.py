"""Whatever a token says, its bearer is nobody else, and nothing more than the rules know."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from atakora_data import Authorization, Entity, Field, allow, principal, this
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.registry.build import build_registry
from tests.support.app import Client, running

IDS = [
    "alice", "Alice", "ALICE", "alice ", " alice", "alice\t", "alice\n", "\uff41lice", "\u0430lice", "ali\u200bce",
    "\u00e1lice", "a\u0301lice", "stra\u00dfe", "strasse", "\u017fam", "sam", "\u212a", "k", "\U0001f600",
    "%", "_", "*", "?", "alic_", "alic%", "null", "None", "true", "0", "-0", "1", "1.0", "1e0", "'", '"', "\\",
    "' OR '1'='1", "{}", "[]", "$.id", "alice,bob", "alice\x1f", "a" * 3000, "a" * 3001,
]  # fmt: skip
"""Each of them is somebody else."""

UUIDS = ["0f8fad5b-d9cb-469f-a165-70867728950e", "7c9e6679-7425-40de-944b-e07fc1f90ae7"]

CLAIMS: list[Any] = [
    "", " ", "red ", "RED", True, False, 0, 1, 1.0, -0.0, [], ["red"], ["1"], [1], [True], [None], {"red": "red"},
    [["red"]], "1", "true", "True", "null", '["red"]', 2**60, 10**30, 1e308, "\u0000",
]  # fmt: skip
"""What a claim may hold without being `red`."""


CLOSED = (403, 404)
"""How a record that is not for the caller is answered: 403 where no record could be."""


class Diary(Entity):
    """Its owner is a text, as ids are."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    authorization = Authorization(create=allow.authenticated(), read=allow.owner(), update=allow.owner())


class Log(Entity):
    """Its owner is a UUID; it may have none."""

    id: str = Field(primary_key=True)
    owner_id: UUID | None = Field(default=None, owner=True)
    authorization = Authorization(
        create=allow.public(), read=allow.owner(), update=allow.where(this.owner_id == principal.id)
    )


class Plan(Entity):
    """Goes by claims of several types."""

    id: str = Field(primary_key=True)
    team: str | None = None
    level: int = 7
    is_open: bool | None = None
    tags: list[str] = Field(default_factory=list)

    authorization = Authorization(
        create=allow.role("maker"),
        read=allow.where(
            (this.team == principal.claim("c"))
            | (this.team.in_(principal.claim("c")) & (this.team == "red"))
            | (this.level == principal.claim("c"))
            | (this.level.between(principal.claim("c"), principal.claim("d")))
            | (this.is_open == principal.claim("c"))
            | this.tags.contains(principal.claim("c"))
        ),
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """A diary of everybody, logs of two and of nobody, and plans."""
    folder: Path = tmp_path_factory.mktemp("principals")
    async with running(folder, registry=build_registry([Diary, Log, Plan])) as client:
        for number, id in enumerate(IDS):
            assert 201 == (await client.as_(id).ask("POST", "diaries", {"id": f"d{number}"})).status
        for number, id in enumerate(UUIDS):
            assert 201 == (await client.as_(id).ask("POST", "logs", {"id": f"l{number}"})).status
        assert 201 == (await client.ask("POST", "logs", {"id": "of-nobody"})).status
        maker = client.as_("m", "maker")
        for number, team in enumerate(("red", None)):
            body = {"id": f"p{number}", "team": team, "tags": ["red"], "level": 7}
            assert 201 == (await maker.ask("POST", "plans", body)).status
        yield client


async def seen(who: Client, path: str) -> list[str]:
    """The ids of what somebody sees."""
    answer = await who.get(path, limit=100)
    return [each["id"] for each in answer.json["items"]] if answer.status == 200 else []


@pytest.mark.parametrize("number", range(len(IDS)))
async def test_ids_are_told_apart_letter_for_letter(client: Client, number: int) -> None:
    """Case, accents, look-alikes, spaces and wildcards make another caller, in lists and by id."""
    who, other = client.as_(IDS[number]), f"diaries/d{(number + 1) % len(IDS)}"
    assert [f"d{number}"] == await seen(who, "diaries")
    assert [200, 404] == [(await who.get(path)).status for path in (f"diaries/d{number}", other)]
    assert 404 == (await who.ask("PATCH", other, {})).status


@pytest.mark.parametrize(
    ("id", "expected"),
    [
        (UUIDS[0], ["l0"]),
        (UUIDS[0].upper(), ["l0"]),
        (UUIDS[1], ["l1"]),
        ("00000000-0000-0000-0000-000000000000", []),
        ("alice", []),
        ("None", []),
        ("null", []),
        (f"{UUIDS[0]} ", []),
        (f"{UUIDS[0]}\n", []),
        (f"{UUIDS[0]}0", []),
    ],
)
async def test_an_id_that_is_no_uuid_owns_nothing(client: Client, id: str, expected: list[str]) -> None:
    """Where owners are UUIDs, an id is the same in capitals, and one of another form is nobody's."""
    who = client.as_(id)
    assert expected == await seen(who, "logs")
    assert (await who.get("logs/of-nobody")).status in CLOSED


@pytest.mark.parametrize("method", ["GET", "PATCH"])
async def test_nobody_does_not_own_what_nobody_owns(client: Client, method: str) -> None:
    """An anonymous caller has no id, and null is not null's owner."""
    body: Any = {} if method == "PATCH" else None
    assert 401 == (await client.ask(method, "logs/of-nobody", body)).status
    assert [] == await seen(client, "logs")


@pytest.mark.parametrize("claim", CLAIMS, ids=repr)
async def test_a_claim_of_another_type_opens_nothing(client: Client, claim: Any) -> None:
    """A claim equals a field only by the same type and value; in lists of claims only as an element."""
    expected = ["p0"] if claim == ["red"] else []
    for who in (client.as_("x", c=claim), client.as_("x", c=claim, d=claim), client.as_("x", d=claim)):
        found = await seen(who, "plans")
        assert found in ([], expected)
        by_id = [id for id in ("p0", "p1") if (await who.get(f"plans/{id}")).status not in CLOSED]
        assert found == by_id


@pytest.mark.parametrize(("claim", "expected"), [("red", ["p0", "p1"]), (7, ["p0", "p1"]), (7.0, ["p0", "p1"])])
async def test_the_right_claim_opens(client: Client, claim: Any, expected: list[str]) -> None:
    """So that the others are not refused for another reason."""
    assert expected == await seen(client.as_("x", c=claim), "plans")


@pytest.mark.parametrize(
    "claims",
    [
        {"is_system": True},
        {"isSystem": True, "system": True, "is_authenticated": True},
        {"_claims": {"is_system": True}, "fingerprint": "x", "principal": {"is_system": True}},
        {"role": "DataOwner", "wids": ["DataOwner"], "scp": "DataOwner DataReader"},
        {"groups": ["DataOwner", "maker"]},
    ],
)
async def test_no_claim_makes_a_caller_the_system(client: Client, claims: dict[str, Any]) -> None:
    """Rules bind every token; data roles are roles, not scopes, groups or claims of like names."""
    who = client.as_("nobody", **claims)
    assert [[], [], []] == [await seen(who, path) for path in ("diaries", "logs", "plans")]
    assert 403 == (await who.ask("POST", "plans", {"id": "new"})).status


@pytest.mark.parametrize(
    "role", ["dataowner", "DATAOWNER", "DataOwner ", " DataOwner", "DataOwner,x", "Data Owner", "*"]
)
async def test_data_roles_are_spelt_exactly(client: Client, role: str) -> None:
    """A role that looks like a data role is another role."""
    assert [] == await seen(client.as_("nobody", role), "diaries")


@pytest.mark.parametrize(
    "claims",
    [
        {"oid": "", "sub": ""},
        {"oid": None, "sub": None},
        {"oid": ["alice"]},
        {"oid": 1},
        {"roles": "DataOwner"},
        {"roles": {"DataOwner": 1}},
        {"roles": [["DataOwner"]]},
        {"roles": None},
        {"groups": "DataOwner"},
    ],
)
async def test_a_token_that_names_nobody_is_refused(client: Client, claims: dict[str, Any]) -> None:
    """An empty or odd subject, and roles that are no list, are a bad token: 401, never anonymous, never somebody."""
    import jwt

    settings = client.application.settings
    key = local_key(settings.key_file)
    good = jwt.decode(mint(key, audience=settings.audience, id="alice"), options={"verify_signature": False})
    token = jwt.encode({**good, **claims}, key, algorithm="HS256")
    answer = await Client(client.application, token).get("diaries")
    assert (401, "invalid_token") == (answer.status, answer.json["code"])
    assert token not in answer.body.decode()
