"""Starts the local host anew whenever a schema module changes, and waits while the schemas are broken."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import FrameType

EXIT_BROKEN = 78
"""How a supervised host ends when the next change may heal it (EX_CONFIG)."""

_PROJECT_FILES = frozenset({"function_app.py", "host.json", "local.settings.json"})
_LOOK_EVERY_MS = 250
_LONGEST_GOODBYE_SECONDS = 15.0


def supervise(command: Sequence[str], project: Path, schemas: Path) -> int:
    """Run the command, and run it anew after each change; its exit code, unless a change may heal it.

    Watched are the schema modules, `function_app.py`, `host.json` and `local.settings.json`.
    """
    signal.signal(signal.SIGTERM, _interrupt)
    child = subprocess.Popen(command)  # noqa: S603 - our own command line, run again
    try:
        while True:
            if not _changed(child, project, schemas):
                return child.returncode
            _end(child)
            child = subprocess.Popen(command)  # noqa: S603
    except KeyboardInterrupt:
        return 0
    finally:
        _end(child)


def is_relevant(path: Path, project: Path, schemas: Path) -> bool:
    """Tell whether the host must start anew when this file changes."""
    if path.parent == schemas:
        return path.suffix == ".py"
    return path.parent == project and path.name in _PROJECT_FILES


def _changed(child: subprocess.Popen[bytes], project: Path, schemas: Path) -> bool:
    """Wait for a change (True), or for the child to end for good (False)."""
    from watchfiles import watch

    told = False
    folders = [each for each in (project, schemas) if each.is_dir()]
    events = watch(*folders, recursive=False, yield_on_timeout=True, rust_timeout=_LOOK_EVERY_MS, step=50, debounce=400)
    for changes in events:
        paths = sorted({Path(each) for _, each in changes if is_relevant(Path(each), project, schemas)})
        if paths:
            _say(f"{_names(paths)} changed; starting anew.")
            return True
        if child.poll() is not None:
            if child.returncode != EXIT_BROKEN:
                return False
            if not told:
                _say("Waiting for a change; press Ctrl-C to stop.")
                told = True
    raise KeyboardInterrupt


def _names(paths: Iterable[Path]) -> str:
    return ", ".join(each.name for each in paths)


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _end(child: subprocess.Popen[bytes]) -> None:
    """Let the child finish its requests; one that does not end in time is killed."""
    if child.poll() is None:
        child.terminate()
    try:
        child.wait(_LONGEST_GOODBYE_SECONDS)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt
