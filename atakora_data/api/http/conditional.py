"""Entity tags and the conditions on them (RFC 9110, sections 8.8.3 and 13.1).

The tag of a record in full is its `_etag`. Any other representation of it (some fields, hidden ones, computed
ones, included relations) is tagged `etag.digest`, so that a 304 always means the very same answer; in `If-Match`
only the part before the dot counts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import NamedTuple

from atakora_data.errors import MalformedRequest, PreconditionFailed

ANY = ("*",)
"""What `If-Match: *` becomes."""


class EntityTag(NamedTuple):
    """What stands between the quotes, and whether `W/` stands before them."""

    value: str
    is_weak: bool = False


def tag_of(etag: str, body: bytes | None = None) -> str:
    """The ETag header of a record; with the body when it is not the record in full."""
    if body is None:
        return f'"{etag}"'
    return f'"{etag}.{hashlib.blake2b(body, digest_size=8).hexdigest()}"'


def if_match(headers: Mapping[str, str]) -> tuple[str, ...] | None:
    """The etags one of which must be current, `ANY`, or None when nothing is demanded.

    Weak tags never match here, nor does a star in quotes: a tuple that only they would fill is empty, and nothing
    matches it.
    """
    text = headers.get("if-match")
    if text is None:
        return None
    if text.strip() == "*":
        return ANY
    tags = (tag.value.partition(".")[0] for tag in parse_tags(text, "If-Match") if not tag.is_weak)
    return tuple(tag for tag in tags if tag not in ANY)


def is_not_modified(headers: Mapping[str, str], tag: str) -> bool:
    """Whether `If-None-Match` names the representation that would be answered, so that 304 says it all."""
    text = headers.get("if-none-match")
    if text is None:
        return False
    if text == tag or text.strip() == "*":
        return True
    return any(f'"{each.value}"' == tag for each in parse_tags(text, "If-None-Match"))


def require_match(headers: Mapping[str, str], etag: str) -> None:
    """Raise PreconditionFailed when `If-Match` demands another state than the one that was read."""
    wanted = if_match(headers)
    if wanted is not None and wanted != ANY and etag not in wanted:
        raise PreconditionFailed("The record has changed: its etag is none of those in If-Match.")


def only_create(headers: Mapping[str, str]) -> bool:
    """Whether `If-None-Match: *` asks to write only when there is no record yet."""
    text = headers.get("if-none-match")
    if text is None:
        return False
    if text.strip() != "*":
        raise MalformedRequest(
            "If-None-Match with entity tags is for reading.", hint="When writing, send `*` or use If-Match."
        )
    return True


def refuse_none_match(headers: Mapping[str, str]) -> None:
    """Raise MalformedRequest for `If-None-Match` where it could only be ignored: a condition must not be."""
    if "if-none-match" in headers:
        raise MalformedRequest("If-None-Match is not available here.", hint="Use If-Match.")


def refuse_match(headers: Mapping[str, str]) -> None:
    """Raise MalformedRequest for `If-Match` where there is no record yet that it could be about."""
    if "if-match" in headers:
        raise MalformedRequest(
            "If-Match is not available here.", hint="Send it to the record itself, as PUT, PATCH or DELETE."
        )


def parse_tags(text: str, header: str) -> list[EntityTag]:
    """The tags of a header such as `"a", W/"b"`; MalformedRequest when it is not a list of tags."""
    tags: list[EntityTag] = []
    rest = text.strip(" \t,")
    while rest or not tags:
        is_weak = rest.startswith("W/")
        opening, _, tail = rest[2 * is_weak :].partition('"')
        value, quote, rest = tail.partition('"')
        rest = rest.lstrip(" \t")
        if opening or not quote or (rest and rest[0] != ","):
            raise MalformedRequest(
                f"{header} is not a list of entity tags.", hint='Send tags as they came, in quotes: "1f0c".'
            )
        tags.append(EntityTag(value, is_weak))
        rest = rest.lstrip(" \t,")
    return tags
