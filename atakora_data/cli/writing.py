"""What is generated, on the disk: written where it differs, removed where it is left over, or told; never in the way of
anybody else's files.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct

from atakora_data.codegen.folder import Plan, plan
from atakora_data.errors import SettingsError

_HEAD = 4096


class Job(Struct, frozen=True):
    """A folder on this machine, the files that should be there, and how that is to be reached."""

    folder: Path
    wanted: Mapping[str, str]
    plan: Plan


def job(kind: str, folder: Path, inside: Sequence[str], wanted: Mapping[str, str]) -> Job:
    """Look at the folder. inside: the folders below it whose files count; SettingsError: they cannot be read."""
    with _told():
        return Job(folder, wanted, plan(kind, wanted, _found(folder, inside, wanted)))


def check(jobs: Sequence[Job]) -> int:
    """Name each file that is not as it should be; the exit code."""
    stale = [f"stale: {job.folder / path}" for job in jobs for path in job.plan.stale]
    print("\n".join([*stale, "Run the command without --check."]) if stale else "Everything is up to date.")
    return 1 if stale else 0


def write(jobs: Sequence[Job]) -> None:
    """Write what differs and remove what is left over. SettingsError: others' files are in the way; nothing is done."""
    _refuse_foreign(jobs)
    with _told():
        for each in jobs:
            _carry_out(each)


def _found(folder: Path, inside: Sequence[str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The files in these folders: the wanted ones whole, of all others the beginning.

    What is no file of its own, such as a link or a folder, has no text: nobody would know it for a generated one.
    """
    found: dict[str, str] = {}
    for path in (path for each in inside for path in _entries(folder / each)):
        name = path.relative_to(folder).as_posix()
        is_file = path.is_file() and not path.is_symlink()
        if is_file or name in wanted:
            found[name] = _text(path, whole=name in wanted) if is_file else ""
    return found


def _entries(folder: Path) -> list[Path]:
    if folder.is_dir():
        return list(folder.iterdir())
    if os.path.lexists(folder):
        raise SettingsError(f"{folder} is no folder. Move it away, or choose another --out DIR.")
    return []


def _text(path: Path, *, whole: bool) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(-1 if whole else _HEAD)


def _refuse_foreign(jobs: Sequence[Job]) -> None:
    foreign = [str(job.folder / path) for job in jobs for path in job.plan.foreign]
    if foreign:
        listed = ", ".join(foreign)
        raise SettingsError(f"Not made by this command: {listed}. Move it away, or choose another --out.")


def _carry_out(job: Job) -> None:
    for path in (*job.plan.missing, *job.plan.changed):
        _replace(job.folder / path, job.wanted[path])
        print(f"wrote {job.folder / path}")
    for path in job.plan.left_over:
        (job.folder / path).unlink()
        print(f"removed {job.folder / path}")


def _replace(target: Path, text: str) -> None:
    """Put the whole text there at once: whoever is interrupted leaves the old file or the new one."""
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.new")
    try:
        beside.write_text(text, "utf-8", newline="\n")
        beside.replace(target)
    except OSError:
        beside.unlink(missing_ok=True)
        raise


@contextmanager
def _told() -> Iterator[None]:
    """Say of a file system that refuses what it refuses, and what to do."""
    try:
        yield
    except OSError as error:
        raise SettingsError(
            f"{error.filename}: {error.strerror}. Choose another --out, or make this folder one that you may write to."
        ) from error
