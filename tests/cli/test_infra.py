"""`infra` writes what the deployment reads, and tells when it is stale."""

from __future__ import annotations

from pathlib import Path

import pytest

from atakora_data.cli.main import main

SCHEMAS = str(Path(__file__).parents[2] / "schemas")


def test_files_are_written_once_and_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What was written is not stale, and the same schemas give the same bytes."""
    out = tmp_path / "generated"
    asked = ["infra", "--schemas", SCHEMAS, "--out", str(out)]
    assert 0 == main(asked)
    first = {path.name: path.read_bytes() for path in out.iterdir()}
    assert {"containers.json", "gateway.json", "graphql.json", "openapi.json"} == first.keys()
    assert 0 == main([*asked, "--check"])
    assert 0 == main(asked)
    assert first == {path.name: path.read_bytes() for path in out.iterdir()}


def test_what_is_stale_or_missing_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--check` writes nothing, names the files and fails."""
    out = tmp_path / "generated"
    asked = ["infra", "--schemas", SCHEMAS, "--out", str(out)]
    main(asked)
    (out / "containers.json").write_text("{}")
    (out / "graphql.json").unlink()
    capsys.readouterr()
    assert 1 == main([*asked, "--check"])
    told = capsys.readouterr().out
    assert f"stale: {out}/containers.json\nstale: {out}/graphql.json\n" in told
    assert "{}" == (out / "containers.json").read_text()


def test_a_checkout_with_other_line_ends_is_up_to_date(tmp_path: Path) -> None:
    """As git makes it on Windows."""
    asked = ["infra", "--schemas", SCHEMAS, "--out", str(tmp_path)]
    main(asked)
    for path in tmp_path.iterdir():
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert 0 == main([*asked, "--check"])
