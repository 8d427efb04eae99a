"""The local host in real time, as processes: every change is delivered, whatever happens to them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.devhost.hosted import PATIENCE_SECONDS, Hosted, hosted, is_sound, journaled, make_project, seen

_KILLS = 4


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose events are noted."""
    return make_project(tmp_path)


def client(host: Hosted) -> httpx.AsyncClient:
    """A client of this host."""
    headers = {"Authorization": f"Bearer {host.token}"}
    return httpx.AsyncClient(base_url=host.url, headers=headers, timeout=PATIENCE_SECONDS)


async def write(host: Hosted, id: str, changes: int) -> None:
    """Create a note and change it so often, until the host is gone."""
    with suppress(httpx.TransportError):
        async with client(host) as web:
            assert 201 == (await web.post("/notes", json={"id": id})).status_code
            for number in range(changes):
                assert 200 == (await web.patch(f"/notes/{id}", json={"text": str(number)})).status_code


async def until(check: Callable[[], bool]) -> None:
    """Wait until it is so."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not check():  # noqa: ASYNC110 - what is waited for is another process
            await asyncio.sleep(0.05)


async def test_no_change_is_lost_by_kills(project: Path) -> None:
    """After kills at random moments each version of each record was delivered, in order per record."""
    moments = random.Random(20240601)  # noqa: S311 - moments, no secrets
    for turn in range(_KILLS):
        with hosted(project, f"host {turn}") as host:
            writers = [asyncio.create_task(write(host, f"{turn}-{number}", 1000)) for number in range(4)]
            known = len(seen(project))
            await until(lambda known=known: len(seen(project)) > known)  # type: ignore[misc]
            await asyncio.sleep(moments.uniform(0.05, 0.5))
            host.kill()
            await asyncio.gather(*writers)
    with hosted(project, "last host") as host:
        await until(lambda: seen(project) == journaled(project))
        assert 0 == host.stop()
        assert "failed" not in host.log
    assert is_sound(project)
    assert 4 * _KILLS == len(seen(project))
    assert all(versions == list(range(1, len(versions) + 1)) for versions in seen(project).values())


async def test_two_hosts_share_a_file(project: Path) -> None:
    """Both write, both deliver; each version is delivered in order, and the file stays sound."""
    with hosted(project, "one") as one, hosted(project, "two") as two:
        await asyncio.gather(*(write(one, f"one-{number}", 10) for number in range(4)), write(two, "two", 30))
        await until(lambda: seen(project) == journaled(project))
        assert [0, 0] == [one.stop(), two.stop()]
        assert "failed" not in one.log + two.log
    assert is_sound(project)
    assert {"two": 31, **{f"one-{number}": 11 for number in range(4)}} == {
        id: len(versions) for id, versions in seen(project).items()
    }


async def test_a_record_whose_event_fails_holds_up_no_other(project: Path) -> None:
    """It is tried again; what is mended meanwhile is delivered in order."""
    with hosted(project) as host:
        async with client(host) as web:
            await web.post("/notes", json={"id": "bad", "text": "poison"})
            assert 200 == (await web.patch("/notes/bad", json={"text": "fine"})).status_code
            await web.post("/notes", json={"id": "good"})
        await until(lambda: "good" in seen(project))
        assert "bad" not in seen(project)
        (project / "antidote").touch()
        await until(lambda: seen(project) == {"good": [1], "bad": [1, 2]})
        assert 0 == host.stop()
        assert "The function record failed with the message Note:bad:1" in host.log


async def test_it_greets_with_what_is_in_real_time(project: Path) -> None:
    """The place to begin, and whose changes are told."""
    with hosted(project) as host:
        assert f"Realtime {host.url}/realtime/negotiate   (changes of Note)" in host.log
        assert 0 == host.stop()
