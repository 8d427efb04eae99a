"""The journal as it is read: the change feed of a container for hosts, and the entries of one target for subscribers.

Entries are read from the change feed as well, since only that has the order of changes: documents know the second of
their change, in which a record may have changed often, and more may come in it after it was read.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from typing import Any, Final, NamedTuple, Protocol

from atakora_data.errors import MalformedRequest
from atakora_data.registry.registry import Registry
from atakora_data.storage.cosmos.asking import Ask, Asking
from atakora_data.storage.cosmos.changes import NOW, Reading, all_parts, no_position, one_partition, parts_at
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.journal import DAYS, entry_ids
from atakora_data.storage.cosmos.lookup import ContainerSource, sdk_key
from atakora_data.storage.cosmos.placement import place
from atakora_data.storage.cosmos.questions import Parameters, quoted
from atakora_data.storage.feed import EVENT, Feed, read_event
from atakora_data.storage.port import Journaled, JournalEntry, Target

OVERLAP: Final = 10
"""So many seconds before its time a position is read from: clocks differ, and the service keeps to some seconds."""

_POSITION: Final = re.compile(r"([0-9]{1,11})(?::([A-Za-z0-9_=-]{1,100000}))?")
_DAY: Final = 24 * 60 * 60
_VERSIONS: Final = 10
"""How many documents of one version of a record are expected at most: it may have come and gone several times."""


class JournalContainers(ContainerSource, Protocol):
    """What gives the SDK's containers, also by their names."""

    async def named(self, name: str) -> Any:
        """The container with this name, which holds records."""


class CosmosJournal:
    """A `ChangeFeed` and a `Journal` over the containers of the records.

    Positions of the journal are seconds since 1970, as documents of the feed tell
    them; the last entry of a page knows more behind a colon, so that the next page goes on where it ends.
    clock: seconds since 1970.
    """

    def __init__(
        self, registry: Registry, containers: JournalContainers, *, clock: Callable[[], float] = time.time
    ) -> None:
        self._containers = containers
        self._clock = clock
        self._placements = {model.name: place(model) for model in registry}
        self._asking = Asking(containers, self._placements)

    async def feed(self, container: str, after: str | None, limit: int) -> Feed:
        """The next documents that changed in one of the partitions; they take turns."""
        found = await self._containers.named(container)
        try:
            reading = Reading(found, await all_parts(found) if after is None else parts_at(after))
            return Feed(await reading.next(limit), reading.position)
        except MalformedRequest:
            if after is None:
                raise
        return await self.feed(container, None, limit)  # the container was made anew since

    async def end(self, container: str) -> str:
        """The position behind all that has changed until now."""
        found = await self._containers.named(container)
        reading = Reading(found, await all_parts(found), NOW)
        await reading.next(1)
        return reading.position

    async def entries(self, target: Target, after: str, limit: int) -> list[Journaled]:
        """Entries of the target behind a position, with those of some seconds before it."""
        position = _position(after)
        reading = await self._reading(target, position)
        retries = 0 if position.place else 1  # from a time on, the first answer may only tell what place that is
        found: list[Journaled] = []
        while len(found) < limit:
            documents = await reading.next(limit - len(found))
            if not documents and not retries:
                break
            retries -= not documents
            found += _of(target, documents)
        if found:
            found[-1] = found[-1]._replace(position=f"{found[-1].position}:{reading.position}")
        return found

    async def last(self) -> str:
        """This second: what is read from a position begins some seconds before it."""
        return str(int(self._clock()))

    async def rewound(self, position: str, seconds: int) -> str:
        """So many seconds earlier."""
        return str(max(0, _position(position).second - seconds))

    async def entry(self, target: Target, id: str, version: int, position: str) -> JournalEntry | None:
        """One entry, by the beginning of its document's id; of several the one that is nearest to the position."""
        second = _position(position).second
        documents = await self._looked_up(target, id, version)
        found = [each for each in _of(target, documents) if (each.id, each.entry.version) == (id, version)]
        nearest = min(found, key=lambda each: abs(int(each.position) - second), default=None)
        return nearest.entry if nearest else None

    async def _looked_up(self, target: Target, id: str, version: int) -> list[CosmosDocument]:
        placement = self._placements[target.entity]
        key = placement.partition(target, id)
        params = Parameters()
        conditions = [f"STARTSWITH(c.id,{params.bind(entry_ids(placement.document_id(target, id), version))})"]
        conditions += [
            f"{quoted([path[1:]])}={params.bind(value)}" for path, value in zip(placement.paths, key, strict=False)
        ]
        text = f"SELECT * FROM c WHERE {' AND '.join(conditions)}"  # noqa: S608 - made of names of the registry
        return await self._asking.query(Ask(target.entity, text, params.listed(), key, _VERSIONS, is_lookup=True))

    async def _reading(self, target: Target, position: _Position) -> Reading:
        """Reads on from the position: in one logical partition, if all entries of the target are there."""
        since = max(position.second, self._clock() - (DAYS + 1) * _DAY) - OVERLAP
        container = await self._containers.of(target.entity)
        if position.place:
            return Reading(container, parts_at(position.place), since)
        placement = self._placements[target.entity]
        key = placement.partition(target)
        if not placement.is_whole(key):
            return Reading(container, await all_parts(container), since)
        whole = list(key) if len(key) > 1 else sdk_key(key)
        return Reading(container, await one_partition(container, whole), since)


class _Position(NamedTuple):
    """A second since 1970. place: where exactly in the feed, if that is known."""

    second: int
    place: str | None


def _of(target: Target, documents: Iterable[CosmosDocument]) -> list[Journaled]:
    """The entries of the target among the documents."""
    return [each for each in _readable(documents) if each.target == target]


def _readable(documents: Iterable[CosmosDocument]) -> Iterator[Journaled]:
    """What cannot be read is set aside by those who read the feed."""
    for each in documents:
        if EVENT in each:
            with suppress(KeyError, TypeError, ValueError):
                yield read_event(each)


def _position(text: str) -> _Position:
    parts = _POSITION.fullmatch(text)
    if parts is None:
        raise no_position()
    return _Position(int(parts[1]), parts[2])
