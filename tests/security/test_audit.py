"""`make lint` asks for known vulnerabilities: the real pip-audit, with a server of vulnerabilities of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer, unused_port

from tests.support.audit import audit

ROOT = Path(__file__).parents[2]
VULNERABILITY = {
    "id": "TEST-2024-1",
    "summary": "It can be driven mad.",
    "affected": [
        {
            "package": {"name": "madness", "ecosystem": "PyPI"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]}],
        }
    ],
}


@asynccontextmanager
async def osv(answer: dict[str, Any]) -> AsyncIterator[str]:
    """A server that knows the same of each package; its address."""

    async def query(_: web.Request) -> web.Response:
        return web.json_response(answer)

    app = web.Application()
    app.router.add_post("/v1/query", query)
    async with TestServer(app, host="127.0.0.1") as server:
        yield str(server.make_url("/v1/query"))


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder in which a package is installed."""
    about = tmp_path / "madness-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: madness\nVersion: 1.0\n")
    return tmp_path


async def asked(url: str, installed: Path) -> tuple[bool, str]:
    """What the audit says of the folder."""
    return await asyncio.to_thread(
        audit, ["--vulnerability-service", "osv", "--osv-url", url, "--path", str(installed)]
    )


async def test_a_known_vulnerability_fails(installed: Path) -> None:
    """It is named, with the version that is without."""
    async with osv({"vulns": [VULNERABILITY]}) as url:
        goes_on, said = await asked(url, installed)
    assert (False, True) == (goes_on, "madness 1.0: TEST-2024-1, fixed in 1.1" in said), said


async def test_no_known_vulnerability_passes(installed: Path) -> None:
    """And it is said of how many packages that is so."""
    async with osv({}) as url:
        assert (True, "No known vulnerability in 1 packages.") == await asked(url, installed)


async def test_without_network_it_goes_on(installed: Path) -> None:
    """It says that nobody could be asked."""
    goes_on, said = await asked(f"http://127.0.0.1:{unused_port()}/v1/query", installed)
    assert (True, True) == (goes_on, "could not ask" in said), said


def test_the_audit_is_a_part_of_lint() -> None:
    """`make lint` runs it, and so does CI."""
    lint = (ROOT / "Makefile").read_text().partition("\nlint:")[2].partition("\n\n")[0]
    assert "$(BIN)/python -m tests.support.audit" in lint
    assert "make --no-print-directory lint" in (ROOT / ".ci" / "run").read_text()
