"""`explain ENTITY OPERATION`: which rule decides for a caller, and what becomes of each field."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Iterator
from typing import Any

from atakora_data.authorization.access import Access
from atakora_data.authorization.evaluate import CustomContext
from atakora_data.authorization.explain import Explanation
from atakora_data.authorization.ruling import Ruling
from atakora_data.authorization.wording import describe_filter
from atakora_data.cli.caller import add_caller, context_of, system_in
from atakora_data.cli.options import add_data, add_json, add_schemas, read_settings
from atakora_data.errors import NotFound, perhaps
from atakora_data.registry.entity import Operation
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Record

_NAMES = [each.value for each in Operation]
_OUTCOMES = {True: "allowed", False: "denied", None: "depends on the record"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("entity", metavar="ENTITY", help="e.g. Post")
    parser.add_argument("operation", metavar="OPERATION", choices=_NAMES, help=", ".join(_NAMES))
    parser.add_argument("--id", metavar="RECORD", help="judge this record; without it, records in general")
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
    from atakora_data.service.commands import Get

    application = bootstrap(read_settings(args))
    context = context_of(args, application.tenancy)
    entity = application.registry.entities.get(args.entity)
    if entity is None:
        known = application.registry.entities
        raise NotFound(
            f"There is no entity {args.entity}.", hint=perhaps(args.entity, known) or f"Known: {', '.join(known)}."
        )
    try:
        await application.start()
        record = (
            None
            if args.id is None
            else await application.service.get(Get(entity.name, args.id), system_in(context.tenant))
        )
        custom = application.service.rule_context(context)
        judge = Judge(application.gatekeeper.access(entity, context.principal), record, custom)
        return {**_asked(args, context), **await judge.tell(Operation(args.operation))}
    finally:
        await application.stop()


class Judge:
    """Explains the rulings of one caller, for one record or for records in general."""

    def __init__(self, access: Access, record: Record | None, custom: CustomContext) -> None:
        self._access = access
        self._record = record
        self._custom = custom

    async def tell(self, operation: Operation) -> dict[str, Any]:
        """Explain the operation, the condition for the store, and each field that has a rule."""
        access, told = self._access, await self._explained(self._access.rulings[operation])
        return {
            "allowed": told.allowed,
            "rule": told.as_dict(),
            "condition": describe_filter(access.predicate(operation)),
            "isExact": access.is_exact(operation),
            "readable": (await self._explained(access.rulings[Operation.READ])).allowed,
            "fields": {name: await self._field(name) for name in self._ruled()},
        }

    def _ruled(self) -> Iterator[str]:
        return iter(sorted({*self._access.readable, *self._access.writable}))

    async def _field(self, name: str) -> dict[str, Any]:
        rulings = {"read": self._access.readable.get(name), "write": self._access.writable.get(name)}
        return {kind: (await self._explained(each)).as_dict() for kind, each in rulings.items() if each is not None}

    async def _explained(self, ruling: Ruling) -> Explanation:
        return await ruling.explain(self._record, self._custom)


def _asked(args: argparse.Namespace, context: RequestContext) -> dict[str, Any]:
    principal = context.principal
    caller = "the system" if principal.is_system else principal.id or "anonymous"
    return {
        "entity": args.entity,
        "operation": args.operation,
        "record": args.id,
        "caller": {"id": caller, "roles": sorted(principal.roles), "groups": sorted(principal.groups)},
    }


def _lines(told: dict[str, Any]) -> Iterator[str]:
    """Write it for people: the verdict first."""
    caller = told["caller"]
    held = ", ".join([*caller["roles"], *caller["groups"]])
    which = f"{told['entity']} `{told['record']}`" if told["record"] else told["entity"]
    yield f"{told['operation']} {which} as {caller['id']}{f' ({held})' if held else ''}: {_OUTCOMES[told['allowed']]}"
    yield from _tree(told["rule"], 1)
    more = "" if told["isExact"] else " (and a function judges each record)"
    yield f"  condition for the store: {told['condition']}{more}"
    if told["record"] and told["readable"] is False and told["operation"] != Operation.CREATE:
        yield "  this caller may not read the record, so the answer is 404"
    for name, rules in told["fields"].items():
        for kind, rule in rules.items():
            yield f"  {kind} {name}: {_OUTCOMES[rule['allowed']]}"
            yield from _tree(rule, 2)


def _tree(rule: dict[str, Any], depth: int) -> Iterator[str]:
    yield f"{'  ' * depth}{rule['rule']}: {_OUTCOMES[rule['allowed']]}"
    for part in rule.get("parts", ()):
        yield from _tree(part, depth + 1)
