"""Subscriptions: what their documents ask for, and what becomes of one record below the selection."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atakora_data import (
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
    HasMany,
    allow,
    belongs_to,
    has_many,
    principal,
    this,
)
from atakora_data.api.graphql.execution import Engine
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.subscriptions import Subscriptions
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidSubscription, QueryTooExpensive, RequestError
from atakora_data.registry.build import build_registry
from atakora_data.service.context import RequestContext
from tests.support.app import Client, running

OPEN = Authorization(create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public())


class Writer(Entity):
    """Who writes."""

    id: str = Field(primary_key=True)
    name: str
    songs: HasMany["Song"] = has_many("writer_id")
    authorization = OPEN


class Song(Entity):
    """What is sung. Its notes are the writer's own."""

    id: str = Field(primary_key=True)
    title: str
    rank: int = 0
    notes: str | None = None
    writer_id: str
    writer: BelongsTo["Writer"] = belongs_to("writer_id")
    verses: HasMany["Verse"] = has_many("song_id")
    realtime = True
    authorization = Authorization(
        create=allow.public(),
        read=allow.public(),
        update=allow.public(),
        delete=allow.public(),
        fields={"notes": FieldRules(read=allow.where(this.writer_id == principal.id), write=allow.public())},
    )


class Verse(Entity):
    """A part of a song; some are secret."""

    id: str = Field(primary_key=True)
    song_id: str
    song: BelongsTo["Song"] = belongs_to("song_id")
    text: str
    is_secret: bool = False
    authorization = Authorization(create=allow.public(), read=allow.where(is_secret=False))


REGISTRY = build_registry([Writer, Song, Verse])
ANN, BOB = (RequestContext(principal=Principal(id=name)) for name in ("ann", "bob"))


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[Client]:
    """Two writers with songs, and verses of which some are secret."""
    async with running(tmp_path, registry=REGISTRY) as found:
        for name in ("ann", "bob"):
            await found.post("writers", {"id": name, "name": name.title()})
            for number in range(3):
                song = {"id": f"{name}{number}", "title": f"Song {number}", "rank": number, "notes": f"of {name}"}
                assert 201 == (await found.post("songs", {**song, "writerId": name})).status
                for verse in range(3):
                    part = {"id": f"{name}{number}{verse}", "songId": f"{name}{number}", "text": f"la {verse}"}
                    await found.post("verses", {**part, "isSecret": verse == 1})
        yield found


def subscriptions(client: Client, limits: Limits | None = None) -> Subscriptions:
    """What understands documents."""
    application = client.application
    engine = Engine(application.registry, application.service, limits or Limits(), introspection=True)
    return Subscriptions(application.registry, application.service, engine)


async def song(client: Client, id: str) -> dict[str, Any]:
    """A song as an event tells it: all that is stored, without its etag."""
    system = RequestContext(principal=Principal(is_system=True))
    from atakora_data.service.commands import Get

    record = await client.application.service.get(Get("Song", id), system)
    return {name: value for name, value in record.items() if name != "_etag"}


@pytest.mark.parametrize(
    ("query", "variables", "operation", "filter", "entities"),
    [
        ("subscription { onCreateSong { id } }", {}, "created", None, {"Song"}),
        (
            "subscription($t: String) { onUpdateSong(filter: {title: {eq: $t}}) { id } }",
            {"t": "x"},
            "updated",
            {"title": {"eq": "x"}},
            {"Song"},
        ),
        ("subscription { x: onDeleteSong { ...F } } fragment F on Song { id }", {}, "deleted", None, {"Song"}),
        ("subscription { onUpdateSong { writer { name } } }", {}, "updated", None, {"Song", "Writer"}),
        (
            'subscription { onUpdateSong { verses(filter: {song: {writer: {name: {eq: "a"}}}}) { items { id } } } }',
            {},
            "updated",
            None,
            {"Song", "Verse", "Writer"},
        ),
        (
            'subscription { onUpdateSong(filter: {or: [{verses: {some: {text: {eq: "a"}}}}]}) { id } }',
            {},
            "updated",
            {"or": [{"verses": {"some": {"text": {"eq": "a"}}}}]},
            {"Song", "Verse"},
        ),
        (
            "subscription { onUpdateSong { verses(orderBy: [{song: {writer: {name: ASC}}}]) { items { id } } } }",
            {},
            "updated",
            None,
            {"Song", "Verse", "Writer"},
        ),
    ],
)
async def test_a_document_says_what_it_asks_for(
    client: Client, query: str, variables: Mapping[str, Any], operation: str, filter: Any, entities: set[str]
) -> None:
    """Entity, operation, filter with the values of variables, and all entities whose rules have a say."""
    asked = subscriptions(client).read(query, variables, ANN)
    assert ("Song", operation, filter) == (asked.entity, asked.operation, asked.filter)
    assert entities == asked.entities


@pytest.mark.parametrize(
    ("query", "variables", "words"),
    [
        ("subscription {", {}, "Syntax Error"),
        ("{ listSongs { items { id } } }", {}, "no subscription"),
        ('mutation { deleteSong(id: "1") { id } }', {}, "no subscription"),
        ("subscription { onCreateSong { id } onDeleteSong { id } }", {}, "one top level field"),
        ("subscription { ...F } fragment F on Subscription { onCreateSong { id } onDeleteSong { id } }", {}, "one top"),
        ("subscription { __typename }", {}, "introspection"),
        ("subscription { onCreateWriter { id } }", {}, "onCreateWriter"),
        ("subscription { onCreateSong { nope } }", {}, "nope"),
        ("subscription($t: Int!) { onCreateSong(filter: {rank: {eq: $t}}) { id } }", {}, "$t"),
        ("subscription($t: Int!) { onCreateSong(filter: {rank: {eq: $t}}) { id } }", {"t": "x"}, "$t"),
        ("subscription A { onCreateSong { id } } subscription B { onCreateSong { id } }", {}, "several operations"),
    ],
)
async def test_what_is_no_subscription_is_refused(
    client: Client, query: str, variables: Mapping[str, Any], words: str
) -> None:
    """Each error with its place in the document."""
    with pytest.raises(InvalidSubscription) as caught:
        subscriptions(client).read(query, variables, ANN)
    assert any(words in each.detail for each in caught.value.errors), caught.value.errors
    assert {"/query"} == {each.pointer for each in caught.value.errors}


async def test_the_etag_of_an_event_is_not_known(client: Client) -> None:
    """Selecting it is refused, with what to select instead; below a relation it is known."""
    found = subscriptions(client)
    with pytest.raises(InvalidSubscription, match="_etag") as caught:
        found.read("subscription { onUpdateSong { id _etag } }", {}, ANN)
    assert "_version" in (caught.value.hint or "")
    assert "Song" == found.read("subscription { onUpdateSong { writer { _etag } } }", {}, ANN).entity


async def test_limits_hold_for_subscriptions(client: Client) -> None:
    """A document that nests too deep is refused as a query would be."""
    with pytest.raises(QueryTooExpensive):
        subscriptions(client, Limits(max_depth=2)).read("subscription { onUpdateSong { writer { name } } }", {}, ANN)


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_door_tells_where_to_register(client: Client, method: str) -> None:
    """A subscription sent as a request is refused, by media type, and says where it belongs."""
    query = "subscription { onCreateSong { id } }"
    headers = {"accept": "application/graphql-response+json"}
    if method == "GET":
        answer = await client.ask("GET", f"graphql?query={query.replace(' ', '%20')}", headers=headers)
    else:
        answer = await client.ask("POST", "graphql", {"query": query}, headers=headers)
    assert 400 == answer.status
    assert "POST /api/realtime/subscriptions" in answer.json["errors"][0]["message"]
    assert "data" not in answer.json


async def test_a_record_is_answered_through_the_selection(client: Client) -> None:
    """Fields, aliases and nested pages with arguments; hidden fields and records stay hidden."""
    query = """subscription { told: onUpdateSong { name: title notes
        writer { name songs(limit: 1, orderBy: [{rank: DESC}]) { items { id } } }
        verses(limit: 5) { items { id } } } }"""
    found = subscriptions(client)
    mine = await found.run(query, {}, await song(client, "ann1"), ANN)
    theirs = await found.run(query, {}, await song(client, "ann1"), BOB)
    assert {"name": "Ann", "songs": {"items": [{"id": "ann2"}]}} == mine["data"]["told"]["writer"]
    assert [{"id": "ann10"}, {"id": "ann12"}] == mine["data"]["told"]["verses"]["items"]
    assert ("Song 1", "of ann") == (mine["data"]["told"]["name"], mine["data"]["told"]["notes"])
    assert {**mine["data"]["told"], "notes": None} == theirs["data"]["told"]


async def test_a_record_that_is_gone_is_null_or_its_id(client: Client) -> None:
    """Only a deletion that asks for nothing but the id is told the id in its data."""
    found = subscriptions(client)
    asked = {
        "subscription { onUpdateSong { id } }": {"onUpdateSong": None},
        "subscription { onDeleteSong { id title } }": {"onDeleteSong": None},
        "subscription { onDeleteSong { writer { id } } }": {"onDeleteSong": None},
        "subscription { onDeleteSong { it: id __typename } }": {"onDeleteSong": {"it": "7", "__typename": "Song"}},
    }
    for query, data in asked.items():
        assert {"data": data} == await found.gone(query, {}, "7", ANN)
    assert {"data": {"onUpdateSong": None}} == await found.run("subscription { onUpdateSong { id } }", {}, None, ANN)


FIELDS = st.sampled_from(["id", "title", "rank", "notes", "writerId", "_version", "__typename", "again: title"])
RELATIONS = st.sampled_from(
    [
        "writer { id name }",
        "verses(limit: 2) { items { id text } nextToken count }",
        'verses(filter: {text: {ne: "la 0"}}, orderBy: [{text: DESC}]) { items { text song { title } } }',
        "writer { songs { items { id notes verses { count } } } }",
    ]
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    fields=st.lists(FIELDS, min_size=1, max_size=4, unique=True),
    relations=st.lists(RELATIONS, max_size=1),
    id=st.sampled_from(["ann0", "ann1", "bob2"]),
    context=st.sampled_from([ANN, BOB, RequestContext()]),
)
async def test_an_event_is_answered_as_a_query_would_be(
    client: Client, fields: list[str], relations: list[str], id: str, context: RequestContext
) -> None:
    """For random selections: while the stored record is that of the event, both say the same."""
    from atakora_data.api.graphql.execution import Operation

    selection = " ".join([*fields, *relations])
    found = subscriptions(client)
    told = await found.run(
        f"subscription {{ song: onUpdateSong {{ {selection} }} }}", {}, await song(client, id), context
    )
    asked = await found._engine.run(Operation(f'{{ song: getSong(id: "{id}") {{ {selection} }} }}'), context)
    assert asked.body == told


def test_graphql_is_imported_with_the_first_document(tmp_path: Path) -> None:
    """An app that tells of entities without documents never imports graphql-core."""
    (tmp_path / "song.py").write_text(
        "from atakora_data import Entity, Field\n"
        "class Song(Entity):\n    id: str = Field(primary_key=True)\n    realtime = True\n"
    )
    code = (
        "import sys; from pathlib import Path; from atakora_data.bootstrap import bootstrap; "
        "from atakora_data.settings import Settings; p = Path(sys.argv[1]); "
        "app = bootstrap(Settings(schemas=p, store='memory', key_file=p / 'key')); app.realtime.fan_out; "
        "assert 'graphql' not in sys.modules, 'graphql'"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=30)


async def test_a_refusal_within_a_document_is_a_request_error(client: Client) -> None:
    """A limit beyond the bounds of an entity is told as such."""
    with pytest.raises(RequestError, match="limit"):
        subscriptions(client).read("subscription { onUpdateSong { verses(limit: 5000) { items { id } } } }", {}, ANN)
