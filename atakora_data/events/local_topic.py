"""The topic of the local host: what Service Bus does in Azure, in the SQLite file of the records."""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable, Sequence
from typing import Any, Final, Protocol, TypeVar

from atakora_data.errors import EventsUnavailable, StoreUnavailable
from atakora_data.events import topic_tables as tables
from atakora_data.events.bell import Bell, heard
from atakora_data.events.event import EntityEvent
from atakora_data.events.message import TopicMessage, to_message
from atakora_data.events.topic_tables import DeadLetter, Received

T = TypeVar("T")

LOCK_SECONDS: Final = 5.0
"""For so long nobody else receives a message; also how long it waits after a crash of who received it."""

DUPLICATES_SECONDS: Final = 10 * 60.0
"""For so long a message is known by its id."""

DAYS: Final = 14
"""How long messages are kept, dead letters too."""

LARGEST_MESSAGE: Final = 256 * 1024
"""In bytes, body and properties together."""

_LOOK_SECONDS: Final = 1.0
"""Another process may publish into the same file without a word to this one."""

_LONGEST_PAUSE_SECONDS: Final = 5.0
_TOO_LARGE: Final = ("MessageSizeExceeded", f"It has more than {LARGEST_MESSAGE} bytes.")

_log = logging.getLogger(__name__)


class TopicFile(Protocol):
    """A SQLite file that is open."""

    async def transact(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """What the work answers, once all that it wrote is committed; if it raises, nothing is."""

    def ask(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows of a statement that changes nothing."""


class LocalTopic:
    """An `EventPublisher` whose messages this or another process receives from the same file, by subscriptions.

    As in Service Bus: a subscription gets what is published once it is there. A message is received, then completed,
    or received again when it was abandoned or its lock has ended; after 10 deliveries it goes to the dead letters.
    Of the messages of one session one at a time is received, in order. A message with a known id is dropped.
    Unlike there: an abandoned message rests for a moment, longer each time, and one that is too large goes to the dead
    letters at once. Messages survive crashes of process and machine. Every method: EventsUnavailable, and all may be
    repeated. clock: seconds since 1970. pause_seconds: how long a message rests that was abandoned once.
    """

    def __init__(
        self,
        file: TopicFile,
        *,
        clock: Callable[[], float] = time.time,
        lock_seconds: float = LOCK_SECONDS,
        pause_seconds: float = 0.05,
    ) -> None:
        self.lock_seconds = lock_seconds
        self._file = file
        self._clock = clock
        self._pause_seconds = pause_seconds
        self._bell = Bell()
        self._is_made = False

    async def publish(self, events: Sequence[EntityEvent]) -> None:
        """Enqueue the events for each subscription, all of them or none."""
        await self.enqueue([to_message(each) for each in events])

    async def enqueue(self, messages: Sequence[TopicMessage]) -> None:
        """Enqueue messages for each subscription, all of them or none."""
        if messages:
            await self._write(lambda connection: self._add(connection, messages))
            self._bell.ring()

    async def subscribe(self, subscription: str) -> None:
        """Keep messages for this subscription from now on, if that is not so already."""
        oldest = self._clock() - DAYS * 24 * 60 * 60
        await self._write(lambda connection: tables.subscribe(connection, subscription, oldest))

    async def receive(self, subscription: str, limit: int = 1) -> list[Received]:
        """Wait for messages, and lock at most so many, each of another session."""
        while not (found := await self.take(subscription, limit)):
            await self.arrival(subscription)
        return found

    async def take(self, subscription: str, limit: int = 1) -> list[Received]:
        """Lock at most so many messages that may be received now, each of another session."""
        if self._earliest(subscription) > self._clock():
            return []
        return await self._write(lambda connection: self._take(connection, subscription, limit))

    async def arrival(self, subscription: str) -> None:
        """Wait until there may be messages to receive; may be cancelled at any time."""
        rung = self._bell.listen()
        seconds = self._earliest(subscription) - self._clock()
        if seconds > 0:
            await heard(rung, min(seconds, _LOOK_SECONDS))

    async def complete(self, received: Received) -> bool:
        """The message was dealt with; False when the lock was lost, and it is received again."""
        return await self._settle(lambda connection: tables.complete(connection, received))

    async def abandon(self, received: Received) -> bool:
        """The message could not be dealt with: it is received again, or goes to the dead letters; False as above."""
        pause = min(self._pause_seconds * 2.0 ** (received.deliveries - 1), _LONGEST_PAUSE_SECONDS)
        return await self._settle(lambda connection: tables.abandon(connection, received, self._clock() + pause))

    async def dead_letter(self, received: Received, reason: str, description: str) -> bool:
        """The message can never be dealt with; False as above."""
        return await self._settle(lambda connection: tables.bury(connection, received, reason, description))

    async def renew(self, received: Sequence[Received]) -> None:
        """Hold the locks for longer, those that are not lost."""
        until = self._clock() + self.lock_seconds
        await self._write(lambda connection: tables.renew(connection, received, until))

    async def dead_letters(self, subscription: str, limit: int = 100) -> list[DeadLetter]:
        """What is not delivered any more, the oldest first."""
        await self._made()
        return [tables.dead_letter(row) for row in self._ask(tables.DEAD, subscription, limit)]

    async def close(self) -> None:
        """Nothing is open here: the file is somebody else's. Use after that begins anew."""
        self._is_made = False

    def _add(self, connection: sqlite3.Connection, messages: Sequence[TopicMessage]) -> None:
        now = self._clock()
        tables.add(connection, [(each, _refusal(each)) for each in messages], now, now + DUPLICATES_SECONDS)

    def _take(self, connection: sqlite3.Connection, subscription: str, limit: int) -> list[Received]:
        now = self._clock()
        return tables.take(connection, subscription, limit, now, now + self.lock_seconds)

    def _earliest(self, subscription: str) -> float:
        """When the next message may be received; far away when there is none."""
        if not self._is_made:
            return 0.0
        [[moment]] = self._ask(tables.EARLIEST, subscription)
        return float("inf") if moment is None else float(moment)

    async def _settle(self, work: Callable[[sqlite3.Connection], bool]) -> bool:
        settled = await self._write(work)
        self._bell.ring()  # the next message of the session is free
        return settled

    async def _made(self) -> None:
        if not self._is_made:
            await self._write(lambda _connection: None)

    async def _write(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def prepared(connection: sqlite3.Connection) -> T:
            if not self._is_made:
                tables.make(connection)
            return work(connection)

        try:
            answer = await self._file.transact(prepared)
        except StoreUnavailable as error:
            raise EventsUnavailable(f"The local topic cannot be written: {error.detail}") from error
        self._is_made = True
        return answer

    def _ask(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        try:
            return self._file.ask(statement, parameters)
        except StoreUnavailable as error:
            raise EventsUnavailable(f"The local topic cannot be read: {error.detail}") from error


def _refusal(message: TopicMessage) -> tuple[str, str] | None:
    """Why the message is never delivered."""
    texts = (message.message_id, message.session_id, message.subject, *message.properties, *message.properties.values())
    if len(message.body) + sum(len(each.encode()) for each in texts) <= LARGEST_MESSAGE:
        return None
    _log.error("The message %s goes to the dead letters: it is too large.", message.message_id)
    return _TOO_LARGE
