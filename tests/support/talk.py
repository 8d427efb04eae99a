"""A program that prints lines of JSON, read one by one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 30


class Talk:
    """What a program says, and what it is told."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def hears(self) -> Any:
        """The value in the next line."""
        return json.loads(await self.reads())

    async def reads(self) -> str:
        """The next line; AssertionError with its complaints when the program ended instead."""
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        async with asyncio.timeout(PATIENCE_SECONDS):
            line = await self._process.stdout.readline()
        if not line:
            raise AssertionError((await self._process.stderr.read()).decode())
        return line.decode().rstrip("\n")

    async def ends(self) -> list[Any]:
        """The values in all further lines, until the program ends by itself; AssertionError when it failed."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            printed, complaints = await self._process.communicate()
        if self._process.returncode != 0:
            raise AssertionError(complaints.decode())
        return [json.loads(line) for line in printed.splitlines()]

    async def hears_of(self, word: str) -> Any:
        """What follows this word, in the next line that begins with it."""
        while (heard := await self.hears())[0] != word:
            pass
        return heard[1] if len(heard) > 1 else None

    async def told(self, line: str = "end") -> None:
        """Tell it this line."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        await self._process.stdin.drain()


@asynccontextmanager
async def talking(*command: str, folder: Path, environ: dict[str, str] | None = None) -> AsyncIterator[Talk]:
    """The program while it runs; gone afterwards."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, limit=1024 * 1024
    )
    try:
        yield Talk(process)
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def node_project(folder: Path, modules: Path, files: dict[str, str]) -> Path:
    """A folder with these files, in which the packages in `modules` can be imported."""
    (folder / "node_modules").symlink_to(modules / "node_modules")
    for name, text in files.items():
        (folder / name).write_text(text)
    return folder
