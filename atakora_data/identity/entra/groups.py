"""The groups of a caller: those of the token, or, of a caller in more than fit there, those that Microsoft Graph tells.

A token that leaves its groups out says so (`_claim_names`, `hasgroups`). Then nothing is known of them until Graph has
answered: a caller of whom nothing is known is not let in, since a rule may as well keep a group out.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, TypeAlias

from cachetools import TTLCache

REMEMBERED_SECONDS: Final = 300
CAPACITY: Final = 10_000

Fetch: TypeAlias = Callable[[str, bool], Awaitable[frozenset[str]]]
"""The ids of the groups of a person, or of an app, by its object id. IdentityUnavailable: they cannot be had now."""


def is_overage(claims: Mapping[str, Any]) -> bool:
    """Whether the token leaves its groups out because there are too many."""
    elsewhere = claims.get("_claim_names")
    return bool(claims.get("hasgroups")) or (isinstance(elsewhere, Mapping) and "groups" in elsewhere)


class GroupReader:
    """Tells the groups of callers, each asked for at most once in five minutes, however many requests wait for it.

    clock: seconds, only ever growing.
    """

    def __init__(self, fetch: Fetch, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._fetch = fetch
        self._known: TTLCache[tuple[str, str], frozenset[str]] = TTLCache(CAPACITY, REMEMBERED_SECONDS, timer=clock)
        self._under_way: dict[tuple[str, str], asyncio.Task[frozenset[str]]] = {}

    async def groups_of(self, claims: Mapping[str, Any]) -> frozenset[str]:
        """The groups that a verified token left out. IdentityUnavailable: they cannot be had now."""
        whose = str(claims.get("tid")), str(claims.get("oid") or claims["sub"])
        known = self._known.get(whose)
        return known if known is not None else await asyncio.shield(self._asked(whose, _is_app(claims)))

    def _asked(self, whose: tuple[str, str], is_app: bool) -> asyncio.Task[frozenset[str]]:
        """What is asked already, or is asked now."""
        task = self._under_way.get(whose)
        if task is None:
            task = self._under_way[whose] = asyncio.create_task(self._ask(whose, is_app))
            task.add_done_callback(lambda done: self._end(whose, done))
        return task

    async def _ask(self, whose: tuple[str, str], is_app: bool) -> frozenset[str]:
        found = self._known[whose] = await self._fetch(whose[1], is_app)
        return found

    def _end(self, whose: tuple[str, str], task: asyncio.Task[frozenset[str]]) -> None:
        del self._under_way[whose]
        if not task.cancelled():
            task.exception()  # told to those who wait; nobody may be left


def _is_app(claims: Mapping[str, Any]) -> bool:
    return claims.get("idtyp") == "app" or not claims.get("scp")
