"""Reads the body of an answer, whole or not at all."""

from __future__ import annotations

from typing import Protocol


class Content(Protocol):
    """What still arrives."""

    async def read(self, n: int) -> bytes:
        """At most so many bytes, as soon as there are some; none at the end."""
        ...


async def whole(content: Content, most: int) -> bytes | None:
    """All bytes, however many pieces they arrive in; None if there are more than so many."""
    found = bytearray()
    while piece := await content.read(most + 1 - len(found)):
        found += piece
        if len(found) > most:
            return None
    return bytes(found)
