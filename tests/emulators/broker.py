"""A topic with a subscription that the real Service Bus SDK speaks to: tokens that are checked, sending, receiving.

What it keeps is on a shelf that may be a file. It has sessions, locks that expire, delivery counts and dead letters. It
renews no locks, defers and schedules nothing, and has no rules: nothing here needs them.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import struct
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote

from tests.emulators.amqp import (
    Described,
    Int,
    Symbol,
    UByte,
    UInt,
    ULong,
    UShort,
    decode,
    encode,
    framed,
    performative,
    sections,
    symbols,
)
from tests.emulators.receiver import Receiver, Sessions, lock_lost, locked_until
from tests.emulators.shelf import Shelf

LARGEST = 256 * 1024
KEY_NAME, KEY = "Root", base64.b64encode(b"the key of the tests").decode()
SUBSCRIPTION = "entity-events/subscriptions/fan-out"
_FILTER = Symbol("com.microsoft:session-filter")
_PATIENCE_SECONDS = 60.0
_PLAIN, _SASL = b"AMQP\0\1\0\0", b"AMQP\3\1\0\0"
_BATCH = 0x80013700
_PROPERTIES, _APPLICATION, _DATA = 0x73, 0x74, 0x75
_OPEN, _BEGIN, _ATTACH, _FLOW, _TRANSFER, _DISPOSITION, _DETACH, _END, _CLOSE = range(0x10, 0x19)


class Kept(NamedTuple):
    """A message as it arrived."""

    id: str
    session: str
    subject: str
    content_type: str
    body: bytes
    properties: dict[str, str]


@dataclass
class Broker:
    """One namespace with the topic `entity-events` and its subscription `fan-out`.

    shelf: where the messages wait that were not received; sessions: who receives them. kept: what arrived, without
    duplicates; arrived: how many messages did. is_away: whether it hangs up at once.
    drops_after: after so many transfers the connection breaks, once, before the answer. tokens: what was shown.
    """

    key_name: str
    key: str
    port: int = 0
    kept: list[Kept] = field(default_factory=list)
    arrived: int = 0
    is_away: bool = False
    drops_after: int | None = None
    tokens: list[str] = field(default_factory=list)
    shelf: Shelf = field(default_factory=Shelf)
    sessions: Sessions = field(init=False)
    connections: set[asyncio.StreamWriter] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Let the shelf be received from."""
        self.sessions = Sessions(self.shelf)

    async def hang_up(self) -> None:
        """Break all connections."""
        for each in [*self.connections]:
            each.close()
            await each.wait_closed()

    @property
    def connection_string(self) -> str:
        """What the SDK connects with."""
        keys = f"SharedAccessKeyName={self.key_name};SharedAccessKey={self.key}"
        return f"Endpoint=sb://127.0.0.1:{self.port};{keys};UseDevelopmentEmulator=true;"

    def keep(self, messages: Sequence[bytes]) -> None:
        """Keep those whose ids are not known."""
        found = [_kept(each) for each in messages]
        self.arrived += len(found)
        waiting = [(each.id, each.session, raw) for each, raw in zip(found, messages, strict=True)]
        new = set(self.shelf.put(waiting))
        self.kept += [each for each in {each.id: each for each in reversed(found)}.values() if each.id in new][::-1]
        self.sessions.ring()

    def accepts(self, token: str) -> bool:
        """Whether a shared access signature is good: of this key, for this namespace, not expired."""
        self.tokens.append(token)
        if not token.startswith("SharedAccessSignature "):
            return False
        parts = {name: values[0] for name, values in parse_qs(token.partition(" ")[2]).items()}
        wanted = f"{_quoted(token, 'sr')}\n{parts['se']}".encode()
        expected = base64.b64encode(hmac.digest(self.key.encode(), wanted, hashlib.sha256)).decode()
        is_here = f"127.0.0.1:{self.port}" in unquote(parts["sr"])
        return hmac.compare_digest(expected, parts["sig"]) and is_here and int(parts["se"]) > time.time()


def _kept(message: bytes) -> Kept:
    found = sections(message)
    named = (found[_PROPERTIES][0] + [None] * 13)[:13]
    properties = {str(name): value for name, value in found[_APPLICATION][0].items()}
    return Kept(named[0], named[10], named[3], str(named[6]), b"".join(found[_DATA]), properties)


def _quoted(token: str, name: str) -> str:
    """A part of the token as it was signed, with its percent signs."""
    pairs = (part.partition("=") for part in token.partition(" ")[2].split("&"))
    return next(value for key, _, value in pairs if key == name)


class _Link(NamedTuple):
    handle: int
    is_receiver: bool
    address: str


class _Conversation:
    """One connection."""

    def __init__(self, broker: Broker, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._broker = broker
        self._reader = reader
        self._writer = writer
        self._links: dict[tuple[int, int], _Link] = {}
        self._parts: dict[tuple[int, int], bytes] = {}
        self._first: dict[tuple[int, int], list[Any]] = {}
        self._allowed = False
        self._sent = 0
        self._receivers: dict[tuple[int, int], Receiver] = {}
        self._serving: dict[tuple[int, int], asyncio.Task[None]] = {}

    async def run(self) -> None:
        """Speak until somebody hangs up."""
        if self._broker.is_away:
            return
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            if await self._reader.readexactly(8) == _SASL:
                self._writer.write(_SASL + framed(b"\0\x53\x40\xd0" + _listed(symbols("MSSBCBS", "ANONYMOUS")), kind=1))
                await self._frame()
                self._write(0, performative(0x44, UByte(0)), kind=1)
                await self._reader.readexactly(8)
            self._writer.write(_PLAIN)
            while await self._step():
                await self._writer.drain()
        for each in self._serving.values():  # what they hold stays locked until that expires, as nobody said goodbye
            each.cancel()

    async def _frame(self) -> tuple[int, bytes]:
        size, offset, _, channel = struct.unpack(">IBBH", await self._reader.readexactly(8))
        body = await self._reader.readexactly(size - 8)
        return channel, body[offset * 4 - 8 :]

    def _write(self, channel: int, body: bytes, kind: int = 0) -> None:
        self._writer.write(framed(body, channel, kind))

    async def _step(self) -> bool:  # noqa: C901, PLR0912 - one case for each performative
        """Answer one frame; whether there may be more."""
        channel, body = await self._frame()
        if not body:
            self._write(0, b"")
            return True
        told, end = decode(body)
        fields = [*told.value, *[None] * 15]
        match told.code:
            case 0x10:
                self._write(0, performative(_OPEN, "broker", None, UInt(65536), UShort(255), UInt(120_000)))
            case 0x11:
                self._write(channel, performative(_BEGIN, UShort(channel), UInt(0), UInt(5000), UInt(5000), UInt(255)))
            case 0x12:
                self._attach(channel, fields)
            case 0x13:
                if (channel, fields[4]) in self._receivers:
                    self._receivers[channel, fields[4]].flow(fields)
            case 0x15:
                self._settle(channel, fields)
            case 0x14:
                return self._transfer(channel, fields, body[end:])
            case 0x16:
                self._links.pop((channel, fields[0]), None)
                self._leave((channel, fields[0]))
                self._write(channel, performative(_DETACH, UInt(fields[0]), True))
            case 0x17:
                for place in [each for each in self._receivers if each[0] == channel]:
                    self._leave(place)
                self._write(channel, performative(_END))
            case 0x18:
                for place in [*self._receivers]:
                    self._leave(place)
                self._write(0, performative(_CLOSE))
                return False
        return True

    def _attach(self, channel: int, fields: list[Any]) -> None:
        name, handle, is_receiver, _, _, source, target = fields[:7]
        end = (source if is_receiver else target).value[0]
        address = str(end).partition("127.0.0.1")[2].partition("/")[2] or str(end)
        link = self._links[channel, handle] = _Link(handle, is_receiver, address.strip("/"))
        same: list[Any] = [name, UInt(handle), not is_receiver, UByte(2), UByte(0), source, target, None, None]
        is_subscription = is_receiver and link.address.lower() == SUBSCRIPTION
        if link.address not in {"$cbs", "entity-events"} and not is_subscription:
            self._refuse(channel, link, same, "amqp:not-found", f"There is no {link.address}.")
        elif link.address != "$cbs" and not self._allowed:
            self._refuse(channel, link, same, "amqp:unauthorized-access", "No token was shown for it.")
        elif is_subscription:
            self._receive(channel, link, fields, same)
        else:
            batch = {Symbol("com.microsoft:max-message-batch-size"): ULong(LARGEST)}
            count = UInt(0) if is_receiver else None
            self._write(channel, performative(_ATTACH, *same, count, ULong(LARGEST), None, None, batch))
            if not is_receiver:
                self._credit(channel, handle)

    def _receive(self, channel: int, link: _Link, fields: list[Any], same: list[Any]) -> None:
        """Let the link have the session that it asks for, once there is one."""
        filters = (source := (fields[5].value + [None] * 8)[:8])[7] or {}
        if _FILTER not in filters:
            self._refuse(channel, link, same, "amqp:not-allowed", "The subscription requires sessions.")
            return
        asked = filters[_FILTER]
        wanted = asked.value if isinstance(asked, Described) else asked
        seconds = ((fields[13] or {}).get("com.microsoft:timeout") or _PATIENCE_SECONDS * 1000) / 1000
        receiver = Receiver(
            link.handle, self._broker.sessions, lambda body: self._write(channel, body), self._next_number
        )

        async def serve() -> None:
            session = await receiver.hold(wanted, seconds)
            if session is None:
                condition = "timeout" if wanted is None else "session-cannot-be-locked"
                self._refuse(channel, link, same, f"com.microsoft:{condition}", "There is no such session to be had.")
                return
            until = locked_until(self._broker.sessions.held[session][1])
            same[5] = Described(0x28, [source[0], *[None] * 6, {_FILTER: session}])
            properties = {Symbol("com.microsoft:locked-until-utc"): until}
            self._write(channel, performative(_ATTACH, *same, UInt(0), ULong(LARGEST), None, None, properties))
            await receiver.deliver_all()
            error = Described(0x1D, [Symbol("com.microsoft:session-lock-lost"), "The session lock has expired."])
            self._write(channel, performative(_DETACH, UInt(link.handle), True, error))

        self._receivers[channel, link.handle] = receiver
        self._serving[channel, link.handle] = asyncio.create_task(serve())

    def _leave(self, place: tuple[int, int]) -> None:
        if place in self._receivers:
            self._serving.pop(place).cancel()
            self._receivers.pop(place).leave()

    def _next_number(self) -> int:
        self._sent += 1
        return self._sent - 1

    def _settle(self, channel: int, fields: list[Any]) -> None:
        """Settle the deliveries from the first to the last that are named, and confirm each."""
        first, last = fields[1], fields[1] if fields[2] is None else fields[2]
        for number in range(first, last + 1):
            holder = next((each for each in self._receivers.values() if number in each.unsettled), None)
            outcome = lock_lost() if holder is None else holder.settle(number, fields[4] or Described(0x24, []))
            if not fields[3]:
                self._write(channel, performative(_DISPOSITION, False, UInt(number), UInt(number), True, outcome))

    def _refuse(self, channel: int, link: _Link, same: list[Any], condition: str, text: str) -> None:
        same[6 if not link.is_receiver else 5] = None
        self._write(channel, performative(_ATTACH, *same, UInt(0)))
        error = Described(0x1D, [Symbol(condition), text])
        self._write(channel, performative(_DETACH, UInt(link.handle), True, error))

    def _credit(self, channel: int, handle: int, received: int = 0) -> None:
        flow = (UInt(received), UInt(5000), UInt(self._sent), UInt(5000), UInt(handle), UInt(received), UInt(100))
        self._write(channel, performative(_FLOW, *flow))

    def _transfer(self, channel: int, fields: list[Any], payload: bytes) -> bool:
        """Take a part of a message; whether the connection holds."""
        place = (channel, fields[0])
        first = self._first.setdefault(place, fields)
        self._parts[place] = self._parts.get(place, b"") + payload
        if fields[5]:
            return True
        whole, link = self._parts.pop(place), self._links[place]
        del self._first[place]
        accepted = True
        if link.address == "$cbs":
            self._cbs(channel, whole)
        elif len(whole) > LARGEST:
            accepted = False
        else:
            self._broker.keep(sections(whole)[_DATA] if (first[3] or 0) == _BATCH else [whole])
            if self._is_cut():
                return False
        outcome = Described(0x24, []) if accepted else Described(0x25, [_too_large()])
        self._write(channel, performative(_DISPOSITION, True, UInt(first[1]), UInt(first[1]), True, outcome))
        self._credit(channel, link.handle, first[1] + 1)
        return True

    def _is_cut(self) -> bool:
        if self._broker.drops_after is None:
            return False
        self._broker.drops_after -= 1
        if self._broker.drops_after > 0:
            return False
        self._broker.drops_after = None
        return True

    def _cbs(self, channel: int, request: bytes) -> None:
        """Judge the token that is shown, and tell what came of it."""
        found = sections(request)
        named = (found[_PROPERTIES][0] + [None] * 13)[:13]
        self._allowed = self._broker.accepts(str(found[0x77][0]))
        link = next(each for (_, _), each in self._links.items() if each.is_receiver and each.address == "$cbs")
        status = Int(202 if self._allowed else 401)
        answer = performative(_PROPERTIES, None, None, None, None, None, named[0])
        told = {"status-code": status, "status-description": "Accepted" if self._allowed else "InvalidSignature"}
        answer += encode(Described(_APPLICATION, told)) + encode(Described(0x77, None))
        tag = struct.pack(">Q", self._sent)
        transfer = (UInt(link.handle), UInt(self._sent), tag, UInt(0), True, False)
        self._write(channel, performative(_TRANSFER, *transfer) + answer)
        self._sent += 1


def _listed(item: bytes) -> bytes:
    """The content of a list of one item."""
    return struct.pack(">II", len(item) + 4, 1) + item


def _too_large() -> Described:
    return Described(0x1D, [Symbol("amqp:link:message-size-exceeded"), "The message is too large."])


@asynccontextmanager
async def serving(port: int = 0, shelf: Shelf | None = None) -> AsyncIterator[Broker]:
    """A broker that listens. shelf: what it kept before it was killed."""
    broker = Broker(KEY_NAME, KEY, shelf=shelf or Shelf())

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        broker.connections.add(writer)
        try:
            await _Conversation(broker, reader, writer).run()
        finally:
            broker.connections.discard(writer)
            writer.close()

    server = await asyncio.start_server(converse, "127.0.0.1", port)
    broker.port = server.sockets[0].getsockname()[1]
    try:
        yield broker
    finally:
        server.close()
        await broker.hang_up()
        await server.wait_closed()
        broker.shelf.close()
