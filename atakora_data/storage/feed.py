"""What a change feed shows of the journal, and how somebody reads on from where they were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple, Protocol, TypeAlias, runtime_checkable

import orjson
from msgspec.structs import asdict

from atakora_data.storage.port import Journaled, JournalEntry, Target

FeedDocument: TypeAlias = dict[str, Any]
"""A stored document as a change-feed trigger gets it: entries of the journal among records and others."""

EVENT: Final = "_event"
"""The property of an entry's document that holds it as JSON text; no other document has it."""

POSITION: Final = "_position"
"""The property that tells the position of an entry where the store has one; elsewhere `_ts` does, in seconds."""


class Feed(NamedTuple):
    """What changed behind a position. position: where to read on; it moves on even when nothing is told."""

    documents: list[FeedDocument]
    position: str


class ChangeFeed(Protocol):
    """Shows what changed in a container, for hosts that have no trigger of their own."""

    async def feed(self, container: str, after: str | None, limit: int) -> Feed:
        """About so many documents at most, those of one record in the order of its changes; None begins with the first.

        StoreUnavailable: it cannot be told now.
        """

    async def end(self, container: str) -> str:
        """The position behind all that has changed until now, for whoever reads on from here; StoreUnavailable."""


@runtime_checkable
class AnnouncedFeed(Protocol):
    """A feed that calls whenever its own process has changed something; what others change, it may not notice."""

    def announce(self, told: Callable[[], None]) -> Callable[[], None]:
        """Call this after each commit that wrote to the journal, in the loop that waited; the answer ends it."""


class Journal(Protocol):
    """The entries of the journal, for subscribers that were away. Entries are kept for seven days."""

    async def entries(self, target: Target, after: str, limit: int) -> list[Journaled]:
        """Entries of the target behind a position, those of one record in the order of its changes.

        Some that lie before the position may come again. MalformedRequest: this is no position of this store.
        """

    async def last(self) -> str:
        """A position behind which everything lies that changes from now on. StoreUnavailable: it cannot be told."""

    async def rewound(self, position: str, seconds: int) -> str:
        """A position so many seconds earlier, or before the first entry; MalformedRequest as in `entries`."""

    async def entry(self, target: Target, id: str, version: int, position: str) -> JournalEntry | None:
        """One entry, by the record's id and version; None when it is no longer kept."""


def event_text(target: Target, id: str, entry: JournalEntry) -> str:
    """The entry as JSON text: `{entity, tenant, id, entry}`. orjson.JSONEncodeError: it cannot be."""
    return orjson.dumps({"entity": target.entity, "tenant": target.tenant, "id": id, "entry": asdict(entry)}).decode()


def read_event(document: Mapping[str, Any]) -> Journaled:
    """The entry that a document of the feed holds. KeyError, TypeError, ValueError: it is not one that we wrote."""
    event = orjson.loads(document[EVENT])
    entry = JournalEntry(**{**event["entry"], "changed": tuple(event["entry"]["changed"])})
    return Journaled(position_of(document), Target(event["entity"], event["tenant"]), event["id"], entry)


def position_of(document: Mapping[str, Any]) -> str:
    """Where the entry stands in the journal of its store."""
    return str(document[POSITION] if POSITION in document else document["_ts"])
