"""Subscriptions of the client, in Node: against the local host, and against an app that plays tricks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.clients.granting import granting
from tests.clients.newspaper import Newspaper
from tests.codegen.typescript.test_calls import spoken
from tests.codegen.typescript.workbench import Workbench


async def test_changes_are_heard(bench: Workbench, served: Newspaper) -> None:
    """Handlers get typed records in order, one at a time; what they throw is told; a lost view is a deletion."""
    async with bench.running("listens", served.api, served.token()) as talk:
        assert "subscribe needs onCreate, onUpdate or onDelete." == (await talk.hears_of("needs a handler"))["message"]
        assert ["subscribed"] == await talk.hears()
        await served.write("POST", "users", id="alice", name="Alice")
        post = await served.write("POST", "posts", title="Hello", status="published")
        await served.write("POST", "posts", title="A draft")
        for views in (1, 2):
            await served.write("PATCH", f"posts/{post['id']}", views=views)
        await served.write("PATCH", f"posts/{post['id']}", status="draft")
        heard = [await talk.hears() for _ in range(5)]
        assert [
            ["created", "Hello", True, True],
            ["updated", 1, ["views"], 2],
            ["updated", 2, ["views"], 3],
            ["error", "Error: thrown by a handler"],
            ["deleted", None],
        ] == heard
        await talk.told()
        assert [["stopped"]] == await talk.ends()


def told(id: str, operation: str = "created", **more: Any) -> dict[str, Any]:
    """What an event carries."""
    timestamp = "2026-01-02T03:04:05.678Z"
    return {"data": {"operation": operation, "record": {"id": id}, "timestamp": timestamp, **more}}


async def test_each_event_is_heard_once(bench: Workbench) -> None:
    """What comes twice or before the subscription is known; after a lost connection, what was missed."""
    async with granting() as app:
        app.early = [told("early")]
        async with bench.running("returns", app.api, "token") as talk:
            assert "early" == await talk.hears_of("created")
            for event in ("1", "1", "2"):
                await app.tell(event, told(event))
            assert ["1", "2"] == [await talk.hears_of("created") for _ in range(2)]
            session, old = app.session, app.subscription
            app.early = [told("early"), told("missed", "deleted")]
            app.cut()
            assert "missed" == await talk.hears_of("deleted")
            again = (await app.is_asked("POST", "subscriptions", 2))[1]
            assert (session, "at 2") == (again["session"], again["since"])
            assert 1 == len(await app.is_asked("DELETE", f"subscriptions/{old}"))


async def test_a_subscription_that_is_refused_is_over(bench: Workbench) -> None:
    """After a lost connection the app may refuse it for good: the caller is told, and it is not asked for again."""
    async with granting() as app, bench.running("returns", app.api, "token") as talk:
        assert ["subscribed"] == await talk.hears()
        app.refusal = {"title": "Too old", "status": 400, "code": "invalid_subscription", "detail": "Read anew."}
        app.cut()
        assert "invalid_subscription" == await talk.hears_of("error")
        app.cut()
        await app.is_asked("POST", f"negotiate?session={app.session}", 2)
        assert 2 == len(await app.is_asked("POST", "subscriptions", 2))


async def test_the_package_is_needed_only_here(tmp_path: Path, modules: Path, served: Newspaper) -> None:
    """Without `@microsoft/signalr` all but `subscribe` works, and that says what to install."""
    (tmp_path / "plain").mkdir()
    bench = Workbench(tmp_path / "plain", modules, has_signalr=False)
    async with bench.running("lacking", served.api, served.token()) as talk:
        said = await spoken(talk)
    assert [0] == said["reads"]
    assert "subscribe needs a package: npm install @microsoft/signalr" == said["subscribes"][0]["message"]
