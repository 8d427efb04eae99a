"""`dev` as a process: what it prints, how it ends, and how it follows the schemas."""

from __future__ import annotations

import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

ROOT = Path(__file__).parent.parent.parent
FUNCTION_APP = (ROOT / "function_app.py").read_text()
SCHEMA = '''
from atakora_data import Authorization, Entity, Field, allow

class {name}(Entity):
    """Something written down."""

    id: str = Field(primary_key=True)
    owner_id: str = Field(owner=True)

    authorization = Authorization(create=allow.authenticated(), read=allow.owner() | allow.role("admin"))
'''
PATIENCE_SECONDS = 20.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with one entity."""
    (tmp_path / "function_app.py").write_text(FUNCTION_APP)
    (tmp_path / "schemas").mkdir()
    write_schema(tmp_path, "Note")
    return tmp_path


def write_schema(project: Path, name: str, text: str = SCHEMA) -> None:
    """Write one module with one entity."""
    (project / "schemas" / f"{name.lower()}.py").write_text(text.replace("{name}", name))


class Process:
    """A running `dev`, with all it has printed so far."""

    def __init__(self, project: Path, *options: str) -> None:
        environ = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
        environ |= {"PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
        self.child = subprocess.Popen(
            [sys.executable, "-m", "atakora_data", "dev", *options],
            cwd=project,
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""
        self._lines: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def wait_for(self, text: str) -> str:
        """Everything printed since the last call, as soon as this is among it."""
        deadline, found = time.monotonic() + PATIENCE_SECONDS, ""
        while text not in found:
            try:
                found += self._lines.get(timeout=max(0.0, deadline - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"{text!r} was never printed, only: {found}") from None
        self.printed += found
        return found

    def end(self, number: int = signal.SIGTERM) -> int:
        """Stop it; its exit code."""
        self.child.send_signal(number)
        return self.child.wait(PATIENCE_SECONDS)

    def _read(self) -> None:
        for line in self.child.stdout or ():
            self._lines.put(line)


@contextmanager
def dev(project: Path, *options: str) -> Iterator[Process]:
    """A running `dev`, that is gone afterwards whatever happens."""
    process = Process(project, *options)
    try:
        yield process
    finally:
        if process.child.poll() is None:
            process.end()
        if process.child.stdout:
            process.child.stdout.close()


def url_in(text: str) -> str:
    """Where the API begins, as printed."""
    found = re.search(r"(http://127\.0\.0\.1:\d+/api)/graphql", text)
    assert found is not None
    return found[1]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        return port


def eventually(check: Callable[[], bool]) -> None:
    """Wait until it is so."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not check():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def status(url: str) -> int:
    """The status of the answer; 0 while nobody answers."""
    try:
        return httpx.get(url).status_code
    except httpx.TransportError:
        return 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_greets_serves_and_ends_when_told(project: Path, number: int) -> None:
    """URLs, entities and tokens that work are printed; both signals end it with exit code 0."""
    with dev(project, "--port", "0", "--memory", "--no-reload") as process:
        text = process.wait_for("curl")
        url = url_in(text)
        token = re.findall(r"^    (eyJ\S+)$", text, re.MULTILINE)[0]
        headers = {"Authorization": f"Bearer {token}"}
        assert 401 == httpx.get(f"{url}/notes").status_code
        assert 201 == httpx.post(f"{url}/notes", json={"id": "1"}, headers=headers).status_code
        assert 200 == httpx.get(f"{url}/notes/1", headers=headers).status_code
        assert f"Note  {url}/notes" in text
        assert "alice" in text
        assert 0 == process.end(number)


def test_records_are_kept_in_the_data_file(project: Path) -> None:
    """What was written before the end is there after the next start."""
    for expected in (201, 409):
        with dev(project, "--port", "0", "--no-reload", "--data", "kept/data.db") as process:
            text = process.wait_for("curl")
            token = re.findall(r"^    (eyJ\S+)$", text, re.MULTILINE)[0]
            answer = httpx.post(f"{url_in(text)}/notes", json={"id": "1"}, headers={"Authorization": f"Bearer {token}"})
            assert expected == answer.status_code
    assert (project / "kept" / "data.db").exists()


def test_it_follows_the_schemas(project: Path) -> None:
    """A new module is served; a broken one is told with its file, and mending it is enough."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/api"
    with dev(project, "--port", str(port), "--memory") as process:
        process.wait_for("curl")
        write_schema(project, "Memo")
        assert f"Memo  {url}/memos" in process.wait_for("curl")
        assert 401 == status(f"{url}/memos")
        write_schema(project, "Memo", SCHEMA.replace("owner=True", "ownr=True"))
        assert "memo.py" in process.wait_for("Waiting for a change")
        assert process.child.poll() is None
        write_schema(project, "Memo")
        process.wait_for("curl")
        eventually(lambda: status(f"{url}/memos") == 401)
        assert 0 == process.end()
        assert 0 == status(f"{url}/memos")


@pytest.mark.parametrize("options", [(), ("--no-reload",)])
def test_a_port_in_use_ends_it_with_the_remedy(project: Path, options: tuple[str, ...]) -> None:
    """No change of a schema could heal that."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with dev(project, "--port", str(port), "--memory", *options) as process:
            process.wait_for(f"error: Port {port} on 127.0.0.1 is in use.")
            assert 1 == process.child.wait(PATIENCE_SECONDS)


def test_a_broken_schema_ends_it_when_nothing_is_watched(project: Path) -> None:
    """With `--no-reload` the problems are told and the exit code is 1."""
    write_schema(project, "Note", "import nothing_of_this_name")
    with dev(project, "--port", "0", "--memory", "--no-reload") as process:
        process.wait_for("note.py")
        assert 1 == process.child.wait(PATIENCE_SECONDS)


def test_a_broken_function_app_waits_for_its_change(project: Path) -> None:
    """Not only schema modules can be mended while it runs."""
    (project / "function_app.py").write_text("nonsense\n")
    with dev(project, "--port", "0", "--memory") as process:
        assert "function_app.py:1 fails: NameError" in process.wait_for("Waiting for a change")
        (project / "function_app.py").write_text(FUNCTION_APP)
        process.wait_for("curl")


def test_a_project_without_a_function_app_is_told(tmp_path: Path) -> None:
    """The message holds what to write."""
    (tmp_path / "schemas").mkdir()
    with dev(tmp_path, "--port", "0", "--memory", "--no-reload") as process:
        process.wait_for("create_function_app")
        assert 1 == process.child.wait(PATIENCE_SECONDS)
