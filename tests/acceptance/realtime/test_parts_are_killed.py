"""The way of an event through processes of their own, each killed at random: nothing is lost, and order is kept.

By hand: `python -m tests.acceptance.realtime.test_parts_are_killed SEED [KILLS [WRITES]]`, and with `minute` for a seed
an outage of a minute with the delays of a deployed app.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import socket
import sqlite3
import sys
import tempfile
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path

import orjson

from atakora_data.api.http.message import Request
from atakora_data.devhost.functions import Functions, read_functions
from atakora_data.devhost.invocation import unreachable
from atakora_data.devhost.parts import parts_of
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.storage.sqlite.journal import JOURNAL
from tests.acceptance.realtime import parts
from tests.acceptance.realtime.parts import Place
from tests.acceptance.served import AUDIENCE
from tests.emulators.broker import KEY as BUS_KEY
from tests.emulators.broker import KEY_NAME
from tests.emulators.shelf import Shelf
from tests.realtime.signalr_server import KEY, SignalRServer, signalr_server

RECORDS, ROUNDS = 40, 12
PATIENCE_SECONDS = 60
_PROCESSES = get_context("forkserver")
_PROCESSES.set_forkserver_preload([parts.__name__])


class Parts:
    """The processes of one place: each may be killed, and is there again at once."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._running: dict[Callable[[Place], None], BaseProcess] = {}

    def start(self, part: Callable[..., None], *more: int) -> BaseProcess:
        """Start a part."""
        process = _PROCESSES.Process(target=part, args=(self._place, *more), daemon=True)
        process.start()
        self._running[part] = process
        return process

    async def stop(self, part: Callable[..., None]) -> None:
        """End it without a chance to say goodbye."""
        process = self._running[part]
        assert process.is_alive(), f"{part.__name__} has ended by itself"
        process.kill()
        await asyncio.to_thread(process.join)

    def clear(self) -> None:
        """End whatever is still there."""
        for each in self._running.values():
            each.kill()
            each.join()
            each.close()


@contextmanager
def parts_in(place: Place) -> Iterator[Parts]:
    """Parts that are gone at the end."""
    found = Parts(place)
    try:
        yield found
    finally:
        found.clear()


def make_place(folder: Path, endpoint: str) -> Place:
    """A project with notes, whose events go to a broker of this machine and whose subscribers are at the endpoint."""
    (folder / "schemas").mkdir()
    shutil.copy(Path(__file__).parent / "schemas" / "note.py", folder / "schemas")
    port = free_port()
    bus = f"Endpoint=sb://127.0.0.1:{port};SharedAccessKeyName={KEY_NAME};SharedAccessKey={BUS_KEY}"
    environ = {
        "ATAKORA_DATA": "data.db",
        "SERVICE_BUS": f"{bus};UseDevelopmentEmulator=true;",
        "AzureSignalRConnectionString": f"Endpoint={endpoint};AccessKey={KEY};Version=1.0;",
    }
    return Place(folder, port, environ)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


async def subscribe(place: Place) -> None:
    """Let somebody be subscribed to all notes, and let the feed begin here."""
    app = place.app()
    application = app.application
    await application.start()
    for each in parts_of(Functions([], read_functions(app, "api", place.environ).feeds, []), application, unreachable):
        await each.start()
        await each.finish()
    token = mint(local_key(application.settings.key_file), audience=AUDIENCE, id="ann")
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    asked = Request("POST", ("realtime", "negotiate"), headers=headers, url="http://127.0.0.1/api/realtime/negotiate")
    answer = orjson.loads((await application.handle(asked)).body)
    wanted = orjson.dumps({"session": answer["session"], "entity": "Note"})
    url = "http://127.0.0.1/api/realtime/subscriptions"
    asked = Request("POST", ("realtime", "subscriptions"), headers=headers, body=wanted, url=url)
    made = await application.handle(asked)
    assert 201 == made.status, made.body
    await application.stop()


class Heard:
    """What a subscriber makes of what the service was sent. twice: how many events it had already, by their ids."""

    def __init__(self, service: SignalRServer) -> None:
        self._service = service
        self._read = 0
        self.first: dict[str, tuple[str, int, str]] = {}
        self.twice = 0

    def changes(self) -> list[tuple[str, int, str]]:
        """The changes, each once, as id, version and operation, in the order in which they were heard first."""
        news, self._read = self._service.messages[self._read :], len(self._service.messages)
        for _, body in news:
            [argument] = body["arguments"]
            told = argument["payload"]["data"]
            self.twice += argument["event"] in self.first
            self.first.setdefault(argument["event"], (told["record"]["id"], told["version"], told["operation"]))
        return list(self.first.values())


def journaled(place: Place) -> list[tuple[str, int, str]]:
    """What the journal holds."""
    with closing(sqlite3.connect(f"file:{place.folder / 'data.db'}?mode=ro", uri=True)) as database:
        rows = database.execute(f'SELECT id, entry FROM "{JOURNAL}" ORDER BY position').fetchall()  # noqa: S608
    return [(id, told["version"], told["operation"]) for id, told in ((id, orjson.loads(text)) for id, text in rows)]


def in_order(changes: list[tuple[str, int, str]]) -> bool:
    """Whether the versions of each record come one after the other."""
    versions = defaultdict(list)
    for id, version, _ in changes:
        versions[id].append(version)
    return all(each == [*range(1, len(each) + 1)] for each in versions.values())


async def scenario(folder: Path, *, seed: int, kills: int, writes: int) -> int:
    """Write while parts are killed, each in its turn; everything is heard in order. How much was heard twice."""
    chance = random.Random(seed)  # noqa: S311 - moments, no secrets
    victims = [(parts.publish, parts.broker, parts.fan_out)[number % 3] for number in range(kills)]
    chance.shuffle(victims)
    async with signalr_server() as service:
        place, heard = make_place(folder, service.endpoint), Heard(service)
        await subscribe(place)
        with parts_in(place) as running:
            for each in (parts.broker, parts.publish, parts.fan_out):
                running.start(each)
            writer = running.start(parts.write, writes, RECORDS)
            for victim in victims:
                await asyncio.sleep(chance.uniform(0.1, 1.0))
                await running.stop(victim)
                running.start(victim)
            await asyncio.to_thread(writer.join, PATIENCE_SECONDS)
            assert 0 == writer.exitcode
            await all_heard(place, heard, writes)
    return heard.twice


async def outage(place: Place, service: SignalRServer, lasts: Callable[[], Awaitable[None]], writes: int) -> None:
    """Write while there is no broker for so long; afterwards everything is heard in order."""
    heard = Heard(service)
    await subscribe(place)
    with parts_in(place) as running:
        for each in (parts.broker, parts.publish, parts.fan_out):
            running.start(each)
        writer = running.start(parts.write, writes, RECORDS)
        while len(heard.changes()) < writes // 20:  # noqa: ASYNC110 - others send, in processes of their own
            await asyncio.sleep(0.02)
        await running.stop(parts.broker)
        await lasts()
        running.start(parts.broker)
        await asyncio.to_thread(writer.join, PATIENCE_SECONDS)
        await all_heard(place, heard, writes)


async def all_heard(place: Place, heard: Heard, writes: int) -> None:
    """Returns when everything that was written is heard, in order."""
    expected = journaled(place)
    assert writes == len(expected)
    with suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(heard.changes()) < len(expected):  # noqa: ASYNC110 - others send, in processes of their own
                await asyncio.sleep(0.05)
    with closing(Shelf(place.folder / "broker.db")) as shelf:
        assert [] == shelf.dead()
    assert set(expected) == set(heard.changes())
    assert in_order(heard.changes())


async def test_whatever_is_killed_every_event_is_heard_in_order(tmp_path: Path) -> None:
    """1,000 writes, 20 kills of publisher, broker and fan-out: each change at least once, first in order."""
    await scenario(tmp_path, seed=5, kills=20, writes=1000)


async def test_an_outage_of_service_bus_loses_nothing(tmp_path: Path) -> None:
    """Of as many rounds as a minute has when the trigger tries again every five seconds: here they are short."""
    async with signalr_server() as service:
        place = replace(make_place(tmp_path, service.endpoint), retries=0)

        async def rounds() -> None:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while place.log.read_text().count("EventsUnavailable: ") < ROUNDS:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)

        await outage(place, service, rounds, 200)


async def minute(folder: Path) -> None:
    """A minute without Service Bus, with the delays that a deployed app has."""
    async with signalr_server() as service:
        place = replace(make_place(folder, service.endpoint), retry_seconds=5.0)
        await outage(place, service, lambda: asyncio.sleep(60), 1000)
        print(place.log.read_text().count("EventsUnavailable: "), "rounds failed, nothing is lost")  # noqa: T201


def _by_hand(folder: Path, asked: list[str]) -> None:
    if asked == ["minute"]:
        asyncio.run(minute(folder))
        return
    seed, kills, writes = [*map(int, asked), *(1, 20, 1000)[len(asked) :]]
    print(asyncio.run(scenario(folder, seed=seed, kills=kills, writes=writes)), "heard twice")  # noqa: T201


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as there:
        _by_hand(Path(there), sys.argv[1:])
