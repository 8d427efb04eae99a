"""Real time of an app on Cosmos DB: what it keeps and reads there, over the real SDK."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data.application import Application, Realtime
from atakora_data.bootstrap import bootstrap
from atakora_data.events.event import EntityEvent
from atakora_data.realtime.port import Delivery
from atakora_data.settings import Connection, Settings
from atakora_data.storage.feed import EVENT, read_event
from atakora_data.storage.port import Target
from atakora_data.testing import Client
from tests.storage.cosmos.server import Server, serving

ROOT = Path(__file__).parents[3]


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    """A server that holds nothing."""
    async with serving() as found:
        yield found


@pytest.fixture
async def application(server: Server, tmp_path: Path) -> AsyncIterator[Application]:
    """The sample blog on it."""
    key = base64.b64encode(b"key").decode()
    connection = Connection("COSMOS", f"AccountEndpoint={server.url};AccountKey={key};")
    hub = Connection("AzureSignalRConnectionString", "Endpoint=https://hub.service.signalr.net;AccessKey=" + "k" * 44)
    found = bootstrap(
        Settings(
            schemas=ROOT / "schemas",
            store="cosmos",
            cosmos=connection,
            signalr=hub,
            data=tmp_path / "data.db",
            key_file=tmp_path / "key",
        )
    )
    yield found
    await found.stop()


@pytest.fixture
def realtime(application: Application) -> Realtime:
    """Its real-time parts."""
    assert application.realtime is not None
    return application.realtime


async def asked(client: Client, method: str, path: str, body: Any = None, status: int = 200) -> Any:
    """What the app answers, which is as expected."""
    found = await client.ask(method, path, body)
    assert status == found.status, found.body
    return found.json if found.body else None


async def changed(application: Application) -> str:
    """A post that was made, changed and deleted; its id."""
    alice = Client(application).as_("alice", "editor")
    post = await asked(
        alice, "POST", "posts", {"title": "New", "slug": "new", "content": "long enough to be one"}, status=201
    )
    await asked(alice, "PATCH", f"posts/{post['id']}", {"title": "Newer"})
    await asked(alice, "DELETE", f"posts/{post['id']}", status=204)
    return str(post["id"])


async def test_changes_are_told_to_hosts_and_subscribers(application: Application, realtime: Realtime) -> None:
    """By the feed and by the journal, with what was before."""
    end = await realtime.feed.end("posts")
    id = await changed(application)
    feed = await realtime.feed.feed("posts", end, 100)
    assert id in {read_event(each).id for each in feed.documents if EVENT in each}
    found = await realtime.journal.entries(Target("Post"), "0", 100)
    assert ["created", "updated", "deleted"] == [each.entry.operation for each in found]
    assert {"title": "New"} == {name: found[1].entry.before[name] for name in ("title",)}
    for each in found:
        assert each.entry == await realtime.journal.entry(Target("Post"), id, each.entry.version, each.position)


async def told(realtime: Realtime, after: str) -> list[Delivery]:
    """What subscribers are told of the changes of posts behind a position."""
    entries = await realtime.journal.entries(Target("Post"), after, 100)
    return [each for entry in entries for each in await realtime.fan_out.deliveries(EntityEvent.of(entry))]


async def test_subscriptions_are_kept_there(application: Application, realtime: Realtime, server: Server) -> None:
    """Registered, renewed and ended over HTTP; who is told follows at once."""
    alice = Client(application).as_("alice", "editor")
    session = (await asked(alice, "POST", "realtime/negotiate"))["session"]
    wanted = {"session": session, "entity": "Post", "operations": ["created"]}
    made = await asked(alice, "POST", "realtime/subscriptions", wanted, status=201)
    assert 2 <= sum("_state" in each for each in server.documents("atakora-internal"))
    assert [] == await told(realtime, "0")
    await changed(application)
    [delivery] = await told(realtime, "0")
    assert (session, "New") == (delivery.session, delivery.argument["payload"]["data"]["record"]["title"])
    await asked(alice, "PUT", f"realtime/subscriptions/{made['id']}")
    await asked(alice, "DELETE", f"realtime/subscriptions/{made['id']}", status=204)
    assert [] == await told(realtime, "0")
