"""The options that say as whom a command asks."""

from __future__ import annotations

import argparse
from collections.abc import Mapping

from msgspec.structs import replace

from atakora_data.authorization.principal import Principal
from atakora_data.cli.tenants import add_tenant, tenant_of
from atakora_data.identity.claims import with_names
from atakora_data.identity.tenancy import TID, Tenancy
from atakora_data.service.context import RequestContext

SYSTEM = RequestContext(Principal(is_system=True), correlation_id="cli")
"""Whom no rule binds, while tenancy is off."""


def add_caller(parser: argparse.ArgumentParser) -> None:
    """Let the command ask as a caller: an anonymous one unless told otherwise."""
    parser.add_argument(
        "--as",
        dest="caller",
        metavar="ID",
        help="the id of the caller (default: nobody, or `someone` when more is given)",
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
    add_tenant(parser)
    parser.add_argument("--system", action="store_true", help="ask as the system, whom no rule binds")


def system_in(tenant: str) -> RequestContext:
    """Make the context of the system, whom no rule binds."""
    return replace(SYSTEM, tenant_id=tenant)


def context_of(args: argparse.Namespace, tenancy: Tenancy, names: Mapping[str, str]) -> RequestContext:
    """Make the context that the options describe. names: what rules call groups, by their ids.

    SettingsError: they name no tenant, or one while tenancy is off.
    """
    claims = {**dict(args.claim), **({} if args.tenant is None else tenancy.claims_of(args.tenant))}
    principal = Principal(
        id=args.caller or _someone(args),
        tenant_id=claims.get(TID),
        roles=frozenset(args.role),
        groups=with_names(frozenset(args.group), names),
        scopes=frozenset(claims.get("scp", "").split()),
        claims=claims,
    )
    if args.system:
        return system_in(tenant_of(args, tenancy))
    tenant = tenant_of(args, tenancy, tenancy.tenant_of(principal))
    return replace(SYSTEM, principal=principal, tenant_id=tenant)


def _someone(args: argparse.Namespace) -> str | None:
    """Name the caller of whom more is known than the id: every token has one."""
    return "someone" if args.role or args.group or args.claim or args.tenant else None


def _claim(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    return name, value
