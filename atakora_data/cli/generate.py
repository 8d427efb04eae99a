"""`generate`: the schemas as others read them, and clients made from them."""

from __future__ import annotations

import argparse
from pathlib import Path

from atakora_data.cli.options import add_schemas, read_settings
from atakora_data.cli.writing import Job, check, job, write

KINDS = ("sdl", "openapi", "typescript", "python")
ALL = "all"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("what", nargs="?", default=ALL, choices=(*KINDS, ALL), help="what to generate (default: all)")
    parser.add_argument("--out", metavar="DIR", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--name", default="Data", help="what the client is called: BlogClient for Blog (default: Data)")
    parser.add_argument("--check", action="store_true", help="write nothing; exit with 1 when files are not up to date")
    add_schemas(parser)


def run(args: argparse.Namespace) -> int:
    """Write what differs and remove what is left over, or tell it; files that somebody else made stay as they are."""
    jobs = _jobs(args)
    if args.check:
        return check(jobs)
    write(jobs)
    return 0


def _jobs(args: argparse.Namespace) -> list[Job]:
    settings = read_settings(args)
    from atakora_data.codegen.generators import GENERATORS
    from atakora_data.registry.loader import load_registry

    registry = load_registry(settings.schemas)
    jobs = []
    for kind in KINDS if args.what == ALL else (args.what,):
        generator = GENERATORS[kind]
        folder = args.out / generator.place if args.what == ALL else args.out
        jobs.append(job(kind, folder, generator.folders, generator.files(registry, args.name)))
    return jobs
