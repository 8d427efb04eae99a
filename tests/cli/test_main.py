"""The command line as a whole: what it offers, and how it fails."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from atakora_data.cli.main import COMMANDS, main

ROOT = Path(__file__).parent.parent.parent


def run(*argv: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """The command line in a process of its own."""
    environ = {name: text for name, text in os.environ.items() if not name.startswith("ATAKORA_")}
    command = [sys.executable, "-m", "atakora_data", *argv]
    environ["PYTHONPATH"] = str(ROOT)
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, timeout=60, check=False)


def test_the_overview_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    """`--help` is a success, and each command stands there with its meaning."""
    assert 0 == main(["--help"])
    text = capsys.readouterr().out
    assert [] == [name for name, meaning in COMMANDS.items() if name not in text or meaning not in text]


def test_every_command_has_a_module_of_its_own() -> None:
    """Each can declare its arguments and run."""
    modules = [import_module(f"atakora_data.cli.{name}") for name in COMMANDS]
    assert [] == [each.__name__ for each in modules if not (hasattr(each, "add_arguments") and hasattr(each, "run"))]


def test_no_command_at_all_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """The overview is shown, and the exit code tells scripts."""
    assert 2 == main([])
    assert "usage:" in capsys.readouterr().out


def test_an_unknown_command_offers_the_likely_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Wrong usage is exit code 2, in one line."""
    assert 2 == main(["quary"])
    assert ["error: There is no command 'quary'. Perhaps you meant `query`."] == capsys.readouterr().err.splitlines()


def test_an_unknown_option_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Options are never guessed from their beginning."""
    with pytest.raises(SystemExit) as ended:
        main(["check", "--sch", "x"])
    assert 2 == ended.value.code
    assert "--sch" in capsys.readouterr().err


def test_a_value_may_begin_with_a_minus(tmp_path: Path) -> None:
    """Descending orders, and ids and cursors that happen to, need no equals sign."""
    ended = run("token", "--id", "-alice", cwd=tmp_path)
    assert (0, 1) == (ended.returncode, len(ended.stdout.splitlines()))


def test_a_missing_schema_folder_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    """No traceback, whatever is missing."""
    ended = run("check", cwd=tmp_path)
    assert (1, "") == (ended.returncode, ended.stdout)
    assert 1 == len(ended.stderr.splitlines())
    assert "--schemas" in ended.stderr


def test_a_bad_setting_is_one_line_with_the_remedy(tmp_path: Path) -> None:
    """`local.settings.json` is read by every command."""
    (tmp_path / "local.settings.json").write_text('{"Values": {"ATAKORA_STORE": "postgres"}}')
    ended = run("token", "--id", "alice", cwd=tmp_path)
    assert 1 == ended.returncode
    assert ["error: The setting ATAKORA_STORE must be one of sqlite, memory, cosmos, not 'postgres'."] == (
        ended.stderr.splitlines()
    )


def test_every_command_and_option_is_documented() -> None:
    """docs/command-line.md has a section for each command that names each of its options."""
    sections = {
        section.partition("`")[0]: section
        for section in (ROOT / "docs" / "command-line.md").read_text().split("\n## `")[1:]
    }
    assert list(COMMANDS) == list(sections)
    missing = [(name, option) for name in COMMANDS for option in _options(name) if option not in sections[name]]
    assert [] == missing


def _options(name: str) -> list[str]:
    """The long options of a command, but for those that are not shown."""
    parser = argparse.ArgumentParser(add_help=False)
    import_module(f"atakora_data.cli.{name}").add_arguments(parser)
    shown = [word for word in parser.format_help().split() if word.startswith("--")]
    return sorted({word.strip(",[]") for word in shown})
