"""The local host in a process that tests kill and start again, on the same port and the same file."""

from __future__ import annotations

import asyncio
import shutil
import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import orjson

from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.storage.sqlite.journal import JOURNAL
from tests.acceptance.served import AUDIENCE, ROOT, command, environment

_SCHEMA = Path(__file__).parent / "schemas" / "note.py"
_PATIENCE_SECONDS = 30


class Host:
    """A project with notes, and the process that serves it. settings: more variables of its environment."""

    def __init__(self, project: Path, **settings: str) -> None:
        self.project = project
        self._settings = settings
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}/api"
        self._child: subprocess.Popen[bytes] | None = None
        shutil.copy(ROOT / "function_app.py", project)
        shutil.copy(ROOT / "host.json", project)
        (project / "schemas").mkdir()
        shutil.copy(_SCHEMA, project / "schemas")

    def token(self, id: str, *roles: str) -> str:
        """A token for this caller."""
        key = local_key(self.project / ".atakora" / "local.key")
        return mint(key, audience=AUDIENCE, id=id, roles=roles)

    def start(self) -> None:
        """Start the process; `ready` waits for it."""
        log = (self.project / "log.txt").open("ab")
        with log:
            self._child = subprocess.Popen(
                command("dev", "--data", "data.db", "--port", str(self.port), "--no-reload"),
                cwd=self.project,
                env=environment() | self._settings,
                stdout=subprocess.DEVNULL,  # it greets with tokens
                stderr=log,
            )

    async def ready(self) -> None:
        """Wait for the first answer."""
        async with asyncio.timeout(_PATIENCE_SECONDS), aiohttp.ClientSession() as http:
            while True:
                if self._child is not None and self._child.poll() is not None:
                    raise AssertionError((self.project / "log.txt").read_text())
                try:
                    async with http.get(f"{self.url}/health") as answer:
                        if answer.ok:
                            return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.02)

    def kill(self) -> None:
        """End it without a chance to say goodbye."""
        if self._child is not None:
            self._child.kill()
            self._child.wait()

    def stop(self) -> int:
        """Ask it to end; its exit code."""
        if self._child is None:
            return 0
        self._child.send_signal(signal.SIGTERM)
        return self._child.wait(_PATIENCE_SECONDS)

    def journal(self) -> list[dict[str, Any]]:
        """What the journal holds: id and version of each change, in order."""
        with closing(sqlite3.connect(f"file:{self.project / 'data.db'}?mode=ro", uri=True)) as database:
            rows = database.execute(f'SELECT id, entry FROM "{JOURNAL}" ORDER BY position').fetchall()  # noqa: S608
        return [{"id": id, **orjson.loads(entry)} for id, entry in rows]


@contextmanager
def hosting(project: Path, **settings: str) -> Iterator[Host]:
    """A host that is killed at the end if it is still there."""
    host = Host(project, **settings)
    host.start()
    try:
        yield host
    finally:
        host.kill()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
