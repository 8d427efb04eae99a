"""SECURITY.md names tests that exist."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "SECURITY.md").read_text("utf-8")
NAMED = sorted(set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", PAGE)))


@pytest.mark.parametrize("file", sorted({file for file, _ in NAMED}))
def test_each_named_test_exists(file: str) -> None:
    """What shows that a threat is stopped has not been renamed or taken out."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    defined = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert set() == {name for named, name in NAMED if named == file} - defined


def test_each_threat_has_a_test() -> None:
    """No row of the table goes without, and each link leads to a page."""
    rows = [
        line for line in PAGE.partition("## What stops what")[2].partition("\n## ")[0].splitlines() if line[:2] == "| "
    ]
    assert len(rows) > 20
    assert [] == [row for row in rows[1:] if "`tests/" not in row.rsplit("|", 2)[1]]
    assert all((ROOT / link).is_file() for link in re.findall(r"\]\(([\w/.]+)[#)]", PAGE))
