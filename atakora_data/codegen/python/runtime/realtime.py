"""Subscriptions: one connection for all of a client, which comes back by itself and asks for what was missed."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from .call import Operation
from .hub import Hub
from .problem import ProblemError, UnreachableError
from .transport import Transport

Stop = Callable[[], Awaitable[None]]
"""Ends a subscription."""

_SEEN = 1000
_FOR_GOOD = frozenset({400, 403, 409, 422})
_MISSING = 404
_FIRST_WAIT, _LONGEST_WAIT, _SHORTEST_RENEWAL = 0.25, 30.0, 1.0


@dataclass(eq=False)
class Subscription:
    """One subscription, as it is registered, and who hears of it.

    on_refused: called when the app ends it. on_ended: called when it is ended in any other way.
    """

    wanted: Mapping[str, Any]
    on_next: Callable[[Any], None]
    on_refused: Callable[[Exception], None]
    on_ended: Callable[[], None]
    id: str | None = None
    since: str | None = None
    seen: dict[str, None] = field(default_factory=dict)
    renewing: asyncio.Task[None] | None = None


class Realtime:
    """The connection of a client."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport
        self._wanted: list[Subscription] = []
        self._early: deque[Mapping[str, Any]] = deque(maxlen=_SEEN)
        self._opening = asyncio.Lock()
        self._session: str | None = None
        self._hub: Hub | None = None
        self._returning: asyncio.Task[None] | None = None
        self._is_closed = False

    async def subscribe(self, subscription: Subscription) -> Stop:
        """Register it, and connect when that was not done yet; what this gives ends it."""
        try:
            async with self._opening:
                if self._hub is None and self._returning is None:
                    await self._open()
            self._wanted.append(subscription)
            await self._register(subscription)
        except BaseException:
            self._end(subscription)
            raise

        async def stop() -> None:
            id = subscription.id
            self._end(subscription)
            if id is not None:
                await self._ask("DELETE", f"subscriptions/{id}")

        return stop

    async def close(self) -> None:
        """End everything."""
        self._is_closed = True
        for each in list(self._wanted):
            self._end(each)
        if self._returning is not None:
            self._returning.cancel()
        if self._hub is not None:
            await self._hub.stop()

    async def _open(self) -> None:
        """Connect; a session that has expired is replaced by a new one."""
        access = await self._negotiated()
        self._session = access["session"]
        self._hub = await Hub.connect(self._transport.session, access, self._receive, self._lose)

    async def _negotiated(self) -> Any:
        if self._session is not None:
            try:
                return await self._ask("POST", f"negotiate?session={quote(self._session, safe='')}")
            except ProblemError as error:
                if error.status != _MISSING:
                    raise
        return await self._ask("POST", "negotiate")

    def _end(self, subscription: Subscription) -> None:
        self._forget(subscription)
        subscription.on_ended()

    def _forget(self, subscription: Subscription) -> None:
        if subscription in self._wanted:
            self._wanted.remove(subscription)
        if subscription.renewing is not None:
            subscription.renewing.cancel()

    def _lose(self, hub: Hub) -> None:
        if self._hub is hub and not self._is_closed:
            self._hub = None
            self._returning = asyncio.create_task(self._return())

    async def _return(self) -> None:
        wait = _FIRST_WAIT
        while True:
            try:
                if self._hub is None:
                    await self._open()
                for each in list(self._wanted):
                    await self._register_again(each)
            except (ProblemError, UnreachableError):
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
            else:
                self._returning = None
                return

    async def _register_again(self, subscription: Subscription) -> None:
        """What is refused for good has ended; anything else is tried again."""
        try:
            await self._register(subscription)
        except ProblemError as error:
            if error.status not in _FOR_GOOD:
                raise
            self._forget(subscription)
            subscription.on_refused(error)

    async def _register(self, subscription: Subscription) -> None:
        old, subscription.id = subscription.id, None
        if old is not None:
            with suppress(ProblemError, UnreachableError):
                await self._ask("DELETE", f"subscriptions/{old}")
        wish = {"session": self._session, **subscription.wanted}
        if subscription.since is not None:
            wish["since"] = subscription.since
        granted = await self._ask("POST", "subscriptions", wish)
        subscription.id = granted["id"]
        subscription.since = subscription.since or granted["position"]
        early = list(self._early)
        self._early.clear()
        for message in early:
            self._receive(message)
        if subscription.renewing is not None:
            subscription.renewing.cancel()
        subscription.renewing = asyncio.create_task(self._renew(subscription, granted["expiresAt"]))

    async def _renew(self, subscription: Subscription, expires_at: str) -> None:
        while True:
            left = (datetime.fromisoformat(expires_at) - datetime.now(UTC)).total_seconds()
            await asyncio.sleep(max(_SHORTEST_RENEWAL, left / 2))
            try:
                granted = await self._ask("PUT", f"subscriptions/{subscription.id}")
            except (ProblemError, UnreachableError):
                if self._hub is not None:
                    await self._hub.stop()  # comes back, and registers anew
                return
            expires_at = granted["expiresAt"]

    def _receive(self, message: Mapping[str, Any]) -> None:
        subscription = next((each for each in self._wanted if each.id == message["id"]), None)
        if subscription is None:
            self._early.append(message)  # may come before its id is known
        elif message["event"] not in subscription.seen:
            subscription.seen[message["event"]] = None
            if len(subscription.seen) > _SEEN:
                del subscription.seen[next(iter(subscription.seen))]
            subscription.since = message["position"]
            subscription.on_next(message["payload"])

    async def _ask(self, method: str, path: str, body: Any = None) -> Any:
        return await self._transport.send(Operation(method, f"/realtime/{path}", body=body))
