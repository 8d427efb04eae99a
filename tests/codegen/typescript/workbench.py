"""A folder in which scripts are built with the client and run: what a developer's project is."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from atakora_data.codegen.typescript.files import typescript_files
from atakora_data.registry.loader import load_registry
from tests.clients.newspaper import ROOT, Newspaper, published
from tests.support.node import has_node, node_modules, run
from tests.support.talk import Talk, talking

HERE = Path(__file__).parent
SHOP = HERE / "schemas"
PACKAGES = ("@microsoft/signalr@10.0.11", "esbuild@0.28.2", "typescript@5.9.3", "prettier@3.10.1")


class Workbench:
    """modules: where npm packages are installed; `has_signalr` says whether the scripts find that one."""

    def __init__(self, folder: Path, modules: Path, *, has_signalr: bool = True) -> None:
        self.folder = folder
        self._bin = modules / "node_modules" / ".bin"
        if has_signalr:
            (folder / "node_modules").symlink_to(modules / "node_modules")
        write_client(SHOP, folder / "client", "Blog")
        shutil.copytree(HERE / "scripts", folder / "scripts")

    async def bundle(self, script: str, *options: str) -> str:
        """The script with the client in one text."""
        source = self.folder / "scripts" / f"{script}.ts"
        return (await run(str(self._bin / "esbuild"), str(source), "--bundle", "--format=esm", *options)).decode()

    @asynccontextmanager
    async def running(self, script: str, api: str, token: str = "") -> AsyncIterator[Talk]:
        """The script in Node while it runs."""
        built = await self.bundle(script, "--platform=node", "--external:@microsoft/signalr")
        (self.folder / f"{script}.mjs").write_text(built, "utf-8")
        environ = {**os.environ, "TOKEN": token}
        async with talking("node", f"{script}.mjs", api, folder=self.folder, environ=environ) as talk:
            yield talk

    async def judged(self, tool: str, *arguments: str) -> tuple[int, str]:
        """How a tool of the packages ends, and what it says."""
        process = await asyncio.create_subprocess_exec(
            str(self._bin / tool), *arguments, cwd=self.folder, stdout=asyncio.subprocess.PIPE
        )
        said, _ = await process.communicate()
        return process.returncode or 0, said.decode()


async def installed() -> Path:
    """Where the npm packages are installed; skips without npm."""
    if not has_node():
        pytest.skip("node and npm are not installed: TypeScript cannot be judged")
    return await node_modules(*PACKAGES)


def write_client(schemas: Path, folder: Path, name: str) -> None:
    """Generate a client into a folder."""
    for path, text in typescript_files(load_registry(schemas), name).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")


@asynccontextmanager
async def shop(folder: Path) -> AsyncIterator[Newspaper]:
    """The shop while `dev` serves it."""
    async with published(_shop_in(folder)) as served:
        yield served


def _shop_in(folder: Path) -> Path:
    folder.mkdir()
    shutil.copy(ROOT / "function_app.py", folder)
    shutil.copytree(SHOP, folder / "schemas")
    return folder
