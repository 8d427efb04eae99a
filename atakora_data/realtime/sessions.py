"""Opens, finds and changes the sessions of a caller; those of others do not exist for it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from weakref import WeakValueDictionary

from atakora_data.errors import NotFound, PreconditionFailed, TooManySubscriptions, WriteContention
from atakora_data.realtime.lifetime import Lifetime
from atakora_data.realtime.limits import MOST_SESSIONS
from atakora_data.realtime.session import SESSION, Session, session_partition
from atakora_data.service.context import RequestContext
from atakora_data.storage.state import NEW, State, StateStore

_log = logging.getLogger(__name__)

_TRIES = 20
_SHOWN = 100
_LONGEST_ID = 100


class Sessions:
    """The sessions of all callers. In one process changes of a session wait for each other, elsewhere they retry."""

    def __init__(self, state: StateStore, lifetime: Lifetime) -> None:
        self._state = state
        self._lifetime = lifetime
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def open(self, id: str, context: RequestContext) -> Session:
        """A new session of the caller; TooManySubscriptions: it has as many as it may."""
        partition = session_partition(context)
        async with self._turn(partition):
            self._refuse_more(await self._state.all(SESSION, partition), MOST_SESSIONS - 1)
            session = await self._keep(Session(id, context.principal, {}, NEW), context)
            others = await self._state.all(SESSION, partition)
            if len(others) > MOST_SESSIONS:  # another process opened one at the same time
                await self._state.remove(SESSION, partition, session.id)
                self._refuse_more(others, MOST_SESSIONS)
        return session

    async def get(self, id: str, context: RequestContext) -> Session:
        """The caller's session with this id; NotFound: it is no session, has expired, or is somebody else's."""
        state = None
        if len(id) <= _LONGEST_ID:
            state = await self._state.get(SESSION, session_partition(context), id)
        session = None if state is None else self._read(state)
        if session is None:
            raise NotFound(f"There is no session `{id[:_SHOWN]}`.", hint="POST /api/realtime/negotiate opens one.")
        return session

    async def holding(self, subscription: str, context: RequestContext) -> Session:
        """The caller's session that has this subscription; NotFound in the same words whatever the reason."""
        states = await self._state.all(SESSION, session_partition(context))
        sessions = filter(None, map(self._read, states))
        found = next((each for each in sessions if subscription in each.subscriptions), None)
        if found is None:
            raise no_subscription(subscription)
        return found

    async def change(self, id: str, how: Callable[[Session], Session], context: RequestContext) -> Session:
        """Change the session as it is now, and let it live on; whatever `how` raises leaves it as it is."""
        async with self._turn(session_partition(context)):
            for _ in range(_TRIES):
                try:
                    return await self._keep(how(await self.get(id, context)), context)
                except PreconditionFailed:
                    continue
        raise WriteContention("The session is being changed by others.", hint="Try again.")

    async def _keep(self, session: Session, context: RequestContext) -> Session:
        ttl = self._lifetime.end(context.principal) - self._lifetime.now()
        partition = session_partition(context)
        state = await self._state.put(SESSION, partition, session.id, session.to_json(), ttl=ttl, etag=session.etag)
        return Session.of_state(state, self._lifetime.now())

    def _read(self, state: State) -> Session | None:
        """The session that is kept there; None, and a warning, when it has a shape that we do not write."""
        try:
            return Session.of_state(state, self._lifetime.now())
        except (AttributeError, KeyError, TypeError, ValueError):
            _log.warning("The session %s cannot be read: it counts as ended.", state.id)
            return None

    def _refuse_more(self, states: list[State], most: int) -> None:
        if len(states) > most:
            raise TooManySubscriptions(
                f"You have {MOST_SESSIONS} sessions; no more may be open.",
                hint="Use one session for all subscriptions of a client; those not used expire.",
                retry_after=min(each.expires for each in states) - self._lifetime.now(),
            )

    def _turn(self, partition: str) -> asyncio.Lock:
        return self._turns.setdefault(partition, asyncio.Lock())


def no_subscription(id: str) -> NotFound:
    """What is told of a subscription that is not there, has expired, or is somebody else's."""
    return NotFound(
        f"There is no subscription `{id[:_SHOWN]}`.", hint="POST /api/realtime/subscriptions makes a new one."
    )
