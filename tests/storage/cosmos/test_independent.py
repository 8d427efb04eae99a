"""The contract of stores against an independent server: what is beyond it is listed with the reason."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from itertools import count

import pytest
import pytest_asyncio

from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from atakora_data.storage.port import EntityStore
from atakora_data.storage.stepwise import StepwiseStore
from tests.storage.contract import StoreContract
from tests.storage.models import REGISTRY
from tests.support.cosmosdb import KEY, MISSING, cosmosdb, has_node

_MISSING_DOCUMENT = "it answers 500 when a document is read that is missing"
_BATCHES = "its batches are not undone when one operation is refused"
_UNIQUE = "it answers 500 when a replaced document meets a unique key, and in batches"
_LARGE = "it takes no large documents and batches"
_PARENTHESES = "each level of parentheses takes its parser six times as long"

BEYOND: Mapping[str, str] = {
    "test_a_large_document_is_kept_whole": _LARGE,
    "test_a_page_follows_its_position_while_records_come_and_go": _BATCHES,
    "test_a_removed_record_is_gone": _MISSING_DOCUMENT,
    "test_a_unique_field_names_itself_when_taken": _UNIQUE,
    "test_a_value_is_kept_with_the_changes_or_refuses_them": _MISSING_DOCUMENT,
    "test_aggregations": _PARENTHESES,
    "test_an_absent_record_is_none": _MISSING_DOCUMENT,
    "test_changes_are_all_made_or_none": _BATCHES,
    "test_changes_are_made_in_their_order": _BATCHES,
    "test_changes_of_several_entities_are_one": _BATCHES,
    "test_children_that_cross_relations": _PARENTHESES,
    "test_children_with_what_links_them": _PARENTHESES,
    "test_conditions_hold_in_their_tenant": _MISSING_DOCUMENT,
    "test_eight_relations_deep": _PARENTHESES,
    "test_entities_of_one_container_do_not_see_each_other": _MISSING_DOCUMENT,
    "test_one_of_forty_racers_takes_a_unique_value": _UNIQUE,
    "test_only_the_current_etag_writes": _MISSING_DOCUMENT,
    "test_pages_that_cross_relations": _PARENTHESES,
    "test_sums_are_exact": _LARGE,
    "test_tenants_do_not_see_each_other": _MISSING_DOCUMENT,
    "test_the_order_of_requirements_counts": _MISSING_DOCUMENT,
    "test_two_records_are_linked_once": _UNIQUE,
    "test_walking_the_pages_yields_each_record_once[names4-1]": _PARENTHESES,
    "test_walking_the_pages_yields_each_record_once[names4-3]": _PARENTHESES,
    "test_walking_the_pages_yields_each_record_once[names4-7]": _PARENTHESES,
    "test_what_is_gone_cannot_be_changed": _MISSING_DOCUMENT,
    "test_what_is_required_must_be_there": _MISSING_DOCUMENT,
}
"""Of the contract what this server cannot be asked; the server of our own is, in `test_contract.py`."""

_databases = count()


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """A server that all tests share: it outlives the loop of each."""
    with asyncio.Runner() as runner:
        server = cosmosdb()
        yield runner.run(server.__aenter__())
        runner.run(server.__aexit__(None, None, None))


@pytest.mark.skipif(not has_node(), reason=MISSING)
class TestIndependentServer(StoreContract):
    """One logical partition an entity."""

    impossible_ids = frozenset({"ü/ö?#%", ".."})

    @pytest.fixture(autouse=True)
    def within_reach(self, request: pytest.FixtureRequest) -> None:
        """Leave out what is beyond it."""
        names = (request.node.name, request.node.originalname)
        reason = next((BEYOND[name] for name in names if name in BEYOND), None)
        if reason is not None:
            pytest.skip(reason)

    @pytest_asyncio.fixture
    async def store(self, url: str, within_reach: None) -> AsyncIterator[EntityStore]:
        """A store in a database of its own."""
        containers = Containers(REGISTRY, Account(url, KEY), f"database{next(_databases)}", creates=True)
        store = StepwiseStore(CosmosEntityStore(REGISTRY, containers), REGISTRY)
        await store.start()
        yield store
        await store.stop()


def test_what_is_beyond_it_is_part_of_the_contract() -> None:
    """No test is left out by a name that there is no more."""
    assert [] == [name for name in BEYOND if not hasattr(StoreContract, name.partition("[")[0])]
