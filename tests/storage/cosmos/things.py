"""An entity with fields of every kind, and a store for it on a server that holds nothing yet."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

from msgspec.structs import replace

from atakora_data.query.page import OrderKey
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, ObjectType, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Partition, Storage, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.connection import Containers
from atakora_data.storage.cosmos.store import CosmosEntityStore
from tests.storage.cosmos.server import Sent, Server, serving
from tests.storage.models import entity, field, index
from tests.support.strategies import FIELDS

STRATEGIES: dict[str, Partition] = {
    "by_entity": by_entity(),
    "by_tenant": by_tenant(),
    "by_hash": by_hash(3),
    "by_id": by_id(),
    "by_hierarchy of the tenant": by_hierarchy("tenant_id"),
    "by_hierarchy of tenant and field": by_hierarchy("tenant_id", "text"),
    "by_hierarchy of fields": by_hierarchy("flag", "text"),
}

_INNER = ObjectType(
    "Inner",
    {
        each.wire: each
        for each in (field("text"), field("number", TypeName.FLOAT), field("tags", TypeName.LIST, TypeName.STRING))
    },
)
THING = entity(
    "Thing",
    field("text"),
    field("number", TypeName.FLOAT),
    field("flag", TypeName.BOOLEAN),
    field("price", TypeName.DECIMAL),
    field("when", TypeName.DATETIME),
    field("tags", TypeName.LIST, TypeName.STRING),
    field("scores", TypeName.LIST, TypeName.FLOAT),
    field("switches", TypeName.LIST, TypeName.BOOLEAN),
    field("prices", TypeName.LIST, TypeName.DECIMAL),
    FieldModel("inner", "inner", FieldType(TypeName.OBJECT, nullable=True, object=_INNER)),
    indexes=[
        index("by_text", OrderKey(FIELDS["text"])),
        index("by_text_and_number", OrderKey(FIELDS["text"]), OrderKey(FIELDS["number"], descending=True)),
        index("by_price", OrderKey(FIELDS["price"], descending=True), OrderKey(FIELDS["when"])),
    ],
)
"""The made-up shape of the strategies."""


class Opened(NamedTuple):
    """A started store, and the server it asks."""

    store: CosmosEntityStore
    server: Server

    def asked(self) -> list[Sent]:
        """What was asked of documents since the last time."""
        sent, self.server.sent = self.server.sent, []
        return sent


@asynccontextmanager
async def opened(partition: Partition, *models: EntityModel) -> AsyncIterator[Opened]:
    """A store of these entities, all partitioned so."""
    registry = Registry([replace(model, storage=Storage(partition=partition)) for model in models or (THING,)])
    async with serving() as server:
        account = Account(server.url, base64.b64encode(b"key").decode())
        store = CosmosEntityStore(registry, Containers(registry, account, "d", creates=True))
        await store.start()
        try:
            yield Opened(store, server)
        finally:
            await store.stop()
