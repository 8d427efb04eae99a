"""The stores: where records live, and what lies beside them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from atakora_data.registry.registry import Registry
from atakora_data.settings import Settings
from atakora_data.storage.feed import ChangeFeed, Journal
from atakora_data.storage.port import EntityStore
from atakora_data.storage.sqlite.state import SqliteFile, SqliteStateStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.storage.state import StateStore

_TOPIC: Final = "topic.db"
"""The file for messages when the records are in Cosmos DB, beside where they would be else."""


class Stores(Struct, frozen=True):
    """Where records live. beside: what real time needs of it; None where there is none. also: what is opened too.

    state: the app's own values; None where the store keeps none.
    """

    records: EntityStore
    beside: Beside | None = None
    also: tuple[EntityStore, ...] = ()
    state: StateStore | None = None


class Beside(Struct, frozen=True):
    """What a store keeps beside the records: the journal, the feed of it, and the app's own values.

    file: where a stand-in for Service Bus keeps its messages; None in Azure.
    """

    feed: ChangeFeed
    journal: Journal
    state: StateStore
    file: SqliteFile | None = None


def stores(settings: Settings, registry: Registry) -> Stores:
    """The stores that the settings ask for; what only one of them needs is imported for it alone."""
    if settings.store == "cosmos":
        return _cosmos(settings, registry)
    return given(SqliteEntityStore(registry, ":memory:" if settings.store == "memory" else settings.data))


def given(store: EntityStore) -> Stores:
    """The stores that come with this one."""
    if isinstance(store, SqliteEntityStore):
        state = SqliteStateStore(store)
        return Stores(store, Beside(store, store, state, store), state=state)
    return Stores(store)


def _cosmos(settings: Settings, registry: Registry) -> Stores:
    from atakora_data.storage.cosmos.account import account_of
    from atakora_data.storage.cosmos.connection import Containers
    from atakora_data.storage.cosmos.state import CosmosStateStore
    from atakora_data.storage.cosmos.store import CosmosEntityStore
    from atakora_data.storage.stepwise import StepwiseStore

    account = account_of(settings.cosmos)
    containers = Containers(registry, account, settings.cosmos_database, creates=not settings.is_azure)
    records = StepwiseStore(CosmosEntityStore(registry, containers), registry)
    state = CosmosStateStore(containers)
    if not registry.realtime:
        return Stores(records, state=state)
    from atakora_data.storage.cosmos.feed import CosmosJournal

    journal = CosmosJournal(registry, containers)
    if settings.is_azure or settings.service_bus:
        return Stores(records, Beside(journal, journal, state), state=state)
    file = SqliteEntityStore(Registry(()), settings.data.with_name(_TOPIC))
    return Stores(records, Beside(journal, journal, state, file), (file,), state)
