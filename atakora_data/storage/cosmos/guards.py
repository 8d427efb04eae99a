"""Keeps unique what no unique key of a container can: fields of records that lie in several logical partitions.

A guard is a document in the internal container whose partition key is a digest of what is unique. It names the records
that claim it; a claim is good while its record holds the claim's token in `_guards`. So:
    a claim is made before the record is written, and taken back after the record has let go of it;
    a claim whose record does not hold it is of a write that is under way, or was given up or cut off: after `until`,
    later than any request of its call can be carried out, the next one who wants the guard takes it over.
Two claims stand in a guard only while one call moves the value from one record to another.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.errors import RequestError
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.failures import stands_against
from atakora_data.storage.cosmos.internal import alone
from atakora_data.storage.cosmos.lookup import ContainerSource, Lookup, if_match, read
from atakora_data.storage.cosmos.retrying import PATIENT, Again, Effort, Patience, Turns, all_of
from atakora_data.storage.cosmos.steps import Partition

CLAIM_SECONDS: Final = 45.0
"""For so long after the time of its call a claim that no record holds is taken for one of a write under way."""

WAITING: Final = 0.2
"""For this part of its time a call waits for another write of the same value; then it answers WriteContention."""

LOOKS: Final = 6
"""So often it looks at least: where everything stood still for a while, the other has had no time either."""

_GUARD: Final = "~unique"

Settle = Callable[[Effort, Partition, CosmosDocument], Awaitable[bool]]


class Claim(Struct, frozen=True):
    """That a record holds what is unique. name: as in `Unique`; key: of the guard; id: of the document.

    token: what the record holds in `_guards` under the name. refusal: what is raised when another record holds it.
    own: what is raised when this very record does, of which the caller does not know.
    """

    name: str
    key: str
    partition: Partition
    id: str
    token: str
    refusal: RequestError
    own: RequestError


class Guards:
    """Claims and their release."""

    def __init__(
        self,
        containers: ContainerSource,
        lookup: Lookup,
        settle: Settle,
        patience: Patience = PATIENT,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._containers = containers
        self._lookup = lookup
        self._settle = settle
        self._wait = replace(patience, seconds=patience.seconds * WAITING)
        self._clock = clock

    async def claim(self, effort: Effort, wanted: Sequence[tuple[Claim, str | None]]) -> None:
        """Make the claims, each with the token of the one that this same call lets go of for it, if it does.

        effort: of the call, which does not write after its time. Raises the refusal of the first claim that another
        record holds, once those made are taken back.
        """
        ordered = sorted(wanted, key=lambda each: (each[0].name != "id", each[0].key))
        until = self._clock() + effort.left + CLAIM_SECONDS
        try:
            await all_of(self._claim(effort.apart(), claim, leaving, until) for claim, leaving in ordered)
        except Exception:
            await self.release({claim.key: claim.token for claim, _ in wanted})
            raise

    async def renew(self, fresh: Sequence[Claim], earlier: Sequence[Claim]) -> bool:
        """Make fresh claims beside the earlier ones of the same guards; one try, which may fail as any request.

        False where one of the earlier claims is gone; what was made of the fresh ones lapses.
        """
        outcomes = await asyncio.gather(*(self._renewed(claim, earlier) for claim in fresh))
        return all(outcomes)

    async def release_unheld(self, partition: Partition, id: str, claims: Mapping[str, str]) -> None:
        """As `release`, but for the claims that the document with this id holds.

        A creation whose answer was lost may have been made, and kept by another write that changed its record since;
        or it is made once more after its record was removed.
        """
        with suppress(RequestError):  # as in `_released`
            held = await Effort(self._wait).make(lambda: self._held(partition, id))
            await self.release({key: token for key, token in claims.items() if [key, token] not in held})

    async def _held(self, partition: Partition, id: str) -> Collection[Any]:
        record = await self._lookup.document(partition, id)
        return () if record is None else record.get("_guards", {}).values()

    async def release(self, claims: Mapping[str, str]) -> None:
        """Take claims back, by guard and token. What cannot be reached now is taken over by whoever wants it."""
        await all_of(self._released(key, token) for key, token in claims.items())

    async def _released(self, key: str, token: str) -> None:
        with suppress(RequestError):  # it is in nobody's way: no record holds the claim
            await Effort(self._wait).make(lambda: self._release(key, token))

    async def _claim(self, effort: Effort, claim: Claim, leaving: str | None, until: float) -> None:
        mine = {
            "entity": claim.partition.entity,
            "id": claim.id,
            "key": list(claim.partition.key),
            "token": claim.token,
            "until": until,
        }

        turns = Turns(self._wait.seconds, LOOKS)

        async def attempt() -> None:
            with turns.each():
                await look()

        async def look() -> None:
            container = await self._containers.internal()
            guard = await self._created(container, claim, mine)
            if guard is None:
                return
            staying = [each for each in guard["claims"] if each["token"] == leaving]
            for each in guard["claims"]:
                if each["token"] == claim.token:
                    return
                if each["token"] != leaving:
                    await self._judge(effort, claim, each)
            await _replaced(container, guard, [*staying, mine])

        await effort.make(attempt)

    async def _renewed(self, claim: Claim, earlier: Sequence[Claim]) -> bool:
        container = await self._containers.internal()
        guard = await read(container, _GUARD, (claim.key,))
        made = {} if guard is None else {each["token"]: each for each in guard["claims"]}
        needed = [each.token for each in earlier if each.key == claim.key]
        if guard is None or not made.keys() >= set(needed):
            return False
        await _replaced(container, guard, [*guard["claims"], {**made[needed[0]], "token": claim.token}])
        return True

    async def _created(self, container: Any, claim: Claim, mine: Mapping[str, Any]) -> CosmosDocument | None:
        """None if the guard was made, else the one that is there."""
        guard = alone(claim.key, _GUARD, _GUARD, name=claim.name, claims=[mine])
        try:
            await container.create_item(guard)
        except Exception as error:
            if not stands_against(error):
                raise
            found = await read(container, _GUARD, (claim.key,))
            if found is None:
                raise Again from error
            return found
        return None

    async def _judge(self, effort: Effort, claim: Claim, other: Mapping[str, Any]) -> None:
        """Raise what stands against taking over the other claim."""
        partition = Partition(other["entity"], claim.partition.container, tuple(other["key"]))
        record = await self._lookup.document(partition, other["id"])
        if record is not None and "_pending" in record:
            await self._settle(effort, partition, record)
            raise Again
        if record is not None and record.get("_guards", {}).get(claim.name) == [claim.key, other["token"]]:
            raise claim.own if other["id"] == claim.id else claim.refusal
        if self._clock() < other["until"]:
            raise Again

    async def _release(self, key: str, token: str) -> None:
        container = await self._containers.internal()
        guard = await read(container, _GUARD, (key,))
        if guard is None:
            return
        staying = [each for each in guard["claims"] if each["token"] != token]
        if len(staying) < len(guard["claims"]):
            await _replaced(container, guard, staying)


def guard_key(entity: str, name: str, text: str) -> str:
    """The partition key of the guard of what is unique in an entity."""
    return f"{_GUARD}~{hashlib.blake2b(f'{entity}.{name}={text}'.encode(), digest_size=32).hexdigest()}"


async def _replaced(container: Any, guard: CosmosDocument, claims: Sequence[Mapping[str, Any]]) -> None:
    """The guard with these claims, or none any more."""
    condition = if_match(guard["_etag"])
    try:
        if claims:
            await container.replace_item(guard["id"], {**guard, "claims": list(claims)}, **condition)
        else:
            await container.delete_item(guard["id"], partition_key=guard["partitionKey"], **condition)
    except Exception as error:
        if stands_against(error):
            raise Again from error
        raise
