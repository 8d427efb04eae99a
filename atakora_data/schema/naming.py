"""How a Python name reads on the wire."""

from __future__ import annotations


def camel(name: str) -> str:
    """The camelCase form of a snake_case name: `published_at` → `publishedAt`."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def pascal(name: str) -> str:
    """The PascalCase form of a snake_case name: `published_at` → `PublishedAt`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))
