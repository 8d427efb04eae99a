"""`diff OLD NEW`: folders of every kind, exit codes, and what cannot be read."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.cli.conftest import Ran

Run = Callable[..., Ran]

NOTE = """
from atakora_data import *

class Note(Entity):
    id: str = Field(primary_key=True)
    text: str | None = None
    authorization = Authorization(read=allow.public())
"""


def schemas(folder: Path, text: str) -> Path:
    """A schema folder."""
    folder.mkdir(parents=True)
    (folder / "note.py").write_text(text)
    return folder


def test_a_safe_change_is_a_success(run: Run, tmp_path: Path) -> None:
    """The counts come first, then the changes."""
    old = schemas(tmp_path / "old", NOTE)
    new = schemas(tmp_path / "new", NOTE.replace("    text", "    more: str | None = None\n    text"))
    found = run("diff", str(old), str(new))
    assert (0, "") == (found.code, found.err)
    assert found.out.startswith("0 breaking, ")
    assert "  REST  Note: `more` was added" in found.out
    assert (0, "Nothing changed.\n") == ((same := run("diff", str(old), str(old))).code, same.out)


def test_a_breaking_change_exits_with_1(run: Run, tmp_path: Path) -> None:
    """With what to do about it; as JSON as well."""
    old = schemas(tmp_path / "project" / "schemas", NOTE)
    new = schemas(tmp_path / "new", NOTE.replace("    text: str | None = None\n", ""))
    found = run("diff", str(old.parent), str(new))
    assert 1 == found.code
    assert "  REST  Note: `text` was removed" in found.out
    assert "    -> Keep it until nobody uses it." in found.out
    told = json.loads(run("diff", str(old), str(new), "--json").out)
    assert {"breaking", "dangerous", "safe", "changes", "notCompared"} == told.keys()
    assert told["breaking"] == sum(each["severity"] == "breaking" for each in told["changes"])
    places = {(each["area"], each["place"]) for each in told["changes"] if each["severity"] == "breaking"}
    assert {("REST", "Note"), ("GraphQL", "Note.text"), ("GraphQL", "UpdateNoteInput")} <= places
    assert [] == [each for each in told["changes"] if not each["place"]]


def test_a_project_is_its_schemas(run: Run, tmp_path: Path) -> None:
    """Also where something was generated into the project itself: that may be of yesterday."""
    old = schemas(tmp_path / "old" / "schemas", NOTE).parent
    assert 0 == run("generate", "sdl", "--schemas", str(old / "schemas"), "--out", str(old)).code
    new = schemas(tmp_path / "new" / "schemas", NOTE.replace("text: str", "text: int")).parent
    (new / "schema.graphql").write_text((old / "schema.graphql").read_text())
    found = run("diff", str(old), str(new))
    assert 1 == found.code
    assert "Not compared" not in found.out


def test_nothing_of_azure_is_imported(tmp_path: Path) -> None:
    """Comparing takes no SDK, and no server."""
    old = schemas(tmp_path / "old", NOTE)
    program = (
        "import sys; from atakora_data.cli.main import main; main(['diff', sys.argv[1], sys.argv[1]]); "
        "print(*sorted({each.partition('.')[0] for each in sys.modules} & {'azure', 'aiohttp', 'ariadne', 'sqlite3'}))"
    )
    ran = subprocess.run([sys.executable, "-c", program, str(old)], capture_output=True, text=True, check=True)
    assert "Nothing changed.\n\n" == ran.stdout


def test_generated_folders_can_be_compared(run: Run, tmp_path: Path) -> None:
    """Of `infra` and of `generate`, with each other and with schemas; what one of them does not tell is named."""
    old = schemas(tmp_path / "old", NOTE)
    new = schemas(tmp_path / "new", NOTE.replace("text: str", "text: int"))
    assert 0 == run("infra", "--schemas", str(old), "--out", str(tmp_path / "cloud")).code
    assert 0 == run("generate", "--schemas", str(new), "--out", str(tmp_path / "made")).code
    found = run("diff", str(tmp_path / "cloud"), str(tmp_path / "made"))
    assert 1 == found.code
    assert "`text` is integer:int32 instead of string" in found.out
    assert "Field Note.text changed type from String to Int" in found.out
    assert "Not compared, for one side tells nothing of it: containers, records, rules." in found.out
    unchanged = run("diff", str(tmp_path / "cloud"), str(old))
    assert (0, "Nothing changed.\n\nNot compared, for one side tells nothing of it: records, rules.\n") == (
        unchanged.code,
        unchanged.out,
    )


def test_what_cannot_be_read_exits_with_2(run: Run, tmp_path: Path) -> None:
    """No folder, an empty one, a schema that does not load, and files that nobody generated."""
    good, empty = schemas(tmp_path / "good", NOTE), tmp_path / "empty"
    empty.mkdir()
    broken = schemas(tmp_path / "broken", NOTE.replace("str | None", "strange"))
    spoilt = tmp_path / "spoilt"
    spoilt.mkdir()
    (spoilt / "openapi.json").write_text("{")
    alien = tmp_path / "alien"
    alien.mkdir()
    (alien / "schema.graphql").write_text("type {")
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "openapi.json").write_text('{"paths": {"/notes": {"get": {}}}}')
    (foreign / "containers.json").write_text("{}")
    nameless = tmp_path / "nameless"
    nameless.mkdir()
    (nameless / "containers.json").write_text('{"containers": [{}]}')
    for folder, words in {
        tmp_path / "none": "is no folder",
        empty: "neither schema modules nor",
        broken: "strange",
        spoilt: "openapi.json is not JSON",
        foreign: "not as it was generated",
        nameless: "containers.json is not what was generated",
        alien: "The GraphQL schema cannot be read",
    }.items():
        found = run("diff", str(good), str(folder))
        assert (2, "") == (found.code, found.out), folder
        assert words in found.err
