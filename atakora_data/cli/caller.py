"""The options that say as whom a command asks."""

from __future__ import annotations

import argparse

from atakora_data.authorization.principal import Principal
from atakora_data.service.context import RequestContext

SYSTEM = RequestContext(principal=Principal(is_system=True), correlation_id="cli")
"""Whom no rule binds."""


def add_caller(parser: argparse.ArgumentParser) -> None:
    """Let the command ask as a caller: an anonymous one unless told otherwise."""
    parser.add_argument(
        "--as",
        dest="caller",
        metavar="ID",
        help="the id of the caller (default: nobody, or `someone` when a role, group or claim is given)",
    )
    parser.add_argument(
        "--role", action="append", default=[], metavar="R", help="a role of the caller; may be repeated"
    )
    parser.add_argument(
        "--group", action="append", default=[], metavar="G", help="a group of the caller; may be repeated"
    )
    parser.add_argument(
        "--claim", action="append", default=[], type=_claim, metavar="K=V", help="a claim of the caller"
    )
    parser.add_argument("--system", action="store_true", help="ask as the system, whom no rule binds")


def context_of(args: argparse.Namespace) -> RequestContext:
    """Make the context that the options describe."""
    if args.system:
        return SYSTEM
    principal = Principal(
        id=args.caller or _someone(args),
        roles=frozenset(args.role),
        groups=frozenset(args.group),
        claims=dict(args.claim),
    )
    return RequestContext(principal=principal, correlation_id="cli")


def _someone(args: argparse.Namespace) -> str | None:
    """Name the caller of whom more is known than the id: every token has one."""
    return "someone" if args.role or args.group or args.claim else None


def _claim(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
