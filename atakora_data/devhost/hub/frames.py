"""The JSON protocol of SignalR: records, each closed by one separator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import orjson

SEPARATOR: Final = b"\x1e"
PING: Final = b'{"type":6}' + SEPARATOR
ACCEPTED: Final = b"{}" + SEPARATOR

INVOCATION: Final = 1
STREAM_INVOCATION: Final = 4
CLOSE: Final = 7
_KNOWN: Final = frozenset(range(1, 10))


class MalformedRecord(ValueError):
    """What a client sent is not a record of this protocol; the text says why."""


def read_record(record: bytes) -> dict[str, Any]:
    """The message in a record. MalformedRecord: it is none."""
    message = _object(record)
    kind = message.get("type")
    if type(kind) is not int or kind not in _KNOWN:
        raise MalformedRecord("A message has a type from 1 to 9.")
    return message


def read_handshake(record: bytes) -> None:
    """Accept the handshake in this record. MalformedRecord: it is none, or asks for another protocol."""
    asked = _object(record)
    if asked.get("protocol") != "json":
        raise MalformedRecord("This hub speaks the protocol 'json' only.")
    if asked.get("version") != 1:
        raise MalformedRecord("This hub speaks version 1 of the protocol 'json' only.")


def handshake_refusal(reason: str) -> bytes:
    """The answer to a handshake that fails."""
    return _record({"error": reason})


def invocation(target: str, arguments: Sequence[Any]) -> bytes:
    """Call a method of the client; nothing is answered."""
    return _record({"type": INVOCATION, "target": target, "arguments": arguments})


def failed_call(invocation_id: str, reason: str) -> bytes:
    """The answer to a call by the client."""
    return _record({"type": 3, "invocationId": invocation_id, "error": reason})


def farewell(reason: str | None, *, may_return: bool) -> bytes:
    """The last message of a connection. may_return: whether a client may connect again by itself."""
    return _record({"type": CLOSE, **({"error": reason} if reason else {}), "allowReconnect": may_return})


def _record(message: dict[str, Any]) -> bytes:
    return orjson.dumps(message) + SEPARATOR


def _object(record: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(record)
    except orjson.JSONDecodeError as error:
        raise MalformedRecord("A record is not JSON.") from error
    if not isinstance(message, dict):
        raise MalformedRecord("A record is not a JSON object.")
    return message
