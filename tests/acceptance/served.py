"""The sample blog, served by the real local host in a process of its own, on data of its own."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from tests.acceptance.wire import Reply, exchange, written

ROOT = Path(__file__).parent.parent.parent
GADGET = Path(__file__).parent / "schemas" / "gadget.py"
AUDIENCE = "atakora-data"
_PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Served:
    """A running server. token: whose requests these are; None asks anonymously."""

    port: int
    project: Path
    token: str | None = None

    def as_(self, id: str, *roles: str) -> Served:
        """The same server, asked by this principal."""
        return self.bearing(mint(self.key, audience=AUDIENCE, id=id, roles=roles))

    def bearing(self, token: str | None) -> Served:
        """The same server, asked with this token."""
        return Served(self.port, self.project, token)

    @property
    def key(self) -> bytes:
        """The key that signs tokens for it."""
        return local_key(self.project / ".atakora" / "local.key")

    def ask(self, method: str, target: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Reply:
        """One request below `/api`; the target is sent as it stands, a body that is not bytes as JSON."""
        sent: dict[str, str] = {}
        if self.token is not None:
            sent["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            sent["Content-Type"] = "application/json"
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        return self.raw(written(method, f"/api/{target}", sent | dict(headers or {}), content), method == "HEAD")

    def raw(self, content: bytes, is_head: bool = False) -> Reply:
        """The answer to these bytes."""
        return exchange(self.port, content, is_head=is_head)

    def graphql(self, query: Any, variables: Any = None, **more: Any) -> Reply:
        """A GraphQL request by POST."""
        return self.ask("POST", "graphql", {"query": query, "variables": variables, **more})

    def state(self) -> str:
        """A digest of everything stored, read from the file itself."""
        path = self.project / "data.db"
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return hashlib.sha256("\n".join(database.iterdump()).encode()).hexdigest()

    @property
    def log(self) -> str:
        """What the server wrote so far, besides its greeting."""
        return (self.project / "log.txt").read_text()


@contextmanager
def serving(project: Path) -> Iterator[Served]:
    """Serve the project until the block ends; it must end well."""
    seeded(project)
    with (project / "log.txt").open("w") as log:
        child = subprocess.Popen(
            command("dev", "--data", "data.db", "--port", "0", "--no-reload"),
            cwd=project,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            yield Served(_port(child), project)
        finally:
            child.terminate()
            code = child.wait(_PATIENCE_SECONDS)
            if child.stdout is not None:
                child.stdout.close()
    assert 0 == code


def make_project(folder: Path) -> Path:
    """A project like the sample blog, with one more module dropped in."""
    shutil.copy(ROOT / "function_app.py", folder)
    shutil.copytree(ROOT / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(GADGET, folder / "schemas")
    return folder


def seeded(project: Path) -> None:
    """Load the sample records."""
    subprocess.run(
        command("seed", str(ROOT / "examples" / "blog"), "--data", "data.db"),
        cwd=project,
        env=environment(),
        check=True,
        capture_output=True,
        timeout=_PATIENCE_SECONDS,
    )


def command(*arguments: str) -> list[str]:
    """A command line of the product."""
    return [sys.executable, "-m", "atakora_data", *arguments]


def environment() -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    kept = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def _port(child: subprocess.Popen[str]) -> int:
    """The port the greeting names; reading goes on until the greeting ends, so that the pipe stays empty."""
    if child.stdout is None:
        raise TypeError("The output is not piped.")
    port = None
    for line in child.stdout:
        found = re.search(r"GraphQL +http://127\.0\.0\.1:(\d+)/", line)
        port = int(found[1]) if found else port
        if port is not None and "curl" in line:
            return port
    raise AssertionError("The server did not start.")
