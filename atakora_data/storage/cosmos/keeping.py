"""Values of the app's own that belong to a write: kept before it, since they are in another container."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeAlias

from atakora_data.errors import AlreadyExists, RequestError, StoreUnavailable
from atakora_data.storage.port import Change, Keep, Record
from atakora_data.storage.state import NEW, StateStore

Apply: TypeAlias = Callable[[Sequence[Change]], Awaitable[list[Record | None]]]


async def keeping(
    state: StateStore, keeps: Sequence[Keep], changes: Sequence[Change], apply: Apply
) -> list[Record | None]:
    """What the other changes answer, None for what is kept. A write of which nothing is known keeps what it kept."""
    others = [each for each in changes if not isinstance(each, Keep)]
    kept: list[Keep] = []
    try:
        for each in keeps:
            await _keep(state, each)
            kept.append(each)
        found = iter(await apply(others) if others else [])
    except StoreUnavailable:
        raise
    except RequestError:
        for each in kept:
            await state.remove(each.kind, each.partition, each.id)
        raise
    return [None if isinstance(each, Keep) else next(found) for each in changes]


async def _keep(state: StateStore, keep: Keep) -> None:
    try:
        await state.put(keep.kind, keep.partition, keep.id, keep.value, ttl=keep.seconds, etag=NEW)
    except AlreadyExists as error:
        raise keep.refusal from error
