"""What a record looks like as a document: itself, plus its metadata and what the store needs to find it."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

from atakora_data.storage.cosmos.placement import Placement
from atakora_data.storage.port import Document, Metadata, Record, Target

CosmosDocument: TypeAlias = dict[str, Any]
"""A document as the SDK takes and gives it."""

OWN_NAMES: Final = frozenset({"entityType", "tenantId", "partitionKey", "_recordId", "ttl"})
"""Names of the store that no field of an entity may have, since Cosmos or a partition key gives them a meaning."""


def encode(placement: Placement, target: Target, id: str, record: Record, metadata: Metadata) -> CosmosDocument:
    """The document of a record, without `_etag`, which the server sets."""
    document = {name: value for name, value in record.items() if name != "_etag"}
    document |= placement.properties(target, id, record)
    document |= {"entityType": target.entity, "tenantId": target.tenant, "_metadata": metadata}
    document["id"] = placement.document_id(target, id)
    return document


def decode(placement: Placement, target: Target, document: CosmosDocument) -> Document:
    """The record and the metadata that the document holds; it may be changed by this."""
    metadata = document.pop("_metadata")
    record = {name: value for name, value in document.items() if name not in _NOT_OF_RECORDS}
    record["id"] = placement.record_id(target, record["id"])
    return Document(record, metadata)


_SYSTEM: Final = frozenset({"_rid", "_self", "_ts", "_attachments", "_lsn"})
_NOT_OF_RECORDS: Final = OWN_NAMES | _SYSTEM
