"""The audit suite of npm `graphql-http` judges the door over a real socket."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.api.graphql.asking import Blog
from tests.api.graphql.serving import served
from tests.support.node import has_node, node_modules, run

_SCRIPT = Path(__file__).parent / "audit.cjs"


@pytest.mark.skipif(not has_node(), reason="node and npm are not installed: the audit suite cannot run")
async def test_every_audit_passes(blog: Blog) -> None:
    """All MUSTs, SHOULDs and MAYs of the suite hold."""
    folder = await node_modules("graphql-http@1.23.1", "graphql@16.15.0")
    async with served(blog.client.application) as url:
        results: list[dict[str, Any]] = orjson.loads(await run("node", str(_SCRIPT), str(folder), f"{url}/graphql"))
    assert 13 == sum(each["name"].startswith("MUST") for each in results)
    assert [] == [each for each in results if each["status"] != "ok"]
