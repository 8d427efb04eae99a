"""What is generated, before mypy and Ruff: it is exact, complete and formatted."""

from __future__ import annotations

import asyncio
import re
import shutil
import sys
from pathlib import Path

import pytest
import pytest_asyncio

from atakora_data.registry.build import build_registry
from tests.clients.newspaper import ROOT
from tests.codegen.python.packages import page, write_package
from tests.codegen.typescript.workbench import SHOP
from tests.registry.every_type import Thing

HERE = Path(__file__).parent
CLASHES = HERE / "clashes"
_SAID = re.compile(r"^(\w+\.py):(\d+): error: .*\[([\w-]+)\]$")
_EXPECTED = re.compile(r"# error: ([\w-]+)$")

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scripts beside clients of every sample, of clashing names and of every type of field."""
    found = tmp_path_factory.mktemp("judged")
    write_package(ROOT / "schemas", found / "blog", "Blog")
    write_package(SHOP, found / "shop", "Blog")
    write_package(CLASHES, found / "hard", "Hard")
    write_package(ROOT / "examples" / "conference" / "schemas", found / "conference", "Conference")
    write_package(ROOT / "examples" / "chinook" / "schemas", found / "chinook", "Music")
    write_package(build_registry([Thing]), found / "every")
    shutil.copytree(HERE / "scripts", found, dirs_exist_ok=True)
    (found / "page.py").write_text(page("shop"), "utf-8")
    return found


async def judged(folder: Path, *command: str) -> str:
    """What a tool prints about a folder."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *command, cwd=folder, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said, _ = await process.communicate()
    return said.decode()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def errors(folder: Path) -> list[str]:
    """All that mypy says of the clients, the scripts and the page."""
    options = ("--strict", "--config-file=", "--warn-unreachable", "--no-error-summary", "--hide-error-context")
    return (await judged(folder, "mypy", *options, ".")).splitlines()


async def test_what_is_right_has_exact_types(errors: list[str]) -> None:
    """Every client, the good uses and the page pass `mypy --strict`."""
    assert [] == [each for each in errors if not each.startswith("wrong.py:")]


async def test_what_is_wrong_is_said(errors: list[str]) -> None:
    """Each wrong use is an error of its own kind, and nothing beside it."""
    lines = (HERE / "scripts" / "wrong.py").read_text("utf-8").splitlines()
    marks = [(number, _EXPECTED.search(line)) for number, line in enumerate(lines, 1)]
    expected = {(number, found[1]) for number, found in marks if found}
    said = {(int(found[2]), found[3]) for found in map(_SAID.match, errors) if found and found[1] == "wrong.py"}
    assert sorted(expected) == sorted(said)


async def test_it_is_formatted(folder: Path) -> None:
    """Ruff has nothing to change, at 120 columns."""
    clients = ("blog", "shop", "hard", "conference", "chinook", "every")
    said = await judged(folder, "ruff", "format", "--isolated", "--line-length", "120", "--check", *clients)
    assert re.fullmatch(r"\d+ files already formatted", said.strip()), said


LINK = """
class Thing{number}(Entity):
    id: str = Field(primary_key=True)
    parent_id: str | None = None
    parent: BelongsTo["Thing{before}"] = belongs_to("parent_id")
    children: HasMany["Thing{after}"] = has_many("parent_id")
"""
READING = """
from long import Thing7

told = {"id": "7", "parent": {"id": "6", "children": {"items": [{"id": "7"}], "nextToken": "more"}}}
parent = Thing7.model_validate(told).parent
print(type(parent).__name__, type(parent.children.items[0]).__name__, parent.children.next_token)
"""


async def test_a_long_chain_of_entities_is_no_burden(tmp_path: Path) -> None:
    """What stands behind a relation is not looked at before something stands there."""
    many = 80
    links = [LINK.format(number=each, before=(each - 1) % many, after=(each + 1) % many) for each in range(many)]
    imported = "from atakora_data import BelongsTo, Entity, Field, HasMany, belongs_to, has_many\n"
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas" / "long.py").write_text("".join([imported, *links]), "utf-8")
    write_package(tmp_path / "schemas", tmp_path / "long")
    (tmp_path / "reading.py").write_text(READING, "utf-8")
    assert "Thing6 Thing7 more\n" == await judged(tmp_path, "reading")
