"""`seed DIR`: loads `<Entity>.jsonl` files, one record in wire form a line, through the service."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from atakora_data.cli.caller import system_in
from atakora_data.cli.options import add_data, add_json, add_schemas, read_settings
from atakora_data.cli.seeding.lines import count_lines
from atakora_data.cli.seeding.load import Loaded, load, load_waiting
from atakora_data.cli.seeding.plan import SeedFile, plan
from atakora_data.cli.seeding.progress import progress
from atakora_data.cli.tenants import add_tenant, tenant_of
from atakora_data.errors import Problem
from atakora_data.service.context import RequestContext

_SHOWN = 50
"""How many problems of a file are printed; `--json` has them all."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("folder", metavar="DIR", type=_folder, help="the folder of <Entity>.jsonl files")
    add_schemas(parser)
    add_data(parser)
    add_tenant(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Load all files; 1 when any line was not loaded. Run it again to load what is missing."""
    settings = read_settings(args)
    from atakora_data.application import Application
    from atakora_data.bootstrap import bootstrap

    application: Application = bootstrap(settings)
    context = system_in(tenant_of(args, application.tenancy))
    files, problems = plan(args.folder, application.registry)
    if problems:
        return _refuse(problems, as_json=args.json)
    return asyncio.run(_load_all(application, files, context, as_json=args.json))


async def _load_all(application: Any, files: Sequence[SeedFile], context: RequestContext, *, as_json: bool) -> int:
    began = time.perf_counter()
    results = []
    try:
        await application.start()
        for file in files:
            with progress(file.entity.name, count_lines(file.path), silent=as_json) as advance:
                results.append(await load(file, application.service, advance, context))
            if not as_json and not results[-1].waiting:
                _tell(results[-1])
        late = [each for each in results if each.waiting]
        await load_waiting(late, application.service)
        if not as_json:
            for each in late:
                _tell(each)
    finally:
        await application.stop()
    _conclude(results, time.perf_counter() - began, as_json=as_json)
    return 1 if any(each.faults for each in results) else 0


def _tell(loaded: Loaded) -> None:
    skipped = f", {loaded.skipped} there already" if loaded.skipped else ""
    bad = f", {_bad_lines(loaded)} bad" if loaded.faults else ""
    print(f"{loaded.file.entity.name}: {loaded.created} created{skipped}{bad}")
    for fault in loaded.faults[:_SHOWN]:
        print(f"  {fault}", file=sys.stderr)
    if len(loaded.faults) > _SHOWN:
        print(f"  … and {len(loaded.faults) - _SHOWN} more; --json lists all of them.", file=sys.stderr)


def _conclude(results: Sequence[Loaded], seconds: float, *, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps({"files": [_as_json(each) for each in results]}, indent=2, ensure_ascii=False))
        return
    created = sum(each.created for each in results)
    print(f"{created} {'record' if created == 1 else 'records'} created in {seconds:.1f} s.")


def _bad_lines(loaded: Loaded) -> int:
    return len({each.location for each in loaded.faults})


def _as_json(loaded: Loaded) -> dict[str, Any]:
    return {
        "entity": loaded.file.entity.name,
        "file": str(loaded.file.path),
        "created": loaded.created,
        "skipped": loaded.skipped,
        "problems": [
            {"location": each.location, "pointer": each.pointer, "message": each.message} for each in loaded.faults
        ],
    }


def _refuse(problems: Sequence[Problem], *, as_json: bool) -> int:
    if as_json:
        import json

        found = [{"location": each.location, "message": each.message, "remedy": each.remedy} for each in problems]
        print(json.dumps({"files": [], "problems": found}, indent=2, ensure_ascii=False))
    else:
        print("\n".join(f"error: {each}" for each in problems), file=sys.stderr)
    return 1


def _folder(text: str) -> Path:
    path = Path(text)
    if not path.is_dir():
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path
