"""The connection to an account, made at the first question: one client per process, closed with the app."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.account import Account
from atakora_data.storage.cosmos.containers import DEAD_LETTERS, INTERNAL, LEASES, container_specs
from atakora_data.storage.cosmos.provisioning import Provisioning
from atakora_data.storage.cosmos.retrying import CLIENT_OPTIONS, patiently


class Containers:
    """Gives the SDK's containers by entity.

    creates: whether the database and its containers are made where they are missing, as at a desk; else each is
    looked at before its first use, and StoreUnavailable tells what is missing or different.
    """

    def __init__(self, registry: Registry, account: Account, database: str, *, creates: bool) -> None:
        self._names = {model.name: model.container for model in registry}
        self._beside = (INTERNAL, LEASES) if creates and registry.realtime else (INTERNAL,)
        self._provisioning = Provisioning(database, container_specs(registry), creates=creates)
        self._account = account
        self._client: Any = None
        self._credential: Any = None
        self._looks: dict[str, asyncio.Task[Any]] = {}
        self._found: dict[str, Any] = {}
        self._entering = asyncio.Lock()
        self._is_entered = False

    async def of(self, entity: str) -> Any:
        """The container that holds the records of an entity; the store's own is there as well then."""
        return await self.named(self._names[entity])

    async def internal(self) -> Any:
        """The container of the store itself, partitioned by `/partitionKey`."""
        return self._found.get(INTERNAL) or await self._container(INTERNAL)

    async def named(self, name: str) -> Any:
        """The container with this name, which holds records."""
        return self._found.get(name) or await self._container(name)

    async def dead_letters(self) -> Any:
        """The container for what could not be read, partitioned by `/partitionKey`; nothing else waits for it."""
        return await self._looked_at(DEAD_LETTERS)

    async def close(self) -> None:
        """Close the connections; may be called twice."""
        client, credential, looks = self._client, self._credential, list(self._looks.values())
        self._client = self._credential = None
        self._is_entered = False
        self._looks, self._found = {}, {}
        for look in looks:
            look.cancel()
        await asyncio.gather(*looks, return_exceptions=True)
        if client is not None:
            await client.close()
        if hasattr(credential, "close"):
            await credential.close()

    async def _container(self, name: str) -> Any:
        """All are looked at before the first write, so that none stops half-way for a container that is missing."""
        names = (name, *self._beside)
        found = await asyncio.gather(*map(self._looked_at, names), return_exceptions=True)
        for each in found:
            if isinstance(each, BaseException):
                raise each
        self._found |= dict(zip(names, found, strict=True))
        return found[0]

    async def _looked_at(self, name: str) -> Any:
        """The container, looked at once for all who wait; a failure is told to them, and the next one tries again."""
        look = self._looks.get(name)
        if look is None:
            look = self._looks[name] = asyncio.ensure_future(self._prepared(name))
            look.add_done_callback(partial(self._forget_failed, name))
        return await asyncio.shield(look)

    def _forget_failed(self, name: str, look: asyncio.Task[Any]) -> None:
        if (look.cancelled() or look.exception() is not None) and self._looks.get(name) is look:
            del self._looks[name]

    async def _prepared(self, name: str) -> Any:
        return await self._provisioning.ready(await self._connected(), name)

    async def _connected(self) -> Any:
        """The client, once it knows the account: only then does it carry the token of the session with each request."""
        async with self._entering:
            if not self._is_entered:
                await patiently(self._created().__aenter__)
                self._is_entered = True
        return self._client

    def _created(self) -> Any:
        if self._client is None:
            from azure.cosmos.aio import CosmosClient

            from atakora_data.storage.cosmos.transport import ChargedTransport

            self._credential = self._account.credential()
            options = {**CLIENT_OPTIONS, "transport": ChargedTransport()}
            if self._account.is_local:
                options |= {"connection_verify": False, "enable_endpoint_discovery": False}
            self._client = CosmosClient(self._account.endpoint, self._credential, **options)
        return self._client
