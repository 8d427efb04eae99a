"""A project in real time, served by processes that are killed and started again; a topic subscription notes all."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import orjson

from atakora_data.storage.sqlite.journal import JOURNAL

ROOT = Path(__file__).parent.parent.parent
PATIENCE_SECONDS = 30.0
_GREETING = re.compile(r"(http://127\.0\.0\.1:\d+/api)/graphql.*^    (eyJ\S+)$", re.MULTILINE | re.DOTALL)
SCHEMA = '''
from atakora_data import Authorization, Entity, Field, allow

class Note(Entity):
    """Something written down."""

    id: str = Field(primary_key=True)
    text: str = Field(default="")

    realtime = True
    authorization = Authorization(
        create=allow.authenticated(), read=allow.authenticated(), update=allow.authenticated()
    )
'''
FUNCTION_APP = """
from pathlib import Path

import azure.functions as func

from atakora_data.events.event import EntityEvent
from atakora_data.events.message import from_message
from atakora_data.storage.feed import read_event
from atakora_data.triggers.app import create_function_app

FOLDER = Path(__file__).parent

app = create_function_app(project=FOLDER)


@app.function_name("publish_again")
@app.retry(strategy="fixed_delay", max_retry_count="-1", delay_interval="00:00:00.1")
@app.cosmos_db_trigger(arg_name="documents", connection="COSMOS", database_name="d", container_name="notes")
async def publish_again(documents: func.DocumentList) -> None:
    await app.application.realtime.topic.publish([EntityEvent.of(read_event(each)) for each in documents])


@app.function_name("record")
@app.service_bus_topic_trigger(
    arg_name="message", connection="SERVICE_BUS", topic_name="entity-events", subscription_name="recording"
)
async def record(message: func.ServiceBusMessage) -> None:
    event = from_message(message.get_body())
    if event.entry.record.get("text") == "poison" and not (FOLDER / "antidote").exists():
        raise RuntimeError("poison")
    with (FOLDER / "seen.txt").open("a") as seen:
        seen.write(f"{event.id} {event.entry.version}\\n")
"""


class Hosted:
    """One process that serves the project."""

    def __init__(self, project: Path, name: str) -> None:
        self._files = [project / f"{name}.{kind}" for kind in ("out", "log")]
        for each in self._files:
            each.write_bytes(b"")
        environ = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
        environ |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        command = [sys.executable, "-m", "atakora_data", "dev", "--no-reload", "--port", "0", "--data", "data.db"]
        with self._files[0].open("ab") as out, self._files[1].open("ab") as log:
            self.child = subprocess.Popen(command, cwd=project, env=environ, stdout=out, stderr=log)
        found = self._greeting()
        self.url, self.token = found[1], found[2]

    @property
    def log(self) -> str:
        """What it printed and logged so far; tokens to try it out with are printed only."""
        return "".join(each.read_text() for each in self._files)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        self.child.kill()
        self.child.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        self.child.terminate()
        return self.child.wait(PATIENCE_SECONDS)

    def _greeting(self) -> re.Match[str]:
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            if found := _GREETING.search(self.log):
                return found
            assert self.child.poll() is None, self.log
            time.sleep(0.02)
        raise AssertionError(self.log)


@contextmanager
def hosted(project: Path, name: str = "host") -> Iterator[Hosted]:
    """A process that serves the project, killed at the end if it is still there."""
    host = Hosted(project, name)
    try:
        yield host
    finally:
        host.kill()


def make_project(folder: Path) -> Path:
    """A project with notes in real time, whose function app notes each event."""
    (folder / "schemas").mkdir()
    (folder / "schemas" / "note.py").write_text(SCHEMA)
    (folder / "function_app.py").write_text(FUNCTION_APP)
    (folder / "seen.txt").touch()
    return folder


def journaled(project: Path) -> dict[str, list[int]]:
    """The versions of each record that the journal tells of, in order."""
    versions: dict[str, list[int]] = defaultdict(list)
    with closing(sqlite3.connect(f"file:{project / 'data.db'}?mode=ro", uri=True)) as database:
        for id, entry in database.execute(f'SELECT id, entry FROM "{JOURNAL}" ORDER BY position'):  # noqa: S608
            versions[id].append(orjson.loads(entry)["version"])
    return dict(versions)


def seen(project: Path) -> dict[str, list[int]]:
    """The versions of each record that were delivered, in the order in which they first were."""
    versions: dict[str, dict[int, None]] = defaultdict(dict)
    for line in (project / "seen.txt").read_text().splitlines():
        id, version = line.split()
        versions[id][int(version)] = None
    return {id: list(found) for id, found in versions.items()}


def is_sound(project: Path) -> bool:
    """Whether the file passes the checks of the engine."""
    with closing(sqlite3.connect(project / "data.db")) as database:
        return database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
