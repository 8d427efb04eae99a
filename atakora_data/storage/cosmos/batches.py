"""Carries out the writes of one logical partition: one as a plain request, several as a transactional batch.

A request that was answered by nobody, or was repeated on its way, may have been carried out before. So whatever stands
against a write is looked up: a document with the token of this call is its own success.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final, TypeAlias

from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.failures import stands_against, status_of
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup, sdk_key
from atakora_data.storage.cosmos.retrying import Again, Effort
from atakora_data.storage.cosmos.uniques import Unique
from atakora_data.storage.cosmos.writes import Partition, Write, changed, collision, gone, taken

MOST_OPERATIONS: Final = 100
"""How many operations a transactional batch may have."""

LARGEST_BATCH: Final = 2 * 1024 * 1024 - 64 * 1024
"""How many bytes of documents a batch may have: 2 MB less what the operations around them take."""

Operation: TypeAlias = tuple[str, tuple[Any, ...], dict[str, Any]]
"""As `execute_item_batch` takes it."""

Settle: TypeAlias = Callable[[Effort, Partition, CosmosDocument], Awaitable[None]]
"""Ends the transaction that has marked a document."""


def fits(writes: Sequence[Write]) -> bool:
    """Whether one request can hold the writes."""
    return len(writes) == 1 or (len(writes) <= MOST_OPERATIONS and sum(each.size for each in writes) <= LARGEST_BATCH)


class Batches:
    """Writes to logical partitions. uniques: what is unique in each entity."""

    def __init__(
        self, containers: ContainerSource, lookup: Lookup, uniques: Mapping[str, Sequence[Unique]], settle: Settle
    ) -> None:
        self._containers = containers
        self._lookup = lookup
        self._uniques = uniques
        self._settle = settle

    async def write(self, effort: Effort, writes: Sequence[Write]) -> list[str | None]:
        """All of the writes, which fit into one partition and one request, or none; the etags of what is stored."""
        etags = {each.id: each.etag for each in writes if each.etag is not None}

        async def attempt(lost: bool) -> list[str | None]:
            try:
                return await self._send(writes, etags)
            except Exception as error:
                if not stands_against(error):
                    raise
                done = await self._done(writes, _guilty(error), status_of(error), lost=lost)
                if done is not None:
                    return done
                raise await self._refusal(effort, writes[_guilty(error)], status_of(error), etags) from error

        return await effort.insist(attempt)

    async def _send(self, writes: Sequence[Write], etags: Mapping[str, str]) -> list[str | None]:
        partition = writes[0].partition
        container = await self._containers.of(partition.entity)
        match writes:
            case [Write(document=dict() as document, etag=None)]:
                return [_etag(await container.create_item(document))]
            case [Write(document=dict() as document) as write]:
                condition = _if_match(etags[write.id])
                return [_etag(await container.replace_item(write.id, document, **condition))]
        operations = [_operation(each, etags) for each in writes]
        answers = await container.execute_item_batch(operations, partition_key=sdk_key(partition.key))
        return [_etag_of_answer(write, answer) for write, answer in zip(writes, answers, strict=True)]

    async def _done(self, writes: Sequence[Write], guilty: int, status: int, *, lost: bool) -> list[str | None] | None:
        """The etags, if an earlier sending of these same writes was carried out after all."""
        stored = [each for each in writes if each.document is not None]
        witnesses = stored if lost else [each for each in stored if each is writes[guilty]]
        for each in witnesses:
            found = await self._lookup.document(each.partition, each.id)
            if found is not None and found.get("_write") == each.token:
                return [await self._etag_now(each) for each in writes]
        if lost and not stored and status == HTTPStatus.NOT_FOUND:
            return [None for _ in writes]
        return None

    async def _etag_now(self, write: Write) -> str | None:
        """The etag of what was stored; one that matches nothing, when it has been changed since."""
        if write.document is None:
            return None
        found = await self._lookup.document(write.partition, write.id)
        return _etag(found) if found is not None and found.get("_write") == write.token else f'"{write.token}"'

    async def _refusal(self, effort: Effort, write: Write, status: int, etags: dict[str, str]) -> Exception:
        """Why the write cannot be made: an error of the port, or `Again`."""
        found, entity = await self._lookup.document(write.partition, write.id), write.target.entity
        if found is not None and "_pending" in found:
            await self._settle(effort, write.partition, found)
            return Again()
        if write.etag is None and found is not None:
            return taken(entity)
        if write.etag is not None and found is None:
            return gone(entity)
        if status == HTTPStatus.CONFLICT:
            return await self._collision(effort, write)
        return self._stale(write, found, etags)

    def _stale(self, write: Write, found: CosmosDocument | None, etags: dict[str, str]) -> Exception:
        """Another etag than the expected one, which may be only because of a mark that came to nothing."""
        if found is None or write.etag is None:
            return Again()
        if found.get("_was") == write.etag and etags[write.id] != _etag(found):
            etags[write.id] = _etag(found)
            return Again()
        return changed(write.target.entity)

    async def _collision(self, effort: Effort, write: Write) -> Exception:
        """Which unique value of the write another document of the partition holds."""
        for unique in self._uniques[write.target.entity]:
            text = write.claims.get(unique.name)
            found = text and await self._lookup.holder(write.partition, unique.name, text)
            if found and found["id"] != write.id:
                if "_pending" not in found:
                    return collision(unique)
                await self._settle(effort, write.partition, found)
        return Again()


def _operation(write: Write, etags: Mapping[str, str]) -> Operation:
    if write.document is None:
        return "delete", (write.id,), {"if_match_etag": etags[write.id]}
    if write.etag is None:
        return "create", (write.document,), {}
    return "replace", (write.id, write.document), {"if_match_etag": etags[write.id]}


def _if_match(etag: str) -> dict[str, Any]:
    from azure.core import MatchConditions

    return {"etag": etag, "match_condition": MatchConditions.IfNotModified}


def _guilty(error: Exception) -> int:
    """Which operation of the batch was refused."""
    return int(getattr(error, "error_index", 0) or 0)


def _etag(document: Mapping[str, Any]) -> str:
    return str(document["_etag"])


def _etag_of_answer(write: Write, answer: Mapping[str, Any]) -> str | None:
    if write.document is None:
        return None
    return str(answer.get("eTag") or answer["resourceBody"]["_etag"])
