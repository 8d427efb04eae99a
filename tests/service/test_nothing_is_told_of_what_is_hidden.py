"""What may not be read cannot be inferred from what writing answers."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, HasMany, allow, belongs_to, has_many
from atakora_data.registry.build import build_registry
from tests.support.app import Client, running


class Case(Entity):
    """Some of it is for the office only."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)
    title: str = ""
    grade: str | None = Field(default="C", read_only=True)
    origin: str = Field(default="x", immutable=True)
    score: int = 0
    inbox: str | None = None

    papers: HasMany["Paper"] = has_many("case_id")

    authorization = Authorization(
        create=allow.role("clerk"),
        read=allow.owner() | allow.role("office"),
        update=allow.owner() | allow.role("office"),
        fields={
            "grade": FieldRules(read=allow.role("office")),
            "origin": FieldRules(read=allow.role("office")),
            "score": allow.role("office"),
            "inbox": FieldRules(read=allow.role("office")),
        },
    )


class Paper(Entity):
    """Readable by all; which case it belongs to is for the office."""

    id: str = Field(primary_key=True)
    case_id: str

    case: BelongsTo["Case"] = belongs_to("case_id")

    authorization = Authorization(
        create=allow.role("office"), read=allow.public(), fields={"case_id": FieldRules(read=allow.role("office"))}
    )


@pytest_asyncio.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """One case of alice with a paper and a score."""
    async with running(tmp_path, registry=build_registry([Case, Paper])) as client:
        office = client.as_("alice", "clerk", "office")
        body = {"id": "c", "title": "t", "origin": "north", "score": 7}
        assert 201 == (await office.ask("POST", "cases", body)).status
        assert 201 == (await office.ask("POST", "papers", {"id": "p", "caseId": "c"})).status
        yield client


@pytest.mark.parametrize("method", ["PATCH", "PUT"])
@pytest.mark.parametrize(("field", "right", "wrong"), [("grade", "C", "D"), ("origin", "north", "south")])
async def test_a_guess_at_a_hidden_fixed_value_is_refused_right_or_wrong(
    client: Client, method: str, field: str, right: str, wrong: str
) -> None:
    """A read-only or immutable field that is hidden cannot be probed by repeating it."""
    alice = client.as_("alice")
    answers = [await alice.ask(method, "cases/c", {field: value}) for value in (right, wrong, None)]
    told = [(each.status, [(one["pointer"], one["code"]) for one in each.json["errors"]]) for each in answers]
    assert told[0] == told[1] == told[2]
    assert 422 == told[0][0]


async def test_a_replacement_keeps_what_its_writer_cannot_set_or_see(client: Client) -> None:
    """PUT by an owner succeeds whatever hidden fields hold, and leaves them as they are."""
    answer = await client.as_("alice").ask("PUT", "cases/c", {"title": "new"})
    assert (200, "new") == (answer.status, answer.json["title"])
    stored = (await client.as_("x", "office").get("cases/c")).json
    assert (7, "C", "north", "alice") == (stored["score"], stored["grade"], stored["origin"], stored["ownerId"])


@pytest.mark.parametrize("headers", [{}, {"if-match": "*"}, {"if-match": '"x"'}, {"if-none-match": "*"}])
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "GET"])
async def test_a_hidden_id_answers_like_a_missing_one(client: Client, method: str, headers: dict[str, str]) -> None:
    """Without the right to create, no method and no condition tells a hidden record from none."""
    bob = client.as_("bob")
    body = None if method in ("GET", "DELETE") else {"title": "x"}
    hidden, missing = [await bob.ask(method, f"cases/{id}", body, headers=headers) for id in ("c", "zz")]

    def told(answer: Any) -> Any:
        return answer.status, answer.json["code"], answer.json["detail"].replace("`c`", "`zz`")

    assert told(missing) == told(hidden)


async def test_a_hidden_foreign_key_leads_nowhere_from_either_end(client: Client) -> None:
    """Neither the paper's case nor the case's papers are told to who may not read the key."""
    alice, office = client.as_("alice"), client.as_("x", "office")
    for who, papers, case in ((alice, [], None), (office, ["p"], "c")):
        below = (await who.get("cases/c/papers", count="true")).json
        nested = (await who.get("cases/c", include="papers")).json["papers"]
        paper = (await who.get("papers/p", include="case")).json
        assert (papers, len(papers)) == ([each["id"] for each in below["items"]], below["count"])
        assert papers == [each["id"] for each in nested["items"]]
        assert case == (paper["case"] and paper["case"]["id"])


async def test_an_answer_never_shows_a_field_that_is_hidden(client: Client) -> None:
    """A field that may be written but not read is absent from the answer to its own write."""
    answer = await client.as_("alice").ask("PATCH", "cases/c", {"inbox": "secret"})
    assert (200, False) == (answer.status, "inbox" in answer.json)
    created = await client.as_("bob", "clerk").ask("POST", "cases", {"id": "d", "inbox": "secret"})
    assert (201, False) == (created.status, "inbox" in created.json)
