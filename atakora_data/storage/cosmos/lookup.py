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
        paths = documents.placement.paths[: len(key)]
        conditions = {
            "c.id": document_id,
            **{f'c["{path[1:]}"]': value for path, value in zip(paths, key, strict=True)},
        }
        found = await _select(container, conditions, key)
        return next(iter(found), None)

    async def holder(self, partition: Partition, name: str, text: str) -> CosmosDocument | None:
        """The document of the partition that holds this text for its unique keys."""
        container = await self._containers.of(partition.entity)
        paths = self._documents[partition.entity].placement.paths
        places = {f'c["{path[1:]}"]': value for path, value in zip(paths, partition.key, strict=True)}
        found = await _select(container, {f'c["_unique"]["{name}"]': text, **places}, partition.key)
        return next(iter(found), None)

    def key(self, target: Target, document: CosmosDocument) -> PartitionKey:
        """The partition that the document of a record lies in."""
        return tuple(document.get(path[1:]) for path in self._documents[target.entity].placement.paths)


async def read(container: Any, id: str, key: PartitionKey) -> CosmosDocument | None:
    """The document with this id."""
    try:
        return dict(await container.read_item(id, partition_key=sdk_key(key)))
    except Exception as error:
        if status_of(error) == HTTPStatus.NOT_FOUND and stands_against(error):
            return None
        raise


def sdk_key(key: PartitionKey) -> Any:
    """The key as the SDK takes it."""
    return key[0] if len(key) == 1 else list(key)


def if_match(etag: str | None) -> dict[str, Any]:
    """The condition that a document has this etag, as the SDK's functions for single documents take it."""
    from azure.core import MatchConditions

    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


async def _select(container: Any, equal: Mapping[str, Any], key: PartitionKey) -> list[Any]:
    scope = {"partition_key": sdk_key(key)} if key else {}
    condition = " AND ".join(f"{name} = @p{number}" for number, name in enumerate(equal))
    parameters = [{"name": f"@p{number}", "value": value} for number, value in enumerate(equal.values())]
    query = f"SELECT * FROM c WHERE {condition}"  # noqa: S608 - made of names of the registry
    return [each async for each in container.query_items(query, parameters=parameters, **scope)]
