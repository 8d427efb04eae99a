"""What the doors ask of the service, as frozen data. Filters, orders and inputs are still in wire form.

In filters and orders relations may be named: `{"author": {"role": {"eq": "admin"}}}`, `{"comments": {"some": {…}}}`
(`some`, `every`, `none`), `{"author": {"isNull": true}}`, for a polymorphic one `{"commentable": {"Post": {…}}}`;
`author.name` as an order.

The input of Create, Update and Put may write relations beside fields:

    to-one        {"author": {"connect": {"id": "u1"}}}  {"author": {"create": {…}}}  {"author": {"disconnect": true}}
    polymorphic   {"commentable": {"connect": {"Post": {"id": "p1"}}}}  {"commentable": {"create": {"Post": {…}}}}
    to-many       {"comments": {"create": [{…}], "connect": [{"id": "c1"}], "disconnect": [{"id": "c2"}]}}
                  {"comments": {"set": [{"id": "c1"}]}}   exactly these, in an update only
    many-to-many  as to-many; the through fields of a link stand under `_through` beside the id or the new fields
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

THROUGH = "_through"
"""Under which name the through fields of a link stand, in answers and in input."""


class Selection(Struct, frozen=True):
    """What of each record is wanted. fields: wire names, None for all; relations: what to load beside them."""

    fields: frozenset[str] | None = None
    relations: tuple[RelationSelection, ...] = ()


ALL = Selection()


class RelationSelection(Struct, frozen=True):
    """A relation to load with each record. For a to-one relation only `key`, `relation` and `selection` count.

    key: under which name the result stands in the record; relation: wire name of the relation.
    continues: whether `nextToken` is looked at; without it, it is null and costs nothing.
    as_json: whoever asked writes JSON, so that pages which are answered as they are stored may be `orjson.Fragment`s.
    selections: for a polymorphic relation what is wanted of each target, by entity; `selection` for those not named.
    An item of a many-to-many has its through fields under `_through`; a polymorphic record its entity under `_type`.
    """

    key: str
    relation: str
    selection: Selection = ALL
    filter: Mapping[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    next_token: str | None = None
    count: bool = False
    selections: Mapping[str, Selection] | None = None
    as_json: bool = False
    continues: bool = True


class Get(Struct, frozen=True):
    """One record by id."""

    entity: str
    id: str
    selection: Selection = ALL


class ListRecords(Struct, frozen=True):
    """A page of records. order_by: wire names, a leading `-` for descending, dots into nested objects.

    continues: whether `nextToken` is looked at; without it, it is null and costs nothing.
    """

    entity: str
    selection: Selection = ALL
    filter: Mapping[str, Any] | None = None
    order_by: tuple[str, ...] = ()
    limit: int | None = None
    next_token: str | None = None
    count: bool = False
    continues: bool = True


class ListRelated(Struct, frozen=True):
    """A page of the records that one record's relation leads to (`page`), or its one record."""

    entity: str
    id: str
    relation: RelationSelection


class Create(Struct, frozen=True):
    """Store a new record."""

    entity: str
    input: Mapping[str, Any]
    selection: Selection = ALL


class Update(Struct, frozen=True):
    """Change some fields: `patch` is a JSON merge patch (RFC 7396). if_match: etags one of which must be current."""

    entity: str
    id: str
    patch: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL


class Put(Struct, frozen=True):
    """Replace the record, or create it when absent.

    if_match: `("*",)` for any that exists. only_create: `If-None-Match: *`.
    """

    entity: str
    id: str
    input: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    only_create: bool = False
    selection: Selection = ALL


class Delete(Struct, frozen=True):
    """Delete the record; the answer is the record as it was."""

    entity: str
    id: str
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL


class Act(Struct, frozen=True):
    """Run an action on the record. action: wire name; input: its parameters."""

    entity: str
    id: str
    action: str
    input: Mapping[str, Any]
    if_match: tuple[str, ...] | None = None
    selection: Selection = ALL


class Link(Struct, frozen=True):
    """Link a record to a target of its many-to-many relation; a link that exists gets these through fields."""

    entity: str
    id: str
    relation: str
    target_id: str
    through: Mapping[str, Any]


class Unlink(Struct, frozen=True):
    """Take the link away; the records at both ends stay."""

    entity: str
    id: str
    relation: str
    target_id: str


class CreateMany(Struct, frozen=True):
    """Store new records, all or none."""

    entity: str
    inputs: tuple[Mapping[str, Any], ...]
    selection: Selection = ALL


class UpdateMany(Struct, frozen=True):
    """Merge a patch into every record that matches and may be read, all or none.

    max_affected: more matching records are refused, and nothing is changed.
    """

    entity: str
    filter: Mapping[str, Any]
    patch: Mapping[str, Any]
    max_affected: int | None = None
    selection: Selection = ALL


class DeleteMany(Struct, frozen=True):
    """Delete every record that matches and may be read, all or none; the answers are the records as they were."""

    entity: str
    filter: Mapping[str, Any]
    max_affected: int | None = None
    selection: Selection = ALL


class Aggregate(Struct, frozen=True):
    """Work out of many records: how many, and of fields (wire names, dots into nested objects) sums and the like.

    limit: at most so many groups; more are an error.
    """

    entity: str
    filter: Mapping[str, Any] | None = None
    group_by: tuple[str, ...] = ()
    sum: tuple[str, ...] = ()
    avg: tuple[str, ...] = ()
    min: tuple[str, ...] = ()
    max: tuple[str, ...] = ()
    limit: int | None = None


class Explain(Struct, frozen=True):
    """Why a caller may do something or not. operation: `create read update delete`, or the wire name of an action.

    id: the record that is judged; without it, records in general.
    """

    entity: str
    operation: str
    id: str | None = None
