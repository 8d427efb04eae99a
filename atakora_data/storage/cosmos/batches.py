"""Makes steps in one logical partition, together: one as a plain request, several as a transactional batch.

A request that nobody answered, or that was repeated on its way, may have been carried out before. So whatever stands
against a step is looked up: a document that is as the step would leave it is its own success.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from http import HTTPStatus
from typing import Any, TypeAlias

from atakora_data.errors import WriteContention
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.failures import stands_against, status_of
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup, if_match
from atakora_data.storage.cosmos.retrying import Again, Effort
from atakora_data.storage.cosmos.sending import Batch
from atakora_data.storage.cosmos.steps import Kind, Partition, Step
from atakora_data.storage.cosmos.uniques import Unique
from atakora_data.storage.cosmos.writes import NO_ETAG, changed, collision, gone, taken

Settle: TypeAlias = Callable[[Effort, Partition, CosmosDocument], Awaitable[bool]]
"""Ends the transaction that has marked a document, unless it is under way still; whether it is ended."""


class Blocked(WriteContention):
    """Another transaction is about to change the same records."""


class Batches:
    """Steps in logical partitions. uniques: what the container's unique keys keep, by entity."""

    def __init__(
        self, containers: ContainerSource, lookup: Lookup, uniques: Mapping[str, Sequence[Unique]], settle: Settle
    ) -> None:
        self._containers = containers
        self._lookup = lookup
        self._uniques = uniques
        self._settle = settle

    async def make(
        self, effort: Effort, partition: Partition, steps: Sequence[Step], *, waits: bool = True
    ) -> list[str | None]:
        """All of the steps, which fit into one request, or none; the etags of what is stored.

        waits: whether to wait for transactions of others that are under way; else that is `Blocked`.
        """
        etags = [each.etag for each in steps]

        async def attempt(lost: bool) -> list[str | None]:
            batch = Batch(await self._containers.of(partition.entity), partition.key)
            try:
                return await self._send(batch, steps, etags)
            except Exception as error:
                lost = lost or batch.after_loss
                if not stands_against(error):
                    raise
                guilty, status = int(getattr(error, "error_index", 0) or 0), status_of(error)
                if await self._was_done(partition, steps, guilty, status, lost=lost):
                    return [await self._etag_now(partition, each) for each in steps]
                refusal = await self._refusal(effort, partition, steps[guilty], status)
                if isinstance(refusal, _Renewed):
                    etags[guilty] = refusal.etag
                if isinstance(refusal, Blocked) and waits:
                    refusal = Again()
                raise refusal from error

        return await effort.insist(attempt)

    async def _send(self, batch: Batch, steps: Sequence[Step], etags: Sequence[str | None]) -> list[str | None]:
        match steps:
            case [Step(kind=Kind.CREATE, document=dict() as document)]:
                return [_etag(await batch.container.create_item(document))]
            case [Step(kind=Kind.REPLACE, document=dict() as document) as step]:
                return [_etag(await batch.container.replace_item(step.id, document, **if_match(etags[0])))]
        operations = [step.operation(etag) for step, etag in zip(steps, etags, strict=True)]
        answers = await batch.send(operations)
        return [_etag_of_answer(step, answer) for step, answer in zip(steps, answers, strict=True)]

    async def _was_done(
        self, partition: Partition, steps: Sequence[Step], guilty: int, status: int, *, lost: bool
    ) -> bool:
        """Whether an earlier sending of these same steps was carried out after all."""
        telling = [step for step in steps if step.kind is not Kind.DELETE]
        for step in telling if lost else [step for step in telling if step is steps[guilty]]:
            found = await self._lookup.document(partition, step.id)
            if found is not None and step.is_done(found):
                return True
        return lost and not telling and status == HTTPStatus.NOT_FOUND

    async def _etag_now(self, partition: Partition, step: Step) -> str | None:
        """The etag of what was stored; one that matches nothing, when it has been changed since."""
        if step.kind is Kind.DELETE:
            return None
        found = await self._lookup.document(partition, step.id)
        return _etag(found) if found is not None and step.is_done(found) else NO_ETAG

    async def _refusal(self, effort: Effort, partition: Partition, step: Step, status: int) -> Exception:
        """Why the step cannot be made: an error of the port, or `Again`."""
        found = await self._lookup.document(partition, step.id)
        if found is not None and "_pending" in found:
            return Again() if await self._settle(effort, partition, found) else blocked()
        match step.kind:
            case Kind.CREATE if found is not None:
                return taken(step.entity)
            case Kind.REPLACE | Kind.DELETE | Kind.PATCH if found is None:
                return gone(step.entity)
        if status == HTTPStatus.CONFLICT:
            return await self._collision(effort, partition, step)
        if found is None or found["_etag"] == step.etag:
            return Again()
        return _Renewed(_etag(found)) if step.etag == found.get("_was") else changed(step.entity)

    async def _collision(self, effort: Effort, partition: Partition, step: Step) -> Exception:
        """Which unique value of the step another document of the partition holds."""
        for unique in self._uniques[step.entity]:
            text = step.claims.get(unique.name)
            found = text and await self._lookup.holder(partition, unique.name, text)
            if found and found["id"] != step.id:
                if "_pending" not in found:
                    return collision(unique)
                if not await self._settle(effort, partition, found):
                    return blocked()
        return Again()


class _Renewed(Again):
    """The document has another etag only because of a mark that came to nothing."""

    def __init__(self, etag: str) -> None:
        super().__init__()
        self.etag = etag


def blocked() -> Blocked:
    """The error of records that another transaction has marked."""
    return Blocked("Another write is about to change the same records.", hint="Try again.")


def _etag(document: Mapping[str, Any]) -> str:
    return str(document["_etag"])


def _etag_of_answer(step: Step, answer: Mapping[str, Any]) -> str | None:
    if step.kind is Kind.DELETE:
        return None
    return str(answer.get("eTag") or answer["resourceBody"]["_etag"])
