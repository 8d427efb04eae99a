"""Writes to several logical partitions, all or nothing, though Cosmos DB knows no such thing.

1. A transaction document (`prepared`) names the documents that are to change.
2. Each of them is marked with what is to come (`marks.py`), if its etag is the expected one. Whatever stands against
   one, such as a mark of another transaction: the transaction is `aborted` and the marks are taken away.
3. The transaction document becomes `committed`: from here on the changes are made, whatever happens.
4. The marks are carried out, partition by partition, and the transaction document is removed.

Cut off before 3 it comes to nothing, after 3 it is completed: by a writer that meets one of the marks, once it is
`OWN_SECONDS` or `PREPARED_SECONDS` too old, and by the first transaction of each process (`recover`). Who reads
meanwhile sees each record as before or as after, each by itself: there may be moments when only some are changed.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeAlias

from msgspec import Struct

from atakora_data.errors import RequestError, TooManyAffected
from atakora_data.storage.cosmos.batches import Batches, Blocked, blocked
from atakora_data.storage.cosmos.documents import CosmosDocument, Documents
from atakora_data.storage.cosmos.failures import stands_against
from atakora_data.storage.cosmos.internal import alone
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup, if_match, read
from atakora_data.storage.cosmos.marks import Marking, carried_out, portions, taken_away
from atakora_data.storage.cosmos.placement import PartitionKey
from atakora_data.storage.cosmos.retrying import PATIENT, Again, Effort, Patience, all_of
from atakora_data.storage.cosmos.sending import Batch
from atakora_data.storage.cosmos.steps import MOST_OPERATIONS, Kind, Partition, Step
from atakora_data.storage.cosmos.writes import NO_ETAG, Write

PREPARED_SECONDS: Final = 5.0
"""So long after the time of its call a transaction that is not decided is aborted by whoever meets it."""

OWN_SECONDS: Final = 5.0
"""So long a decided transaction is left to the call that decided it."""

KEPT_SECONDS: Final = 3600.0
"""So long the document of a transaction is kept that others completed, lest one of them saw less than all marks."""

MOST_DOCUMENTS: Final = 5000
"""How many documents one transaction may change."""

_TRANSACTION: Final = "~transaction"
_PREPARED, _COMMITTED, _ABORTED = "prepared", "committed", "aborted"


_Marked: TypeAlias = dict[tuple[Any, str], CosmosDocument]
"""By place and id what is known of the documents of a transaction: with their mark, then as they are without it."""


class _Part(Struct, frozen=True):
    """The documents of a transaction in one logical partition, in the order in which they are written."""

    partition: Partition
    ids: tuple[str, ...]


class Transactions:
    """Writes to several partitions, and the completion of those that were cut off. names: of containers, by entity."""

    def __init__(
        self,
        containers: ContainerSource,
        lookup: Lookup,
        documents: Mapping[str, Documents],
        names: Mapping[str, str],
        patience: Patience = PATIENT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._containers = containers
        self._lookup = lookup
        self._documents = documents
        self._names = names
        self._patience = patience
        self._clock = clock

    async def carry_out(self, batches: Batches, effort: Effort, writes: Sequence[Write]) -> dict[int, str | None]:
        """All of the writes or none; the etags of what is stored, by the numbers of the changes."""
        if len(writes) > MOST_DOCUMENTS:
            raise TooManyAffected(f"More than {MOST_DOCUMENTS} records would change at once.", hint="Write fewer.")
        while True:
            try:
                return await self._attempt(batches, effort, writes)
            except Blocked:
                if effort.left < 1:
                    raise
                await effort.pause()

    async def settle(self, effort: Effort, partition: Partition, found: CosmosDocument) -> bool:
        """End the transaction that has marked the document, unless it is under way; whether it is ended."""
        mark = found["_pending"]
        record = await self._record(mark["transaction"])
        if record is not None:
            return await self._complete(effort, record)
        if self._clock() < mark["until"]:
            return False
        part = _Part(partition, (mark.get("of", found["id"]),))
        await self._end(effort, mark["transaction"], part, None, is_committed=False)
        return True

    async def recover(self) -> None:
        """Complete the transactions that were cut off."""
        for record in await Effort(self._patience).make(self._records):
            effort = Effort(self._patience)
            if (
                await effort.make(partial(self._complete, effort, record))
                and self._clock() > record["until"] + KEPT_SECONDS
            ):
                await self._forget(record["partitionKey"])

    async def _attempt(self, batches: Batches, effort: Effort, writes: Sequence[Write]) -> dict[int, str | None]:
        parts = _parts(writes)
        record = await self._prepared(effort, parts)
        marked: _Marked = {}
        try:
            await all_of(self._mark(batches, effort, record, _of(part, writes), marked) for part in parts)
        except Exception:
            await self._abandon(record, parts)
            raise
        if not await self._is_committed(effort, record):
            await self._abandon(record, parts)
            raise blocked()
        await self._completed(record, parts, marked)
        return {each.number: etag for each in writes if (etag := await self._etag(effort, each, marked))}

    async def _prepared(self, effort: Effort, parts: Sequence[_Part]) -> CosmosDocument:
        """The document of a new transaction."""
        key = f"{_TRANSACTION}~{secrets.token_urlsafe(12)}"
        touched = [[each.partition.entity, list(each.partition.key), list(each.ids)] for each in parts]
        until = self._clock() + effort.left + PREPARED_SECONDS
        record = alone(key, _TRANSACTION, _TRANSACTION, state=_PREPARED, until=until, touched=touched)

        async def attempt() -> CosmosDocument:
            container = await self._containers.internal()
            try:
                return dict(await container.create_item(record))
            except Exception as error:
                found = await self._record(key) if stands_against(error) else None
                if found is None:
                    raise
                return found

        return await effort.make(attempt)

    async def _mark(
        self, batches: Batches, effort: Effort, record: CosmosDocument, writes: Sequence[Write], marked: _Marked
    ) -> None:
        """Mark the documents of one partition; what they are then."""
        partition = writes[0].partition
        marking = Marking(record["partitionKey"], record["until"], _moving(writes))
        requests = list(portions([marking.steps(self._documents[each.target.entity], each) for each in writes]))
        if marking.lent and len(requests) > 1:
            raise TooManyAffected(
                f"More than {MOST_OPERATIONS // 2} records change together while a unique value moves between two.",
                hint="Move the value in a write of its own.",
            )
        for steps in requests:
            etags = await batches.make(effort, partition, steps, waits=False)
            for step, etag in zip(steps, etags, strict=True):
                mark = step.mark
                if "of" not in mark:
                    marked[partition.place, step.id] = {"id": step.id, "_etag": etag, "_pending": mark}

    async def _is_committed(self, effort: Effort, record: CosmosDocument) -> bool:
        """Decide the transaction; False when another has aborted it."""

        async def attempt() -> bool:
            try:
                await self._decide(record, _COMMITTED)
            except Again:
                found = await self._record(record["partitionKey"])
                return found is not None and found["state"] == _COMMITTED
            return True

        return await effort.make(attempt)

    async def _completed(self, record: CosmosDocument, parts: Sequence[_Part], marked: _Marked) -> None:
        with suppress(RequestError):  # it is committed, and completed by whoever meets what is left of it
            effort, key = Effort(self._patience), record["partitionKey"]
            await all_of(self._end(effort, key, part, marked, is_committed=True) for part in parts)
            await self._forget(key)

    async def _abandon(self, record: CosmosDocument, parts: Sequence[_Part]) -> None:
        """Abort the transaction and take its marks away."""

        async def attempt() -> bool:
            found = await self._record(record["partitionKey"])
            if found is not None and found["state"] == _PREPARED:
                await self._decide(found, _ABORTED)
            return found is None or found["state"] != _COMMITTED

        with suppress(RequestError):  # it is not committed, and ended by whoever meets what is left of it
            effort, key = Effort(self._patience), record["partitionKey"]
            if await effort.make(attempt):
                await all_of(self._end(effort, key, part, None, is_committed=False) for part in parts)
                await self._forget(key)

    async def _complete(self, effort: Effort, record: CosmosDocument) -> bool:
        """End a transaction of others, unless it is under way; whether it is ended."""
        if self._clock() < record["until"]:
            return False
        if record["state"] == _PREPARED:
            record = await self._decide(record, _ABORTED)
        parts = [
            _Part(Partition(entity, self._names[entity], tuple(key)), tuple(ids))
            for entity, key, ids in record["touched"]
        ]
        is_committed = record["state"] == _COMMITTED
        await all_of(self._end(effort, record["partitionKey"], each, None, is_committed=is_committed) for each in parts)
        return True

    async def _end(
        self, effort: Effort, transaction: str, part: _Part, marked: _Marked | None, *, is_committed: bool
    ) -> None:
        """Carry the marks of one partition out, or take them away. marked: what is known of them, and then of it."""
        place = part.partition.place
        known = None if marked is None else [marked[place, id] for id in part.ids]

        async def attempt() -> None:
            nonlocal known
            found, known = known, None
            if found is None:
                found = await self._found(transaction, part)
            entity = part.partition.entity
            groups = [carried_out(entity, each) if is_committed else taken_away(entity, each) for each in found]
            for steps in portions(groups if is_committed else groups[::-1]):
                await self._send(part.partition, steps, marked)

        await effort.make(attempt)

    async def _send(self, partition: Partition, steps: Sequence[Step], marked: _Marked | None) -> None:
        container = await self._containers.of(partition.entity)
        operations = [each.operation(each.etag) for each in steps]
        try:
            answers = await Batch(container, partition.key).send(operations)
        except Exception as error:
            if stands_against(error):
                raise Again from error
            raise
        for step, answer in zip(steps, answers, strict=True):
            if marked is not None and step.kind is Kind.REPLACE:
                marked[partition.place, step.id] = {"_etag": answer.get("eTag") or answer["resourceBody"]["_etag"]}

    async def _found(self, transaction: str, part: _Part) -> list[CosmosDocument]:
        """The documents of the part that still have their mark."""
        found = [await self._lookup.document(part.partition, id) for id in part.ids]
        return [each for each in found if each is not None and _transaction(each) == transaction]

    async def _etag(self, effort: Effort, write: Write, marked: _Marked) -> str | None:
        """The etag of what was stored; one that matches nothing, when it has been changed since."""
        if write.document is None:
            return None
        known = marked[write.partition.place, write.id]
        if "_pending" not in known:
            return str(known["_etag"])
        with suppress(RequestError):  # what is stored is known, only its etag is not
            found = await effort.make(lambda: self._lookup.document(write.partition, write.id))
            if found is not None and write.step.is_done(found):
                return str(found["_etag"])
        return NO_ETAG

    async def _record(self, key: str) -> CosmosDocument | None:
        return await read(await self._containers.internal(), _TRANSACTION, (key,))

    async def _records(self) -> list[CosmosDocument]:
        container = await self._containers.internal()
        query, parameters = "SELECT * FROM c WHERE c.entityType = @kind", [{"name": "@kind", "value": _TRANSACTION}]
        return [each async for each in container.query_items(query, parameters=parameters)]

    async def _decide(self, record: CosmosDocument, state: str) -> CosmosDocument:
        """The document of the transaction in its new state; Again: another has decided it."""
        container = await self._containers.internal()
        try:
            return dict(
                await container.replace_item(
                    _TRANSACTION,
                    {**record, "state": state, "until": self._clock() + OWN_SECONDS},
                    **if_match(record["_etag"]),
                )
            )
        except Exception as error:
            if stands_against(error):
                raise Again from error
            raise

    async def _forget(self, key: str) -> None:
        async def attempt() -> None:
            container = await self._containers.internal()
            await container.delete_item(_TRANSACTION, partition_key=key)

        with suppress(RequestError):  # one that is left over is removed by `recover`
            await Effort(self._patience).make(attempt)


def _parts(writes: Sequence[Write]) -> list[_Part]:
    ids: dict[tuple[str, PartitionKey], list[str]] = {}
    partitions = {each.partition.place: each.partition for each in writes}
    for write in writes:
        ids.setdefault(write.partition.place, []).append(write.id)
    return [_Part(partitions[place], tuple(mine)) for place, mine in ids.items()]


def _of(part: _Part, writes: Sequence[Write]) -> list[Write]:
    return [each for each in writes if each.partition.place == part.partition.place]


def _moving(writes: Sequence[Write]) -> frozenset[str]:
    """The unique texts that one document of the partition has and another is to have."""
    stored = {text: each.id for each in writes for text in _unique(each.document)}
    return frozenset(
        text for each in writes for text in _unique(each.before) if text in stored and stored[text] != each.id
    )


def _unique(document: Mapping[str, Any] | None) -> Iterable[str]:
    found: Mapping[str, str] = (document or {}).get("_unique", {})
    return found.values()


def _transaction(document: CosmosDocument) -> Any:
    return document.get("_pending", {}).get("transaction")
