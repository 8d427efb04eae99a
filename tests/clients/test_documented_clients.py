"""The programs of docs/realtime.md, the whole way: a write over REST, and what stock clients are told of it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.clients.newspaper import API_OF_THE_DOCS, Newspaper, programs, published
from tests.clients.scripts import LISTENER, listening
from tests.support.talk import talking


async def test_the_npm_client_is_told_of_an_entity(newspaper: Newspaper, desk: Path) -> None:
    """Creation, change and deletion arrive in order, with the record, and what is stopped is over."""
    async with listening(newspaper.api, newspaper.token(), desk, LISTENER, '{"entity": "Post"}') as client:
        assert ["subscribed"] == await client.hears()
        await newspaper.write("POST", "posts", id="1", title="Hello")
        await newspaper.write("PATCH", "posts/1", title="Hello again")
        await newspaper.write("DELETE", "posts/1")
        told = [(await client.hears_of("next"))["data"] for _ in range(3)]
        assert ["created", "updated", "deleted"] == [each["operation"] for each in told]
        assert ["Hello", "Hello again", "Hello again"] == [each["record"]["title"] for each in told]
        assert [1, 2] == [each["version"] for each in told[:2]]
        assert ["title"] == told[1]["changedFields"]
        await client.told("stop")
        assert ["stopped"] == await client.hears()


async def test_only_what_matches_arrives(newspaper: Newspaper, desk: Path) -> None:
    """Operations and filter choose; a record that leaves the filter is a deletion with its id."""
    wanted = '{"entity": "Post", "operations": ["updated"], "filter": {"title": {"beginsWith": "A"}}}'
    async with listening(newspaper.api, newspaper.token(), desk, LISTENER, wanted) as client:
        assert ["subscribed"] == await client.hears()
        await newspaper.write("POST", "posts", id="1", title="A1")
        await newspaper.write("POST", "posts", id="2", title="B1")
        await newspaper.write("PATCH", "posts/2", title="B2")
        await newspaper.write("PATCH", "posts/1", title="A2")
        await newspaper.write("PATCH", "posts/1", title="B3")
        told = [(await client.hears_of("next"))["data"] for _ in range(2)]
        assert ["updated", "deleted"] == [each["operation"] for each in told]
        assert [{"id": "1"}] == [told[1]["record"]]


async def test_nothing_is_missed_when_the_host_dies(project: Path, desk: Path) -> None:
    """After `kill -9` the client comes back by itself and gets what was written before it did, once."""
    async with (
        published(project) as before,
        listening(before.api, before.token(), desk, LISTENER, '{"entity": "Post"}') as client,
    ):
        assert ["subscribed"] == await client.hears()
        await before.write("POST", "posts", id="1", title="Before")
        assert "Before" == (await client.hears_of("next"))["data"]["record"]["title"]
        await before.kill()
        async with published(project, before.port) as after:
            await after.write("POST", "posts", id="2", title="Between")
            assert "Between" == (await client.hears_of("next"))["data"]["record"]["title"]
            await after.write("POST", "posts", id="3", title="After")
            assert "After" == (await client.hears_of("next"))["data"]["record"]["title"]


async def test_the_python_program_runs(newspaper: Newspaper, tmp_path: Path) -> None:
    """`watch.py` prints what happens."""
    (tmp_path / "watch.py").write_text(programs()["watch.py"].replace(API_OF_THE_DOCS, newspaper.api))
    environ = {**os.environ, "TOKEN": newspaper.token()}
    async with talking(sys.executable, "watch.py", folder=tmp_path, environ=environ) as client:
        await newspaper.subscribed()
        await newspaper.write("POST", "posts", id="1", title="Hello")
        await newspaper.write("DELETE", "posts/1")
        assert ["created 1", "deleted 1"] == [await client.reads() for _ in range(2)]


async def test_the_short_program_runs(newspaper: Newspaper, desk: Path) -> None:
    """`watch.mjs` prints what happens, told nothing but where the app is."""
    environ = {**os.environ, "TOKEN": newspaper.token()}
    (desk / "watch.mjs").write_text(programs()["watch.mjs"].replace(API_OF_THE_DOCS, newspaper.api))
    async with talking("node", "watch.mjs", folder=desk, environ=environ) as client:
        await newspaper.subscribed()
        await newspaper.write("POST", "posts", id="1", title="Hello")
        assert "created 1" == await client.reads()
