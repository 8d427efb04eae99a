"""Makes changes: they are brought into writes, what they require is looked at, and the writes are carried out."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from atakora_data.errors import RequestError, StoreUnavailable
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.batches import Batches
from atakora_data.storage.cosmos.checks import Checks, Select
from atakora_data.storage.cosmos.documents import documents_of, public_etag
from atakora_data.storage.cosmos.guards import Claim, Guards
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup
from atakora_data.storage.cosmos.planning import Planner
from atakora_data.storage.cosmos.renewing import Renewal
from atakora_data.storage.cosmos.retrying import PATIENT, Effort, Patience, all_of
from atakora_data.storage.cosmos.steps import fits
from atakora_data.storage.cosmos.transactions import Transactions
from atakora_data.storage.cosmos.uniques import keeps_uniques
from atakora_data.storage.cosmos.writes import Write, folded, refuse_collisions, refuse_contradictions
from atakora_data.storage.port import Change, Insert, Record, Replace

_TOKEN_BYTES: Final = 12


class CosmosWriter:
    """Makes changes in the containers of a registry.

    select: how `Absent` asks for records. patience: how long one call tries. clock: what guards and marks are dated by.
    """

    def __init__(
        self,
        registry: Registry,
        containers: ContainerSource,
        select: Select,
        patience: Patience = PATIENT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        documents = documents_of(registry)
        names = {model.name: model.container for model in registry}
        kept = {model.name: documents[model.name].uniques if keeps_uniques(model) else () for model in registry}
        lookup = Lookup(containers, documents)
        self._uniques = {name: each.uniques for name, each in documents.items()}
        self._transactions = Transactions(containers, lookup, documents, names, patience, clock)
        self._guards = Guards(containers, lookup, self._transactions.settle, patience, clock)
        self._batches = Batches(containers, lookup, kept, self._transactions.settle)
        self._planner = Planner(registry, documents, lookup, self._transactions.settle)
        self._checks = Checks(documents, names, lookup, self._transactions.settle, select)
        self._patience = patience
        self._has_recovered = False

    async def apply(self, changes: Sequence[Change]) -> list[Record | None]:
        """All of the changes or none of them, durably, in their order; the stored records."""
        if not changes:
            return []
        refuse_contradictions(changes)
        effort = Effort(self._patience, len(changes))
        writes = await self._planner.writes(effort, changes, secrets.token_urlsafe(_TOKEN_BYTES))
        refuse_collisions(writes, self._uniques)
        await self._checks.hold(effort, changes)
        etags = await self._guarded(effort, writes) if writes else {}
        return [_stored(change, etags.get(number)) for number, change in enumerate(changes)]

    async def recover(self) -> None:
        """Complete what other processes left half done."""
        self._has_recovered = True
        await self._transactions.recover()

    async def _guarded(self, effort: Effort, writes: Sequence[Write]) -> dict[int, str | None]:
        """Carry the writes out between the claims they need and the release of those they let go of."""
        wanted = list(_claims(writes))
        if wanted:
            await self._guards.claim(effort, wanted)
        renewal = Renewal(self._guards, writes)
        try:
            etags = await self._carried_out(effort, writes, renewal)
        except StoreUnavailable:
            raise  # it may have been carried out: who wants one of the guards finds out
        except RequestError:
            for claim in renewal.claims:
                await self._guards.release_unheld(claim.partition, claim.id, {claim.key: claim.token})
            raise
        await self._let_go(writes)
        return etags

    async def _let_go(self, writes: Sequence[Write]) -> None:
        """Release what the records do not hold any more."""
        await self._guards.release(_left(write for write in writes if write.document is not None))
        removed = [write for write in writes if write.document is None and write.left]
        await all_of(self._guards.release_unheld(each.partition, each.id, each.left) for each in removed)

    async def _carried_out(self, effort: Effort, writes: Sequence[Write], renewal: Renewal) -> dict[int, str | None]:
        """The etags of what is stored, by the numbers of the changes."""
        steps = [step for write in writes for step in write.steps]
        if len({write.partition.place for write in writes}) == 1 and fits(steps):
            renew = renewal.steps if renewal.claims else None
            etags = await self._batches.make(effort, writes[0].partition, steps, renew=renew)
            return {step.number: etag for step, etag in zip(steps, etags, strict=True) if step.number is not None}
        if not self._has_recovered:
            with suppress(RequestError):  # what is left over hinders nobody but who meets it, and is ended then
                await self.recover()
        known = await self._planner.known(effort, folded(writes))
        return await self._transactions.carry_out(self._batches, effort, known)


def _left(writes: Iterable[Write]) -> dict[str, str]:
    return {key: token for write in writes for key, token in write.left.items()}


def _claims(writes: Sequence[Write]) -> Iterator[tuple[Claim, str | None]]:
    """The claims to be made, each with the token of the claim that an earlier write lets go of for it."""
    leaving: dict[str, str] = {}
    for write in writes:
        leaving |= write.left
        yield from ((claim, leaving.get(claim.key)) for claim in write.wanted)


def _stored(change: Change, etag: str | None) -> Record | None:
    if etag is None or not isinstance(change, Insert | Replace):
        return None
    return {**change.record, "_etag": public_etag(etag)}
