"""The programs of docs/realtime.md in what befalls them: lost connections, expiry, refusals, early messages."""

from __future__ import annotations

import os
import sys
from datetime import timedelta
from pathlib import Path

from tests.clients.granting import granting
from tests.clients.newspaper import API_OF_THE_DOCS, programs
from tests.clients.scripts import GRAPHQL, LISTENER, listening
from tests.support.talk import talking

WANTED = {"entity": "Post"}
QUERY = "subscription ($id: ID) { onCreatePost(filter: {id: {eq: $id}}) { id } }"


async def test_an_event_is_heard_once(desk: Path) -> None:
    """What arrives twice, or for a subscription that nobody has, is passed over."""
    async with granting() as app, listening(app.api, "token", desk, LISTENER, '{"entity": "Post"}') as client:
        assert ["subscribed"] == await client.hears()
        for event in ("1", "1", "2"):
            await app.tell(event, {"data": event})
        await app.tell("3", {"data": "another's"}, subscription="another")
        await app.tell("4", {"data": "4"})
        assert ["1", "2", "4"] == [(await client.hears_of("next"))["data"] for _ in range(3)]


async def test_what_comes_before_the_answer_is_heard(desk: Path) -> None:
    """Events that are sent again come before the client knows its subscription."""
    async with granting() as app:
        app.early = [{"data": 1}, {"data": 2}]
        async with listening(app.api, "token", desk, LISTENER, '{"entity": "Post"}') as client:
            heard = [await client.hears() for _ in range(3)]
    assert [["next", {"data": 1}], ["next", {"data": 2}]] == [each for each in heard if each != ["subscribed"]]


async def test_a_lost_connection_asks_for_what_was_missed(desk: Path) -> None:
    """The same session, the old subscription ended, the new one since the last position."""
    async with granting() as app, listening(app.api, "token", desk, LISTENER, '{"entity": "Post"}') as client:
        assert ["subscribed"] == await client.hears()
        session, old = app.session, app.subscription
        await app.tell("1", {"data": 1})
        assert {"data": 1} == await client.hears_of("next")
        app.early = [{"data": "missed"}]
        app.cut()
        assert {"data": "missed"} == await client.hears_of("next")
        assert {"session": session, **WANTED, "since": "at 1"} == (await app.is_asked("POST", "subscriptions", 2))[1]
        assert 1 == len(await app.is_asked("DELETE", f"subscriptions/{old}"))
        assert 1 == len(await app.is_asked("POST", f"negotiate?session={session}"))


async def test_a_lost_session_is_replaced(desk: Path) -> None:
    """When the app does not know the session any more, another is opened."""
    async with granting() as app, listening(app.api, "token", desk, LISTENER, '{"entity": "Post"}') as client:
        assert ["subscribed"] == await client.hears()
        app.lost_sessions.add(app.session)
        app.cut()
        registered = await app.is_asked("POST", "subscriptions", 2)
        assert registered[0]["session"] != registered[1]["session"]


async def test_a_subscription_is_renewed_and_ended(desk: Path) -> None:
    """At half its life, and at the end of use."""
    async with granting() as app:
        app.lifetime = timedelta(seconds=2)
        async with listening(app.api, "token", desk, LISTENER, '{"entity": "Post"}') as client:
            assert ["subscribed"] == await client.hears()
            await app.is_asked("PUT", f"subscriptions/{app.subscription}", 2)
            await client.told("stop")
            await client.hears_of("stopped")
            await app.is_asked("DELETE", f"subscriptions/{app.subscription}")


async def test_graphql_ws_hears_results_and_ends(desk: Path) -> None:
    """Query and variables are registered; breaking off ends the subscription."""
    async with granting() as app, listening(app.api, "token", desk, GRAPHQL, QUERY, '{"id": "1"}', "2") as client:
        (registered,) = await app.is_asked("POST", "subscriptions")
        assert (QUERY, {"id": "1"}) == (registered["query"], registered["variables"])
        for id in ("1", "2"):
            await app.tell(id, {"data": {"onCreatePost": {"id": id}}})
        assert ["1", "2"] == [(await client.hears_of("next"))["data"]["onCreatePost"]["id"] for _ in range(2)]
        await client.hears_of("done")
        await app.is_asked("DELETE", f"subscriptions/{app.subscription}")


async def test_graphql_ws_is_told_why(desk: Path) -> None:
    """What is wrong with a document are the errors of the subscription."""
    async with granting() as app:
        app.refusal = {"detail": "Wrong.", "errors": [{"pointer": "/query", "detail": "There is no field x."}]}
        async with listening(app.api, "token", desk, GRAPHQL, QUERY, "{}", "1") as client:
            assert [{"message": "There is no field x."}] == await client.hears_of("error")


async def test_the_python_program_comes_back(tmp_path: Path) -> None:
    """`watch.py` prints each event once, and asks for what it missed when the hub let it go."""
    (tmp_path / "watch.py").write_text(programs()["watch.py"])
    async with granting() as app:
        assert API_OF_THE_DOCS in programs()["watch.py"]
        environ = {**os.environ, "TOKEN": "token", "API": app.api}
        async with talking(sys.executable, "watch.py", folder=tmp_path, environ=environ) as client:
            await app.is_asked("POST", "subscriptions")
            for id in ("1", "1", "2"):
                await app.tell(id, {"data": {"operation": "created", "record": {"id": id}}})
            assert ["created 1", "created 2"] == [await client.reads() for _ in range(2)]
            app.early = [{"data": {"operation": "deleted", "record": {"id": "1"}}}]
            app.cut()
            assert "deleted 1" == await client.reads()
            assert "at 2" == (await app.is_asked("POST", "subscriptions", 2))[1]["since"]
