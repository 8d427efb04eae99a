"""A POST with an `Idempotency-Key` is carried out once, on every store, whatever happens on the way."""

from __future__ import annotations

import asyncio
import base64
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from atakora_data.api.http.idempotency import LONGEST_WORK, Once
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.application import Application
from atakora_data.bootstrap import bootstrap
from atakora_data.errors import StoreUnavailable
from atakora_data.settings import Connection, Settings
from atakora_data.storage.sqlite.state import SqliteStateStore
from atakora_data.storage.state import State
from atakora_data.testing import Client
from atakora_data.testing.client import Answer
from tests.storage.cosmos.server import serving

SCHEMA = '''
from atakora_data import *

class Note(Entity):
    """A remark."""
    id: str = Field(primary_key=True, default_factory=lambda: __import__("uuid").uuid4().hex)
    text: str = Field(min_length=1)
    owner_id: str = Field(owner=True)
    claps: int = 0
    secret: str = "none"
    authorization = Authorization(
        create=allow.public(), read=allow.public(), update=allow.authenticated(), delete=allow.owner(),
        fields={"secret": FieldRules(read=allow.role("auditor"))},
    )
    {storage}

    @action
    async def clap(record, ctx):
        record.claps += 1
        return record
'''

Opened = Callable[[], Application]

PARTITIONS = ["by_entity()", "by_id()"]


@asynccontextmanager
async def sqlite(folder: Path) -> AsyncIterator[Opened]:
    """Apps on one file."""
    (folder / "notes.py").write_text(SCHEMA.replace("{storage}", ""))
    settings = Settings(schemas=folder, data=folder / "data.db", key_file=folder / "key")
    yield lambda: bootstrap(settings)


@asynccontextmanager
async def cosmos(folder: Path, partition: str) -> AsyncIterator[Opened]:
    """Apps on one account, through the real SDK."""
    (folder / "notes.py").write_text(SCHEMA.replace("{storage}", f"storage = Storage(partition={partition})"))
    async with serving() as server:
        text = f"AccountEndpoint={server.url};AccountKey={base64.b64encode(b'key').decode()};"
        connection = Connection("COSMOS", text)
        settings = Settings(schemas=folder, store="cosmos", cosmos=connection, key_file=folder / "key")
        yield lambda: bootstrap(settings)


@pytest.fixture(params=["sqlite", *PARTITIONS])
async def opened(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Opened]:
    """Makes apps on one store; they are stopped at the end."""
    made: list[Application] = []
    store = sqlite(tmp_path) if request.param == "sqlite" else cosmos(tmp_path, request.param)
    async with store as make:

        def remembered() -> Application:
            made.append(make())
            return made[-1]

        yield remembered
        for each in made:
            await each.stop()


@pytest.fixture
def alice(opened: Opened) -> Client:
    """Somebody who signed in."""
    return Client(opened()).as_("alice")


async def send(client: Client, body: Any, key: str = "key-1", path: str = "notes") -> Answer:
    """One POST with a key."""
    return await client.ask("POST", path, body, headers={"idempotency-key": key})


async def notes(client: Client) -> list[str]:
    """The texts of all notes."""
    return [each["text"] for each in (await client.get("notes")).json["items"]]


async def test_the_first_answer_is_given_again(alice: Client) -> None:
    """Status, body, entity tag and location; the header tells, and nothing is done again."""
    first, second = await send(alice, {"text": "one"}), await send(alice, {"text": "one"})
    assert (201, 201) == (first.status, second.status)
    assert first.body == second.body
    for name in ("ETag", "Location"):
        assert first.headers[name] == second.headers[name]
    assert "Idempotency-Replayed" not in first.headers
    assert "true" == second.headers["Idempotency-Replayed"]
    assert ["one"] == await notes(alice)


async def test_another_request_with_the_key_is_refused(alice: Client) -> None:
    """Another body, another path: 422, and nothing is done."""
    await send(alice, {"text": "one"})
    for body, path in (({"text": "two"}, "notes"), ({"text": "one"}, "notes?fields=id")):
        answer = await send(alice, body, path=path)
        assert (422, "idempotency_key_reused") == (answer.status, answer.json["code"])
    assert ["one"] == await notes(alice)


async def test_keys_belong_to_callers(alice: Client) -> None:
    """The same key of another caller is another one; nobody sees what others were answered."""
    await send(alice, {"text": "one"})
    answer = await send(alice.as_("bob"), {"text": "two"})
    assert (201, "two") == (answer.status, answer.json["text"])
    assert ["one", "two"] == sorted(await notes(alice))


async def test_a_refused_request_may_be_mended(alice: Client) -> None:
    """What was not carried out is not remembered."""
    assert 422 == (await send(alice, {"text": ""})).status
    assert 201 == (await send(alice, {"text": "one"})).status
    duplicate = {"text": "two", "id": "same"}
    await alice.post("notes", duplicate)
    assert 409 == (await send(alice, duplicate, "key-2")).status
    await alice.delete("notes/same")
    assert 201 == (await send(alice, duplicate, "key-2")).status


async def test_forty_racers_make_one_record(alice: Client, opened: Opened) -> None:
    """Within an app and between apps: each is told the answer, or to ask again."""
    clients = [alice, Client(opened()).as_("alice")]
    for each in clients:  # both are open, so that neither is late
        assert [] == await notes(each)
    answers = await asyncio.gather(*(send(clients[n % 2], {"text": "one"}) for n in range(40)))
    told = Counter(each.status for each in answers)
    assert told.keys() <= {201, 409}
    assert 1 <= told[201]
    assert 1 == len({each.body for each in answers if each.status == 201})
    assert {"request_in_progress"} >= {each.json["code"] for each in answers if each.status == 409}
    assert all("Retry-After" in each.headers for each in answers if each.status == 409)
    assert ["one"] == await notes(alice)
    assert 201 == (await send(clients[1], {"text": "one"})).status


async def test_it_outlives_the_app(alice: Client, opened: Opened) -> None:
    """Another process gives the same answer."""
    first = await send(alice, {"text": "one"})
    await alice.application.stop()
    later = Client(opened()).as_("alice")
    assert first.body == (await send(later, {"text": "one"})).body
    assert ["one"] == await notes(later)


async def test_every_kind_of_post_is_done_once(alice: Client) -> None:
    """Actions, bulk, atomic and other batches, GraphQL."""
    id = (await send(alice, {"text": "one"}, "a")).json["id"]
    mutation = {"query": 'mutation { createNote(input: {text: "three"}) { id } }'}
    operations = [{"method": "POST", "path": "/notes", "body": {"text": "four"}}]
    requests: list[tuple[str, Any]] = [
        (f"notes/{id}/clap", None),
        ("notes", [{"text": "two"}, {"text": "two"}]),
        ("graphql", mutation),
        ("batch", {"atomic": True, "operations": operations}),
        ("batch", {"operations": operations}),
    ]
    for number, (path, body) in enumerate(requests):
        first, second = [await send(alice, body, f"b{number}", path) for _ in range(2)]
        assert 300 > first.status == second.status, first.body
        assert first.body == second.body
    assert ["four", "four", "one", "three", "two", "two"] == sorted(await notes(alice))
    assert 1 == (await alice.get(f"notes/{id}")).json["claps"]


async def test_what_only_reads_is_read_again(alice: Client) -> None:
    """A GraphQL query that is posted is no write, and its key is forgotten."""
    query = {"query": "{ listNotes { items { text } } }"}
    before = await send(alice, query, path="graphql")
    await alice.post("notes", {"text": "one"})
    after = await send(alice, query, path="graphql")
    assert before.body != after.body


async def test_other_rights_do_not_see_the_old_answer(alice: Client) -> None:
    """Who has lost a role is not shown what it showed; nothing is done again."""
    auditor = alice.as_("alice", "auditor")
    first = await send(auditor, {"text": "one", "secret": "canary"})
    assert "canary" == first.json["secret"]
    again = await send(alice, {"text": "one", "secret": "canary"})
    assert (409, "answer_lost") == (again.status, again.json["code"])
    assert b"canary" not in again.body
    assert ["one"] == await notes(alice)


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "ü", "a\tb", "a b"])
async def test_a_key_that_is_none_is_refused(key: str, alice: Client) -> None:
    """400 with the bounds."""
    answer = await send(alice, {"text": "one"}, key)
    assert (400, "malformed_request") == (answer.status, answer.json["code"])
    assert [] == await notes(alice)


async def test_nobody_has_no_keys(alice: Client) -> None:
    """Callers without a token cannot be told apart: 401, nothing is done."""
    answer = await send(Client(alice.application), {"text": "one"})
    assert (401, "sign_in_required") == (answer.status, answer.json["code"])
    assert [] == await notes(alice)


class Forgetful(SqliteStateStore):
    """Cannot keep answers: as if the process had died between a write and its answer."""

    async def put(
        self, kind: str, partition: str, id: str, value: dict[str, Any], *, ttl: float, etag: str | None = None
    ) -> State:
        """Keep nothing."""
        raise StoreUnavailable("The store is away.")


async def test_a_write_whose_answer_was_lost_is_not_repeated(tmp_path: Path) -> None:
    """While it may be under way 409 with Retry-After, then 409 `answer_lost`; there is one record all the time."""
    async with sqlite(tmp_path) as make:
        app = make()
        store: Any = app.store
        pipeline: Any = app.pipeline
        assert isinstance(pipeline, Pipeline)
        once = Once(Forgetful(store), 3600)
        pipeline._once = lambda: once.answer
        alice = Client(app).as_("alice")
        first = await send(alice, {"text": "one"})
        assert 201 == first.status
        second = await send(alice, {"text": "one"})
        assert (409, "request_in_progress") == (second.status, second.json["code"])
        later = Once(SqliteStateStore(store), 3600, clock=lambda: time.time() + LONGEST_WORK + 1)
        pipeline._once = lambda: later.answer
        third = await send(alice, {"text": "one"})
        assert (409, "answer_lost") == (third.status, third.json["code"])
        assert ["one"] == await notes(alice)
        await app.stop()
