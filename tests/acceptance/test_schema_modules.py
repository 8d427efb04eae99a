"""Bad schema modules: `check` and `dev` end with 1, and tell file, line and remedy without a traceback."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.acceptance.served import ROOT, command, environment

PRELUDE = "from datetime import date\nfrom typing import Any, Literal\nfrom atakora_data import *\n"
BEGIN = f"{PRELUDE}class Thing(Entity):\n    id: str = Field(primary_key=True)\n"

BAD: dict[str, tuple[str | bytes, int, str]] = {
    "syntax": ("class Thing(Entity:\n    pass\n", 1, "Correct the line"),
    "indentation": ("class Thing:\nid: str\n", 2, "Correct the line"),
    "nul": ("x = 1\0\n", 1, "Correct the line"),
    "utf-16": ("x = 1".encode("utf-16"), 1, "Correct the line"),
    "import": ("import nothing_like_this\n", 1, "requirements.txt"),
    "name to import": ("from atakora_data import Entiti\n", 1, "Correct the name"),
    "name": ("x = 1\nclass Thing(Entiti):\n    pass\n", 2, "Import it from `atakora_data`"),
    "exception": ("x = 1\ny = x / 0\n", 2, "imported at every start"),
    "exit": ("import sys\nsys.exit(0)\n", 2, "ends the process"),
    "beyond exceptions": ("class Odd(BaseException): pass\nraise Odd\n", 2, "imported at every start"),
    "recursion": ("def f():\n    return f()\nf()\n", 2, "imported at every start"),
    "unprintable": ("x = '\\ud800'\nraise ValueError(x)\n", 2, "\\ud800"),
    "no key": (f"{PRELUDE}class Thing(Entity):\n    name: str\n", 4, "Add `id"),
    "type": (f"{BEGIN}    x: bytes\n", 6, "Use `str`"),
    "any": (f"{BEGIN}    x: Any\n", 6, "Name the type"),
    "union": (f"{BEGIN}    x: int | str\n", 6, "| None"),
    "enum": (f"{BEGIN}    x: Literal['a b']\n", 6, "underscores"),
    "option": (f"{BEGIN}    x: str = Field(uniqe=True)\n", 6, "Perhaps you meant `unique`"),
    "constraint": (f"{BEGIN}    x: int = Field(min_length=3)\n", 6, "it can have ge, gt, le, lt"),
    "bound": (f"{BEGIN}    x: date = Field(ge=3)\n", 6, "Give a date"),
    "pattern": (f"{BEGIN}    x: str = Field(pattern='[')\n", 4, "Correct the field"),
    "default": (f"{BEGIN}    x: int = 'x'\n", 6, "Give it a default that does"),
    "name of a field": (f"{BEGIN}    camelCase: str\n", 6, "Call it `camel_case`"),
    "dangling relation": (
        f"{BEGIN}    x_id: str\n    x: BelongsTo['Nope'] = belongs_to('x_id')\n",
        7,
        "The entities are",
    ),
    "foreign key": (
        f"{BEGIN}    x_id: str\n    x: BelongsTo['Thing'] = belongs_to('y_id')\n",
        7,
        "Perhaps you meant `x_id`",
    ),
    "owner": (f"{BEGIN}    authorization = Authorization(read=allow.owner())\n", 6, "owner=True"),
    "rule": (f"{BEGIN}    state: str\n    authorization = Authorization(read=allow.where(stat='x'))\n", 7, "`state`"),
    "field rule": (
        f"{BEGIN}    authorization = Authorization(fields={{'x': allow.public()}})\n",
        6,
        "The fields are id",
    ),
    "index": (f"{BEGIN}    indexes = [Index('nope')]\n", 6, "The fields are id"),
    "operation": (f"{BEGIN}    operations = {{'lst'}}\n", 6, "Perhaps you meant `list`"),
    "hook": (f"{BEGIN}    @before_create\n    async def f(draft): ...\n", 7, "without self"),
    "plural": (f"{BEGIN}    plural = 'graphql'\n", 6, "Set another `plural`"),
    "twice": (f"{BEGIN}class Thing(Entity):\n    id: str = Field(primary_key=True)\n", 6, "Rename one"),
}

SERVED = (
    "syntax",
    "import",
    "exit",
    "beyond exceptions",
    "unprintable",
    "no key",
    "type",
    "constraint",
    "rule",
    "twice",
)
"""Those that `dev` is asked about, too: one of each kind, for it takes long to start."""

ASKED = [*((name, "check") for name in BAD), *((name, "dev") for name in SERVED)]


def _project(folder: Path, source: str | bytes) -> Path:
    shutil.copy(ROOT / "function_app.py", folder)
    shutil.copytree(ROOT / "schemas", folder / "schemas", ignore=shutil.ignore_patterns("__pycache__"))
    (folder / "schemas" / "bad.py").write_bytes(source if isinstance(source, bytes) else source.encode())
    return folder


def _run(folder: Path, word: str, *more: str) -> subprocess.CompletedProcess[str]:
    options = ["--no-reload", "--memory", "--port", "0"] if word == "dev" else []
    return subprocess.run(
        command(word, *options, *more),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(("name", "word"), ASKED)
def test_a_bad_module_is_told_with_file_line_and_remedy(tmp_path: Path, name: str, word: str) -> None:
    """Nothing is served, and nobody has to read a traceback."""
    source, line, remedy = BAD[name]
    done = _run(_project(tmp_path, source), word)
    said = done.stdout + done.stderr
    assert (1, True) == (done.returncode, f"schemas/bad.py:{line}: " in said), said
    assert remedy in said
    assert "Traceback" not in said
    assert "Serving" not in said


def test_all_problems_of_all_modules_are_told_at_once(tmp_path: Path) -> None:
    """As text and for programs; the good modules beside them stay out of it."""
    project = _project(tmp_path, f"{BEGIN}    x: bytes\n    y: set[int]\n    indexes = [Index('nope')]\n")
    (project / "schemas" / "worse.py").write_text("import nothing_like_this\n")
    (project / "schemas" / "not-a-module.py").write_text("")
    done = _run(project, "check", "--json")
    found = [each["location"] for each in json.loads(done.stdout)["problems"]]
    assert 1 == done.returncode
    assert {"schemas/bad.py:6", "schemas/bad.py:7", "schemas/worse.py:1", "schemas/not-a-module.py"} <= set(found)
    assert all(each["remedy"] for each in json.loads(done.stdout)["problems"])


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """With the option that names another."""
    done = _run(tmp_path, "check")
    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("error: There is no schema folder ")
    assert "Name one with --schemas" in done.stderr
