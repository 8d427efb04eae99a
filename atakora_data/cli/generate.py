"""`generate`: the schemas as others read them, and clients made from them."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from atakora_data.cli.options import add_schemas, read_settings
from atakora_data.codegen.folder import Plan, plan
from atakora_data.errors import SettingsError

KINDS = ("sdl", "openapi", "typescript", "python")
ALL = "all"

_HEAD = 4096


class _Job(Struct, frozen=True):
    """One generator and its folder on this machine, with what should be there and how that is to be reached."""

    folder: Path
    wanted: Mapping[str, str]
    plan: Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", nargs="?", default=ALL, choices=(*KINDS, ALL), help="what to generate (default: all)")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--name", default="Data", help="what the client is called: BlogClient for Blog (default: Data)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when files are not up to date")
    add_schemas(parser)


def run(args: argparse.Namespace) -> int:
    """Write what differs and remove what is left over, or tell it; files that somebody else made stay as they are."""
    if args.out.exists() and not args.out.is_dir():
        raise SettingsError(f"{args.out} is a file. Name a folder: --out DIR.")
    jobs = _jobs(args)
    if args.check:
        return _tell(jobs)
    _refuse_foreign(jobs)
    for job in jobs:
        _carry_out(job)
    return 0


def _jobs(args: argparse.Namespace) -> list[_Job]:
    settings = read_settings(args)
    from atakora_data.codegen.generators import GENERATORS
    from atakora_data.registry.loader import load_registry

    registry = load_registry(settings.schemas)
    jobs = []
    for kind in KINDS if args.what == ALL else (args.what,):
        generator = GENERATORS[kind]
        folder = args.out / generator.place if args.what == ALL else args.out
        wanted = generator.files(registry, args.name)
        jobs.append(_Job(folder, wanted, plan(kind, wanted, _found(folder, generator.folders, wanted))))
    return jobs


def _found(folder: Path, inside: tuple[str, ...], wanted: Mapping[str, str]) -> dict[str, str]:
    """The files in these folders: the wanted ones whole, of all others the beginning."""
    paths = [path for each in inside if (folder / each).is_dir() for path in (folder / each).iterdir()]
    names = {path.relative_to(folder).as_posix(): path for path in paths if path.is_file()}
    return {name: _text(path, whole=name in wanted) for name, path in names.items()}


def _text(path: Path, *, whole: bool) -> str:
    with path.open(encoding="utf-8", errors="replace") as file:
        return file.read(-1 if whole else _HEAD)


def _tell(jobs: list[_Job]) -> int:
    stale = [str(job.folder / path) for job in jobs for path in job.plan.stale]
    if not stale:
        print("Everything is up to date.")
        return 0
    print("\n".join([*(f"stale: {path}" for path in stale), "Run the command without --check."]))
    return 1


def _refuse_foreign(jobs: list[_Job]) -> None:
    foreign = [str(job.folder / path) for job in jobs for path in job.plan.foreign]
    if foreign:
        listed = ", ".join(foreign)
        raise SettingsError(f"Not made by this command: {listed}. Move it away, or choose another --out.")


def _carry_out(job: _Job) -> None:
    for path in (*job.plan.missing, *job.plan.changed):
        target = job.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(job.wanted[path], "utf-8", newline="\n")
        print(f"wrote {target}")
    for path in job.plan.left_over:
        (job.folder / path).unlink()
        print(f"removed {job.folder / path}")
