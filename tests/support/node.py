"""Programs from npm that judge the app: installed in the user's cache on first use."""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
from pathlib import Path

_ROOT = Path(__file__).parents[2]


def has_node() -> bool:
    """Whether node and npm are installed."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


async def node_modules(*packages: str) -> Path:
    """A folder in which these npm packages are installed; only one of several test processes installs them."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "atakora-data" / "-".join(each.replace("@", "-").replace("/", "-") for each in packages)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            await run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), *packages)
            (folder / "installed").touch()
    return folder


async def run(*command: str) -> bytes:
    """What the command prints; what it complains about is raised."""
    process = await asyncio.create_subprocess_exec(
        *command, cwd=_ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    printed, complaints = await process.communicate()
    if process.returncode != 0:
        raise RuntimeError(f"{command[0]} failed: {complaints.decode(errors='replace')}")
    return printed
