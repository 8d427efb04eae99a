"""`explain ENTITY OPERATION`: which rule decides for a caller, and what becomes of each field."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any

from atakora_data.cli.caller import add_caller, context_of
from atakora_data.cli.options import add_data, add_json, add_schemas, read_settings
from atakora_data.registry.entity import Operation
from atakora_data.service.commands import Explain
from atakora_data.service.explaining_fields import APART

_NAMES = [each.value for each in Operation]
_HIDDEN = 404
_OUTCOMES = {True: "allowed", False: "denied", None: "depends on the record"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("entity", metavar="ENTITY", help="e.g. Post")
    parser.add_argument("operation", metavar="OPERATION", help=f"{', '.join(_NAMES)}, or an action")
    parser.add_argument(
        "--id", "--record", dest="id", metavar="RECORD", help="judge this record; without it, records in general"
    )
    add_caller(parser)
    add_schemas(parser)
    add_data(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the explanation; denied or not, it is a success."""
    told = asyncio.run(_explain(args))
    print(json.dumps(told, indent=2, ensure_ascii=False) if args.json else "\n".join(_lines(told)))
    return 0


async def _explain(args: argparse.Namespace) -> dict[str, Any]:
    from atakora_data.bootstrap import bootstrap

    application = bootstrap(read_settings(args))
    context = context_of(args, application.tenancy, application.settings.group_names)
    try:
        await application.start()
        return await application.service.explain(Explain(args.entity, args.operation, args.id), context)
    finally:
        await application.stop()


def _lines(told: dict[str, Any]) -> Iterator[str]:
    """Write it for people: the verdict first."""
    caller = told["caller"]
    held = ", ".join([*caller["roles"], *caller["groups"]])
    which = f"{told['entity']} `{told['record']}`" if told["record"] else told["entity"]
    yield f"{told['operation']} {which} as {caller['id']}{f' ({held})' if held else ''}: {_OUTCOMES[told['allowed']]}"
    if told["missingScopes"]:
        yield f"  the token lacks a scope: {' or '.join(told['missingScopes'])}; the rules by themselves say:"
    yield from _tree(told["rule"], 1)
    more = "" if told["isExact"] else " (and a function judges each record)"
    yield f"  as a condition: {told['condition']}{more}"
    yield from _pushed(told["pushed"])
    if told["status"] is not None:
        missing = "; this caller may not read the record" if told["status"] == _HIDDEN and told["record"] else ""
        yield f"  the answer, as far as rules decide it: {told['status']}{missing}"
    for name, rules in told["fields"].items():
        for kind, rule in rules.items():
            if rule["rule"] != APART:
                yield f"  {kind} {name}: {_OUTCOMES[rule['allowed']]}"
                yield from _tree(rule, 2)


def _pushed(pushed: dict[str, Any] | None) -> Iterator[str]:
    if pushed is None:
        return
    yield f"  the store is asked for: {pushed['condition']}"
    if pushed["statement"] is not None:
        yield f"    {pushed['statement']}"


def _tree(rule: dict[str, Any], depth: int) -> Iterator[str]:
    why = f" ({rule['reason']})" if "reason" in rule else ""
    yield f"{'  ' * depth}{rule['rule']}: {_OUTCOMES[rule['allowed']]}{why}"
    for part in rule.get("parts", ()):
        yield from _tree(part, depth + 1)
