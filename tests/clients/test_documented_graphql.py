"""The programs of docs/realtime.md for GraphQL, the whole way: a write over REST, and what `graphql-ws` gives."""

from __future__ import annotations

import os
from pathlib import Path

from tests.clients.newspaper import API_OF_THE_DOCS, Newspaper, programs
from tests.clients.scripts import GRAPHQL, listening
from tests.support.talk import talking


async def test_graphql_ws_runs_over_the_documented_socket(newspaper: Newspaper, desk: Path) -> None:
    """A subscription with variables gives results as its selection says."""
    query = "subscription ($title: String) { onCreatePost(filter: {title: {eq: $title}}) { id title } }"
    async with listening(newspaper.api, newspaper.token(), desk, GRAPHQL, query, '{"title": "Hello"}', "1") as client:
        await newspaper.subscribed()
        await newspaper.write("POST", "posts", id="1", title="Other")
        await newspaper.write("POST", "posts", id="2", title="Hello")
        assert {"data": {"onCreatePost": {"id": "2", "title": "Hello"}}} == await client.hears_of("next")


async def test_graphql_ws_is_told_what_is_wrong(newspaper: Newspaper, desk: Path) -> None:
    """A document that is refused is an error of the subscription."""
    async with listening(
        newspaper.api, newspaper.token(), desk, GRAPHQL, "subscription { onCreatePost { nope } }", "{}", "1"
    ) as client:
        (error,) = await client.hears_of("error")
        assert "nope" in error["message"]


async def test_the_short_program_runs(newspaper: Newspaper, desk: Path) -> None:
    """`graphql.mjs` prints what happens, told nothing but where the app is."""
    environ = {**os.environ, "TOKEN": newspaper.token()}
    (desk / "graphql.mjs").write_text(programs()["graphql.mjs"].replace(API_OF_THE_DOCS, newspaper.api))
    async with talking("node", "graphql.mjs", folder=desk, environ=environ) as client:
        await newspaper.subscribed()
        await newspaper.write("POST", "posts", id="1", title="Hello")
        assert "Hello" == await client.reads()
