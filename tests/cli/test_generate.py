"""`generate`: files in a folder that also holds files of others."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Ran

Run = Callable[..., Ran]


def made(folder: Path) -> set[str]:
    """The files in a folder, those of the runtime apart."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if "runtime/" not in path}


def test_everything_is_written_and_then_up_to_date(run: Run, project: Path) -> None:
    """`all` gives each client a folder of its own; a second run writes nothing."""
    first = run("generate", "--out", "out", "--name", "Blog")
    assert (0, "") == (first.code, first.err)
    client = {"index.ts", "schema.ts", "types.ts", "entities/post.ts", "entities/user.ts"}
    package = {"__init__.py", "py.typed", "schema.py", "shared.py"}
    package |= {f"entities/{each}.py" for each in ("__init__", "post", "user")}
    clients = {*(f"typescript/{each}" for each in client), *(f"python/{each}" for each in package)}
    assert {"schema.graphql", "openapi.json", *clients} == made(project / "out")
    assert "class BlogClient" in (project / "out/typescript/index.ts").read_text()
    assert "class BlogClient" in (project / "out/python/__init__.py").read_text()
    assert (0, "") == (run("generate", "--out", "out", "--name", "Blog").code, "")
    assert "" == run("generate", "all", "--out", "out", "--name", "Blog").out
    assert (0, "Everything is up to date.\n") == _outcome(run("generate", "--out", "out", "--name", "Blog", "--check"))


def test_one_kind_is_written_into_the_folder_itself(run: Run, project: Path) -> None:
    """Two kinds can share a folder: each knows its own files."""
    assert 0 == run("generate", "typescript", "--out", "api").code
    assert 0 == run("generate", "sdl", "--out", "api").code
    assert {"schema.graphql", "index.ts", "schema.ts", "types.ts", "entities/post.ts", "entities/user.ts"} == made(
        project / "api"
    )
    assert 0 == run("generate", "typescript", "--out", "api", "--check").code


def test_check_names_what_is_stale_and_changes_nothing(run: Run, project: Path) -> None:
    """Missing, changed and left over, and exit code 1."""
    run("generate", "--out", "out")
    (project / "out/schema.graphql").unlink()
    with (project / "out/openapi.json").open("a") as file:
        file.write("\n")
    (project / "schemas/post.py").unlink()
    told = run("generate", "--out", "out", "--check")
    assert 1 == told.code
    stale = {line.removeprefix("stale: ") for line in told.out.splitlines() if line.startswith("stale: ")}
    assert {"out/schema.graphql", "out/openapi.json", "out/typescript/entities/post.ts"} <= stale
    assert "out/typescript/entities/user.ts" not in stale
    assert not (project / "out/schema.graphql").exists()


def test_files_of_removed_entities_go_and_foreign_ones_stay(run: Run, project: Path) -> None:
    """Also in the same folders; files of other kinds are foreign as well."""
    run("generate", "--out", "out")
    (project / "out/typescript/entities/mine.ts").write_text("export {};\n")
    (project / "out/picture.bin").write_bytes(b"\xff\xfe\x00")
    (project / "schemas/post.py").unlink()
    ran = run("generate", "--out", "out")
    assert "removed out/typescript/entities/post.ts" in ran.out
    assert not (project / "out/typescript/entities/post.ts").exists()
    assert {"__init__.py", "user.py"} == {each.name for each in (project / "out/python/entities").iterdir()}
    assert "export {};\n" == (project / "out/typescript/entities/mine.ts").read_text()
    assert b"\xff\xfe\x00" == (project / "out/picture.bin").read_bytes()


def test_a_foreign_file_in_the_way_stops_everything(run: Run, project: Path) -> None:
    """It is named, and nothing is written, neither before it nor behind."""
    (project / "out").mkdir()
    (project / "out/openapi.json").write_text("{}")
    ran = run("generate", "--out", "out")
    assert (1, "error: Not made by this command: out/openapi.json. Move it away, or choose another --out.\n") == (
        ran.code,
        ran.err,
    )
    assert {"openapi.json"} == made(project / "out")
    assert 1 == run("generate", "--out", "out", "--check").code
    assert "out/openapi.json is no folder." in run("generate", "--out", "out/openapi.json").err


@pytest.mark.parametrize("command", [("generate", "openapi"), ("infra",)])
@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "text of others", "no text"])
def test_what_is_no_generated_file_is_never_written_through(
    command: tuple[str, ...], kind: str, run: Run, project: Path
) -> None:
    """Links, folders and files of others in the place of a file: named, and nothing is written, there or elsewhere."""
    out, elsewhere = project / "out", project / "elsewhere.json"
    place = out / "openapi.json"
    run(*command, "--out", "made")
    out.mkdir()
    if kind == "link":
        elsewhere.write_text((project / "made/openapi.json").read_text() + "\n")
        place.symlink_to(elsewhere)
    elif kind == "dangling link":
        place.symlink_to(elsewhere)
    elif kind == "folder":
        place.mkdir()
    else:
        place.write_bytes(b"{}" if kind == "text of others" else b"\xff\xfe\x00")
    before = elsewhere.read_text() if elsewhere.exists() else None
    ran = run(*command, "--out", "out")
    assert (1, "error: Not made by this command: out/openapi.json. Move it away, or choose another --out.\n") == (
        ran.code,
        ran.err,
    )
    assert ["openapi.json"] == [each.name for each in out.iterdir()]
    assert before == (elsewhere.read_text() if elsewhere.exists() else None)
    assert 1 == run(*command, "--out", "out", "--check").code


def test_a_link_that_looks_left_over_stays(run: Run, project: Path) -> None:
    """It may lead to what somebody keeps elsewhere: only files of the folder itself are removed."""
    run("generate", "typescript", "--out", "out")
    kept = project / "kept.ts"
    kept.write_text((project / "out/entities/post.ts").read_text())
    (project / "out/entities/old.ts").symlink_to(kept)
    (project / "out/entities/stale.ts").write_text(kept.read_text())
    ran = run("generate", "typescript", "--out", "out")
    assert "removed out/entities/stale.ts\n" == ran.out
    assert (project / "out/entities/old.ts").is_symlink()


@pytest.mark.parametrize("command", [("generate",), ("infra",)])
@pytest.mark.parametrize("check", [(), ("--check",)])
def test_a_place_that_cannot_be_a_folder_is_told(
    command: tuple[str, ...], check: tuple[str, ...], run: Run, project: Path
) -> None:
    """A file, a link to nowhere, or something below a file: one line, with what to do."""
    (project / "file").write_text("mine")
    (project / "nowhere").symlink_to(project / "none")
    for out in ("file", "nowhere"):
        ran = run(*command, "--out", out, *check)
        assert (1, f"error: {out} is no folder. Move it away, or choose another --out DIR.\n") == (ran.code, ran.err)
    ran = run(*command, "--out", "file/below")
    assert 1 == ran.code
    assert "file/below: Not a directory. Choose another --out" in ran.err
    assert "mine" == (project / "file").read_text()


def test_a_disk_that_refuses_leaves_what_was_there(run: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old file stays whole when the new one cannot be put there, and nothing is left beside it."""
    run("generate", "sdl", "--out", "out")
    file = project / "out/schema.graphql"
    old = file.read_text() + "# changed\n"
    file.write_text(old)

    def refuse(path: Path, _: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "replace", refuse)
    ran = run("generate", "sdl", "--out", "out")
    assert 1 == ran.code
    assert "Permission denied. Choose another --out, or make this folder one that you may write to.\n" in ran.err
    assert old == file.read_text()
    assert ["schema.graphql"] == [each.name for each in (project / "out").iterdir()]


def test_lines_may_end_as_git_likes(run: Run, project: Path) -> None:
    """A checkout with CRLF is up to date."""
    run("generate", "sdl", "--out", "out")
    file = project / "out/schema.graphql"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert 0 == run("generate", "sdl", "--out", "out", "--check").code


def test_names_that_no_language_has_are_refused(run: Run, project: Path) -> None:
    """Entities, fields and values outside of ASCII are refused when schemas are loaded, with the place."""
    (project / "schemas/größe.py").write_text(
        "from typing import Literal\nfrom atakora_data import Entity, Field\n\nclass Größe(Entity):\n"
        "    id: str = Field(primary_key=True)\n    länge: int = 0\n    art: Literal['größer', 'x'] = 'x'\n"
    )
    ran = run("generate", "--out", "out")
    assert 1 == ran.code
    assert all(each in ran.err for each in ("größe.py:", "Größe", "länge", "größer"))
    assert not (project / "out").exists()


def _outcome(ran: Ran) -> tuple[int, str]:
    return ran.code, ran.out
