"""How a Python name reads on the wire, and an entity's name in Python."""

from __future__ import annotations

import re
from typing import Final


def camel(name: str) -> str:
    """The camelCase form of a snake_case name: `published_at` → `publishedAt`."""
    head, *rest = name.split("_")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def pascal(name: str) -> str:
    """The PascalCase form of a snake_case name: `published_at` → `PublishedAt`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


_WORD: Final = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z][a-z0-9]*|[a-z0-9]+")


def variable(entity: str) -> str:
    """What a record of an entity is called in Python: `BlogPost` → `blog_post`, `HTTPLog` → `http_log`."""
    return "_".join(part.lower() for part in _WORD.findall(entity))
