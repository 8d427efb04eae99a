"""What the service asks of a store. Adapters carry out; they never decide, mask or publish."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

from msgspec import Struct, field

from atakora_data.errors import RequestError
from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, FieldRef, Filter, Kind
from atakora_data.query.page import OrderKey, Query

Record: TypeAlias = dict[str, Any]
"""A record in wire form: camelCase names, JSON values, with `_etag` and `_version`. The caller owns it."""

Metadata: TypeAlias = dict[str, Any]
"""`{entityType, version, schemaVersion, createdAt, updatedAt, createdBy, updatedBy}`."""


ID = FieldRef(("id",), Kind.STRING)
"""The field that every record has; a UUID compares by its text."""

BY_ID = (OrderKey(ID),)
"""The simplest complete order."""


class Target(NamedTuple):
    """Which records are meant: those of one entity in one tenant ("" when tenancy is off)."""

    entity: str
    tenant: str = ""


class Document(NamedTuple):
    """A stored record with its metadata."""

    record: Record
    metadata: Metadata


class Children(Struct, frozen=True):
    """The records of a relation, for many parents at once: `query` (filter, order, limit) holds per parent.

    key: the field of the target that holds the parent's value (a foreign key, or the primary key).
    values: the parents' values, without duplicates and without None.
    junction: the records between, when they are not the parents' values that `key` holds.
    """

    key: FieldRef
    values: tuple[str, ...]
    query: Query
    junction: Junction | None = None


class Junction(Struct, frozen=True):
    """Records that link parents to children: `near` holds the parent's value, `far` what the child's key holds.

    Only those that match the filter link. A parent and a child are linked at most once.
    """

    entity: str
    near: FieldRef
    far: FieldRef
    filter: Filter = EVERYTHING


class JournalEntry(Struct, frozen=True):
    """What a change did to a record: it is stored with the change, or neither is. Nobody finds it among the records.

    operation: `created`, `updated` or `deleted`. version: of the record; a deletion counts as one. at: in UTC.
    by: the id of the principal, None for nobody's. changed: the wire names of the fields that have another value.
    record: as of this version, or as it last was, without `_etag`. before: what an update's changed fields were before.
    """

    operation: str
    version: int
    at: str
    by: str | None
    changed: tuple[str, ...]
    record: Record
    before: Record = field(default_factory=dict)


class Journaled(NamedTuple):
    """An entry of the journal. position: where to read on behind it; each store has its own form."""

    position: str
    target: Target
    id: str
    entry: JournalEntry


class Insert(Struct, frozen=True):
    """Store a new record. The store sets `_etag`; everything else is in the record already."""

    target: Target
    id: str
    record: Record
    metadata: Metadata
    journal: JournalEntry | None = None


class Replace(Struct, frozen=True):
    """Store this in place of the record whose `_etag` is `etag`."""

    target: Target
    id: str
    record: Record
    metadata: Metadata
    etag: str
    journal: JournalEntry | None = None


class Remove(Struct, frozen=True):
    """Delete the record whose `_etag` is `etag`."""

    target: Target
    id: str
    etag: str
    journal: JournalEntry | None = None


class Require(Struct, frozen=True):
    """Change nothing, but raise `refusal` unless there is a record with this id, once the changes before are made."""

    target: Target
    id: str
    refusal: RequestError


class Absent(Struct, frozen=True):
    """Change nothing, but raise `refusal` if some record matches, once the changes before are made."""

    target: Target
    filter: Filter
    refusal: RequestError


class Keep(Struct, frozen=True):
    """Keep a value of the app's own for so many seconds (`StateStore`), but raise `refusal` if one of its id is kept.

    It is kept with the changes, or, where a store cannot, before them, and taken back when they are refused.
    """

    kind: str
    partition: str
    id: str
    value: dict[str, Any]
    seconds: float
    refusal: RequestError


Change: TypeAlias = Insert | Replace | Remove | Require | Absent | Keep


class Linked(NamedTuple):
    """A record, and the record of the junction that links it to its parent."""

    record: Record
    link: Record


class EntityStore(Protocol):
    """Keeps the records of all entities.

    Filters and orders may ask of related records (`Some`, `OrderKey.via`), in the tenant of the target. A store that
    cannot join resolves them first (`storage/resolving.py`) and raises QueryTooExpensive where that goes too far.

    Order: as `Query.order` says, nulls first ascending and last descending, strings by code point.
    Absence: a missing record is None or simply not among the results, never an error.
    Durability: `apply` returns only after the changes would survive a crash of process and machine.
    Errors: `StoreUnavailable`, and what `apply` names; no other error of the engine leaves the adapter.
    Not promised: that two calls see the same moment.
    """

    async def start(self) -> None:
        """Open the store and prepare what the registry declares. Called once, before anything else."""

    async def stop(self) -> None:
        """Finish what is under way and close. May be called twice."""

    async def get(self, target: Target, id: str) -> Document | None:
        """The record with this id."""

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """The records with these ids, by id; missing ones are left out. One round trip."""

    async def select(self, target: Target, query: Query) -> list[Record]:
        """At most `query.limit` records after `query.after`: fewer only when there are no more."""

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """As `select`, by id; but a record may come as JSON text, if it holds no name that its entity lacks."""

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """For each parent value its records, in order, at most `query.limit` each. One round trip.

        Parents without records may be left out.
        """

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """As `select_children`; but a parent's records may come as a JSON array, if they are fewer than `query.limit`.

        They hold no name then that their entity does not declare.
        """

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """For each parent value how many of its records match the filter; order, limit and position do not count.

        One round trip. Parents without records may be left out.
        """

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """As `select_children` over a junction, each child with the record that links it."""

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many records match."""

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """The results of the aggregation, in one round trip."""

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them, durably, in their order. The stored records with `_etag`, else None.

        AlreadyExists: an inserted id exists. UniqueViolation: a unique field has an equal value in the tenant.
        PreconditionFailed: the record's etag is another one. NotFound: it is gone. And what `Require` and `Absent` say.
        """


__all__ = [
    "BY_ID",
    "ID",
    "Absent",
    "Change",
    "Children",
    "Document",
    "EntityStore",
    "Insert",
    "JournalEntry",
    "Journaled",
    "Junction",
    "Keep",
    "Linked",
    "Metadata",
    "Record",
    "Remove",
    "Replace",
    "Require",
    "Target",
]
