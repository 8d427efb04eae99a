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
from atakora_data.storage.cosmos.failures import mapped, may_be_done, stands_against, status_of
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup, if_match
from atakora_data.storage.cosmos.retrying import Again, Effort
from atakora_data.storage.cosmos.sending import Batch
from atakora_data.storage.cosmos.steps import Kind, Partition, Step
from atakora_data.storage.cosmos.uniques import Unique
from atakora_data.storage.cosmos.writes import NO_ETAG, changed, collision, gone, taken

Settle: TypeAlias = Callable[[Effort, Partition, CosmosDocument], Awaitable[bool]]
"""Ends the transaction that has marked a document, unless it is under way still; whether it is ended."""

Renew: TypeAlias = Callable[[], Awaitable[Sequence[Step] | None]]
"""What is sent again instead of steps that may have been carried out; None when they surely were."""


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
        self,
        effort: Effort,
        partition: Partition,
        steps: Sequence[Step],
        *,
        waits: bool = True,
        renew: Renew | None = None,
    ) -> list[str | None]:
        """All of the steps, which fit into one request, or none; the etags of what is stored.

        waits: whether to wait for transactions of others that are under way; else that is `Blocked`. renew: asked for
        what to send after a sending that may have been carried out unseen.
        """
        making = _Making(self, effort, partition, steps, waits=waits, renew=renew)
        try:
            return await effort.insist(making.attempt)
        except WriteContention as error:
            if making.is_sending:  # its time was over before the answer came
                raise mapped(TimeoutError()) from error
            raise

    async def batch(self, partition: Partition) -> Batch:
        """One to be sent to the partition."""
        return Batch(await self._containers.of(partition.entity), partition.key)

    async def send(self, batch: Batch, steps: Sequence[Step], etags: Sequence[str | None]) -> list[str | None]:
        """Send the steps, on the documents that have these etags; the etags of what is stored then."""
        match steps:
            case [Step(kind=Kind.CREATE, document=dict() as document)]:
                return [_etag(await batch.container.create_item(document))]
            case [Step(kind=Kind.REPLACE, document=dict() as document) as step]:
                return [_etag(await batch.container.replace_item(step.id, document, **if_match(etags[0])))]
        operations = [step.operation(etag) for step, etag in zip(steps, etags, strict=True)]
        answers = await batch.send(operations)
        return [_etag_of_answer(step, answer) for step, answer in zip(steps, answers, strict=True)]

    async def was_done(
        self, partition: Partition, steps: Sequence[Step], guilty: int, status: int, *, lost: bool
    ) -> bool:
        """Whether an earlier sending of these same steps was carried out after all."""
        telling = [step for step in steps if step.kind is not Kind.DELETE]
        for step in telling if lost else [step for step in telling if step is steps[guilty]]:
            found = await self._lookup.document(partition, step.id)
            if found is not None and step.is_done(found):
                return True
        return lost and not telling and status == HTTPStatus.NOT_FOUND

    async def etag_now(self, partition: Partition, step: Step) -> str | None:
        """The etag of what was stored; one that matches nothing, when it has been changed since."""
        if step.kind is Kind.DELETE:
            return None
        found = await self._lookup.document(partition, step.id)
        return _etag(found) if found is not None and step.is_done(found) else NO_ETAG

    async def refusal(self, effort: Effort, partition: Partition, step: Step, status: int) -> Exception:
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


class _Making:
    """The tries to make some steps. is_sending: whether an answer is waited for."""

    def __init__(
        self,
        batches: Batches,
        effort: Effort,
        partition: Partition,
        steps: Sequence[Step],
        *,
        waits: bool,
        renew: Renew | None,
    ) -> None:
        self._batches = batches
        self._effort = effort
        self._partition = partition
        self._steps = steps
        self._etags = [each.etag for each in steps]
        self._waits = waits
        self._renew = renew
        self._was_lost = False
        self.is_sending = False

    async def attempt(self, lost: bool) -> list[str | None]:
        """The etags of what is stored. lost: whether an earlier try may have been carried out."""
        batch = await self._batches.batch(self._partition)
        if self._was_lost and self._renew is not None:
            renewed = await self._renew()
            if renewed is None:
                return await self._etags_now()
            self._steps, self._was_lost = renewed, False
        try:
            return await self._sent(batch)
        except Exception as error:
            self.is_sending = False
            self._was_lost = self._was_lost or batch.after_loss or may_be_done(error)
            if not stands_against(error):
                raise
            guilty, status, lost = (
                int(getattr(error, "error_index", 0) or 0),
                status_of(error),
                lost or batch.after_loss,
            )
            if await self._batches.was_done(self._partition, self._steps, guilty, status, lost=lost):
                return await self._etags_now()
            raise await self._stands(guilty, status) from error

    async def _sent(self, batch: Batch) -> list[str | None]:
        self.is_sending = True
        answered = await self._batches.send(batch, self._steps, self._etags)
        self.is_sending = False
        return answered

    async def _etags_now(self) -> list[str | None]:
        return [await self._batches.etag_now(self._partition, each) for each in self._steps]

    async def _stands(self, guilty: int, status: int) -> Exception:
        """What stands against the guilty step; it may be gone with the next try."""
        refusal = await self._batches.refusal(self._effort, self._partition, self._steps[guilty], status)
        if isinstance(refusal, _Renewed):
            self._etags[guilty] = refusal.etag
        return Again() if isinstance(refusal, Blocked) and self._waits else refusal


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
