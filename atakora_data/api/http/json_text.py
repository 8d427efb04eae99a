"""Parses JSON strictly: what two readers could take for different things is refused."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

import orjson

from atakora_data.errors import MalformedRequest

MAX_DEPTH = 64
"""How deep arrays and objects may nest."""

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STRING = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"')


def parse_json(text: bytes, what: str) -> Any:
    """The data in the text; MalformedRequest when it is no JSON, nests too deep, or names something twice.

    what: how to call the text, e.g. `The body`.
    """
    try:
        data = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        _explain(error, text, what)
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _is_deeper(data, MAX_DEPTH):
        raise MalformedRequest(f"{what} nests deeper than {MAX_DEPTH} levels.", hint="Flatten it.")
    if _repeats(text, data):
        raise MalformedRequest(f"{what} names `{_repeated(text)[:_SHOWN]}` twice in one object.", hint="Leave one out.")
    return data


_SHOWN = 100


def _explain(error: orjson.JSONDecodeError, text: bytes, what: str) -> NoReturn:
    if text.startswith(_BYTE_ORDER_MARK):
        raise MalformedRequest(f"{what} begins with a byte order mark.", hint="Send JSON without it.") from error
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        raise MalformedRequest(
            f"{what} is not UTF-8: byte {wrong.start} does not fit.", hint="Encode JSON in UTF-8."
        ) from error
    raise MalformedRequest(
        f"{what} is not JSON: {error.msg} at line {error.lineno}, column {error.colno}.", hint=_hint(error.msg)
    ) from error


def _hint(said: str) -> str | None:
    """What to do about those faults that are not plain to see at the place."""
    for words, hint in _HINTS.items():
        if words in said:
            return hint
    return None


_HINTS = {
    "infinity": "No JSON number is that large here; a Decimal goes as a string.",
    "surrogate": "A character beyond U+FFFF is escaped as two surrogates, or sent as it is.",
    "depth": f"At most {MAX_DEPTH} levels may nest.",
    "control character": "Escape it: a line break is \\n.",
}


def _is_deeper(data: Any, depth: int) -> bool:
    """Whether data nests deeper; never recurses further than `depth`."""
    if isinstance(data, dict):
        return depth == 0 or any(_is_deeper(each, depth - 1) for each in data.values())
    if isinstance(data, list):
        return depth == 0 or any(_is_deeper(each, depth - 1) for each in data)
    return False


def _repeats(text: bytes, data: Any) -> bool:
    """Whether an object names something twice, of which only the last is left: each name has one colon behind it."""
    colons = text.count(b":")
    if colons == 0:
        return False
    if b"\\u003" in text:  # a colon in a string may be escaped, and written again it would be none
        return _STRING.sub(b"", text).count(b":") != _names(data)
    return orjson.dumps(data).count(b":") != colons


def _names(data: Any) -> int:
    """How many names stand in all objects; the data is no deeper than allowed."""
    if isinstance(data, dict):
        return len(data) + sum(_names(each) for each in data.values() if isinstance(each, dict | list))
    if isinstance(data, list):
        return sum(_names(each) for each in data if isinstance(each, dict | list))
    return 0


def _repeated(text: bytes) -> str:
    """The first name that stands twice."""
    found: list[str] = []

    def check(pairs: list[tuple[str, Any]]) -> None:
        seen: set[str] = set()
        for name, _ in pairs:
            if name in seen:
                found.append(name)
            seen.add(name)

    json.loads(text, object_pairs_hook=check)
    return found[0]
