"""A process that is killed while it writes loses nothing it has acknowledged."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import Process
from dataclasses import dataclass
from pathlib import Path

from atakora_data.query.filter import Compare, Operator
from tests.storage.files import asked, started
from tests.storage.models import POSTS, insert, query, ref

_ROOT = Path(__file__).parents[2]
_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Child:
    """A process that writes to a store, and the file it notes its acknowledged writes in."""

    process: Process
    log: Path


async def begin(file: Path, name: str) -> Child:
    """A process that writes to the file until it is killed, once it has begun to."""
    log = file.with_name(f"{name}.log")
    command = [sys.executable, "-m", "tests.storage.crash_child", str(file), name]
    with log.open("wb") as output:
        child = Child(await asyncio.create_subprocess_exec(*command, stdout=output, cwd=_ROOT), log)
    while not log.stat().st_size:
        assert child.process.returncode is None
        await asyncio.sleep(0.01)
    return child


async def kill(child: Child) -> dict[str, int]:
    """End the process without warning; for each acknowledged id, the last rank it was acknowledged with."""
    child.process.kill()
    await child.process.wait()
    output = child.log.read_bytes()
    lines = output[: output.rindex(b"\n")].decode().splitlines()
    return {id: int(rank) for id, rank in (line.split() for line in lines)}


async def lost(file: Path, acknowledged: dict[str, int]) -> set[str]:
    """The acknowledged ids that are not there, or without their last change."""
    async with started(file) as store:
        found = await store.get_many(POSTS, list(acknowledged))
    return {id for id, rank in acknowledged.items() if id not in found or found[id].get("rank", 0) < rank}


async def test_no_acknowledged_write_is_lost_by_a_kill(tmp_path: Path) -> None:
    """After kills at random moments every acknowledged record is there, pairs are whole, and the file is sound."""
    file, moments = tmp_path / "data.db", random.Random(20240601)  # noqa: S311 - moments, no secrets
    acknowledged: dict[str, int] = {}
    for number in range(_ROUNDS):
        child = await begin(file, str(number))
        await asyncio.sleep(moments.uniform(0.02, 0.4))
        acknowledged |= await kill(child)
        assert set() == await lost(file, acknowledged)
        assert [("ok",)] == asked(file, "PRAGMA integrity_check")
        halves = "SELECT count(*) FROM posts WHERE id LIKE ?"
        assert asked(file, halves, "%-a") == asked(file, halves, "%-b")
    assert len(acknowledged) > 100


async def test_another_process_may_use_the_file_meanwhile(tmp_path: Path) -> None:
    """While one process writes, another reads and writes the same file; neither loses anything, nor corrupts it."""
    file = tmp_path / "data.db"
    child = await begin(file, "child")
    async with started(file) as store:
        for number in range(50):
            await store.apply([insert(f"mine-{number:02}", slug=f"mine-{number}")])
            assert await store.get(POSTS, f"mine-{number:02}") is not None
        theirs = await kill(child)
        mine = query(filter=Compare(ref("id"), Operator.BEGINS_WITH, "mine-"))
        assert 50 == len(await store.select(POSTS, mine))
    assert theirs
    assert set() == await lost(file, theirs)
    assert [("ok",)] == asked(file, "PRAGMA integrity_check")
