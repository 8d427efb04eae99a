"""Where the records of an entity live, as declared: `storage = Storage(container="posts", partition=by_tenant())`."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct, field


class ByEntity(Struct, frozen=True):
    """One partition per entity: `/entityType`."""


class ByTenant(Struct, frozen=True):
    """One partition per tenant: `/tenantId`."""


class ByHash(Struct, frozen=True):
    """A fixed number of partitions by a hash of the id: `/partitionKey`."""

    buckets: int


class ByHierarchy(Struct, frozen=True):
    """Partitions within partitions, by up to three fields."""

    fields: tuple[str, ...]


class ById(Struct, frozen=True):
    """One partition per record."""


_MAX_LEVELS = 3

Partition: TypeAlias = ByEntity | ByTenant | ByHash | ByHierarchy | ById


class Autoscale(Struct, frozen=True):
    """Throughput of a container that follows the load, up to `most` request units a second."""

    most: int


class Manual(Struct, frozen=True):
    """Throughput of a container that stays at so many request units a second."""

    units: int


Throughput: TypeAlias = Autoscale | Manual


class Storage(Struct, frozen=True):
    """The container, how it is partitioned, and after how many seconds records vanish (None: never).

    throughput: of the container, for Cosmos DB; without it the account is serverless, or the database shares its own.
    cross_partition: whether questions may go through all partitions of the container, where Cosmos DB keeps it.
    """

    container: str | None = None
    partition: Partition = field(default_factory=ByEntity)
    ttl: int | None = None
    throughput: Throughput | None = None
    cross_partition: bool = True

    def __post_init__(self) -> None:
        if self.ttl is not None and self.ttl < 1:
            raise ValueError("ttl is a number of seconds, at least 1; leave it out to keep records for ever.")


_LEAST_AUTOSCALE = 1000
_LEAST_MANUAL = 400


def autoscale(most: int) -> Autoscale:
    """Throughput that follows the load: from a tenth of `most` up to it, in request units a second, by thousands."""
    if most < _LEAST_AUTOSCALE or most % _LEAST_AUTOSCALE:
        raise ValueError("autoscale takes the most request units a second: 1000, 2000, 3000 and so on.")
    return Autoscale(most)


def manual(units: int) -> Manual:
    """Throughput that stays, in request units a second, by hundreds."""
    if units < _LEAST_MANUAL or units % 100:
        raise ValueError("manual takes request units a second: 400, 500, 600 and so on.")
    return Manual(units)


def by_entity() -> ByEntity:
    """One partition per entity; the default."""
    return ByEntity()


def by_tenant() -> ByTenant:
    """One partition per tenant."""
    return ByTenant()


def by_hash(buckets: int) -> ByHash:
    """So many partitions, by a hash of the id."""
    if buckets < 1:
        raise ValueError("by_hash takes the number of partitions, at least 1.")
    return ByHash(buckets)


def by_hierarchy(*fields: str) -> ByHierarchy:
    """Partitions within partitions: `by_hierarchy("tenant_id", "user_id")`, one to three levels."""
    if not 1 <= len(fields) <= _MAX_LEVELS:
        raise ValueError("by_hierarchy takes one to three field names.")
    return ByHierarchy(fields)


def by_id() -> ById:
    """One partition per record."""
    return ById()
