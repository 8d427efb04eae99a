"""GraphQL Inspector judges the same pairs of schemas."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from atakora_data.codegen.diff.change import Severity
from atakora_data.codegen.diff.graphql import graphql_changes
from atakora_data.codegen.diff.side import side_of
from atakora_data.registry.loader import load_registry
from tests.codegen.diff.test_changes import EDITS, SHOP
from tests.support.node import has_node, node_modules

PROGRAM = Path(__file__).with_name("inspect.mjs")
PACKAGES = ("@graphql-inspector/core@7", "graphql@16")


def sdl(folder: Path, name: str, text: str) -> str:
    """The GraphQL schema of a schema module."""
    (folder / name).mkdir()
    (folder / name / "shop.py").write_text(text)
    found = side_of(load_registry(folder / name)).sdl
    assert found is not None
    return found


async def opinions(pairs: list[tuple[str, str]]) -> list[list[tuple[str, str]]]:
    """What the inspector says of each pair."""
    folder = await node_modules(*PACKAGES)
    process = await asyncio.create_subprocess_exec(
        "node", str(PROGRAM), str(folder), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate(json.dumps(pairs).encode())
    assert 0 == process.returncode
    return [[(level, message) for level, message in each] for each in json.loads(printed)]


@pytest.mark.skipif(not has_node(), reason="node and npm are not installed")
async def test_what_breaks_for_us_breaks_for_the_inspector(tmp_path: Path) -> None:
    """And the other way round: as many breaking changes, in the same schemas."""
    before = sdl(tmp_path, "before", SHOP)
    pairs = {
        kind: (before, sdl(tmp_path, f"after-{number}", SHOP.replace(old, new)))
        for number, (kind, (old, new, _)) in enumerate(EDITS.items())
    }
    breaking = {}
    for kind, judged in zip(pairs, await opinions([*pairs.values()]), strict=True):
        ours = [each.what for each in graphql_changes(*pairs[kind]) if each.severity is Severity.BREAKING]
        theirs = [message for level, message in judged if level == "BREAKING"]
        breaking[kind] = len(ours)
        assert len(theirs) == len(ours), (kind, ours, theirs)
    assert 1 == breaking["a required field is added"]
    assert sum(breaking.values()) > 30
