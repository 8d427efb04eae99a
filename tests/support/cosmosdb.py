"""An independent Cosmos DB server from npm: in memory, on 127.0.0.1, one for each test process."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tests.support.node import has_node, node_modules

KEY = base64.b64encode(b"any key will do, it says, if only it is base64").decode()
MISSING = "node and npm are not installed: the independent Cosmos DB server cannot run"

__all__ = ["KEY", "MISSING", "cosmosdb", "has_node"]


@asynccontextmanager
async def cosmosdb() -> AsyncIterator[str]:
    """The URL of a server that holds nothing yet."""
    folder = await node_modules("@vercel/cosmosdb-server@1.0.1")
    program = folder / "node_modules" / ".bin" / "cosmosdb-server"
    process = await asyncio.create_subprocess_exec(
        "node", str(program), "-p", "0", "--host", "127.0.0.1", "--no-ssl",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    try:
        yield f"http://127.0.0.1:{line.rstrip().rpartition(':')[2].strip('/')}"
    finally:
        process.kill()
        await process.wait()
