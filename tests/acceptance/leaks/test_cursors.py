"""A nextToken carries no value, and continues only the list it came from."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, HasMany, allow, belongs_to, has_many
from atakora_data.registry.build import build_registry
from tests.support.app import Client, running

MARKER = "XHIDDENX"


def is_plain(_ctx: Any, record: Any) -> bool:
    """A function that hides most."""
    return not record.title.startswith(MARKER)


class Shelf(Entity):
    """Readable by all."""

    id: str = Field(primary_key=True)
    papers: HasMany["Paper"] = has_many("shelf_id")
    letters: HasMany["Letter"] = has_many("shelf_id")
    authorization = Authorization(create=allow.role("maker"), read=allow.public())


class Paper(Entity):
    """What a function hides lies between what it shows."""

    id: str = Field(primary_key=True)
    title: str
    shelf_id: str
    shelf: BelongsTo["Shelf"] = belongs_to("shelf_id")
    authorization = Authorization(create=allow.role("maker"), read=allow.custom(is_plain))


class Letter(Entity):
    """Its stamp is for the office."""

    id: str = Field(primary_key=True)
    state: str = "open"
    stamp: str = ""
    shelf_id: str
    shelf: BelongsTo["Shelf"] = belongs_to("shelf_id")
    authorization = Authorization(
        create=allow.role("maker"),
        read=allow.where(state="open") | allow.role("office"),
        fields={"stamp": FieldRules(read=allow.role("office"))},
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Client]:
    """Shelves with papers, of which more are hidden than a page may read, and letters."""
    folder: Path = tmp_path_factory.mktemp("cursors")
    async with running(folder, registry=build_registry([Shelf, Paper, Letter])) as client:
        maker = client.as_("root", "maker")
        for id in ("s", "t"):
            assert 201 == (await maker.ask("POST", "shelves", {"id": id})).status
        for number in range(6):
            body = {"id": f"l{number}", "stamp": f"{MARKER}{number}", "shelfId": "s" if number < 3 else "t"}
            assert 201 == (await maker.ask("POST", "letters", {**body, "state": "open"})).status
        hidden = [{"id": f"{MARKER}{number:04}", "title": f"{MARKER}{number}"} for number in range(2050)]
        shown = [{"id": f"{name}{number}", "title": "t"} for name in "AZ" for number in range(3)]
        papers = [{**paper, "shelfId": "s"} for paper in (*hidden, *shown)]
        answers = await asyncio.gather(*(maker.ask("POST", "papers", paper) for paper in papers))
        assert {201} == {answer.status for answer in answers}
        yield client


@pytest.mark.parametrize(("limit", "sizes"), [(2, [2, 1, 2, 1]), (3, [3, 3]), (50, [3, 3])])
@pytest.mark.parametrize("path", ["papers", "shelves/s/papers"])
async def test_a_list_goes_on_behind_hidden_records(client: Client, path: str, limit: int, sizes: list[int]) -> None:
    """A page that spent its budget on hidden records is continued, and its token tells nothing of where it stopped."""
    found, parameters = list[int](), dict[str, str]()
    while True:
        page = (await client.get(path, limit=limit, orderBy="id", **parameters)).json
        found.append(len(page["items"]))
        token = page["nextToken"]
        if token is None:
            break
        assert MARKER.encode() not in base64.urlsafe_b64decode(token + "==")
        parameters = {"nextToken": token}
    assert sizes == found


BASE: dict[str, Any] = {"orderBy": "-stamp", "limit": 1, "filter": {"stamp": {"ne": "x"}}}

ELSEWHERE: list[tuple[str, dict[str, Any]]] = [
    ("shelves/t/letters", BASE),
    ("letters", BASE),
    ("papers", {"limit": 1}),
    ("shelves/s/papers", {"limit": 1}),
    ("shelves/s/letters", {**BASE, "orderBy": "stamp"}),
    ("shelves/s/letters", {**BASE, "orderBy": "-state"}),
    ("shelves/s/letters", {**BASE, "filter": {"stamp": {"ne": "y"}}}),
    ("shelves/s/letters", {**BASE, "filter": {}}),
    ("shelves/s/letters", {"limit": 1}),
]


@pytest.mark.parametrize(("path", "parameters"), ELSEWHERE)
async def test_a_token_is_for_one_list(client: Client, path: str, parameters: dict[str, Any]) -> None:
    """Another parent, filter, order or entity refuses it, and says nothing of what is in it."""
    alice = client.as_("alice")
    token = (await alice.get("shelves/s/letters", **BASE)).json["nextToken"]
    assert 200 == (await alice.get("shelves/s/letters", **BASE, nextToken=token)).status
    refused = await alice.get(path, **parameters, nextToken=token)
    assert (400, "invalid_cursor") == (refused.status, refused.json["code"])


async def test_a_token_is_for_one_caller(client: Client) -> None:
    """Nobody else can use it, signed in or not, whatever their roles."""
    alice = client.as_("alice", "office")
    token = (await alice.get("letters", **BASE)).json["nextToken"]
    for other in (client, client.as_("bob"), client.as_("bob", "office"), client.as_("ALICE"), client.as_("alice ")):
        assert 400 == (await other.get("letters", **BASE, nextToken=token)).status


async def test_a_token_gives_no_more_than_its_bearer_has_now(client: Client) -> None:
    """A token from when the caller had a role goes on in the list that the caller sees without it."""
    alice = client.as_("alice")
    token = (await client.as_("alice", "office").get("letters", **BASE)).json["nextToken"]
    page = await alice.get("letters", **BASE, nextToken=token)
    assert (200, False) == (page.status, MARKER in page.body.decode())
    first = (await alice.get("letters", **BASE)).json["items"]
    assert first == page.json["items"], "for alice every stamp is null, and nulls come after any stamp"
