"""As much of AMQP 1.0's encoding as a broker of the tests needs: frames, described values, sections of messages."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Any
from uuid import UUID


class Symbol(str):
    """A name from a small set, in ASCII."""

    __slots__ = ()


class UInt(int):
    """A number of 32 bits without a sign."""


class ULong(int):
    """A number of 64 bits without a sign."""


class UByte(int):
    """A number of 8 bits without a sign."""


class UShort(int):
    """A number of 16 bits without a sign."""


class Int(int):
    """A number of 32 bits."""


class Timestamp(int):
    """A moment in milliseconds since 1970."""


@dataclass(frozen=True)
class Described:
    """A value with the number that says what it means."""

    code: int
    value: Any


_FIXED = {
    0x50: ">B", 0x51: ">b", 0x52: ">B", 0x53: ">B", 0x54: ">b", 0x55: ">b", 0x60: ">H", 0x61: ">h", 0x70: ">I",
    0x71: ">i", 0x72: ">f", 0x80: ">Q", 0x81: ">q", 0x82: ">d", 0x83: ">q",
}  # fmt: skip
_CONSTANT: dict[int, Any] = {0x40: None, 0x41: True, 0x42: False, 0x43: 0, 0x44: 0}
_WIDTHS = {
    UByte: (0x50, ">B"), UShort: (0x60, ">H"), UInt: (0x70, ">I"), ULong: (0x80, ">Q"), int: (0x81, ">q"),
    Int: (0x71, ">i"), Timestamp: (0x83, ">q"),
}  # fmt: skip
_TEXT, _SYMBOL = 0x1, 0x3


def decode(data: bytes, at: int = 0) -> tuple[Any, int]:
    """The value at a place, and where the next one begins."""
    code = data[at]
    if code:
        return _value(code, data, at + 1)
    descriptor, at = decode(data, at + 1)
    value, at = decode(data, at)
    return Described(descriptor, value), at


def _value(code: int, data: bytes, at: int) -> tuple[Any, int]:  # noqa: PLR0911 - one for each kind of value
    if code in _CONSTANT:
        return _CONSTANT[code], at
    if code in _FIXED:
        [value] = struct.unpack_from(_FIXED[code], data, at)
        return value, at + struct.calcsize(_FIXED[code])
    if code == 0x45:
        return [], at
    if code == 0x56:
        return data[at] == 1, at + 1
    if code == 0x98:
        return UUID(bytes=data[at : at + 16]), at + 16
    if code >> 4 in {0xA, 0xB}:
        return _text(code, data, at)
    return _compound(code, data, at)


def _text(code: int, data: bytes, at: int) -> tuple[Any, int]:
    [size], start = (data[at : at + 1], at + 1) if code < 0xB0 else (struct.unpack_from(">I", data, at), at + 4)
    raw = data[start : start + size]
    kind = code & 0xF
    found: Any = raw if not kind else raw.decode() if kind == _TEXT else Symbol(raw.decode("ascii"))
    return found, start + size


def _compound(code: int, data: bytes, at: int) -> tuple[Any, int]:
    is_small, is_array = code in {0xC0, 0xC1, 0xE0}, code >= 0xE0
    count, at = (data[at + 1], at + 2) if is_small else (struct.unpack_from(">I", data, at + 4)[0], at + 8)
    if is_array:
        inner, at = data[at], at + 1
        return _items(count, lambda place: _value(inner, data, place), at)
    values, at = _items(count, lambda place: decode(data, place), at)
    return (dict(zip(values[::2], values[1::2], strict=True)) if code & 1 else values), at


def _items(count: int, read: Any, at: int) -> tuple[list[Any], int]:
    values = []
    for _ in range(count):
        value, at = read(at)
        values.append(value)
    return values, at


def encode(value: Any) -> bytes:  # noqa: C901, PLR0911 - one case for each kind of value
    """The value as bytes."""
    match value:
        case None:
            return b"\x40"
        case bool():
            return b"\x41" if value else b"\x42"
        case Described(code, inner):
            return b"\0\x53" + bytes((code,)) + encode(inner)
        case int():
            code, form = _WIDTHS[type(value)]
            return bytes((code,)) + struct.pack(form, value)
        case Symbol():
            return b"\xb3" + struct.pack(">I", len(value)) + value.encode("ascii")
        case str():
            return b"\xb1" + struct.pack(">I", len(value.encode())) + value.encode()
        case bytes():
            return b"\xb0" + struct.pack(">I", len(value)) + value
        case UUID():
            return b"\x98" + value.bytes
        case dict():
            return _wrapped(0xD1, [part for pair in value.items() for part in pair])
        case list():
            return _wrapped(0xD0, value)
    raise TypeError(type(value))


def symbols(*names: str) -> bytes:
    """An array of symbols."""
    body = b"\xb3" + b"".join(encode(Symbol(each))[1:] for each in names)
    return b"\xf0" + struct.pack(">II", len(body) + 4, len(names)) + body


def _wrapped(code: int, values: list[Any]) -> bytes:
    body = b"".join(map(encode, values))
    return bytes((code,)) + struct.pack(">II", len(body) + 4, len(values)) + body


def performative(code: int, *fields: Any) -> bytes:
    """What a frame says."""
    return encode(Described(code, list(fields)))


def framed(body: bytes, channel: int = 0, kind: int = 0) -> bytes:
    """A frame."""
    return struct.pack(">IBBH", 8 + len(body), 2, kind, channel) + body


def sections(message: bytes) -> dict[int, Any]:
    """The sections of a message by their numbers; of several of one kind all values."""
    found: dict[int, Any] = {}
    at = 0
    while at < len(message):
        section, at = decode(message, at)
        found.setdefault(section.code, []).append(section.value)
    return found
