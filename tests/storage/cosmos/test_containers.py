"""From the registry to containers, and what an existing one may lack."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import SchemaError
from atakora_data.registry.entity import IndexKey, IndexModel
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Storage, autoscale, by_hierarchy, by_tenant, manual
from atakora_data.storage.cosmos.containers import ContainerSpec, container_specs, differences, shortcomings
from tests.storage.models import CAT, DOG, POST, REGISTRY


def spec(registry: Registry, name: str) -> ContainerSpec:
    """The container of this name."""
    return next(each for each in container_specs(registry) if each.name == name)


def test_each_container_is_there_once_and_so_is_the_stores_own() -> None:
    """Entities that name the same container share it."""
    names = ["animals", "atakora-internal", "books", "persons", "placings", "posts", "shelfs", "users"]
    assert names == [each.name for each in container_specs(REGISTRY)]
    assert ("/_unique/name",) == spec(REGISTRY, "animals").unique


def test_real_time_has_containers_of_its_own() -> None:
    """For the notes of the triggers, keyed as their extension wants it, and for what could not be read."""
    registry = Registry([replace(POST, realtime=True)])
    names = ["atakora-dead-letters", "atakora-internal", "atakora-leases", "posts"]
    assert names == [each.name for each in container_specs(registry)]
    assert ("/id",) == spec(registry, "atakora-leases").paths
    assert {-1} == {each.to_json()["defaultTtl"] for each in container_specs(registry)}


def test_a_container_is_described_as_the_service_takes_it() -> None:
    """Keys, indexes, lifetime, conflicts: in a stable order."""
    found = spec(Registry([POST]), "posts").to_json()
    assert [
        "name",
        "partitionKey",
        "uniqueKeyPolicy",
        "indexingPolicy",
        "defaultTtl",
        "conflictResolutionPolicy",
    ] == list(found)
    assert {"paths": ["/entityType"], "kind": "Hash", "version": 2} == found["partitionKey"]
    assert {"uniqueKeys": [{"paths": ["/_unique/slug"]}]} == found["uniqueKeyPolicy"]
    assert -1 == found["defaultTtl"]
    assert {"path": "/_metadata/*"} in found["indexingPolicy"]["excludedPaths"]


def test_declared_indexes_become_composite_ones_in_both_directions() -> None:
    """Each ends with the id, ascending, as every order does; decimals go by their shadow."""
    found = spec(Registry([POST]), "posts").composites
    assert {
        (("/status", False), ("/publishedAt", True), ("/id", False)),
        (("/status", True), ("/publishedAt", False), ("/id", False)),
        (("/publishedAt", True), ("/id", False)),
        (("/publishedAt", False), ("/id", False)),
    } < set(found)
    assert (("/_keys/price", False), ("/id", False)) in found


def test_strategies_decide_partition_key_and_unique_keys() -> None:
    """Where a tenant spans partitions, unique keys hold nothing, and guards do it."""
    storage = Storage(partition=by_hierarchy("tenant_id", "author_id"), throughput=autoscale(4000))
    post = replace(
        POST, storage=storage, fields={**POST.fields, "authorId": replace(POST.fields["authorId"], name="author_id")}
    )
    found = spec(Registry([post]), "posts")
    assert (("/tenantId", "/authorId"), ()) == (found.paths, found.unique)
    assert "MultiHash" == found.partition_key["kind"]
    assert {"maxThroughput": 4000} == found.to_json()["autoscaleSettings"]


def test_throughput_may_be_declared_by_any_of_the_entities() -> None:
    """It is the container's."""
    dog = replace(DOG, storage=Storage("animals", by_tenant(), throughput=manual(500)))
    cat = replace(CAT, storage=Storage("animals", by_tenant()))
    assert 500 == spec(Registry([cat, dog]), "animals").to_json()["throughput"]


def test_what_the_service_cannot_have_is_told_before_it_is_asked() -> None:
    """Ten unique fields a container, eight fields an index."""
    field = POST.fields["title"]
    many = {f"u{number}": replace(field, name=f"u{number}", wire=f"u{number}", unique=True) for number in range(10)}
    long = IndexModel("long", tuple(IndexKey(each.ref()) for each in [*many.values()][:8]))
    post = replace(POST, fields={**POST.fields, **many}, indexes=(long,))
    with pytest.raises(SchemaError) as caught:
        container_specs(Registry([post]))
    unique, *indexes = caught.value.problems
    assert "container posts in Azure Cosmos DB: its entities have 11 unique fields, and 10 are possible." in str(unique)
    assert ["an index has 9 fields, the id included"] * 2 == [
        each.message.partition(",")[0] + ", the id included" for each in indexes
    ]


def test_what_differs_is_told() -> None:
    """What takes a new container, and what an update puts right."""
    wanted = spec(Registry([POST]), "posts")
    properties: dict[str, Any] = {
        "partitionKey": {"paths": ["/id"]},
        "uniqueKeyPolicy": {"uniqueKeys": [{"paths": ["/email"]}]},
        "indexingPolicy": {"compositeIndexes": []},
    }
    assert (
        "its partition key is /id and not /entityType",
        "it has no unique key /_unique/slug",
        "it has a unique key /email that no field has",
    ) == differences(wanted, properties)
    missing = shortcomings(wanted, properties)
    assert "its time to live is off" == missing[0]
    assert "it has no composite index (/status ascending, /publishedAt descending, /id ascending)" in missing
    assert () == differences(wanted, wanted.to_json()) + shortcomings(wanted, wanted.to_json())
