"""Whatever ends without a goodbye, each change reaches who subscribed to it, in the order of each record."""

from __future__ import annotations

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import aiohttp

from tests.acceptance.realtime.host import Host, hosting
from tests.support.subscriber import Subscriber

WRITES, RECORDS, KILLS, WRITERS = 1000, 40, 20, 4


async def test_a_host_killed_twenty_times_loses_no_event(tmp_path: Path) -> None:
    """Of 1,000 writes each is heard at least once, first in the order of versions, by a subscriber that comes back."""
    chance = random.Random(1)  # noqa: S311 - when to kill
    with hosting(tmp_path) as host:
        await host.ready()
        listener = Listener(host)
        listening = asyncio.create_task(listener.listen())
        await listener.subscribed.wait()
        todo = iter(range(WRITES))
        writing = [asyncio.create_task(_write(host, todo)) for _ in range(WRITERS)]
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.05, 0.6))
            host.kill()
            host.start()
            await host.ready()
        await asyncio.gather(*writing)
        await listener.hears(_changes(host))
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
        assert 0 == host.stop()
    assert WRITES <= len(host.journal())
    assert _changes(host) == set(listener.first)
    assert _in_order(listener.first)


class Listener:
    """A subscriber that comes back after each disconnection and asks for what it missed.

    first: the changes as (id, version, operation), each where it was heard first.
    """

    def __init__(self, host: Host) -> None:
        self.first: dict[tuple[str, int, str], None] = {}
        self.subscribed = asyncio.Event()
        self._host = host
        self._position: str | None = None
        self._news = asyncio.Condition()

    async def listen(self) -> None:
        """Listen until cancelled."""
        async with aiohttp.ClientSession() as http:
            while True:
                subscriber = Subscriber(http, self._host.url, self._host.token("ann"), self._hear)
                try:
                    await subscriber.connect()
                    since = {} if self._position is None else {"since": self._position}
                    await subscriber.subscribe(entity="Note", operations=["created", "updated", "deleted"], **since)
                    self.subscribed.set()
                    while subscriber.is_connected:
                        await asyncio.sleep(0.01)
                        async with self._news:
                            self._news.notify_all()
                except (aiohttp.ClientError, ConnectionError, AssertionError):
                    await asyncio.sleep(0.05)
                finally:
                    await subscriber.close()

    async def hears(self, wanted: set[tuple[str, int, str]]) -> None:
        """Wait until all of these were heard."""
        async with asyncio.timeout(60), self._news:
            await self._news.wait_for(lambda: wanted <= set(self.first))

    def _hear(self, argument: dict[str, Any]) -> None:
        told = argument["payload"]["data"]
        self._position = argument["position"]
        self.first.setdefault((told["record"]["id"], told["version"], told["operation"]), None)


async def _write(host: Host, todo: Iterable[int]) -> None:
    """Put what is to be written; what was not answered is put again."""
    headers = {"Authorization": f"Bearer {host.token('bob')}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for number in todo:
            while not await _put(http, host, number):  # noqa: ASYNC110 - the host is another process
                await asyncio.sleep(0.02)


async def _put(http: aiohttp.ClientSession, host: Host, number: int) -> bool:
    try:
        async with http.put(f"{host.url}/notes/{number % RECORDS}", json={"text": str(number)}) as answer:
            assert answer.status in {200, 201, 503}, await answer.text()
            return answer.ok
    except aiohttp.ClientError:
        return False


def _changes(host: Host) -> set[tuple[str, int, str]]:
    return {(each["id"], each["version"], each["operation"]) for each in host.journal()}


def _in_order(heard: Iterable[tuple[str, int, str]]) -> bool:
    versions = defaultdict(list)
    for id, version, _ in heard:
        versions[id].append(version)
    return all(each == sorted(each) for each in versions.values())
