"""`infra`: what Azure has to hold for the schemas, as JSON that the deployment reads."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from atakora_data.cli.options import add_schemas, read_settings

OUT = Path("infra/generated")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--out", metavar="DIR", type=Path, default=OUT, help=f"where the files go (default: {OUT})")
    instead = parser.add_mutually_exclusive_group()
    instead.add_argument("--check", action="store_true", help="write nothing; exit with 1 when a file is stale")
    instead.add_argument("--containers", action="store_true", help="print the Cosmos DB containers, and write nothing")
    add_schemas(parser)


def run(args: argparse.Namespace) -> int:
    """Write, check or print what the deployment reads: always the same for the same schemas."""
    settings = read_settings(args)
    from atakora_data.codegen.infra import containers_of, infra_files
    from atakora_data.registry.loader import load_registry

    registry = load_registry(settings.schemas)
    if args.containers:
        print(json.dumps(containers_of(registry, settings.cosmos_database), indent=2))
        return 0
    files = {args.out / name: text for name, text in infra_files(registry, settings.cosmos_database).items()}
    return _check(files) if args.check else _write(files)


def _check(files: Mapping[Path, str]) -> int:
    stale = [path for path, text in files.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        print(f"{path} is {'stale' if path.is_file() else 'missing'}.")
    if stale:
        print("Write them anew: python -m atakora_data infra")
    return 1 if stale else 0


def _write(files: Mapping[Path, str]) -> int:
    for path, text in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path)
    return 0
