"""What changes come to: the documents that are stored and removed, in the order in which that is to be done."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import orjson
from msgspec import Struct, field
from msgspec.structs import replace

from atakora_data.errors import AlreadyExists, BodyTooLarge, NotFound, PreconditionFailed, UniqueViolation
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents, server_etag
from atakora_data.storage.cosmos.guards import Claim
from atakora_data.storage.cosmos.steps import Kind, Partition, Step
from atakora_data.storage.cosmos.uniques import Unique
from atakora_data.storage.port import Change, Insert, Remove, Replace, Target

LARGEST_DOCUMENT: Final = 2 * 1024 * 1024
"""How many bytes of JSON a document may have, with what the store adds to the record; more is a BodyTooLarge."""

NO_ETAG: Final = '"-"'
"""One that no document has."""

_ETAG: Final = re.compile(r"[!#-~]+")

Writing: TypeAlias = Insert | Replace | Remove
"""The changes that change something."""


class Write(Struct, frozen=True):
    """A record's document that is created, replaced or removed. number: which of the changes it is of.

    document: what is stored, None when it is removed. etag: the server's, of what is there, None when nothing is.
    before: the document that is there, where it had to be read. claims: what is unique in the record, by name.
    journal: documents that are created with it. wanted: the claims of guards to be made before.
    left: those to be taken back after it, by guard and token.
    """

    number: int
    change: Writing
    partition: Partition
    id: str
    document: CosmosDocument | None
    etag: str | None
    claims: Mapping[str, str] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    journal: tuple[CosmosDocument, ...] = ()
    wanted: tuple[Claim, ...] = ()
    left: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> Target:
        """Of which entity and tenant the record is."""
        return self.change.target

    @property
    def steps(self) -> list[Step]:
        """The write as operations to be made together."""
        return [self.step, *(told(self.target.entity, each) for each in self.journal)]

    @property
    def step(self) -> Step:
        """The operation on the document itself."""
        kind = Kind.DELETE if self.document is None else Kind.CREATE if self.etag is None else Kind.REPLACE
        return Step(
            kind, self.target.entity, self.id, self.number, self.etag, document=self.document, claims=self.claims
        )


def encoded(documents: Documents, change: Insert | Replace, token: str) -> CosmosDocument:
    """The document that a change stores, with the token of the call.

    ValidationError: no document can have its id, or JSON cannot hold it. BodyTooLarge: no document is that large.
    """
    document = documents.encode(change.target, change.id, change.record, change.metadata)
    document["_write"] = token
    if len(orjson.dumps(document)) > LARGEST_DOCUMENT:
        raise too_large()
    return document


def folded(writes: Sequence[Write]) -> list[Write]:
    """The same with one write a document: removed and stored again is replaced, where it was removed."""
    found: dict[tuple[Any, str], Write] = {}
    for write in writes:
        place = write.partition.place, write.id
        found[place] = _after(found[place], write) if place in found else write
    return list(found.values())


def _after(removal: Write, write: Write) -> Write:
    journal, left = (*removal.journal, *write.journal), {**removal.left, **write.left}
    return replace(write, etag=removal.etag, before=removal.before, journal=journal, left=left)


def told(entity: str, document: CosmosDocument) -> Step:
    """The creation of a document of the journal."""
    return Step(Kind.CREATE, entity, document["id"], document=document)


def refuse_contradictions(changes: Sequence[Change]) -> None:
    """Raise what any store would: a record that this call writes or removes has no etag that the caller could know."""
    written: dict[tuple[Target, str], bool] = {}
    for change in changes:
        if not isinstance(change, Insert | Replace | Remove):
            continue
        record = change.target, change.id
        if record in written:
            _refuse(change, is_there=written[record])
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
    """The error of an id that another record has."""
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
    return server_etag(change.etag) if _ETAG.fullmatch(change.etag) else NO_ETAG


def has_etag(document: Mapping[str, Any], etag: str) -> bool:
    """Whether the document is the one with this etag, maybe from before a mark that came to nothing."""
    return etag in (document["_etag"], document.get("_was"))


def _refuse(change: Writing, *, is_there: bool) -> None:
    entity = change.target.entity
    match change:
        case Insert() if is_there:
            raise taken(entity)
        case Replace() | Remove():
            raise changed(entity) if is_there else gone(entity)
