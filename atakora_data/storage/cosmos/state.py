"""The app's own values in Cosmos DB: documents with a lifetime, in containers that hold no records.

All values of a kind and partition share a logical partition, so that they are read together and their changes come in
order. A value that is removed leaves a document without it for an hour, from which the change feed tells the removal.
"""

from __future__ import annotations

import hashlib
import math
import re
import secrets
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

import orjson

from atakora_data.errors import AlreadyExists, MalformedRequest, PreconditionFailed
from atakora_data.storage.cosmos.changes import NOW, Reading, one_partition, parts_at
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.failures import stands_against
from atakora_data.storage.cosmos.internal import alone
from atakora_data.storage.cosmos.lookup import if_match, read
from atakora_data.storage.cosmos.retrying import Again, patiently
from atakora_data.storage.state import NEW, State, StateChanges

DEAD_LETTER: Final = "dead-letter"
"""The kind of values that have a container of their own."""

_KIND: Final = "~state"
_REMEMBERED: Final = 60 * 60
_LONGEST_LIFE: Final = 2**31 - 1
_LONGEST_KEY: Final = 1500
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,500}")
_ALL: Final = "SELECT * FROM c WHERE c.partitionKey = @key AND NOT IS_DEFINED(c._removed)"


class StateContainers(Protocol):
    """What gives the SDK's containers, both partitioned by `/partitionKey`."""

    async def internal(self) -> Any:
        """That of the store itself."""

    async def dead_letters(self) -> Any:
        """That for what could not be read."""


class CosmosStateStore:
    """A `StateStore` in the container `atakora-internal`, dead letters in `atakora-dead-letters`.

    clock: seconds since 1970. page: how many values one answer has at most.
    What another process has put is seen as soon as the account's consistency lets it.
    """

    def __init__(
        self, containers: StateContainers, *, clock: Callable[[], float] = time.time, page: int = 1000
    ) -> None:
        self._containers = containers
        self._clock = clock
        self._page = page

    async def get(self, kind: str, partition: str, id: str) -> State | None:
        """The value with this id, by one point read."""

        async def look() -> CosmosDocument | None:
            return await read(await self._container(kind), _document_id(id), (_key(kind, partition),))

        found = await patiently(look)
        return _state(partition, found) if found is not None and self._is_there(found) else None

    async def all(self, kind: str, partition: str) -> list[State]:
        """All values of the partition, by id; one request for each page."""
        key = _key(kind, partition)

        async def query() -> list[CosmosDocument]:
            container = await self._container(kind)
            parameters = [{"name": "@key", "value": key}]
            found = container.query_items(_ALL, parameters=parameters, partition_key=key, max_item_count=self._page)
            return [each async for each in found]

        states = [_state(partition, each) for each in await patiently(query) if self._is_there(each)]
        return sorted(states, key=lambda each: each.id)

    async def changes(self, kind: str, partition: str, since: str | None) -> StateChanges:
        """What was put or removed since a position: one request where nothing was."""
        if since is None:
            return await self._everything(kind, partition)
        changed: dict[str, CosmosDocument] = {}
        try:
            reading = Reading(await self._container(kind), parts_at(since))
            while documents := await reading.next(self._page):
                changed |= {each["name"]: each for each in documents}
        except MalformedRequest:  # the container was made anew since
            return await self._everything(kind, partition)
        states = [_state(partition, each) for each in changed.values() if self._is_there(each)]
        removed = [name for name, each in changed.items() if "_removed" in each]
        return StateChanges(states, removed, reading.position)

    async def put(
        self, kind: str, partition: str, id: str, value: dict[str, Any], *, ttl: float, etag: str | None = None
    ) -> State:
        """Keep the value, if what is there is what is expected; one request, and a read where that is refused."""
        expires = self._clock() + ttl
        life = min(math.ceil(ttl) + 1, _LONGEST_LIFE)  # the server counts from the beginning of its second
        content = {"name": id, "expires": expires, "ttl": life, "_state": orjson.dumps(value).decode()}
        document = alone(_key(kind, partition), _document_id(id), _KIND, _write=secrets.token_urlsafe(8), **content)

        async def write() -> CosmosDocument:
            container = await self._container(kind)
            if etag is None:
                return dict(await container.upsert_item(document))
            if etag == NEW:
                return await self._created(container, document)
            return await self._replaced(container, document, etag)

        return _state(partition, await patiently(write))

    async def remove(self, kind: str, partition: str, id: str) -> bool:
        """Forget the value; that it was removed is remembered for an hour."""
        name, key, now, token = _document_id(id), _key(kind, partition), self._clock(), secrets.token_urlsafe(8)
        kept = {"_removed": True, "_state": "", "_write": token, "expires": now + _REMEMBERED, "ttl": _REMEMBERED}
        operations = [{"op": "set", "path": f"/{path}", "value": each} for path, each in kept.items()]
        condition = f"FROM c WHERE NOT IS_DEFINED(c._removed) AND c.expires > {now:.6f}"

        async def forget() -> bool:
            container = await self._container(kind)
            try:
                await container.patch_item(
                    name, partition_key=key, patch_operations=operations, filter_predicate=condition
                )
            except Exception as error:
                if not stands_against(error):
                    raise
                found = await read(container, name, (key,))
                return found is not None and found["_write"] == token
            return True

        return await patiently(forget)

    async def _everything(self, kind: str, partition: str) -> StateChanges:
        """The position is asked for first: what comes meanwhile is told again, never missed."""
        container = await self._container(kind)
        reading = Reading(container, await one_partition(container, _key(kind, partition)), NOW)
        await reading.next(self._page)
        return StateChanges(await self.all(kind, partition), [], reading.position)

    async def _created(self, container: Any, document: CosmosDocument) -> CosmosDocument:
        """The document in a place that is free, or that only what is no longer there takes."""
        try:
            return dict(await container.create_item(document))
        except Exception as error:
            if not stands_against(error):
                raise
            found = await read(container, document["id"], (document["partitionKey"],))
            if found is None:
                raise Again from error
            if found["_write"] == document["_write"]:
                return found
            if self._is_there(found):
                raise AlreadyExists(f"There is a `{document['name']}` already.") from error
        try:
            return dict(await container.replace_item(document["id"], document, **if_match(found["_etag"])))
        except Exception as error:
            raise (Again() if stands_against(error) else error) from error

    async def _replaced(self, container: Any, document: CosmosDocument, etag: str) -> CosmosDocument:
        """The document in place of that with the etag, if that is there still."""
        expected, _, expires = etag.rpartition(" ")
        refused = PreconditionFailed(f"`{document['name']}` has changed since it was read.", hint="Read it again.")
        if float(expires) <= self._clock():
            raise refused
        try:
            return dict(await container.replace_item(document["id"], document, **if_match(expected)))
        except Exception as error:
            if not stands_against(error):
                raise
            found = await read(container, document["id"], (document["partitionKey"],))
            if found is not None and found["_write"] == document["_write"]:
                return found  # by a try whose answer was lost
            raise refused from error

    def _is_there(self, document: CosmosDocument) -> bool:
        """Whether it was neither removed nor has expired; the server may have it for a while still."""
        return "_removed" not in document and float(document["expires"]) > self._clock()

    async def _container(self, kind: str) -> Any:
        return await (self._containers.dead_letters() if kind == DEAD_LETTER else self._containers.internal())


def _state(partition: str, document: CosmosDocument) -> State:
    """The etag knows when the value expires, so that nothing is put in the place of one that is no longer there."""
    expires = float(document["expires"])
    etag = f"{document['_etag']} {expires!r}"
    return State(partition, document["name"], orjson.loads(document["_state"]), etag, expires)


def _key(kind: str, partition: str) -> str:
    """The logical partition; keys of the service end somewhere."""
    text = orjson.dumps([kind, partition]).decode()
    return f"{_KIND}{text}" if len(text.encode()) <= _LONGEST_KEY else f"{_KIND}${_digest(text)}"


def _document_id(id: str) -> str:
    """The id as it is if any document can have it, else a digest, which no plain one is called."""
    return id if _PLAIN.fullmatch(id) else f"${_digest(id)}"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode(errors="surrogatepass"), digest_size=32).hexdigest()
