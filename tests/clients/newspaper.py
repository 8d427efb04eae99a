"""A project with one entity in real time, served by `dev` in a process of its own, and the programs of the docs."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

from aiohttp import ClientSession

from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key

ROOT = Path(__file__).parents[2]
API_OF_THE_DOCS = "http://127.0.0.1:7071/api"
PATIENCE_SECONDS = 30

SCHEMA = '''
from atakora_data import Authorization, Entity, Field, allow

class Post(Entity):
    """Something to read."""

    realtime = True
    id: str = Field(primary_key=True)
    title: str
    status: str = "published"
    owner_id: str = Field(owner=True)

    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.owner() | allow.where(status="published"),
        update=allow.owner(),
        delete=allow.owner(),
    )
'''


class Newspaper:
    """A running `dev`, asked as alice. api: where its API begins."""

    def __init__(self, project: Path, process: asyncio.subprocess.Process, api: str, web: ClientSession) -> None:
        self.project = project
        self.process = process
        self.api = api
        self._web = web

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.api.split(":")[2].partition("/")[0])

    def token(self, id: str = "alice") -> str:
        """A token for this person."""
        return mint(local_key(self.project / ".atakora" / "local.key"), audience="atakora-data", id=id)

    async def write(self, method: str, path: str, **record: Any) -> Any:
        """Create, change or delete a post, or anything else; the answer's value."""
        headers = {"Authorization": f"Bearer {self.token()}"}
        if method == "PATCH":
            headers["Content-Type"] = "application/merge-patch+json"
        async with self._web.request(method, f"{self.api}/{path}", json=record or None, headers=headers) as answer:
            assert answer.status < 300, await answer.text()
            return None if answer.status == 204 else await answer.json()

    async def subscribed(self, count: int = 1) -> None:
        """Returns when so many subscriptions are live."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self._subscriptions() < count:  # noqa: ASYNC110 - another process writes them
                await asyncio.sleep(0.02)

    def _subscriptions(self) -> int:
        with closing(sqlite3.connect(f"file:{self.project / 'data.db'}?mode=ro", uri=True)) as database:
            query = "SELECT count(*) FROM \"atakora:state\" WHERE kind = 'subscription' AND value IS NOT NULL"
            return int(database.execute(query).fetchone()[0])

    async def kill(self) -> None:
        """End it without a word, as a crash does."""
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


def make_project(folder: Path) -> Path:
    """The project on disk."""
    (folder / "function_app.py").write_text((ROOT / "function_app.py").read_text())
    (folder / "schemas").mkdir()
    (folder / "schemas" / "post.py").write_text(SCHEMA)
    return folder


@asynccontextmanager
async def published(project: Path, port: int = 0) -> AsyncIterator[Newspaper]:
    """The project while it is served; gone afterwards whatever happens."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
    environ |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
    command = (sys.executable, "-m", "atakora_data", "dev", "--no-reload", "--port", str(port), "--data", "data.db")
    with (project / "log.txt").open("a") as log:
        process = await asyncio.create_subprocess_exec(
            *command, cwd=project, env=environ, stdout=asyncio.subprocess.PIPE, stderr=log
        )
    try:
        async with ClientSession() as web:
            yield Newspaper(project, process, await _api(process, project), web)
    finally:
        if process.returncode is None:
            process.terminate()
        await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)


def programs() -> dict[str, str]:
    """The programs of docs/realtime.md by their names."""
    page = (ROOT / "docs" / "realtime.md").read_text("utf-8")
    found = re.findall(r"^```(?:js|python)\n((?:// |# )([\w-]+\.\w+)\n.*?)^```", page, re.DOTALL | re.MULTILINE)
    return {name: text for text, name in found}


async def _api(process: asyncio.subprocess.Process, project: Path) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(PATIENCE_SECONDS):
        async for line in process.stdout:
            found = re.search(rb"(http://127\.0\.0\.1:\d+/api)/graphql", line)
            if found:
                return found[1].decode()
    raise AssertionError((project / "log.txt").read_text())
