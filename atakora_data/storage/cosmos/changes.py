"""Reads the change feed of a container: its documents as their last change left them, in the order of changes.

That order is kept within each logical partition. Removals and what has expired are not seen.
"""

from __future__ import annotations

import base64
import zlib
from collections import deque
from collections.abc import AsyncIterator, Iterable, Mapping
from email.utils import formatdate
from functools import partial
from typing import Any, Final, NamedTuple

import orjson

from atakora_data.errors import MalformedRequest
from atakora_data.storage.cosmos.documents import CosmosDocument
from atakora_data.storage.cosmos.retrying import patiently

NOW: Final = "Now"
"""Where reading begins that tells nothing of what has changed before."""

FIRST: Final = "Beginning"
"""Where reading begins that tells of everything that is there."""

_LONGEST_POSITION: Final = 1_000_000
_UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError, zlib.error)
"""What is raised for a text that is no position."""


class Part(NamedTuple):
    """A part of a container, as the SDK says it. continuation: where to read on in it, None where nothing was read."""

    range: dict[str, Any]
    continuation: str | None = None


class Reading:
    """Reads in several parts of a container, in turn.

    The SDK does so as well, but it cannot read on where it had not yet asked for all of the parts.
    start: `NOW` or `FIRST`, or a time in seconds since 1970, near to which reading begins.
    """

    def __init__(self, container: Any, parts: Iterable[Part], start: str | float = FIRST) -> None:
        self._container = container
        self._parts = deque(parts)
        self._start = {"start_time": start if isinstance(start, str) else FIRST}
        # sent as a header of our own, since the SDK cannot read on from a position that it made of a time
        self._headers = {} if isinstance(start, str) else {"If-Modified-Since": formatdate(start, usegmt=True)}

    @property
    def position(self) -> str:
        """Where to read on."""
        return base64.urlsafe_b64encode(zlib.compress(orjson.dumps([tuple(each) for each in self._parts]))).decode()

    async def next(self, most: int) -> list[CosmosDocument]:
        """About so many documents at most, of one of the parts; nothing at the end of all.

        What was changed in one batch comes together. MalformedRequest: the position is that of another container.
        """
        for _ in range(len(self._parts)):
            part = self._parts[0]
            documents, part = await patiently(partial(self._page, part, most))
            self._parts.popleft()
            self._parts.append(part)
            if documents:
                return documents
        return []

    async def _page(self, part: Part, most: int) -> tuple[list[CosmosDocument], Part]:
        begins = part.continuation is None
        place = {"feed_range": part.range, **self._start} if begins else {"continuation": part.continuation}
        answers: list[Mapping[str, str]] = []
        try:
            changes = self._container.query_items_change_feed(
                max_item_count=most,
                headers=self._headers,
                response_hook=lambda headers, _body: answers.append(headers),
                **place,
            )
            documents = [each async for each in _first_page(changes)]
        except _UNREADABLE as error:
            raise no_position() from error
        return documents, part._replace(continuation=answers[-1]["etag"])  # the SDK has put its own token there


async def all_parts(container: Any) -> list[Part]:
    """The parts that make up the container."""

    async def read() -> list[Part]:
        return [Part(each) async for each in container.read_feed_ranges()]

    return await patiently(read)


async def one_partition(container: Any, key: Any) -> list[Part]:
    """The logical partition with this key, as the SDK takes it."""

    async def read() -> list[Part]:
        return [Part(await container.feed_range_from_partition_key(key))]

    return await patiently(read)


def parts_at(position: str) -> list[Part]:
    """The parts to read on in. MalformedRequest: this is no position."""
    try:
        packed = base64.b64decode(position, b"-_", validate=True)
        return [Part(*each) for each in orjson.loads(zlib.decompressobj().decompress(packed, _LONGEST_POSITION))]
    except _UNREADABLE as error:
        raise no_position() from error


def no_position() -> MalformedRequest:
    """The error of a text that is no position."""
    return MalformedRequest("The position is not one of this store.", hint="Take the position of the last event.")


async def _first_page(changes: Any) -> AsyncIterator[CosmosDocument]:
    async for page in changes.by_page():
        async for each in page:
            yield each
        return
