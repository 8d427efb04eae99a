"""Subscriptions from their beginning to their end: negotiate, register, renew, end."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from msgspec.structs import replace

from atakora_data.errors import Forbidden, InvalidSubscription, NotFound, SignInRequired, TooManySubscriptions
from atakora_data.realtime.admission import Admission, Wanted
from atakora_data.realtime.kept import KeptSubscriptions
from atakora_data.realtime.lifetime import Lifetime
from atakora_data.realtime.limits import CONNECTION_SECONDS, MISSED_AT_ONCE, MOST_MISSED_STEPS, MOST_SUBSCRIPTIONS
from atakora_data.realtime.port import Hub, HubAccess, Replays
from atakora_data.realtime.session import Held, Session
from atakora_data.realtime.sessions import Sessions, no_subscription
from atakora_data.realtime.subscription import Subscription
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Target
from atakora_data.storage.state import StateStore


class Negotiated(NamedTuple):
    """What a client connects with, and the session that its subscriptions belong to."""

    access: HubAccess
    session: str


class Subscriptions:
    """What callers are subscribed to. All of it ends with the token that was shown, unless a later one is.

    Every operation raises `errors.RequestError`: SignInRequired for nobody, NotFound for what is not the caller's.
    hub, replay: make the part when it is first needed.
    """

    def __init__(
        self,
        *,
        state: StateStore,
        admission: Admission,
        lifetime: Lifetime,
        hub: Callable[[], Hub],
        replay: Callable[[], Replays],
    ) -> None:
        self._admission = admission
        self._lifetime = lifetime
        self._hub = hub
        self._replay = replay
        self._sessions = Sessions(state, lifetime)
        self._kept = KeptSubscriptions(state, admission, lifetime)

    async def negotiate(self, session: str | None, context: RequestContext) -> Negotiated:
        """How to connect, as a new session, or again as one that the caller has. RealtimeUnavailable: to nothing."""
        _require_somebody(context)
        end = self._lifetime.end(context.principal, CONNECTION_SECONDS)
        seconds = max(1, int(end - self._lifetime.now()))
        if session is not None:
            await self._shown(session, context)
            await self._sessions.change(session, lambda each: each, context)
            return Negotiated(await self._hub().access(session, seconds), session)
        new = secrets.token_urlsafe(24)
        access = await self._hub().access(new, seconds)
        await self._sessions.open(new, context)
        return Negotiated(access, new)

    async def register(
        self, wanted: Wanted, session: str, since: str | None, context: RequestContext
    ) -> tuple[Subscription, str]:
        """Subscribe: the subscription, and a position from which on all that it is told lies.

        since: the position of the last event that arrived; what came after it is sent first.
        What changes while it is sent may arrive twice. InvalidSubscription, InvalidFilter, Forbidden: it is not to be
        had. MalformedRequest: there is no such position. TooManySubscriptions: the session has as many as it may.
        """
        _require_somebody(context)
        await self._shown(session, context)
        subscription = self._made(self._admission.admit(wanted, context), session, context)
        await self._sessions.change(session, lambda each: self._joined(each, subscription), context)
        try:
            position = await self._replay().now()
            await self._begin(subscription, since)
            await self._confirm(subscription, context)
        except Exception:
            await self._kept.end(subscription.id, subscription.target)
            with suppress(NotFound):
                await self._sessions.change(session, lambda each: each.without([subscription.id]), context)
            raise
        return subscription, position

    async def renew(self, id: str, context: RequestContext) -> Subscription:
        """Let it live on, under the caller's present rights; Forbidden: they do not allow it any more, and it ends."""
        _require_somebody(context)
        held = await self._sessions.holding(id, context)
        session = await self._shown(held.id, context)
        if id not in session.subscriptions:
            raise Forbidden("The rules do not allow you this subscription any more; it has ended.")
        target = Target(session.subscriptions[id].entity, context.tenant)
        try:
            renewed = await self._kept.renew(id, target, context)
        except (Forbidden, NotFound):
            await self._sessions.change(session.id, lambda each: each.without([id]), context)
            raise
        await self._sessions.change(session.id, lambda each: _prolonged(each, renewed), context)
        return renewed

    async def end(self, id: str, context: RequestContext) -> None:
        """End it: nothing more is sent, once the fan-out has heard of it."""
        _require_somebody(context)
        session = await self._sessions.holding(id, context)
        await self._kept.end(id, Target(session.subscriptions[id].entity, context.tenant))
        await self._sessions.change(session.id, lambda each: each.without([id]), context)

    async def _shown(self, id: str, context: RequestContext) -> Session:
        """The session, as strong as this token from now on: what its principal may not have has ended."""
        found = await self._sessions.get(id, context)
        if found.principal.fingerprint == context.principal.fingerprint:
            return found
        ended = [each for each, held in found.subscriptions.items() if await self._is_over(each, held, context)]
        return await self._sessions.change(id, lambda each: each.without(ended).shown_by(context.principal), context)

    async def _is_over(self, id: str, held: Held, context: RequestContext) -> bool:
        """Whether the rights do not allow it; one that is being registered is judged by whoever does that."""
        with suppress(NotFound):
            return not await self._kept.take_over(id, Target(held.entity, context.tenant), context)
        return False

    async def _begin(self, subscription: Subscription, since: str | None) -> None:
        """Send what was missed, let it be live, then send what came in between: live events may be among that."""
        told: set[str] = set()
        position = None if since is None else await self._tell_missed(subscription, since, told)
        await self._kept.begin(subscription)
        if position is not None:
            await self._tell_missed(subscription, position, told)

    async def _tell_missed(self, subscription: Subscription, since: str, told: set[str]) -> str:
        """Send what came after a position, but for the events that were told, and tell how far that was."""
        replay, hub = self._replay(), self._hub()
        after = await replay.start(since)
        for _ in range(MOST_MISSED_STEPS):
            deliveries, after, is_all = await replay.missed(subscription, after, MISSED_AT_ONCE)
            news = [each for each in deliveries if each.argument["event"] not in told]
            told.update(each.argument["event"] for each in news)
            if news:
                await hub.send(news)
            if is_all:
                return after
        raise InvalidSubscription(
            f"Since that position more than {MISSED_AT_ONCE * MOST_MISSED_STEPS} changes were made.",
            hint="Subscribe without `since`, and read the records anew.",
        )

    async def _confirm(self, subscription: Subscription, context: RequestContext) -> None:
        """Raise unless the session still has it, and the token that was shown last allows it."""
        session = await self._sessions.get(subscription.session, context)
        if subscription.id not in session.subscriptions:
            raise no_subscription(subscription.id)
        if session.principal.fingerprint != subscription.principal.fingerprint:
            latest = replace(context, principal=session.principal)
            if not await self._kept.take_over(subscription.id, subscription.target, latest):
                raise Forbidden("Another token was shown for the session, whose rights do not allow the subscription.")

    def _made(self, wanted: Wanted, session: str, context: RequestContext) -> Subscription:
        return Subscription(
            id=secrets.token_urlsafe(12),
            session=session,
            tenant=context.tenant,
            principal=context.principal,
            entity=wanted.entity,
            operations=frozenset(wanted.operations),
            filter=wanted.filter,
            query=wanted.query,
            variables=wanted.variables,
            expires=self._lifetime.end(context.principal),
        )

    def _joined(self, session: Session, subscription: Subscription) -> Session:
        if len(session.subscriptions) >= MOST_SUBSCRIPTIONS:
            raise TooManySubscriptions(
                f"The session has {MOST_SUBSCRIPTIONS} subscriptions; it may have no more.",
                hint="End some, or subscribe with filters that match more.",
                retry_after=min(each.expires for each in session.subscriptions.values()) - self._lifetime.now(),
            )
        return session.holding(subscription.id, Held(subscription.entity, subscription.expires))


def _prolonged(session: Session, subscription: Subscription) -> Session:
    if subscription.id not in session.subscriptions:
        raise no_subscription(subscription.id)
    return session.holding(subscription.id, Held(subscription.entity, subscription.expires))


def _require_somebody(context: RequestContext) -> None:
    if context.principal.id is None:
        raise SignInRequired("Nobody may subscribe without signing in.", hint="Send `Authorization: Bearer <token>`.")
    context.require_tenant()
