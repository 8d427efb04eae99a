"""Where records live, by partition strategy."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from atakora_data.schema.storage import Partition, Storage, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.storage.cosmos.placement import Placement, place
from atakora_data.storage.port import Target
from tests.storage.models import POST

HOME, AWAY = Target("Post", "home"), Target("Post", "a/b~c")
STRATEGIES = [by_entity(), by_tenant(), by_hash(4), by_hierarchy("tenant_id", "authorId"), by_hierarchy("id"), by_id()]


def placed(partition: Partition) -> Placement:
    """Posts, partitioned so."""
    return place(replace(POST, storage=Storage(partition=partition)))


@pytest.mark.parametrize(
    ("partition", "expected"),
    [
        (by_entity(), (("/entityType",), ("Post",), ("Post",))),
        (by_tenant(), (("/tenantId",), ("home",), ("home",))),
        (by_id(), (("/_recordId",), (), ("1",))),
        (by_hierarchy("tenant_id", "authorId"), (("/tenantId", "/authorId"), ("home",), ("home", "alice"))),
        (by_hierarchy("tenant_id", "id"), (("/tenantId", "/_recordId"), ("home",), ("home", "1"))),
    ],
)
def test_a_partition_key_has_the_values_of_its_paths(partition: Partition, expected: tuple[object, ...]) -> None:
    """The paths, what is known of any record, and what is known of one record."""
    found = placed(partition)
    known = found.partition(HOME, "1", {"id": "1", "authorId": "alice"})
    assert expected == (found.paths, found.partition(HOME), known)
    assert found.is_whole(known)


def test_a_hash_spreads_ids_over_its_partitions() -> None:
    """Each id has one of the partitions of its entity and tenant, and all of them are used."""
    found = placed(by_hash(4))
    keys = {found.partition(HOME, str(number)) for number in range(100)}
    assert 4 == len(keys)
    assert () == found.partition(HOME)
    assert keys.isdisjoint(found.partition(AWAY, str(number)) for number in range(100))


@pytest.mark.parametrize("partition", STRATEGIES)
def test_records_of_two_tenants_never_share_a_document(partition: Partition) -> None:
    """Partition and id together tell all tenants apart, however they are called."""
    found = placed(partition)
    record = {"id": "1", "authorId": "alice"}
    places = {
        (found.partition(target, "1", record), found.document_id(target, "1"))
        for target in (HOME, AWAY, Target("Post", "a/b"), Target("Post"))
    }
    assert 4 == len(places)
