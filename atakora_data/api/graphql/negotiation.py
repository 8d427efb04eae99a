"""Which media type an answer has, by the Accept header (RFC 9110, section 12.5.1)."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from atakora_data.errors import NotAcceptable

JSON = "application/json; charset=utf-8"
RESPONSE_JSON = "application/graphql-response+json; charset=utf-8"
HTML = "text/html; charset=utf-8"

_LONGEST = 1000


def media_type(accept: str | None, offered: tuple[str, ...]) -> str:
    """The offered type the caller likes best; the first offered when it has no preference.

    Between equals, one that is named goes before one that only a wildcard allows, and the one named first.
    """
    if accept is None or accept == "*/*":
        return offered[0]
    return _choose(accept, offered) if len(accept) > _LONGEST else _choose_again(accept, offered)


def _choose(accept: str, offered: tuple[str, ...]) -> str:
    ranges = [_parse(each) for each in accept.split(",") if each.strip()]
    if not ranges:
        return offered[0]
    best = max(offered, key=lambda each: _liking(each.partition(";")[0], ranges))
    if _liking(best.partition(";")[0], ranges).quality <= 0:
        names = " or ".join(each.partition(";")[0] for each in offered)
        raise NotAcceptable("None of the accepted media types is available.", hint=f"Accept {names}.")
    return best


_choose_again = lru_cache(maxsize=128)(_choose)


class _Liking(NamedTuple):
    """How much a type is liked: by its quality, then by how exactly and how early it is named."""

    quality: float = 0.0
    specificity: int = 0
    earliness: int = 0


def _liking(name: str, ranges: list[tuple[str, float]]) -> _Liking:
    """The most specific range that fits decides."""
    family = f"{name.partition('/')[0]}/*"
    for specificity, pattern in ((2, name), (1, family), (0, "*/*")):
        for index, (given, quality) in enumerate(ranges):
            if given == pattern:
                return _Liking(quality, specificity, -index)
    return _Liking()


def _parse(text: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    given = next((each[2:] for each in parameters if each.startswith("q=")), "1")
    try:
        quality = float(given)
    except ValueError:
        return name, 0.0
    return name, quality if 0 <= quality <= 1 else 0.0
