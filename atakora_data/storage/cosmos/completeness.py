"""Whether all documents have a field: the server orders those of an older schema that lack it apart from nulls."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Final

from atakora_data.query.filter import EVERYTHING
from atakora_data.query.page import OrderKey
from atakora_data.storage.cosmos.asking import Asking
from atakora_data.storage.cosmos.compile import quoted
from atakora_data.storage.cosmos.documents import Documents
from atakora_data.storage.cosmos.questions import sort_path
from atakora_data.storage.cosmos.scope import Scope
from atakora_data.storage.port import ID, Target

COMPLETE_FOR: Final = 600.0
"""For how many seconds it is remembered that all documents have a field."""

INCOMPLETE_FOR: Final = 60.0
"""For how many seconds it is remembered that some lack one."""

_MOST_REMEMBERED: Final = 10_000


class Completeness:
    """Looks it up, and remembers it for some time.

    Documents say by their shape which fields they have. So one cheap question a target answers for all of its fields,
    unless there are documents of another shape: then those are asked for the field.
    """

    def __init__(self, asking: Asking, documents: Mapping[str, Documents]) -> None:
        self._asking = asking
        self._documents = documents
        self._known: dict[tuple[Target, str], tuple[bool, float]] = {}

    async def has_all(self, target: Target, key: OrderKey) -> bool:
        """Whether every document has a value or null where the server looks when it orders by this key."""
        if key.field.path == ID.path:
            return True
        path = sort_path(key.field)
        if key.field.guard is not None or key.field.size or (path == key.field.path and len(path) > 1):
            return False
        shape = self._documents[target.entity].shape
        others = f'(c["_shape"]<"{shape}" OR c["_shape"]>"{shape}")'
        return await self._holds(target, others) or await self._holds(
            target, f"{others} AND NOT IS_DEFINED({quoted(path)})"
        )

    async def _holds(self, target: Target, exception: str) -> bool:
        """Whether no document is such an exception."""
        known = self._known.get((target, exception))
        if known is None or known[1] < time.monotonic():
            scope = Scope(self._documents[target.entity], target, EVERYTHING)
            found = await self._asking.query(scope.ask('VALUE c["id"]', 1, also=exception))
            known = not found, time.monotonic() + (INCOMPLETE_FOR if found else COMPLETE_FOR)
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[target, exception] = known
        return known[0]
