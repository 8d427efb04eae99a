"""Asks the blog in GraphQL, fills it, and counts what its store is asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from atakora_data.query.aggregate import Aggregation, Row
from atakora_data.query.filter import EVERYTHING, Filter
from atakora_data.query.page import Query
from atakora_data.storage.port import Change, Children, Document, EntityStore, Linked, Record, Target
from tests.support.app import Answer, Client


@dataclass
class CountingStore:
    """A store that remembers which calls it got, and fails when told to."""

    store: EntityStore
    calls: list[str] = field(default_factory=list)
    failure: Exception | None = None

    async def start(self) -> None:
        """Open the store."""
        await self.store.start()

    async def stop(self) -> None:
        """Close the store."""
        await self.store.stop()

    async def get(self, target: Target, id: str) -> Document | None:
        """One record."""
        self.calls.append(f"get {target.entity}")
        if self.failure is not None:
            raise self.failure
        return await self.store.get(target, id)

    async def get_many(self, target: Target, ids: Sequence[str]) -> dict[str, Record]:
        """Several records."""
        self.calls.append(f"get_many {target.entity}")
        return await self.store.get_many(target, ids)

    async def select(self, target: Target, query: Query) -> list[Record]:
        """A page."""
        self.calls.append(f"select {target.entity}")
        return await self.store.select(target, query)

    async def select_stored(self, target: Target, query: Query) -> dict[str, Record | bytes]:
        """A page as it is stored."""
        self.calls.append(f"select_stored {target.entity}")
        return await self.store.select_stored(target, query)

    async def select_children(self, target: Target, children: Children) -> dict[str, list[Record]]:
        """Pages of several parents."""
        self.calls.append(f"select_children {target.entity}")
        return await self.store.select_children(target, children)

    async def select_children_stored(self, target: Target, children: Children) -> dict[str, list[Record] | bytes]:
        """Pages of several parents as they are stored."""
        self.calls.append(f"select_children_stored {target.entity}")
        return await self.store.select_children_stored(target, children)

    async def count_children(self, target: Target, children: Children) -> dict[str, int]:
        """Counts of several parents."""
        self.calls.append(f"count_children {target.entity}")
        return await self.store.count_children(target, children)

    async def select_linked(self, target: Target, children: Children) -> dict[str, list[Linked]]:
        """Pages of several parents, over a junction."""
        self.calls.append(f"select_linked {target.entity}")
        return await self.store.select_linked(target, children)

    async def aggregate(self, target: Target, aggregation: Aggregation) -> list[Row]:
        """Aggregates."""
        self.calls.append(f"aggregate {target.entity}")
        return await self.store.aggregate(target, aggregation)

    async def count(self, target: Target, filter: Filter = EVERYTHING) -> int:
        """How many match."""
        self.calls.append(f"count {target.entity}")
        return await self.store.count(target, filter)

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """Write."""
        self.calls.append("apply")
        return await self.store.apply(changes)


@dataclass
class Blog:
    """The blog as one principal asks it."""

    client: Client
    store: CountingStore

    def as_(self, id: str, *roles: str) -> Blog:
        """The same blog, asked by this principal."""
        return Blog(self.client.as_(id, *roles), self.store)

    async def ask(self, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """One request, however it is answered."""
        return await self.client.graphql(query, variables)

    async def data(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The data of a request that must not have errors."""
        answer = await self.ask(query, variables)
        assert "errors" not in answer.json, answer.json["errors"]
        return answer.json["data"]

    async def error(self, query: str, variables: Mapping[str, Any] | None = None) -> Any:
        """The one error of a request."""
        [error] = (await self.ask(query, variables)).json["errors"]
        return error

    async def create(self, entity: str, **input: Any) -> str:
        """Create a record; its id."""
        text = f"mutation($input: Create{entity}Input!) {{ create{entity}(input: $input) {{ id }} }}"
        return str((await self.data(text, {"input": input}))[f"create{entity}"]["id"])

    async def post(self, title: str, **input: Any) -> str:
        """Create a published post; its id."""
        return await self.create("Post", title=title, slug=title.lower(), **{"status": "published", **input})
