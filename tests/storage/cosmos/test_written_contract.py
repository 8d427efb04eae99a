"""The contract of writes, in every partition strategy: what they refuse, and what is stored then."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from atakora_data.query.filter import EVERYTHING, Filter
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
from atakora_data.storage.cosmos.writer import CosmosWriter
from atakora_data.storage.port import Change, Children, Document, EntityStore, Record, Target
from atakora_data.storage.stepwise import StepwiseStore
from tests.storage.contract import StoreContract
from tests.storage.cosmos.server import serving
from tests.storage.cosmos.writing import Desk
from tests.storage.models import REGISTRY

STRATEGIES: dict[str, Partition] = {
    "by_entity": by_entity(),
    "by_tenant": by_tenant(),
    "by_hash": by_hash(3),
    "by_id": by_id(),
    "by_hierarchy": by_hierarchy("tenant_id", "status"),
}


def partitioned(partition: Partition) -> Registry:
    """The registry of the contract in another partition strategy."""
    return Registry([replace(model, storage=Storage(partition=_fitting(model, partition))) for model in REGISTRY])


def _fitting(model: EntityModel, partition: Partition) -> Partition:
    has_fields = not isinstance(partition, ByHierarchy) or all(name in model.fields for name in partition.fields[1:])
    return partition if has_fields else by_hierarchy("tenant_id")


class Looked:
    """A store that writes as Cosmos does, and reads what the server holds with the evaluator."""

    def __init__(self, desk: Desk, writer: CosmosWriter) -> None:
        self.desk = desk
        self.writer = writer

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """The writer's."""
        return await self.writer.apply(changes)

    async def get(self, target: Target, id: str) -> Document | None:
        """By id."""
        return self.desk.document(target, id)

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """By ids."""
        return {id: record for id, record in self.desk.records(target).items() if id in ids}

    async def select(self, target: Target, query: Query) -> list[Record]:
        """What matches, by id."""
        return await self.desk.select(target, query)

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many match."""
        return len(await self.select(target, Query(filter, limit=10_000)))

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """What matches, by the parent's value."""
        found = await self.select(target, children.query)
        key = children.key.path[0]
        groups = {value: [record for record in found if record.get(key) == value] for value in children.values}
        return {value: records for value, records in groups.items() if records}

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """How many match, by the parent's value."""
        return {value: len(records) for value, records in (await self.select_children(target, children)).items()}


@pytest.fixture(params=list(STRATEGIES))
async def store(request: pytest.FixtureRequest) -> AsyncIterator[Any]:
    """A writer and what it wrote, in one strategy."""
    registry = partitioned(STRATEGIES[request.param])
    async with serving() as server:
        desk = Desk(server, registry)
        async with desk.writer() as writer:
            yield StepwiseStore(Looked(desk, writer), registry)  # type: ignore[arg-type]
            assert [] == desk.leftovers()


class TestWriting:
    """The contract's tests of writes; those of reads are for a server that knows SQL."""

    test_a_record_is_read_as_it_was_stored = StoreContract.test_a_record_is_read_as_it_was_stored
    test_what_is_read_belongs_to_the_reader = StoreContract.test_what_is_read_belongs_to_the_reader
    test_every_write_has_an_etag_of_its_own = StoreContract.test_every_write_has_an_etag_of_its_own
    test_a_replaced_record_is_the_new_one = StoreContract.test_a_replaced_record_is_the_new_one
    test_a_removed_record_is_gone = StoreContract.test_a_removed_record_is_gone
    test_only_the_current_etag_writes = StoreContract.test_only_the_current_etag_writes
    test_what_is_gone_cannot_be_changed = StoreContract.test_what_is_gone_cannot_be_changed
    test_an_id_is_inserted_once = StoreContract.test_an_id_is_inserted_once
    test_a_unique_field_names_itself_when_taken = StoreContract.test_a_unique_field_names_itself_when_taken
    test_nulls_and_the_record_itself_never_collide = StoreContract.test_nulls_and_the_record_itself_never_collide
    test_one_of_forty_racers_takes_a_unique_value = StoreContract.test_one_of_forty_racers_takes_a_unique_value
    test_one_of_forty_racers_changes_the_version = StoreContract.test_one_of_forty_racers_changes_the_version_it_read
    test_changes_are_all_made_or_none = StoreContract.test_changes_are_all_made_or_none
    test_changes_are_made_in_their_order = StoreContract.test_changes_are_made_in_their_order
    test_no_changes_are_no_work = StoreContract.test_no_changes_are_no_work
    test_what_no_json_can_hold_is_refused = StoreContract.test_what_no_json_can_hold_is_refused
    test_tenants_do_not_see_each_other = StoreContract.test_tenants_do_not_see_each_other
    test_entities_of_one_container = StoreContract.test_entities_of_one_container_do_not_see_each_other
    test_changes_of_several_entities_are_one = StoreContract.test_changes_of_several_entities_are_one
    test_what_is_required_must_be_there = StoreContract.test_what_is_required_must_be_there
    test_what_must_be_absent_is_not_there = StoreContract.test_what_must_be_absent_is_not_there
    test_the_order_of_requirements_counts = StoreContract.test_the_order_of_requirements_counts
    test_two_records_are_linked_once = StoreContract.test_two_records_are_linked_once

    @pytest.mark.filterwarnings("ignore:Sending a large body:ResourceWarning")
    async def test_a_large_document_is_kept_whole(self, store: EntityStore) -> None:
        """A record of about a megabyte comes back as it went in."""
        await StoreContract.test_a_large_document_is_kept_whole(StoreContract(), store)
