"""Single operations on documents, which one request to a logical partition can make together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Final, TypeAlias

import orjson
from msgspec import Struct, field

from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.placement import PartitionKey

MOST_OPERATIONS: Final = 100
"""How many operations a transactional batch may have."""

LARGEST_BATCH: Final = 2 * 1024 * 1024 - 64 * 1024
"""How many bytes of documents a batch may have: 2 MB less what the operations around them take."""


Operation: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]
"""As `execute_item_batch` takes it."""


class Partition(Struct, frozen=True):
    """A logical partition. entity: one of those whose records its container holds."""

    entity: str
    container: str
    key: PartitionKey

    @property
    def place(self) -> tuple[str, PartitionKey]:
        """What tells it from others."""
        return self.container, self.key


class Kind(StrEnum):
    """What is done with a document; the names are those of a batch."""

    CREATE = "create"
    REPLACE = "replace"
    DELETE = "delete"
    PATCH = "patch"


class Step(Struct, frozen=True):
    """One operation on the document with this id.

    etag: the server's, which the document must have; None when there must be no such document, or any will do.
    document: what is created or put in its place. set: what a patch sets, by path; None removes.
    claims: what is unique in what is stored, by name. number: which of the changes it is of, None for none.
    """

    kind: Kind
    entity: str
    id: str
    number: int | None = None
    etag: str | None = None
    document: CosmosDocument | None = None
    set: Mapping[str, Any] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many bytes it takes on the way."""
        return len(orjson.dumps(self.document or dict(self.set)))

    def operation(self, etag: str | None) -> Operation:
        """As part of a batch, on the document that has this etag."""
        condition = {} if etag is None else {"if_match_etag": etag}
        match self.kind:
            case Kind.CREATE:
                return self.kind, (self.document,), {}
            case Kind.REPLACE:
                return self.kind, (self.id, self.document), condition
            case Kind.DELETE:
                return self.kind, (self.id,), condition
            case Kind.PATCH:
                return self.kind, (self.id, [_patched(*each) for each in self.set.items()]), condition

    @property
    def mark(self) -> Mapping[str, Any]:
        """The mark of a transaction that it leaves."""
        found: Mapping[str, Any] = (self.document or {}).get("_pending") or self.set.get("/_pending") or {}
        return found

    def is_done(self, found: CosmosDocument) -> bool:
        """Whether the document is as this very step left it, which nothing tells of one that is to be deleted."""
        if self.kind is Kind.PATCH:
            return bool(self.mark) and found.get("_pending", {}).get("transaction") == self.mark["transaction"]
        return self.document is not None and found.get("_write") == self.document["_write"]


def fits(steps: Sequence[Step]) -> bool:
    """Whether one request can hold the steps."""
    return len(steps) == 1 or (len(steps) <= MOST_OPERATIONS and sum(each.size for each in steps) <= LARGEST_BATCH)


def _patched(path: str, value: Any) -> dict[str, Any]:
    return {"op": "remove", "path": path} if value is None else {"op": "set", "path": path, "value": value}
