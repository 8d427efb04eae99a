"""`local.settings.json`: at a desk, what App Settings are in Azure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from atakora_data.errors import SettingsError

FILE = "local.settings.json"


def local_values(project: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Read the `Values` that apply: those the environment does not set itself. Nothing when there is no such file.

    SettingsError: the file is not JSON, is encrypted, or a value is not text, a number or a boolean.
    """
    path = project / FILE
    if not path.exists():
        return {}
    values = _values(path, _document(path))
    return {name: text for name, text in values.items() if not environ.get(name)}


def _document(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except ValueError as error:
        raise SettingsError(
            f"{path}: is not valid JSON: {error}. Compare it with local.settings.sample.json."
        ) from error


def _values(path: Path, document: Any) -> dict[str, str]:
    if not isinstance(document, dict) or not isinstance(document.get("Values", {}), dict):
        raise SettingsError(f'{path}: must be an object with "Values". Compare it with local.settings.sample.json.')
    if document.get("IsEncrypted") is True:
        raise SettingsError(f"{path}: is encrypted. Decrypt it with: func settings decrypt")
    return {name: _text(path, name, value) for name, value in document.get("Values", {}).items()}


def _text(path: Path, name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, bool | int | float):
        return "" if value is None else json.dumps(value)
    raise SettingsError(f"{path}: the value {name} must be a string.")
