"""Writers over the real SDK against a server of the tests."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from typing import Any

from azure.cosmos.aio import CosmosClient
from msgspec.structs import replace

from atakora_data.errors import StoreUnavailable
from atakora_data.query.evaluate import matches
from atakora_data.query.page import Query
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import (
    ByHierarchy,
    Partition,
    Storage,
    by_entity,
    by_hash,
    by_hierarchy,
    by_id,
    by_tenant,
)
from atakora_data.storage.cosmos.containers import INTERNAL
from atakora_data.storage.cosmos.documents import documents_of
from atakora_data.storage.cosmos.placement import place
from atakora_data.storage.cosmos.retrying import CLIENT_OPTIONS, Patience
from atakora_data.storage.cosmos.uniques import unique_names
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.port import Change, Document, Record, Target
from tests.storage.cosmos.container import Json
from tests.storage.cosmos.server import Fault, Sent, Server
from tests.storage.models import REGISTRY

SHORT = Patience(seconds=12.0, first_pause=0.002, longest_pause=0.02)
"""Long enough for what is to succeed."""


HURRIED = Patience(seconds=0.1, first_pause=0.001, longest_pause=0.01)
"""Short enough to wait for what is to fail."""


SOON = Patience(seconds=1.0, first_pause=0.001, longest_pause=0.02)
"""Long enough for the steps before what is to fail, also on a busy machine."""

STRATEGIES: dict[str, Partition] = {
    "by_entity": by_entity(),
    "by_tenant": by_tenant(),
    "by_hash": by_hash(3),
    "by_id": by_id(),
    "by_hierarchy": by_hierarchy("tenant_id", "status"),
}
"""One of each kind, for the registry of the contract."""


def partitioned(partition: Partition) -> Registry:
    """The registry of the contract in another partition strategy."""
    return Registry([replace(model, storage=Storage(partition=_fitting(model, partition))) for model in REGISTRY])


def _fitting(model: EntityModel, partition: Partition) -> Partition:
    has_fields = not isinstance(partition, ByHierarchy) or all(name in model.fields for name in partition.fields[1:])
    return partition if has_fields else by_hierarchy("tenant_id")


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        """The time."""
        return self.now


class Connected:
    """The containers of a registry on a server."""

    def __init__(self, client: CosmosClient, registry: Registry) -> None:
        self._database = client.get_database_client("d")
        self._names = {model.name: model.container for model in registry}

    async def of(self, entity: str) -> Any:
        """The container of an entity."""
        return self._database.get_container_client(self._names[entity])

    async def internal(self) -> Any:
        """The store's own."""
        return self._database.get_container_client(INTERNAL)


class Desk:
    """A server with the containers of a registry, and writers as of several processes."""

    def __init__(self, server: Server, registry: Registry) -> None:
        self.server = server
        self.registry = registry
        self.clock = Clock()
        self._documents = documents_of(registry)
        for model in registry:
            names = unique_names(registry, model.container)
            server.add(model.container, place(model).paths, [f"/_unique/{name}" for name in names])
        server.add(INTERNAL, ["/partitionKey"])

    @asynccontextmanager
    async def writer(self, patience: Patience = SHORT) -> AsyncIterator[CosmosWriter]:
        """A writer with a client of its own."""
        async with CosmosClient(self.server.url, "a2V5", **CLIENT_OPTIONS) as client:
            containers = Connected(client, self.registry)
            yield CosmosWriter(self.registry, containers, self.select, patience, self.clock)

    async def select(self, target: Target, query: Query) -> list[Record]:
        """The records that match, as they are on the server now."""
        found = [record for record in self.records(target).values() if matches(query.filter, record)]
        return sorted(found, key=lambda record: str(record["id"]))[: query.limit]

    def records(self, target: Target) -> dict[str, Record]:
        """All records of the target, as any reader would find them."""
        documents = self._documents[target.entity]
        found = [
            each
            for each in self.server.documents(self.registry[target.entity].container)
            if documents.holds(target, each)
        ]
        records = [documents.record(target, deepcopy(each)) for each in found]
        return {record["id"]: record for record in records}

    def document(self, target: Target, id: str) -> Document | None:
        """A record with its metadata."""
        documents = self._documents[target.entity]
        for each in self.server.documents(self.registry[target.entity].container):
            if documents.holds(target, each) and each["id"] == documents.placement.document_id(target, id):
                return documents.decode(target, deepcopy(each))
        return None

    def everything(self) -> dict[str, dict[str, Record]]:
        """All records of the tenant "", by entity and id, without their etags."""
        return {
            model.name: {id: without_etag(each) for id, each in self.records(Target(model.name)).items()}
            for model in self.registry
        }

    def leftovers(self) -> list[Json]:
        """Documents and marks of transactions."""
        return [each for each in self.server.documents() if "_pending" in each or str(each["id"]).startswith("~trans")]

    def guards(self) -> list[Json]:
        """The guards that are there."""
        return [each for each in self.server.documents(INTERNAL) if each["entityType"] == "~unique"]


def without_etag(record: Record) -> Record:
    """The record without what differs from write to write."""
    return {name: value for name, value in record.items() if name != "_etag"}


async def put(writer: CosmosWriter, *changes: Change) -> list[Record]:
    """Apply insertions and replacements; the stored records."""
    return [record for record in await writer.apply(changes) if record is not None]


def sent(server: Server, since: int = 0) -> list[tuple[str, ...]]:
    """What was sent, in short."""
    return [(each.method, *each.operations) for each in server.sent[since:]]


def kinds(documents: Iterable[Json]) -> Sequence[str]:
    """What kinds of documents there are."""
    return sorted(str(each["entityType"]) for each in documents)


def healthy(_: Sent) -> Fault | None:
    """Nothing goes wrong."""
    return None


def at(number: int, fault: Fault) -> Callable[[Sent], Fault | None]:
    """The fault for the request with this number."""
    return lambda request: fault if request.number == number else None


def dead_from(number: int, *, acts: bool) -> Callable[[Sent], Fault | None]:
    """Nothing is answered any more from this request on, which itself may be carried out still."""
    return lambda request: None if request.number < number else Fault(acts=acts and request.number == number)


async def succeeds(writer: CosmosWriter, changes: Sequence[Change]) -> bool:
    """Whether the changes are reported as made; else the store is unavailable."""
    try:
        await writer.apply(changes)
    except StoreUnavailable:
        return False
    return True
