"""`infra`: what Azure has to hold for the schemas, as JSON that the deployment reads."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from atakora_data.cli.options import add_schemas, read_settings
from atakora_data.cli.writing import check, job, write

OUT = Path("infra/generated")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--out", metavar="DIR", type=Path, default=OUT, help=f"where the files go (default: {OUT})")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    instead.add_argument("--containers", action="store_true", help="print the Cosmos DB containers, and write nothing")
    add_schemas(parser)


def run(args: argparse.Namespace) -> int:
    """Write, check or print what the deployment reads; files that somebody else made stay as they are."""
    settings = read_settings(args)
    from atakora_data.codegen.infra import KIND, containers_of, infra_files
    from atakora_data.registry.loader import load_registry

    registry = load_registry(settings.schemas)
    if args.containers:
        print(json.dumps(containers_of(registry, settings.cosmos_database), indent=2))
        return 0
    jobs = [job(KIND, args.out, (".",), infra_files(registry, settings.cosmos_database))]
    if args.check:
        return check(jobs)
    write(jobs)
    return 0
