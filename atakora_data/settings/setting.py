"""What one setting is, and what is known of all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import field
from typing import Any

from msgspec import Struct

PREFIX = "ATAKORA_"


class Setting(Struct, frozen=True):
    """What one setting is called, what it means and how its text is read. secret: its value is never shown."""

    name: str
    meaning: str
    parse: Callable[[str], Any]
    secret: bool = False


def setting(name: str, meaning: str, parse: Callable[[str], Any], default: Any, *, secret: bool = False) -> Any:
    """A field of the settings that the variable `ATAKORA_{name}` gives."""
    about = {"setting": Setting(PREFIX + name, meaning, parse, secret)}
    return field(default=default, metadata=about, repr=not secret)
