"""The function app under the real Functions worker library: the judge that Azure would be."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from atakora_data.events.event import EntityEvent
from atakora_data.events.message import to_message
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.storage.feed import EVENT, event_text
from atakora_data.storage.port import JournalEntry, Target

pytestmark = pytest.mark.skipif(
    sys.version_info < (3, 13), reason="the Functions worker library (azure-functions-runtime) needs Python 3.13"
)

ROOT = Path(__file__).parent.parent.parent
DRIVER = Path(__file__).parent / "worker_driver.py"
BASE = "http://localhost:7071/api"
SCHEMA = '''
from atakora_data import Authorization, Entity, Field, allow

class Note(Entity):
    """Something written down."""

    id: str = Field(primary_key=True)
    text: str = Field(min_length=1)

    authorization = Authorization(create=allow.public(), read=allow.public())
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one entity and the function app of this repository."""
    shutil.copy(ROOT / "function_app.py", tmp_path)
    shutil.copy(ROOT / "host.json", tmp_path)
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "note.py").write_text(SCHEMA)
    return tmp_path


def drive(project: Path, *requests: dict[str, Any]) -> dict[str, Any]:
    """What the worker indexed in the project, and what it answered."""
    own = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
    environ = {**own, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(DRIVER), str(project), json.dumps(requests)]
    ended = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=60, check=True)
    result: dict[str, Any] = json.loads(ended.stdout)
    return result


def ask(method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """A request as the host hands it to the worker."""
    sent = {"content-type": "application/json", **headers} if body is not None else headers
    text = json.dumps(body) if body is not None else ""
    return {
        "method": method,
        "url": f"{BASE}/{path}",
        "path": path.partition("?")[0],
        "headers": {"host": "localhost:7071", **sent},
        "body": text,
    }


def test_the_worker_indexes_one_function_with_these_bindings(project: Path) -> None:
    """One HTTP trigger takes every path and method, without a key; its name sorts last."""
    trigger = {
        "direction": "IN",
        "type": "httpTrigger",
        "name": "req",
        "route": "{*path}",
        "methods": ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        "authLevel": "ANONYMOUS",
    }
    output = {"direction": "OUT", "type": "http", "name": "$return"}
    functions = drive(project)["functions"]
    assert ["zz_http"] == [each["name"] for each in functions]
    assert [output, trigger] == sorted(functions[0]["bindings"], key=lambda each: str(each["type"]))


def test_rest_answers_through_the_worker(project: Path) -> None:
    """A record that was created is read back, repeats count, an encoded slash splits nothing, a bad token is a 401."""
    created, read, listed, slashed, refused = drive(
        project,
        ask("POST", "notes", {"id": "a é", "text": "hello"}),
        ask("GET", "notes/a%20%C3%A9"),
        ask("GET", "notes?filter%5Btext%5D%5Beq%5D=hello&fields=id"),
        ask("GET", "notes/a%2Fb"),
        ask("GET", "notes", authorization="Bearer nonsense"),
    )["answers"]
    assert (201, "hello") == (created["status"], json.loads(created["body"])["text"])
    assert (200, "a é") == (read["status"], json.loads(read["body"])["id"])
    assert ["a é"] == [each["id"] for each in json.loads(listed["body"])["items"]]
    assert (404, "/api/notes/a%2Fb") == (slashed["status"], json.loads(slashed["body"])["instance"])
    assert (401, "application/problem+json") == (refused["status"], _content_type(refused))


def test_graphql_answers_through_the_worker(project: Path) -> None:
    """A mutation and a query go the same way as REST."""
    created, listed = drive(
        project,
        ask("POST", "graphql", {"query": 'mutation { createNote(input: {id: "1", text: "hi"}) { id } }'}),
        ask("POST", "graphql", {"query": "{ listNotes { items { text } } }"}),
    )["answers"]
    assert {"data": {"createNote": {"id": "1"}}} == json.loads(created["body"])
    assert {"data": {"listNotes": {"items": [{"text": "hi"}]}}} == json.loads(listed["body"])


def test_a_broken_schema_fails_when_the_app_is_indexed(project: Path) -> None:
    """The worker reports the problem with its file, before any request."""
    (project / "schemas" / "note.py").write_text(SCHEMA.replace("primary_key=True", "primary_kye=True"))
    failure = drive(project)["failure"]
    assert "note.py" in failure


REALTIME = SCHEMA.replace("authorization =", "realtime = True\n    authorization =")


@pytest.fixture
def telling(project: Path) -> Path:
    """The same project, with its entity in real time."""
    (project / "schemas" / "note.py").write_text(REALTIME)
    return project


def test_the_worker_indexes_the_functions_of_real_time(telling: Path) -> None:
    """One change feed for each container, tried again without end, and the fan-out of the topic; HTTP sorts last."""
    functions = {each["name"]: each for each in drive(telling)["functions"]}
    assert ["change_feed_notes", "fan_out", "zz_http"] == sorted(functions)
    [feed] = functions["change_feed_notes"]["bindings"]
    assert {
        "direction": "IN",
        "type": "cosmosDBTrigger",
        "name": "documents",
        "connection": "COSMOS",
        "databaseName": "atakora",
        "containerName": "notes",
        "leaseContainerName": "atakora-leases",
        "leaseContainerPrefix": "change_feed_notes",
        "createLeaseContainerIfNotExists": False,
    } == feed
    retry = functions["change_feed_notes"]["retry"]
    assert ("-1", "0:00:05", "fixed_delay") == (
        retry["max_retry_count"],
        retry["delay_interval"],
        retry["retry_strategy"],
    )
    signals, topic = sorted(functions["fan_out"]["bindings"], key=lambda each: str(each["type"]), reverse=True)
    assert {
        "direction": "IN",
        "type": "serviceBusTrigger",
        "name": "message",
        "connection": "SERVICE_BUS",
        "topicName": "entity-events",
        "subscriptionName": "fan-out",
        "isSessionsEnabled": True,
    } == topic
    assert {
        "direction": "OUT",
        "type": "signalR",
        "name": "messages",
        "hubName": "atakora",
        "connectionStringSetting": "AzureSignalRConnectionString",
    } == signals


def test_a_change_goes_through_the_functions_to_the_messages_of_subscribers(
    telling: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The feed publishes what it is given; the event of the topic becomes messages for the output binding."""
    monkeypatch.setenv("AzureSignalRConnectionString", "Endpoint=http://127.0.0.1:9;AccessKey=c2VjcmV0;Version=1.0;")
    token = mint(local_key(telling / ".atakora" / "local.key"), audience="atakora-data", id="ann")
    signed = {"authorization": f"Bearer {token}"}
    [connected] = drive(telling, ask("POST", "realtime/negotiate", **signed))["answers"]
    session = json.loads(connected["body"])["session"]
    wanted = {"session": session, "entity": "Note"}
    record = {"id": "1", "text": "hello", "_version": 1}
    entry = JournalEntry("created", 1, "2024-05-01T00:00:00.000000Z", "bob", ("id", "text"), record)
    event = EntityEvent(Target("Note"), "1", entry, "7")
    documents = [
        {"id": "1", "text": "hello"},
        {"id": "~1:1:x", "_ts": 7, EVENT: event_text(Target("Note"), "1", entry)},
    ]
    registered, fed, told, odd = drive(
        telling,
        ask("POST", "realtime/subscriptions", wanted, **signed),
        {"function": "change_feed_notes", "parameter": "documents", "kind": "json", "value": json.dumps(documents)},
        _message(to_message(event).body.decode()),
        _message("nonsense"),
    )["answers"]
    assert 201 == registered["status"]
    assert {"outputs": {}} == fed
    assert "outputs" in told, told
    [message] = json.loads(told["outputs"]["messages"]["string"])
    assert ("next", session) == (message["target"], message["userId"])
    assert "7" not in {message["arguments"][0]["position"], ""}  # positions are sealed
    assert record == message["arguments"][0]["payload"]["data"]["record"]
    assert "failure" in odd


def _message(body: str) -> dict[str, Any]:
    """A message of the topic, as the host hands it to the worker."""
    metadata = {
        "MessageId": ["string", "Note:1:1:x"],
        "DeliveryCount": ["json", "1"],
        "SessionId": ["string", "Note:1"],
        "UserProperties": ["json", "{}"],
    }
    return {"function": "fan_out", "parameter": "message", "kind": "bytes", "value": body, "metadata": metadata}


def _content_type(answer: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    return str(headers["content-type"]).partition(";")[0]
