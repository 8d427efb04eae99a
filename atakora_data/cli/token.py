"""`token`: a signed token for local use, alone on one line, so that `TOKEN=$(… token --id alice)` works."""

from __future__ import annotations

import argparse
from pathlib import Path

from atakora_data.cli.options import environment
from atakora_data.identity.local import DEFAULT_TTL_SECONDS, mint
from atakora_data.identity.local_key import local_key
from atakora_data.identity.tenancy import TID
from atakora_data.settings import Settings

_RESERVED = frozenset({"iss", "aud", "iat", "nbf", "exp", "sub", "oid", "tid", "roles", "groups"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments."""
    parser.add_argument("--id", required=True, type=_text, help="whom the token speaks for")
    parser.add_argument("--role", action="append", default=[], metavar="R", help="a role; may be repeated")
    parser.add_argument("--group", action="append", default=[], metavar="G", help="a group; may be repeated")
    parser.add_argument("--tenant", metavar="T", type=_text, help="the tenant, in the claim that ATAKORA_TENANCY names")
    parser.add_argument(
        "--claim", action="append", default=[], type=_claim, metavar="K=V", help="any other claim; may be repeated"
    )
    parser.add_argument(
        "--ttl", type=_seconds, default=DEFAULT_TTL_SECONDS, metavar="SECONDS", help="how long it is valid (a day)"
    )


def run(args: argparse.Namespace) -> int:
    """Print the token."""
    settings = Settings.from_environment(environment(args), project=Path.cwd())
    token = mint(
        local_key(settings.key_file),
        audience=settings.audiences[0],
        id=args.id,
        roles=args.role,
        groups=args.group,
        claims={**dict(args.claim), **_tenant(args.tenant, settings.tenant_claim or TID)},
        ttl=args.ttl,
    )
    print(token)
    return 0


def _tenant(tenant: str | None, claim: str) -> dict[str, str]:
    return {} if tenant is None else {claim: tenant}


def _text(text: str) -> str:
    if not text.strip():
        raise argparse.ArgumentTypeError("must not be empty")
    return text


def _claim(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=VALUE")
    if name in _RESERVED:
        raise argparse.ArgumentTypeError(f"the claim {name!r} is set by other options")
    return name, value


def _seconds(text: str) -> int:
    seconds = int(text)
    if seconds < 1:
        raise argparse.ArgumentTypeError("must be above 0; an expired token cannot be asked for")
    return seconds
