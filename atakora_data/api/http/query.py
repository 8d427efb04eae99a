"""From a URL as it was sent to decoded path segments and query pairs; nothing here can fail.

Bytes that are not UTF-8, and percent signs that begin no byte, become lone surrogates, which the pipeline refuses
with a 400: so a host can build its `Request` before anybody is there to answer an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from urllib.parse import unquote

from atakora_data.errors import MalformedRequest

_LONGEST_REMEMBERED = 1000


def parse_query(text: str) -> tuple[tuple[str, str], ...]:
    """The decoded pairs of a query string (without its `?`), in the order sent."""
    return _remembered_pairs(text) if len(text) <= _LONGEST_REMEMBERED else _pairs(text)


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    pairs = (part.partition("=") for part in text.split("&") if part)
    return tuple([(_decode_form(name), _decode_form(value)) for name, _, value in pairs])


_remembered_pairs = lru_cache(maxsize=256)(_pairs)


def parse_path(text: str) -> tuple[str, ...]:
    """The decoded segments of a path below `/api`: `posts/a%2Fb` is `("posts", "a/b")`."""
    inner = text.strip("/")
    return tuple(_decode(segment) for segment in inner.split("/")) if inner else ()


def check_encoding(texts: Iterable[str]) -> None:
    """Raise MalformedRequest when one of the decoded texts was not percent-encoded UTF-8."""
    for text in texts:
        if not text.isascii() and not _is_unicode(text):
            raise _stray_percent() if _STRAY in text else _not_unicode()


_STRAY_PERCENT = re.compile("%(?![0-9A-Fa-f]{2})")
_STRAY = "\udc25"
"""A percent sign that begins no byte, as a lone surrogate."""


def _stray_percent() -> MalformedRequest:
    return MalformedRequest(
        "The URL has a percent sign without two hexadecimal digits behind it.", hint="Write a percent sign as %25."
    )


def _not_unicode() -> MalformedRequest:
    return MalformedRequest("The URL is not UTF-8.", hint="Percent-encode the UTF-8 bytes of each character.")


def _decode(text: str) -> str:
    return unquote(_STRAY_PERCENT.sub(_STRAY, text), errors="surrogateescape") if "%" in text else text


def _decode_form(text: str) -> str:
    return _decode(text.replace("+", " ") if "+" in text else text)


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
