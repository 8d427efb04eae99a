"""Writes to the file named on the command line from many tasks, and prints each id that was acknowledged.

Run by the crash tests in a process of its own, which is killed without warning.
"""

from __future__ import annotations

import asyncio
import os
import sys

from atakora_data.storage.port import Replace
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.storage.models import METADATA, POSTS, REGISTRY, insert

_WRITERS = 16


async def main(file: str, name: str) -> None:
    """Insert pairs of records and edit one of them, for ever."""
    store = SqliteEntityStore(REGISTRY, file)
    await store.start()

    async def write(writer: int) -> None:
        number = 0
        while True:
            id = f"{name}-{writer}-{number}"
            [first, _] = await store.apply([insert(f"{id}-a", slug=id, title="x" * 2000), insert(f"{id}-b")])
            say(f"{id}-a 0")
            say(f"{id}-b 0")
            edited = {**(first or {}), "rank": 1}
            await store.apply([Replace(POSTS, f"{id}-a", edited, METADATA, edited["_etag"])])
            say(f"{id}-a 1")
            number += 1

    await asyncio.gather(*(write(writer) for writer in range(_WRITERS)))


def say(line: str) -> None:
    """Print past every buffer, so that the line is out whatever happens next."""
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2]))
