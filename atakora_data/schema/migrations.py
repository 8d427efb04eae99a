"""How old documents are lifted to the current version of an entity."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from msgspec import Struct

Lift: TypeAlias = Callable[[dict[str, Any]], dict[str, Any]]
"""From a record in wire form to the same record one version up or down."""


class Migration(Struct, frozen=True):
    """The step from version `start` to the next, and back if `down` is given."""

    start: int
    up: Lift
    down: Lift | None = None
