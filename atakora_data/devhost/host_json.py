"""`host.json`: how the project wants the host to behave."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atakora_data.errors import SettingsError

DEFAULT_PREFIX = "api"

_OVERRIDE = "AzureFunctionsJobHost__extensions__http__routePrefix"


def route_prefix(project: Path, environ: Mapping[str, str]) -> str:
    """Tell what all routes start with, without slashes: `extensions.http.routePrefix`, or its App Setting."""
    if environ.get(_OVERRIDE):
        return environ[_OVERRIDE].strip("/")
    path = project / "host.json"
    prefix = _at(_document(path), "extensions", "http", "routePrefix") if path.exists() else None
    if prefix is None:
        return DEFAULT_PREFIX
    if not isinstance(prefix, str):
        raise SettingsError(f'{path}: "routePrefix" must be a string.')
    return prefix.strip("/")


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise SettingsError(f"{path}: is not valid JSON: {error}.") from error


def _at(document: Any, *names: str) -> Any:
    for name in names:
        document = document.get(name) if isinstance(document, dict) else None
    return document
