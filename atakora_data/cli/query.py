"""`query ENTITY`: a page of records, as the caller of your choice would get it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from typing import Any

from atakora_data.cli.caller import add_caller, context_of
from atakora_data.cli.options import add_data, add_json, add_schemas, read_settings


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("entity", metavar="ENTITY", help="e.g. Post")
    parser.add_argument("--filter", type=_filter, metavar="JSON", help='e.g. \'{"status": {"eq": "published"}}\'')
    parser.add_argument("--order-by", default="", metavar="FIELDS", help="e.g. -publishedAt,title")
    parser.add_argument("--limit", type=int, metavar="N", help="how many records (default: 20)")
    parser.add_argument("--next-token", metavar="TOKEN", help="go on where an earlier page ended")
    parser.add_argument("--count", action="store_true", help="also tell how many there are in all")
    add_caller(parser)
    add_schemas(parser)
    add_data(parser)
    add_json(parser)


def run(args: argparse.Namespace) -> int:
    """Print the records, one a line as JSON; the whole page with `--json`."""
    page = asyncio.run(_page(args))
    if args.json:
        print(json.dumps(page, indent=2, ensure_ascii=False))
        return 0
    for record in page["items"]:
        print(json.dumps(record, ensure_ascii=False))
    print(_summary(page), file=sys.stderr)
    return 0


async def _page(args: argparse.Namespace) -> dict[str, Any]:
    settings = read_settings(args)
    from atakora_data.bootstrap import bootstrap
    from atakora_data.service.commands import ListRecords

    application = bootstrap(settings)
    command = ListRecords(
        args.entity,
        filter=args.filter,
        order_by=tuple(each.strip() for each in args.order_by.split(",") if each.strip()),
        limit=args.limit,
        next_token=args.next_token,
        count=args.count,
    )
    try:
        await application.start()
        return await application.service.list(
            command, context_of(args, application.tenancy, application.settings.group_names)
        )
    finally:
        await application.stop()


def _summary(page: dict[str, Any]) -> str:
    count = f" of {page['count']}" if "count" in page else ""
    more = f" More: --next-token {page['nextToken']}" if page["nextToken"] else ""
    number = len(page["items"])
    return f"{number}{count} {'record' if number == 1 and not count else 'records'}.{more}"


def _filter(text: str) -> dict[str, Any]:
    try:
        parsed = json.loads(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"is not valid JSON: {error}") from error
    if not isinstance(parsed, dict):
        raise argparse.ArgumentTypeError('must be a JSON object such as {"status": {"eq": "published"}}')
    return parsed
