"""What changes come to: one write a document, in the order in which they are to be made."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import orjson

from atakora_data.errors import AlreadyExists, BodyTooLarge, NotFound, PreconditionFailed, UniqueViolation
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents, server_etag
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.uniques import Unique
from atakora_data.storage.port import Change, Insert, Remove, Replace, Target

LARGEST_DOCUMENT: Final = 2 * 1024 * 1024
"""How many bytes of JSON a document may have, with what the store adds to the record; more is a BodyTooLarge."""

_NO_ETAG: Final = '"-"'
_ETAG: Final = re.compile(r"[!#-~]+")

Writing: TypeAlias = Insert | Replace | Remove
"""The changes that change something."""


@dataclass(frozen=True, slots=True)
class Partition:
    """A logical partition. entity: one of those whose records its container holds."""

    entity: str
    container: str
    key: PartitionKey

    @property
    def place(self) -> tuple[str, PartitionKey]:
        """What tells it from others."""
        return self.container, self.key


@dataclass(frozen=True, slots=True)
class Write:
    """A document that is created, replaced or removed. number: which of the changes it is of.

    document: what is stored, None when it is removed. etag: the server's, of what is replaced or removed, else None.
    claims: what is unique in the document, by name.
    """

    number: int
    change: Writing
    partition: Partition
    id: str
    document: CosmosDocument | None
    etag: str | None
    claims: Mapping[str, str]

    @property
    def target(self) -> Target:
        """Of which entity and tenant the record is."""
        return self.change.target

    @property
    def token(self) -> str | None:
        """By what the document is recognised as written by this call."""
        return None if self.document is None else str(self.document["_write"])

    @property
    def size(self) -> int:
        """How many bytes it takes on the way."""
        return 0 if self.document is None else len(orjson.dumps(self.document))


class Planner:
    """Makes writes of changes, as far as that can be said without asking the server."""

    def __init__(self, registry: Registry, documents: Mapping[str, Documents]) -> None:
        self._models = {model.name: model for model in registry}
        self._documents = documents

    def encoded(self, change: Insert | Replace, token: str) -> CosmosDocument:
        """The document that a change stores; BodyTooLarge: it takes more than Cosmos can hold."""
        document = self._documents[change.target.entity].encode(
            change.target, change.id, change.record, change.metadata
        )
        document["_write"] = token
        if len(orjson.dumps(document)) > LARGEST_DOCUMENT:
            raise too_large()
        return document

    def write(self, number: int, change: Writing, token: str, key: PartitionKey) -> Write:
        """The write of one change in the logical partition with this key."""
        documents = self._documents[change.target.entity]
        document = None if isinstance(change, Remove) else self.encoded(change, token)
        return Write(
            number,
            change,
            self.partition(change.target.entity, key),
            documents.document_id(change.target, change.id),
            document,
            None if isinstance(change, Insert) else etag_of(change),
            {} if isinstance(change, Remove) else self.claims(change),
        )

    def partition(self, entity: str, key: PartitionKey) -> Partition:
        """The logical partition with this key in the container of the entity."""
        return Partition(entity, self._models[entity].container, key)

    def claims(self, change: Insert | Replace) -> dict[str, str]:
        """What is unique in the record, by name."""
        found = {each.name: each.claim(change.target.tenant, change.record) for each in self.uniques(change.target)}
        return {name: text for name, text in found.items() if text is not None}

    def uniques(self, target: Target) -> tuple[Unique, ...]:
        """What is unique in the entity."""
        return self._documents[target.entity].uniques


def refuse_contradictions(changes: Sequence[Change]) -> None:
    """Raise what any store would: a record that this call writes or removes has no etag that the caller could know."""
    written: dict[tuple[Target, str], bool] = {}
    for change in changes:
        if not isinstance(change, Insert | Replace | Remove):
            continue
        record = change.target, change.id
        exists = written.get(record)
        if exists is not None:
            _refuse(change, exists=exists)
        written[record] = not isinstance(change, Remove)


def refuse_collisions(writes: Iterable[Write], uniques: Mapping[str, Sequence[Unique]]) -> None:
    """Raise UniqueViolation when two writes store equal values where they must differ."""
    seen: dict[tuple[str, str, str], str] = {}
    for write in writes:
        for unique in uniques[write.target.entity]:
            text = write.claims.get(unique.name)
            if text and seen.setdefault((write.target.entity, unique.name, text), write.id) != write.id:
                raise collision(unique)


def collision(unique: Unique) -> UniqueViolation | AlreadyExists:
    """The error of a value that another record holds."""
    wires = [field.wire for field in unique.fields]
    if not unique.is_pair:
        return UniqueViolation(unique.entity, *wires)
    return AlreadyExists(
        f"Another {unique.entity} links the same records: it has the same {' and '.join(wires)}.",
        hint="Two records are linked once: change the link that there is.",
    )


def taken(entity: str) -> AlreadyExists:
    """The error of an id that is taken."""
    return AlreadyExists(f"A {entity} with this id exists.", hint="Choose another id, or update it.")


def changed(entity: str) -> PreconditionFailed:
    """The error of an etag that is not the record's."""
    return PreconditionFailed(f"The {entity} was changed since it was read.", hint="Read it again.")


def gone(entity: str) -> NotFound:
    """The error of a record that is not there."""
    return NotFound(f"There is no {entity} with this id.")


def too_large() -> BodyTooLarge:
    """The error of a record that no document can hold."""
    return BodyTooLarge(
        f"The record takes more than {LARGEST_DOCUMENT // 1024 // 1024} MB with what is stored beside it, "
        "more than Azure Cosmos DB can hold.",
        hint="Split it, or keep large content in a blob.",
    )


def etag_of(change: Replace | Remove) -> str:
    """The etag of the change as the server compares it; one that no server has given matches nothing."""
    return server_etag(change.etag) if _ETAG.fullmatch(change.etag) else _NO_ETAG


def _refuse(change: Writing, *, exists: bool) -> None:
    entity = change.target.entity
    match change:
        case Insert() if exists:
            raise taken(entity)
        case Replace() | Remove():
            raise changed(entity) if exists else gone(entity)
