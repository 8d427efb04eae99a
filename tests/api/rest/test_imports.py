"""A REST request costs only what it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ASK = """
import asyncio, sys
from pathlib import Path
from tests.support.app import running

async def main():
    async with running(Path(sys.argv[1]), schemas=Path(sys.argv[2])) as anybody:
        alice = anybody.as_("alice")
        assert 201 == (await alice.ask("POST", "articles", {"title": "x", "slug": "x"})).status
        assert 200 == (await alice.get("articles?filter[title][eq]=x&include=author")).status
        assert 400 == (await alice.get("articles?limit=x")).status

asyncio.run(main())
print(*sorted({name.partition(".")[0] for name in sys.modules} & {"graphql", "ariadne", "aiohttp", "azure", "rich"}))
"""


def test_rest_imports_no_graphql_and_no_azure(tmp_path: Path) -> None:
    """Writes, lists and errors load neither GraphQL nor any SDK."""
    schemas = Path(__file__).parent / "schemas"
    ran = subprocess.run(
        [sys.executable, "-c", ASK, str(tmp_path), str(schemas)], capture_output=True, text=True, check=False
    )
    assert ("", 0, "") == (ran.stdout.strip(), ran.returncode, ran.stderr)
