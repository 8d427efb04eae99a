"""Type checkers know records, relations and fields, and find what is misspelt."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("plugins", ["", "pydantic.mypy"])
def test_strict_mypy_finds_every_mistake_and_nothing_else(plugins: str, tmp_path: Path) -> None:
    """`blog.py` has the marked errors and no others, with and without pydantic's plugin."""
    settings = tmp_path / "mypy.ini"
    settings.write_text(f"[mypy]\nstrict = True\nplugins = {plugins}\n")
    cache = ROOT / ".mypy_cache" / "typing" / (plugins or "plain")
    command = [
        sys.executable,
        "-m",
        "mypy",
        f"--config-file={settings}",
        f"--cache-dir={cache}",
        "tests/typing/blog.py",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert "Success: no issues found in 1 source file" == done.stdout.strip(), done.stdout + done.stderr
