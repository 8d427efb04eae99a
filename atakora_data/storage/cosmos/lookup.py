"""Looks up single documents for the writer, whatever they are: records, marks, guards."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Protocol

from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.failures import stands_against, status_of
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.steps import Partition
from atakora_data.storage.port import Target


class ContainerSource(Protocol):
    """What gives the SDK's containers."""

    async def of(self, entity: str) -> Any:
        """The container that holds the records of an entity."""

    async def internal(self) -> Any:
        """The container of the store itself, partitioned by `/partitionKey`."""


class Lookup:
    """Single documents by id, and by what is unique in them."""

    def __init__(self, containers: ContainerSource, documents: Mapping[str, Documents]) -> None:
        self._containers = containers
        self._documents = documents

    async def document(self, partition: Partition, id: str) -> CosmosDocument | None:
        """The document with this id in the partition."""
        container = await self._containers.of(partition.entity)
        return await read(container, id, partition.key)

    async def located(self, target: Target, id: str) -> CosmosDocument | None:
        """The document of a record whose partition the id does not tell: that is looked up."""
        documents = self._documents[target.entity]
        if not documents.can_hold(target, id):
            return None
        key, document_id = documents.placement.partition(target, id), documents.placement.document_id(target, id)
        container = await self._containers.of(target.entity)
        if documents.placement.is_whole(key):
            return await read(container, document_id, key)
        return await self._selected(target.entity, key, {"c.id": document_id})

    async def holder(self, partition: Partition, name: str, text: str) -> CosmosDocument | None:
        """The document of the partition that holds this text for its unique keys."""
        return await self._selected(partition.entity, partition.key, {f'c["_unique"]["{name}"]': text})

    def key(self, target: Target, document: CosmosDocument) -> PartitionKey:
        """The partition that the document of a record lies in."""
        return tuple(document.get(path[1:]) for path in self._documents[target.entity].placement.paths)

    async def _selected(self, entity: str, key: PartitionKey, equal: Mapping[str, Any]) -> CosmosDocument | None:
        """A document with these values, in the partitions whose key begins so."""
        paths = self._documents[entity].placement.paths
        conditions = {**equal, **{f'c["{path[1:]}"]': value for path, value in zip(paths, key, strict=False)}}
        scope = {"partition_key": list(key) if len(paths) > 1 else sdk_key(key)} if key else {}
        condition = " AND ".join(f"{name} = @p{number}" for number, name in enumerate(conditions))
        parameters = [{"name": f"@p{number}", "value": value} for number, value in enumerate(conditions.values())]
        query = f"SELECT * FROM c WHERE {condition}"  # noqa: S608 - made of names of the registry
        container = await self._containers.of(entity)
        async for found in container.query_items(query, parameters=parameters, **scope):
            return dict(found)
        return None


async def read(container: Any, id: str, key: PartitionKey) -> CosmosDocument | None:
    """The document with this id."""
    try:
        return dict(await container.read_item(id, partition_key=sdk_key(key)))
    except Exception as error:
        if status_of(error) == HTTPStatus.NOT_FOUND and stands_against(error):
            return None
        raise


def sdk_key(key: PartitionKey) -> Any:
    """A whole key as the SDK takes it: of one value alone if there is one path, and null by a name of its own."""
    if len(key) > 1:
        return list(key)
    if key[0] is not None:
        return key[0]
    from azure.cosmos.partition_key import NullPartitionKeyValue

    return NullPartitionKeyValue


def if_match(etag: str | None) -> dict[str, Any]:
    """The condition that a document has this etag, as the SDK's functions for single documents take it."""
    from azure.core import MatchConditions

    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}
