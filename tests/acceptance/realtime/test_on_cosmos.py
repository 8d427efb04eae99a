"""Real time on Cosmos DB at a desk: the local host reads the change feed, and keeps a topic of its own."""

from __future__ import annotations

import base64
from pathlib import Path

import aiohttp

from tests.acceptance.realtime.host import hosting
from tests.storage.cosmos.server import serving
from tests.support.subscriber import subscribers

KEY = base64.b64encode(b"secret").decode()


async def test_changes_reach_subscribers_and_are_replayed(tmp_path: Path) -> None:
    """From a write through journal, feed, topic and hub; a restarted host goes on, and tells what was missed."""
    async with serving() as server:
        account = f"AccountEndpoint={server.url};AccountKey={KEY};"
        settings = {"ATAKORA_STORE": "cosmos", "COSMOS": account, "ATAKORA_COSMOS_DATABASE": "d"}
        with hosting(tmp_path, **settings) as host:
            await host.ready()
            headers = {"Authorization": f"Bearer {host.token('bob')}"}
            async with aiohttp.ClientSession(headers=headers) as http:
                async with subscribers(host.url, [host.token("ann")]) as [ann]:
                    await ann.subscribe(entity="Note")
                    for text in ("a", "b"):
                        async with http.put(f"{host.url}/notes/1", json={"text": text}) as answer:
                            assert answer.ok, await answer.text()
                    await ann.until(lambda heard: len(heard) >= 2, 60)
                    told = [each["payload"]["data"] for each in ann.heard]
                    assert [("created", "a"), ("updated", "b")] == [
                        (each["operation"], each["record"]["text"]) for each in told
                    ]
                    position = ann.heard[-1]["position"]
                host.kill()
                host.start()
                await host.ready()
                async with http.put(f"{host.url}/notes/1", json={"text": "c"}) as answer:
                    assert answer.ok, await answer.text()
                async with subscribers(host.url, [host.token("ann")]) as [again]:
                    await again.subscribe(entity="Note", since=position)
                    await again.until(lambda heard: "c" in [_text(each) for each in heard], 60)
        assert "Traceback" not in (tmp_path / "log.txt").read_text()


def _text(heard: dict[str, object]) -> object:
    payload = heard["payload"]
    assert isinstance(payload, dict)
    return payload["data"]["record"].get("text")
