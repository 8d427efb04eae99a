"""Order and page as plain frozen data."""

from __future__ import annotations

from typing import Any, TypeAlias

from msgspec import Struct

from atakora_data.query.filter import EVERYTHING, FieldRef, Filter, Link


class Hop(Struct, frozen=True):
    """A link to at most one record, which counts only when it matches the filter."""

    link: Link
    filter: Filter = EVERYTHING


class OrderKey(Struct, frozen=True):
    """One field to order by; nulls come first when ascending, last when descending.

    via: the hops to the record whose field it is, from this one; where one leads nowhere, the value is null.
    """

    field: FieldRef
    descending: bool = False
    via: tuple[Hop, ...] = ()


Order: TypeAlias = tuple[OrderKey, ...]
"""Fields in order of weight. A complete order ends with the primary key, ascending, and so never ties."""

Position: TypeAlias = tuple[Any, ...]
"""The values of a record's order keys, in wire form: where a page ended."""


class Query(Struct, frozen=True):
    """Which records, in which order, how many, after which position. `order` must be complete."""

    filter: Filter = EVERYTHING
    order: Order = ()
    limit: int = 20
    after: Position | None = None
