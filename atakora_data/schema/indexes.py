"""Indexes as declared: `indexes = [Index("author_id", "-published_at")]`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, init=False)
class Index:
    """The fields a query filters and orders by, in that order: `-` before a descending one, dots into nested ones."""

    fields: tuple[str, ...]
    name: str | None

    def __init__(self, *fields: str, name: str | None = None) -> None:
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "name", name)
