"""Options that mean the same in every command, and the settings they make."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from atakora_data.devhost.local_settings import local_values
from atakora_data.errors import SettingsError
from atakora_data.settings import Settings


def add_schemas(parser: argparse.ArgumentParser) -> None:
    """Let the command take `--schemas`."""
    parser.add_argument("--schemas", metavar="DIR", type=Path, help="the folder of schema modules (default: schemas)")


def add_data(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Let the command take `--data`; what is added to the group excludes it."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--data", metavar="FILE", type=Path, help="the data file (default: .atakora/data.db)")
    return group


def add_json(parser: argparse.ArgumentParser) -> None:
    """Let the command take `--json`."""
    parser.add_argument("--json", action="store_true", help="print JSON for programs")


def environment(args: argparse.Namespace) -> dict[str, str]:
    """Make the environment the app would see: this process, `local.settings.json` below and the options on top."""
    return {**os.environ, **local_values(Path.cwd(), os.environ), **_overrides(args)}


def read_settings(args: argparse.Namespace) -> Settings:
    """Read the settings as the app would, under what the command line says."""
    settings = Settings.from_environment(environment(args), project=Path.cwd())
    if not settings.schemas.is_dir():
        raise SettingsError(
            f"There is no schema folder {settings.schemas}. Name one with --schemas or ATAKORA_SCHEMAS."
        )
    return settings


def _overrides(args: argparse.Namespace) -> dict[str, str]:
    schemas, data = getattr(args, "schemas", None), getattr(args, "data", None)
    given: dict[str, str] = {}
    if schemas is not None:
        given["ATAKORA_SCHEMAS"] = str(schemas.resolve())
    if data is not None:
        given |= {"ATAKORA_DATA": str(data.resolve()), "ATAKORA_STORE": "sqlite"}
    if getattr(args, "memory", False):
        given["ATAKORA_STORE"] = "memory"
    return given
