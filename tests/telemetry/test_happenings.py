"""What is told of requests, and of what they ask of the store."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from atakora_data.api.http.message import Request, Response
from atakora_data.application import Application
from atakora_data.bootstrap import bootstrap
from atakora_data.errors import StoreUnavailable
from atakora_data.query.page import Query
from atakora_data.settings import Settings
from atakora_data.storage.charges import note_charge
from atakora_data.storage.port import Children, Record, Target
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.telemetry.happenings import Happening, RequestAnswered, StoreAsked
from atakora_data.telemetry.log import LogObserver

SCHEMA = '''
from atakora_data import *

class Author(Entity):
    """Who writes."""
    id: str = Field(primary_key=True)
    books: HasMany["Book"] = has_many("author_id")
    authorization = Authorization(create=allow.public(), read=allow.public())

class Book(Entity):
    """What is written."""
    id: str = Field(primary_key=True)
    author_id: str
    secret: str = "none"
    author: BelongsTo["Author"] = belongs_to("author_id")
    authorization = Authorization(create=allow.public(), read=allow.public())
'''


class Notes:
    """An observer that remembers."""

    def __init__(self) -> None:
        self.all: list[Happening] = []

    def note(self, happening: Happening) -> None:
        """Remember it."""
        self.all.append(happening)

    @property
    def store(self) -> list[tuple[str, str | None, float, str | None]]:
        """What was asked of the store: operation, entity, units, error."""
        found = [each for each in self.all if isinstance(each, StoreAsked)]
        return [(each.operation, each.entity, each.units, each.error) for each in found]

    @property
    def requests(self) -> list[RequestAnswered]:
        """What was answered."""
        return [each for each in self.all if isinstance(each, RequestAnswered)]


class CostlyStore(SqliteEntityStore):
    """A store that costs something, and fails when it is told to."""

    fails = False

    async def select(self, target: Target, query: Query) -> list[Record]:
        """One page, for 2.5 units."""
        note_charge(2.5)
        if self.fails:
            raise StoreUnavailable("The store is away.")
        return await super().select(target, query)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """One page, for 2.5 units."""
        return {record["id"]: record for record in await self.select(target, query)}

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """Children, for 4 units."""
        note_charge(4)
        return await super().select_children_stored(target, children)


@pytest.fixture
def notes() -> Notes:
    """What was told."""
    return Notes()


@pytest.fixture
def app(tmp_path: Path, notes: Notes) -> Application:
    """Two entities on a store that costs something."""
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "library.py").write_text(SCHEMA)
    settings = Settings(schemas=tmp_path / "schemas", store="memory", key_file=tmp_path / "key")
    registry = bootstrap(settings).registry
    return bootstrap(settings, registry=registry, store=CostlyStore(registry, ":memory:"), observer=notes)


async def ask(app: Application, method: str, *path: str, body: bytes = b"", **query: str) -> Response:
    """One request."""
    headers = {"content-type": "application/json", "x-correlation-id": "trace-1"}
    return await app.handle(Request(method, path, tuple(query.items()), headers, body))


async def test_a_request_is_told_with_its_parts(app: Application, notes: Notes) -> None:
    """Each call of the store by entity with its charge, then the request with the sum, all of one trace."""
    assert 201 == (await ask(app, "POST", "authors", body=b'{"id": "ann"}')).status
    assert 201 == (await ask(app, "POST", "books", body=b'{"id": "one", "authorId": "ann"}')).status
    notes.all.clear()
    response = await ask(app, "GET", "authors", include="books")
    assert ["one"] == [each["id"] for each in json.loads(response.body)["items"][0]["books"]["items"]]
    assert [("select", "Author", 2.5, None), ("select_children", "Book", 4, None)] == notes.store
    (answered,) = notes.requests
    assert ("GET", "/authors", 200, 6.5, 2) == (
        answered.method,
        answered.route,
        answered.status,
        answered.units,
        answered.requests,
    )
    assert {"trace-1"} == {each.trace for each in notes.all}
    assert 0 < answered.seconds < 60
    await app.stop()


async def test_no_happening_names_a_record(app: Application, notes: Notes) -> None:
    """Ids, values and paths stay out, also where nothing is found."""
    await ask(app, "POST", "authors", body=b'{"id": "canary-ann"}')
    await ask(app, "POST", "books", body=b'{"id": "canary-one", "authorId": "canary-ann", "secret": "canary"}')
    await ask(app, "GET", "books", "canary-one")
    await ask(app, "GET", "books", "canary-none", "author")
    await ask(app, "GET", "canary", "books")
    await ask(app, "GET", "books", filter='{"secret": {"eq": "canary"}}')
    routes = [each.route for each in notes.requests]
    assert ["/authors", "/books", "/books/{id}", "/books/{id}/author", None, "/books"] == routes
    assert "canary" not in repr(notes.all)
    await app.stop()


async def test_a_failure_of_the_store_is_told(app: Application, notes: Notes) -> None:
    """With the code of what the caller is told."""
    await app.start()
    CostlyStore.fails = True
    try:
        response = await ask(app, "GET", "books")
    finally:
        CostlyStore.fails = False
    assert 503 == response.status
    assert [("select", "Book", 2.5, "store_unavailable")] == notes.store
    assert [503] == [each.status for each in notes.requests]
    await app.stop()


async def test_the_parts_of_a_batch_count_together(app: Application, notes: Notes) -> None:
    """And a write of several records of one entity is told as one."""
    operations = [{"method": "POST", "path": "/authors", "body": {"id": each}} for each in ("a", "b")]
    body = json.dumps({"atomic": True, "operations": operations}).encode()
    assert 200 == (await ask(app, "POST", "batch", body=body)).status
    assert ("apply", "Author", 0, None) in notes.store
    assert ["/batch"] == [each.route for each in notes.requests]
    await app.stop()


async def test_nothing_is_wrapped_when_nobody_listens(tmp_path: Path) -> None:
    """Without an observer the store is the store itself."""
    (tmp_path / "library.py").write_text(SCHEMA)
    app = bootstrap(Settings(schemas=tmp_path, store="memory", key_file=tmp_path / "key"))
    assert isinstance(app.store, SqliteEntityStore)


def test_the_log_has_one_object_a_line(caplog: pytest.LogCaptureFixture) -> None:
    """Failures are warnings; what is empty is left out."""
    observer = LogObserver()
    with caplog.at_level("INFO", logger="atakora_data.telemetry"):
        observer.note(RequestAnswered("t", "GET", "/posts", 200, 0.0123456789, 2.5, 1))
        observer.note(StoreAsked("t", "select", None, "", 0.5, 0.0, 0, "store_unavailable"))
    first, second = (json.loads(each) for each in caplog.messages)
    assert {
        "happening": "RequestAnswered",
        "trace": "t",
        "method": "GET",
        "route": "/posts",
        "status": 200,
        "seconds": 0.012346,
        "units": 2.5,
        "requests": 1,
    } == first
    assert {"operation": "select", "error": "store_unavailable"}.items() <= second.items()
    assert {"entity", "tenant"}.isdisjoint(second)
    assert ["INFO", "WARNING"] == [each.levelname for each in caplog.records]


async def test_the_setting_writes_the_log(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """`ATAKORA_TELEMETRY=log` is all it takes."""
    (tmp_path / "library.py").write_text(SCHEMA)
    app = bootstrap(Settings(schemas=tmp_path, store="memory", key_file=tmp_path / "key", telemetry="log"))
    with caplog.at_level("INFO", logger="atakora_data.telemetry"):
        await ask(app, "GET", "books")
    assert ["StoreAsked", "RequestAnswered"] == [json.loads(each)["happening"] for each in caplog.messages]
    await app.stop()
