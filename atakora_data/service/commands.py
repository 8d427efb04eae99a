"""What the doors ask of the service, as frozen data. Filters, orders and inputs are still in wire form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Selection:
    """What of each record is wanted. fields: wire names, None for all; relations: what to load beside them."""

    fields: frozenset[str] | None = None
    relations: tuple[RelationSelection, ...] = ()


ALL = Selection()


@dataclass(frozen=True, slots=True)
class RelationSelection:
    """A relation to load with each record. For a to-one relation only `key`, `relation` and `selection` count.

    key: under which name the result stands in the record; relation: wire name of the relation.
    """

    key: str
    relation: str
    selection: Selection = ALL
    filter: Mapping[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    next_token: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class Get:
    """One record by id."""

    entity: str
    id: str
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class ListRecords:
    """A page of records. order_by: wire names, a leading `-` for descending, dots into nested objects."""

    entity: str
    selection: Selection = ALL
    filter: Mapping[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    next_token: str | None = None
    count: bool = False


@dataclass(frozen=True, slots=True)
class ListRelated:
    """A page of the records that one record's relation leads to (`page`), or its one record."""

    entity: str
    id: str
    relation: RelationSelection


@dataclass(frozen=True, slots=True)
class Create:
    """Store a new record."""

    entity: str
    input: Mapping[str, Any]
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Update:
    """Change some fields: `patch` is a JSON merge patch (RFC 7396). if_match: etags one of which must be current."""

    entity: str
    id: str
    patch: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Put:
    """Replace the record, or create it when absent.

    if_match: `("*",)` for any that exists. only_create: `If-None-Match: *`.
    """

    entity: str
    id: str
    input: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    only_create: bool = False
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Delete:
    """Delete the record; the answer is the record as it was."""

    entity: str
    id: str
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL


@dataclass(frozen=True, slots=True)
class Act:
    """Run an action on the record. action: wire name; input: its parameters."""

    entity: str
    id: str
    action: str
    input: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL
