"""What the app itself keeps beside the records: sessions, subscriptions, dead letters."""

from __future__ import annotations

from typing import Any, Final, NamedTuple, Protocol

from msgspec import Struct

NEW: Final = ""
"""The etag of what is not there yet."""


class State(Struct, frozen=True):
    """One value. etag: another one after each change. expires: when it is forgotten, in seconds since 1970."""

    partition: str
    id: str
    value: dict[str, Any]
    etag: str
    expires: float


class StateChanges(NamedTuple):
    """What changed in a partition. removed: ids; some may never have been told of. position: where to read on."""

    states: list[State]
    removed: list[str]
    position: str


class StateStore(Protocol):
    """Keeps small values of the app's own by kind, partition and id, each for a time.

    kind: what the values are, such as `session`. partition: whatever is read together, such as one principal's.
    Both and ids are any text up to 500 bytes; values are JSON objects up to 1 MB. Nobody finds them among the records.
    What has expired is not there any more. Errors: StoreUnavailable, and what `put` names.
    """

    async def get(self, kind: str, partition: str, id: str) -> State | None:
        """The value with this id."""

    async def all(self, kind: str, partition: str) -> list[State]:
        """All values of the partition, by id."""

    async def changes(self, kind: str, partition: str, since: str | None) -> StateChanges:
        """What was put or removed since a position; None tells all that is there. Some may be told again.

        Whatever a `put` or `remove` that has returned did is told to whoever asks after it. What expired is not told.
        """

    async def put(
        self, kind: str, partition: str, id: str, value: dict[str, Any], *, ttl: float, etag: str | None = None
    ) -> State:
        """Keep the value for so many seconds, durably. etag: None replaces whatever is there; `NEW` if nothing is.

        PreconditionFailed: what is there has another etag, or nothing is there. AlreadyExists: it is not new.
        """

    async def remove(self, kind: str, partition: str, id: str) -> bool:
        """Forget the value, and tell whether it was there."""
