"""The examples of the documents run."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import atakora_data
from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from atakora_data.testing import app, system

ROOT = Path(__file__).parents[2]


def blocks(page: str) -> list[str]:
    """The Python in a page."""
    return re.findall(r"^```python\n(.*?)^```", (ROOT / "docs" / page).read_text("utf-8"), re.DOTALL | re.MULTILINE)


async def test_the_typed_api_does_what_its_page_says(capsys: Any) -> None:
    """Every block runs on the sample blog, one after the other."""
    async with app(ROOT / "schemas") as client:
        for file in plan(ROOT / "examples" / "blog", client.application.registry)[0]:
            await load(file, client.application.service, lambda _: None)
        registry = client.application.registry
        names = {**vars(atakora_data), **{entity.name: entity.record for entity in registry}}
        for block in blocks("typed-api.md"):
            exec(f"async def example(data):\n{textwrap.indent(block, '    ')}", names)  # noqa: S102  # our own page
            await names["example"](client.as_(system()).data)
    assert "published 79 2026-04-20" in capsys.readouterr().out


def test_the_typed_api_is_typed_as_its_page_says(tmp_path: Path) -> None:
    """Strict mypy has nothing to say about the same blocks."""
    names = ", ".join(sorted({"Data", "col", "not_", "principal", "utcnow"}))
    entities = "\n".join(f"from schemas.{each.lower()} import {each}" for each in ("Category", "Comment", "Post"))
    examples = [
        f"async def example{number}(data: Data) -> None:\n{textwrap.indent(block, '    ')}\n"
        for number, block in enumerate(blocks("typed-api.md"))
    ]
    page = tmp_path / "page.py"
    page.write_text("\n".join([f"from atakora_data import {names}", entities, *examples]))
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(ROOT / ".mypy_cache" / "typing" / "page")]
    done = subprocess.run([*command, str(page)], capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Success" in done.stdout, done.stdout + done.stderr


def test_the_example_of_the_test_kit_passes(tmp_path: Path) -> None:
    """It is a test module as users write it, beside the sample blog."""
    (example,) = blocks("testing.md")
    (tmp_path / "test_example.py").write_text(example)
    (tmp_path / "schemas").symlink_to(ROOT / "schemas")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["atakora_data.testing.pytest_plugin"]\n')
    (tmp_path / "test_plugin.py").write_text(
        "async def test_it(client):\n    assert 200 == (await client.get('posts')).status\n"
    )
    (tmp_path / "pytest.ini").write_text(
        f"[pytest]\nasyncio_mode = auto\nasyncio_default_fixture_loop_scope = function\npythonpath = {ROOT} .\n"
    )
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "2 passed" in done.stdout, done.stdout + done.stderr
