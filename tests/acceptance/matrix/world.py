"""One app of the matrix: the notes of every kind in one store, what is stored of them, and how to put it back."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from atakora_data.application import Realtime
from atakora_data.bootstrap import bootstrap
from atakora_data.query.filter import EVERYTHING
from atakora_data.query.page import Query
from atakora_data.realtime.port import Delivery
from atakora_data.realtime.signalr.local import LocalHub
from atakora_data.registry.registry import Registry
from atakora_data.settings import Connection, Settings
from atakora_data.storage.port import BY_ID, Target
from atakora_data.storage.sqlite.documents import quoted
from atakora_data.testing import Client, system, user
from tests.acceptance.matrix.oracle import HOME, KINDS, PEOPLE, SHAPES, canary
from tests.acceptance.matrix.schema import make_registry
from tests.storage.cosmos.container import Part
from tests.storage.cosmos.server import Server, serving


@dataclass
class World:
    """The app. people: the app asked by each. changes: equal as long as nothing is written.

    restore: brings the notes of one kind back to what they were after seeding.
    logs: what was logged. sessions: of real time, by who has one. positions: up to which the journal was read.
    """

    store: str
    aspect: str
    people: Mapping[str, Client]
    changes: Callable[[], int]
    restore: Callable[[str], None]
    logs: list[str] = field(default_factory=list)
    sessions: dict[str, str] = field(default_factory=dict)
    positions: dict[str, str] = field(default_factory=dict)

    @property
    def system(self) -> Client:
        """The app, asked without rules."""
        return self.people["system"]

    @property
    def realtime(self) -> Realtime:
        """What brings changes to subscribers."""
        found = self.system.application.realtime
        assert found is not None
        return found

    async def stored(self, entity: str) -> dict[str, dict[str, Any]]:
        """All records of an entity as the store has them, by id."""
        found = await self.system.application.store.select(Target(entity, HOME), Query(EVERYTHING, BY_ID, 1000))
        return {each["id"]: each for each in found}


@asynccontextmanager
async def world(store: str, aspect: str, folder: Path) -> AsyncIterator[World]:
    """The app with its records, in one of the stores."""
    made = _on_sqlite(aspect, folder) if store == "sqlite" else _on_cosmos(aspect, folder)
    async with made as found:
        hub = found.realtime.hub
        assert isinstance(hub, LocalHub)
        hub.attach(_sent)
        with _listening(found.logs):
            yield found


async def _sent(deliveries: Sequence[Delivery]) -> None:
    """Whoever is connected to the hub: nobody, since the matrix asks what would be sent."""


@asynccontextmanager
async def _on_sqlite(aspect: str, folder: Path) -> AsyncIterator[World]:
    path = folder / "data.db"
    async with _running(aspect, folder, data=path) as client:
        await _seed(client)
        with closing(sqlite3.connect(path, isolation_level=None)) as beside:
            kept = _Tables(beside, client.application.registry)
            yield World("sqlite", aspect, _people(client), kept.changes, kept.restore)


class _Tables:
    """The tables of the file, as they were when this was made."""

    def __init__(self, connection: sqlite3.Connection, registry: Registry) -> None:
        self._connection = connection
        connection.execute("PRAGMA synchronous=OFF")
        self._rows = {
            model.name: (quoted(model.container), connection.execute(_ALL.format(quoted(model.container))).fetchall())
            for model in registry
        }

    def changes(self) -> int:
        """Another number whenever anybody else has committed something."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def restore(self, kind: str) -> None:
        """The notes of one kind, their links, and what they are in."""
        self._connection.execute("BEGIN IMMEDIATE")
        for name in (f"{kind}Note", f"{kind}Tags", f"{kind}Helpers", "Box"):
            table, rows = self._rows[name]
            self._connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a name of the registry
            places = ", ".join("?" for _ in rows[0]) if rows else ""
            self._connection.executemany(f"INSERT INTO {table} VALUES ({places})", rows)  # noqa: S608 - as above
        self._connection.execute("COMMIT")


_ALL = "SELECT * FROM {}"


@asynccontextmanager
async def _on_cosmos(aspect: str, folder: Path) -> AsyncIterator[World]:
    async with serving() as server:
        account = Connection("COSMOS", f"AccountEndpoint={server.url};AccountKey=a2V5;")
        async with _running(aspect, folder, store="cosmos", cosmos=account, data=folder / "data.db") as client:
            await _seed(client)
            kept = _parts(server)

            def restore(_kind: str) -> None:
                for name, parts in _copied(kept).items():
                    server.containers[name].parts = parts

            yield World("cosmos", aspect, _people(client), lambda: server.writes, restore)


_TENANCY: Any = {"tenancy": "tid", "anonymous_tenant": HOME}


@asynccontextmanager
async def _running(aspect: str, folder: Path, **settings: Any) -> AsyncIterator[Client]:
    given = Settings(schemas=folder, key_file=folder / "local.key", explain_roles=("auditor",), **_TENANCY, **settings)
    application = bootstrap(given, registry=make_registry(aspect))
    await application.start()
    try:
        yield Client(application)
    finally:
        await application.stop()


def _people(client: Client) -> dict[str, Client]:
    known = {
        who.name: client
        if who.id is None
        else client.as_(user(who.id, roles=who.roles, groups=who.groups, tenant=HOME))
        for who in PEOPLE.values()
    }
    return {**known, "system": client.as_(system(tenant=HOME))}


async def _seed(client: Client) -> None:
    """Two boxes and two tags, of which the first have all notes; the notes of every kind; and everybody."""
    data = client.as_(system(tenant=HOME)).data
    for entity, ids in {"Box": ("b1", "b2"), "Tag": ("t1", "t2"), "Person": ("rita", "zoe", "mark")}.items():
        await data[entity].create_many([{"id": id} for id in ids])
    for kind in KINDS:
        await data[f"{kind}Note"].create_many([_input(kind, each) for each in SHAPES])


def _input(kind: str, note: Any) -> dict[str, Any]:
    return {
        "id": note.id,
        "owner_id": note.owner,
        "state": note.state,
        "grade": note.grade,
        "lead_id": note.lead,
        "parent_id": note.parent,
        "box_id": note.box,
        "rank": note.rank,
        "title": canary(kind, note.id, "title"),
        "secret": canary(kind, note.id, "secret"),
        "helpers": {"connect": [{"id": each} for each in note.helpers]},
        "tags": {"connect": [{"id": "t1"}]},
    }


def _parts(server: Server) -> dict[str, dict[str, Part]]:
    """What the containers of records have; what the app keeps for itself goes on."""
    return _copied({name: each.parts for name, each in server.containers.items() if name != "atakora-internal"})


def _copied(parts: Mapping[str, Mapping[str, Part]]) -> dict[str, dict[str, Part]]:
    """Documents are never changed in place, so their containers are all that has to be copied."""
    return {
        name: {key: Part(part.hashed, dict(part.documents), dict(part.taken)) for key, part in found.items()}
        for name, found in parts.items()
    }


@contextmanager
def _listening(lines: list[str]) -> Iterator[None]:
    """Everything that is logged in between, by the product in every detail."""
    handler, root, ours = _Lines(lines), logging.getLogger(), logging.getLogger("atakora_data")
    root.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    try:
        yield
    finally:
        ours.setLevel(logging.NOTSET)
        root.removeHandler(handler)


class _Lines(logging.Handler):
    """Keeps what is logged, with its traceback."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__()
        self._lines = lines
        self.setFormatter(logging.Formatter())

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self._lines.append(self.format(record))
