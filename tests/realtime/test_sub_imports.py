"""A subscription costs only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SUBSCRIBE = """
import asyncio, sys
from pathlib import Path
from tests.realtime.newsroom import newsroom

def loaded(*names):
    return sorted({name.partition(".")[0] for name in sys.modules} & set(names))

async def main():
    async with newsroom(Path(sys.argv[1])) as room:
        assert 200 == (await room.client.get("stories")).status
        assert "atakora_data.realtime.subscriptions" not in sys.modules
        id = (await room.register(await room.negotiate(), filter={"status": {"eq": "draft"}})).json["id"]
        assert 200 == (await room.renew(id)).status

asyncio.run(main())
print(*loaded("graphql", "ariadne", "aiohttp", "azure", "rich"))
"""


def test_subscribing_to_an_entity_imports_no_graphql_and_no_azure(tmp_path: Path) -> None:
    """Neither GraphQL nor any SDK is loaded for it, and none of it before somebody subscribes."""
    ran = subprocess.run([sys.executable, "-c", SUBSCRIBE, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ("", 0, "") == (ran.stdout.strip(), ran.returncode, ran.stderr)
