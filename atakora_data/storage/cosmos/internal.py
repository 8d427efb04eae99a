"""Documents of the store's own: no query for records sees them, whatever partition they live in."""

from __future__ import annotations

from typing import Any

from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.placement import PartitionKey


def beside(documents: Documents, key: PartitionKey, id: str, kind: str, **content: Any) -> CosmosDocument:
    """A document in the logical partition with this key, beside the records there.

    kind: what stands in the place of the entity's name. Queries for records ask for entity and tenant: where the
    entity is the partition key, the tenant is null instead, as no tenant is.
    """
    places = {path[1:]: value for path, value in zip(documents.placement.paths, key, strict=True)}
    return {"entityType": kind, "tenantId": None, **content, **places, **documents.unclaimed(id), "id": id}


def alone(key: str, id: str, kind: str, **content: Any) -> CosmosDocument:
    """A document in the internal container."""
    return {**content, "entityType": kind, "tenantId": None, "partitionKey": key, "id": id}
