"""The conference: one to one, many to many with fields of its own, one of several, and rules across relations."""

from __future__ import annotations

import re
import shlex
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from tests.support.app import Client, running

HERE = Path(__file__).parents[2] / "examples" / "conference"


@pytest_asyncio.fixture
async def conference(tmp_path: Path) -> AsyncIterator[Client]:
    """The conference with all its records."""
    async with running(tmp_path, schemas=HERE / "schemas") as client:
        files, problems = plan(HERE / "data", client.application.registry)
        assert [] == problems
        loaded = [await load(file, client.application.service, lambda _: None) for file in files]
        assert [] == [fault for each in loaded for fault in each.faults]
        assert 43 == sum(each.created for each in loaded)
        yield client


async def test_a_proposed_talk_is_for_its_speakers(conference: Client) -> None:
    """Whoever is reached through `speakers` reads it; everybody else does not know of it."""
    assert ["t1", "t2", "t3", "t4"] == [each["id"] for each in (await conference.get("talks")).json["items"]]
    for who, status in (("ben", 200), ("ada", 200), ("eve", 404), ("dev", 404)):
        assert status == (await conference.as_(who).get("talks/t5")).status
    assert 200 == (await conference.as_("olga", "organizer").get("talks/t6")).status


async def test_who_leads_a_talk_sees_its_ratings(conference: Client) -> None:
    """A rule across a relation: others see only what they gave themselves."""
    found = [
        [each["stars"] for each in (await conference.as_(who).get("talks/t1/ratings")).json["items"]]
        for who in ("ada", "fay", "cleo")
    ]
    assert [[5, 4, 5], [4], []] == found
    averages = (await conference.as_("ada").get("ratings/aggregate", groupBy="talkId", avg="stars")).json["items"]
    assert {"t1": 14 / 3, "t2": 4, "t4": 3.5} == {each["group"]["talkId"]: each["avg"]["stars"] for each in averages}


async def test_speakers_come_with_what_they_do(conference: Client) -> None:
    """A link has fields of its own, seen from both ends."""
    answer = await conference.get("talks/t3/speakers", orderBy="name")
    assert [("Cleo Marchetti", "speaker"), ("Eve Okafor", "moderator")] == [
        (each["name"], each["_through"]["role"]) for each in answer.json["items"]
    ]
    graph = await conference.graphql('{ getPerson(id: "eve") { talks { edges { role position node { title } } } } }')
    edge = {"role": "moderator", "position": 2, "node": {"title": "Maps for newcomers"}}
    assert [edge] == graph.json["data"]["getPerson"]["talks"]["edges"]


async def test_a_remark_is_about_a_talk_or_a_room(conference: Client) -> None:
    """One relation with two targets, and the lists that lead back."""
    ben = conference.as_("ben")
    answer = await ben.get("remarks", include="about", filter={"about": {"Room": {"seats": {"gt": 100}}}})
    assert [("Room", "Great Hall")] == [
        (each["about"]["_type"], each["about"]["name"]) for each in answer.json["items"]
    ]
    assert 2 == len((await ben.get("talks/t1/remarks")).json["items"])
    text = "{ listRemarks { items { about { __typename ... on Talk { title } ... on Room { name } } } } }"
    about = [each["about"] for each in (await ben.graphql(text)).json["data"]["listRemarks"]["items"]]
    assert {"__typename": "Talk", "title": "Joins without tears"} == about[0]


def commands() -> list[str]:
    """The requests that the README shows."""
    text = (HERE / "README.md").read_text()
    return re.findall(r"^ {4}curl (.*)$", text, re.MULTILINE)


@pytest.mark.parametrize("command", commands())
async def test_what_the_readme_shows_works(conference: Client, command: str) -> None:
    """Each request is answered without an error."""
    tokens = {
        "$ADA": conference.as_("ada"),
        "$BEN": conference.as_("ben"),
        "$ORGANIZER": conference.as_("o", "organizer"),
    }
    words = shlex.split(command)
    client, method, body, url = conference, "GET", None, ""
    while words:
        word = words.pop(0)
        if word == "-H":
            header = words.pop(0)
            client = next((each for name, each in tokens.items() if name in header), client)
        elif word == "-X":
            method = words.pop(0)
        elif word == "-d":
            body, method = words.pop(0).encode(), "POST" if method == "GET" else method
        elif not word.startswith("-"):
            url = word
    answer = await client.ask(method, url.partition("/api/")[2], body)
    assert answer.status < 300, answer.body
    assert b'"errors"' not in answer.body


async def test_an_atomic_batch_is_written_as_a_whole_or_not_at_all(conference: Client) -> None:
    """Later operations see what earlier ones wait to write; one that is refused is told, and undoes the others."""
    organizer = conference.as_("olga", "organizer")
    room = {"method": "POST", "path": "/rooms", "body": {"id": "loft", "name": "Loft", "seats": 20}}
    move = {"method": "PATCH", "path": "/talks/t4", "body": {"roomId": "loft"}}
    wrong = {"method": "PATCH", "path": "/talks/t3", "body": {"roomId": "nowhere"}}
    refused = await organizer.ask("POST", "batch", {"atomic": True, "operations": [room, move, wrong]})
    assert (422, 2, [424, 424, 422]) == (
        refused.status,
        refused.json["operation"],
        [each["status"] for each in refused.json["results"]],
    )
    assert 404 == (await conference.get("rooms/loft")).status
    answer = await organizer.ask("POST", "batch", {"atomic": True, "operations": [room, move]})
    assert (200, [201, 200]) == (answer.status, [each["status"] for each in answer.json["results"]])
    assert "Loft" == (await conference.get("talks/t4", include="room")).json["room"]["name"]
