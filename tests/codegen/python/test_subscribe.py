"""Subscriptions of the client: against the local host, and against an app that plays tricks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.clients.granting import GrantingApp, granting
from tests.clients.newspaper import Newspaper

PATIENCE_SECONDS = 20

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Heard:
    """What handlers are told, in order."""

    def __init__(self) -> None:
        self._told: asyncio.Queue[tuple[Any, ...]] = asyncio.Queue()

    def put(self, *words: Any) -> None:
        """Remember it."""
        self._told.put_nowait(words)

    async def next(self) -> tuple[Any, ...]:
        """The next of them."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await self._told.get()

    @property
    def is_empty(self) -> bool:
        """Whether nothing else was told."""
        return self._told.empty()


async def test_changes_are_heard(client: Any, served: Newspaper) -> None:
    """Handlers get typed records in order, one at a time; what they raise is told; a lost view is a deletion."""
    heard = Heard()

    async def updated(post: Any, change: Any) -> None:
        await asyncio.sleep(0.1 if post.views == 1 else 0)
        heard.put("updated", post.views, change.changed_fields, change.version)
        if post.views == 2:
            raise KeyError("raised by a handler")

    stop = await client.post.subscribe(
        filter={"status": {"eq": "published"}, "published_at": {"is_null": True}},
        on_create=lambda post, change: heard.put("created", post.title, type(post.created_at), type(change.timestamp)),
        on_update=updated,
        on_delete=lambda post, _: heard.put("deleted", hasattr(post, "title"), str(post.id)),
        on_error=lambda error: heard.put("error", repr(error)),
    )
    await served.write("POST", "users", id="alice", name="Alice")
    post = await served.write("POST", "posts", title="Hello", status="published")
    await served.write("POST", "posts", title="A draft")
    for views in (1, 2):
        await served.write("PATCH", f"posts/{post['id']}", views=views)
    await served.write("PATCH", f"posts/{post['id']}", status="draft")
    assert [
        ("created", "Hello", datetime, datetime),
        ("updated", 1, ("views",), 2),
        ("updated", 2, ("views",), 3),
        ("error", "KeyError('raised by a handler')"),
        ("deleted", False, post["id"]),
    ] == [await heard.next() for _ in range(5)]
    await stop()
    await served.write("POST", "posts", title="Not heard any more", status="published")
    assert heard.is_empty


async def test_a_subscription_needs_a_handler(client: Any) -> None:
    """And what it may not ask for is said at once."""
    with pytest.raises(TypeError, match="subscribe needs on_create, on_update or on_delete"):
        await client.post.subscribe()


async def test_who_may_not_subscribe_is_told(package: Any, served: Newspaper) -> None:
    """As for any other call; nothing is left behind."""
    async with package.BlogClient(served.api) as anonymous:
        with pytest.raises(package.ProblemError) as raised:
            await anonymous.post.subscribe(on_create=print)
    assert 401 == raised.value.status


def told(id: str, operation: str = "created", **more: Any) -> dict[str, Any]:
    """What an event carries; the ids of the shop's articles are UUIDs."""
    timestamp = "2026-01-02T03:04:05.678Z"
    return {"data": {"operation": operation, "record": {"id": str(UUID(int=int(id)))}, "timestamp": timestamp, **more}}


@asynccontextmanager
async def hearing(app: GrantingApp, package: Any) -> AsyncIterator[Heard]:
    """What a client hears from an app."""
    heard = Heard()
    async with package.BlogClient(app.api, token="token") as client:
        stop = await client.post.subscribe(
            on_create=lambda post, _: heard.put("created", post.id.hex[-1]),
            on_delete=lambda post, _: heard.put("deleted", post.id.hex[-1]),
            on_error=lambda error: heard.put("error", getattr(error, "code", repr(error))),
        )
        yield heard
        await stop()


async def test_each_event_is_heard_once(package: Any) -> None:
    """What comes twice or before the subscription is known; after a lost connection, what was missed."""
    async with granting() as app:
        app.early = [told("7")]
        async with hearing(app, package) as heard:
            assert ("created", "7") == await heard.next()
            for event in ("1", "1", "2"):
                await app.tell(event, told(event))
            assert [("created", "1"), ("created", "2")] == [await heard.next() for _ in range(2)]
            session, old = app.session, app.subscription
            app.early = [told("7"), told("8", "deleted")]
            app.cut()
            assert ("deleted", "8") == await heard.next()
            again = (await app.is_asked("POST", "subscriptions", 2))[1]
            assert (session, "at 2") == (again["session"], again["since"])
            assert 1 == len(await app.is_asked("DELETE", f"subscriptions/{old}"))
        assert 1 == len(await app.is_asked("DELETE", f"subscriptions/{app.subscription}"))
        assert heard.is_empty


async def test_a_subscription_that_is_refused_is_over(package: Any) -> None:
    """After a lost connection the app may refuse it for good: the caller is told, and it is not asked for again."""
    async with granting() as app, hearing(app, package) as heard:
        app.refusal = {"title": "Too old", "status": 400, "code": "invalid_subscription", "detail": "Read anew."}
        app.cut()
        assert ("error", "invalid_subscription") == await heard.next()
        app.cut()
        await app.is_asked("POST", f"negotiate?session={app.session}", 2)
        assert 2 == len(await app.is_asked("POST", "subscriptions", 2))


async def test_a_session_that_has_expired_is_replaced(package: Any) -> None:
    """With a new one, under which the subscription is registered anew."""
    async with granting() as app, hearing(app, package) as heard:
        old = app.session
        app.lost_sessions.add(old)
        app.cut()
        again = (await app.is_asked("POST", "subscriptions", 2))[1]
        assert (app.session, True) == (again["session"], app.session != old)
        await app.tell("1", told("1"))
        assert ("created", "1") == await heard.next()


async def test_subscriptions_are_renewed_in_time(package: Any) -> None:
    """When half of their time is over."""
    async with granting() as app:
        app.lifetime = timedelta(seconds=2)
        async with hearing(app, package):
            await app.is_asked("PUT", f"subscriptions/{app.subscription}")
            assert 1 == len(await app.is_asked("POST", "subscriptions"))


@pytest.mark.parametrize("ending", ["stop", "close"])
async def test_nothing_is_heard_behind_the_end(package: Any, ending: str) -> None:
    """The handler that is at work finishes, no other one begins, and nothing keeps running."""
    before = asyncio.all_tasks()
    async with granting() as app, package.BlogClient(app.api, token="token") as client:
        heard, going_on = Heard(), asyncio.Event()

        async def slowly(post: Any, _: Any) -> None:
            heard.put("begun", post.id.int)
            await going_on.wait()
            heard.put("done", post.id.int)

        quiet = await client.post.subscribe(on_delete=print)
        stop = await client.post.subscribe(on_create=slowly)
        for event in ("1", "2"):
            await app.tell(event, told(event))
        assert ("begun", 1) == await heard.next()
        for end in (quiet, stop) if ending == "stop" else (client.close,):
            await end()
        going_on.set()
        assert ("done", 1) == await heard.next()
    await asyncio.sleep(0)
    assert heard.is_empty
    assert set() == {each for each in asyncio.all_tasks() - before if "client" in repr(each)}


async def test_what_nobody_wants_to_hear_goes_to_the_event_loop(package: Any) -> None:
    """What a handler raises, also `on_error` itself, is never lost, and ends nothing."""
    loop, heard = asyncio.get_running_loop(), Heard()
    nothing: dict[Any, Any] = {}
    loop.set_exception_handler(lambda _, context: heard.put(repr(context["exception"])))
    try:
        async with granting() as app, package.BlogClient(app.api, token="token") as client:
            await client.post.subscribe(on_create=lambda post, _: nothing[post.id.int])
            await app.tell("1", told("1"))
            assert ("KeyError(1)",) == await heard.next()
            await client.post.subscribe(on_create=lambda *_: nothing["a"], on_error=lambda _: nothing["b"])
            for event in ("2", "3"):
                await app.tell(event, told(event))
                assert ("KeyError('b')",) == await heard.next()
    finally:
        loop.set_exception_handler(None)


async def test_a_record_that_was_too_large_is_read_again(package: Any) -> None:
    """Its event has only its id; when nobody can read it any more, its deletion is told instead."""
    async with granting() as app, package.BlogClient(app.api, token="token") as client:
        heard = Heard()
        await client.post.subscribe(on_create=lambda post, _: heard.put(post.title))
        app.records[f"/api/posts/{UUID(int=2)}"] = {"id": str(UUID(int=2)), "title": "Long"}
        for event in ("1", "2"):
            await app.tell(event, told(event, isTruncated=True))
        assert ("Long",) == await heard.next()
        assert 1 == len(await app.is_asked("GET", f"/api/posts/{UUID(int=1)}"))
        assert heard.is_empty
