"""Notes: read by everybody, written slowly by those who say how slowly."""

from __future__ import annotations

import asyncio

from atakora_data import Authorization, Entity, Field, HookContext, RuleContext, allow, before_create
from atakora_data.registry.build import build_registry


async def in_its_time(_: RuleContext, note: Note) -> bool:
    """Everybody may read a note, after as long as it says."""
    await asyncio.sleep(note.seconds)
    return True


class Note(Entity):
    """Something written down."""

    id: str = Field(primary_key=True)
    seconds: float = 0.0
    authorization = Authorization(create=allow.authenticated(), read=allow.custom(in_its_time))

    @before_create
    async def take_time(draft: Note, ctx: HookContext) -> Note:
        """Wait for as long as the note says."""
        await asyncio.sleep(draft.seconds)
        return draft


REGISTRY = build_registry([Note])
