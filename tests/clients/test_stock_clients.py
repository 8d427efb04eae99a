"""Stock SignalR clients and the hub of the local host, alone: they connect, get messages, and come back."""

from __future__ import annotations

import asyncio
import os
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from pysignalr.client import SignalRClient

from tests.clients.newspaper import published
from tests.support.hub import served_hub, to
from tests.support.talk import PATIENCE_SECONDS, node_project, talking

SCRIPT = (Path(__file__).parent / "stock.mjs").read_text()


async def test_the_npm_client_gets_messages_in_order(tmp_path: Path, modules: Path) -> None:
    """`@microsoft/signalr` follows the redirection, gets what its session is sent, and is told that calls fail."""
    folder = await node_project(tmp_path, modules, {"stock.mjs": SCRIPT})
    async with (
        served_hub() as served,
        talking("node", "stock.mjs", f"{served.origin}/api/realtime", folder=folder) as client,
    ):
        assert ["open"] == await client.hears()
        assert "This hub only sends" in await client.hears_of("called")
        await served.hub.send(
            [to("next", {"number": number, "text": "ä\u2028"}, userId="alice") for number in range(300)]
        )
        assert [{"number": number, "text": "ä\u2028"} for number in range(300)] == [
            await client.hears_of("next") for _ in range(300)
        ]
        await client.told("end")
        assert ["ended"] == await client.hears()


async def test_the_npm_client_comes_back_after_a_restart(tmp_path: Path, modules: Path) -> None:
    """It is told that the hub stops, tries again by itself, and gets what its session is sent then."""
    folder = await node_project(tmp_path, modules, {"stock.mjs": SCRIPT})
    async with AsyncExitStack() as stack:
        async with served_hub() as served:
            url = f"{served.origin}/api/realtime"
            client = await stack.enter_async_context(talking("node", "stock.mjs", url, folder=folder))
            await client.hears_of("called")
        assert "The hub stops." in await client.hears_of("lost")
        async with served_hub(port=served.port) as again:
            await client.hears_of("returned")
            await again.hub.send([to("next", "after", userId="alice")])
            assert "after" == await client.hears_of("next")


async def test_the_python_client_gets_messages() -> None:
    """`pysignalr` follows the redirection, and gets what its session and everybody is sent."""
    async with served_hub() as served:
        got: asyncio.Queue[Any] = asyncio.Queue()
        client = SignalRClient(f"{served.origin}/api/realtime?session=bob", headers={"Authorization": "Bearer app"})
        client.on_open(lambda: got.put("open"))
        client.on("next", got.put)
        running = asyncio.create_task(client.run())
        try:
            assert "open" == await _next(got)
            await served.hub.send([to("next", {"number": 1}, userId="bob")])
            assert [{"number": 1}] == await _next(got)
            await served.hub.send([to("next", {"number": 2})])
            assert [{"number": 2}] == await _next(got)
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


async def _next(got: asyncio.Queue[Any]) -> Any:
    async with asyncio.timeout(PATIENCE_SECONDS):
        return await got.get()


async def test_coming_back_keeps_subscriptions(tmp_path: Path, project: Path, modules: Path) -> None:
    """The npm client with its own reconnection hears of writes after `kill -9`, without subscribing again."""
    folder = await node_project(tmp_path, modules, {"stock.mjs": SCRIPT})
    async with AsyncExitStack() as stack:
        before = await stack.enter_async_context(published(project))
        session = (await before.write("POST", "realtime/negotiate"))["session"]
        url, environ = f"{before.api}/realtime?session={session}", {**os.environ, "TOKEN": before.token()}
        client = await stack.enter_async_context(talking("node", "stock.mjs", url, folder=folder, environ=environ))
        await client.hears_of("called")
        subscription = await before.write("POST", "realtime/subscriptions", session=session, entity="Post")
        await before.write("POST", "posts", id="1", title="Before")
        assert subscription["id"] == (await client.hears_of("next"))["id"]
        await before.kill()
        after = await stack.enter_async_context(published(project, before.port))
        await client.hears_of("returned")
        await after.write("POST", "posts", id="2", title="After")
        while (heard := await client.hears_of("next"))["payload"]["data"]["record"]["id"] == "1":
            pass  # the first may be told again: its event is the same
        assert (subscription["id"], "After") == (heard["id"], heard["payload"]["data"]["record"]["title"])
