"""The option that says whose records a command is about."""

from __future__ import annotations

import argparse

from atakora_data.errors import SettingsError
from atakora_data.identity.tenancy import Tenancy
from atakora_data.settings.tenants import tenant


def add_tenant(parser: argparse.ArgumentParser) -> None:
    """Let the command take `--tenant`."""
    parser.add_argument("--tenant", metavar="T", type=_tenant, help="whose records, when tenancy is on")


def tenant_of(args: argparse.Namespace, tenancy: Tenancy, otherwise: str | None = None) -> str:
    """The tenant that is meant, "" while tenancy is off. otherwise: the one that is meant without the option.

    SettingsError: tenancy is on and no tenant is named, or the other way round.
    """
    if tenancy.claim is None:
        if args.tenant is not None:
            raise SettingsError("Tenancy is off: there is no --tenant to name. ATAKORA_TENANCY switches it on.")
        return ""
    named: str | None = args.tenant or otherwise
    if named is None:
        raise SettingsError(
            "Tenancy is on (ATAKORA_TENANCY): say whose records are meant with --tenant, such as --tenant local, "
            "which the tokens that `dev` prints belong to."
        )
    return named


def _tenant(text: str) -> str:
    try:
        return tenant(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
