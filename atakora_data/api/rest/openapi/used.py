"""Leaves out of the description what nothing refers to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

_PREFIX: Final = "#/components/"
_KEPT: Final = "securitySchemes"
"""Named by the requirements of operations, not by references."""


def used_components(paths: Any, components: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """The components that the paths refer to, and those that these refer to; kinds stay, also when they are empty."""
    found: set[str] = set()
    asked = [*_references(paths)]
    while asked:
        name = asked.pop()
        if name not in found:
            found.add(name)
            kind, _, component = name.partition("/")
            asked += _references(components[kind][component])
    return {
        kind: {name: each for name, each in parts.items() if kind == _KEPT or f"{kind}/{name}" in found}
        for kind, parts in components.items()
    }


def _references(part: Any) -> Iterator[str]:
    """The components that a part of the description names, as `schemas/Post`."""
    match part:
        case {"$ref": str(reference), **more}:
            yield reference.removeprefix(_PREFIX)
            yield from _references(more)
        case dict():
            for each in part.values():
                yield from _references(each)
        case list() | tuple():
            for each in part:
                yield from _references(each)
