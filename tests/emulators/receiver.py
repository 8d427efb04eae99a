"""Receivers of the topic's subscription: each holds one session, and gets its messages under a lock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from tests.emulators.amqp import Described, Int, Symbol, Timestamp, UInt, decode, encode, performative
from tests.emulators.shelf import Shelf, Shelved

ACCEPTED, REJECTED, MODIFIED = 0x24, 0x25, 0x27
_HEADER, _DELIVERY_ANNOTATIONS, _MESSAGE_ANNOTATIONS = 0x70, 0x71, 0x72
_LARGEST_PART = 60_000


@dataclass
class Sessions:
    """Which session is held by whom and until when. lock_seconds: how long, as nobody renews here."""

    shelf: Shelf
    lock_seconds: float = 30.0
    held: dict[str, tuple[Receiver, float]] = field(default_factory=dict)
    _rung: asyncio.Event = field(default_factory=asyncio.Event)

    def ring(self) -> None:
        """Tell receivers that there may be something for them."""
        self._rung.set()
        self._rung = asyncio.Event()

    async def stir(self, seconds: float) -> None:
        """Wait for a ring, or for so long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(max(seconds, 0.0)):
                await self._rung.wait()

    def take(self, receiver: Receiver, wanted: str | None) -> str | None:
        """Lock the session, or the one that waits longest; None when it is held, or none waits."""
        for session in [wanted] if wanted is not None else self.shelf.sessions():
            self._expire(session)
            if session not in self.held:
                self.held[session] = receiver, time.time() + self.lock_seconds
                return session
        return None

    def is_held_by(self, receiver: Receiver, session: str) -> bool:
        """Whether its lock is still good."""
        self._expire(session)
        return self.held.get(session, (None, 0.0))[0] is receiver

    def release(self, receiver: Receiver, session: str) -> None:
        """Give the session back; what was not settled is delivered to others, and that is no failure."""
        if self.is_held_by(receiver, session):
            del self.held[session]
            self.ring()

    def _expire(self, session: str) -> None:
        """A lock that has expired is gone, and each message under it counts one failure."""
        receiver, until = self.held.get(session, (None, 0.0))
        if receiver is not None and until <= time.time():
            del self.held[session]
            for message in receiver.unsettled.values():
                self.shelf.fail(message.position)
            receiver.unsettled.clear()


class Receiver:
    """A link to the subscription. send: writes a performative; number: the next delivery's of the connection."""

    def __init__(
        self, handle: int, sessions: Sessions, send: Callable[[bytes], None], number: Callable[[], int]
    ) -> None:
        self.unsettled: dict[int, Shelved] = {}
        self._handle = handle
        self._sessions = sessions
        self._send = send
        self._number = number
        self._session = ""
        self._delivered = 0
        self._credit = 0

    async def hold(self, wanted: str | None, seconds: float) -> str | None:
        """Hold the session that is wanted, or the next that has messages, within so many seconds."""
        until = time.monotonic() + seconds
        while (found := self._sessions.take(self, wanted)) is None:
            if wanted is not None or time.monotonic() >= until:
                return None
            await self._sessions.stir(min(0.2, until - time.monotonic()))
        self._session = found
        return found

    async def deliver_all(self) -> None:
        """Deliver what comes for as long as the lock is good."""
        while self._sessions.is_held_by(self, self._session):
            while self._credit and (message := self._next()) is not None:
                self._deliver(message)
            await self._sessions.stir(0.2)

    def flow(self, fields: list[Any]) -> None:
        """Take the credit that the client gives; a drain uses up what is left of it."""
        self._credit = (fields[5] or 0) + (fields[6] or 0) - self._delivered
        if fields[8]:
            self._delivered, self._credit = self._delivered + self._credit, 0
            windows = UInt(0), UInt(5000), UInt(self._number()), UInt(5000)
            self._send(performative(0x13, *windows, UInt(self._handle), UInt(self._delivered), UInt(0), None, True))
        self._sessions.ring()

    def settle(self, delivery: int, state: Described) -> Described:
        """Carry out what the client made of a message, and tell what came of it."""
        if not self._sessions.is_held_by(self, self._session):
            return lock_lost()
        message, shelf = self.unsettled.pop(delivery), self._sessions.shelf
        match state.code:
            case code if code == ACCEPTED:
                shelf.remove(message.position)
            case code if code == REJECTED:
                shelf.set_aside(message.position, _reason(state))
            case code if code == MODIFIED:
                shelf.fail(message.position)
        self._sessions.ring()
        return Described(REJECTED, []) if state.code == REJECTED else Described(state.code, [])

    def leave(self) -> None:
        """Give the session back, as a client does that says goodbye."""
        self._sessions.release(self, self._session)

    def _next(self) -> Shelved | None:
        return self._sessions.shelf.first(self._session, {each.position for each in self.unsettled.values()})

    def _deliver(self, message: Shelved) -> None:
        number, rest = self._number(), _wire(message, self._sessions.held[self._session][1])
        self.unsettled[number] = message
        self._credit -= 1
        self._delivered += 1
        tag = uuid4().bytes_le
        while rest:
            part, rest = rest[:_LARGEST_PART], rest[_LARGEST_PART:]
            head = UInt(self._handle), UInt(number), tag, UInt(0), False, bool(rest)
            self._send(performative(0x14, *head) + part)


def lock_lost() -> Described:
    """What is told to whoever settles too late."""
    text = "The session lock has expired. Accept the session again."
    return Described(REJECTED, [Described(0x1D, [Symbol("com.microsoft:session-lock-lost"), text])])


def _wire(message: Shelved, until: float) -> bytes:
    """The message with what the service adds to it."""
    annotations = {
        Symbol("x-opt-sequence-number"): message.position,
        Symbol("x-opt-enqueued-time"): Timestamp(message.at * 1000),
        Symbol("x-opt-locked-until"): Timestamp(until * 1000),
        Symbol("x-opt-message-state"): Int(0),
    }
    header = performative(_HEADER, None, None, None, None, UInt(message.failures))
    return header + encode(Described(_MESSAGE_ANNOTATIONS, annotations)) + _own(message.raw)


def _own(raw: bytes) -> bytes:
    """What the sender wrote, without the sections that the service writes."""
    kept, at = b"", 0
    while at < len(raw):
        section, end = decode(raw, at)
        if section.code not in {_HEADER, _DELIVERY_ANNOTATIONS, _MESSAGE_ANNOTATIONS}:
            kept += raw[at:end]
        at = end
    return kept


def _reason(state: Described) -> str:
    error = state.value[0] if state.value else None
    info = (error.value + [None] * 3)[2] if error is not None else None
    return str((info or {}).get("DeadLetterReason", ""))


def locked_until(until: float) -> int:
    """A moment in the ticks of .NET, as the service tells until when a session is locked."""
    return 621_355_968_000_000_000 + int(until * 10_000_000)
