"""Subscriptions as they are kept: read, judged anew, and forgotten."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from atakora_data.errors import Forbidden, PreconditionFailed, RequestError, WriteContention
from atakora_data.realtime.admission import Admission, Wanted
from atakora_data.realtime.lifetime import Lifetime
from atakora_data.realtime.sessions import no_subscription
from atakora_data.realtime.subscription import SUBSCRIPTION, Subscription, read_subscription, subscription_partition
from atakora_data.service.context import RequestContext
from atakora_data.storage.port import Target
from atakora_data.storage.state import NEW, State, StateStore

_TRIES = 5


class KeptSubscriptions:
    """What the fan-out reads. A subscription that has ended never comes back, whoever changes it at the same time."""

    def __init__(self, state: StateStore, admission: Admission, lifetime: Lifetime) -> None:
        self._state = state
        self._admission = admission
        self._lifetime = lifetime

    async def begin(self, subscription: Subscription) -> None:
        """Keep a new one: from now on it is live."""
        await self._put(subscription, NEW)

    async def end(self, id: str, target: Target) -> None:
        """Forget it."""
        await self._state.remove(SUBSCRIPTION, subscription_partition(target), id)

    async def renew(self, id: str, target: Target, context: RequestContext) -> Subscription:
        """Let it live on under these rights. Forbidden: they do not allow it, and it has ended."""
        return await self._change(id, target, context, lambda _: self._lifetime.end(context.principal))

    async def take_over(self, id: str, target: Target, context: RequestContext) -> bool:
        """Let it live under these rights, not longer than it would have; whether it is still there."""
        end = self._lifetime.end(context.principal)
        try:
            await self._change(id, target, context, lambda kept: min(kept.expires, end))
        except Forbidden:
            return False
        return True

    async def _change(
        self, id: str, target: Target, context: RequestContext, until: Callable[[Subscription], float]
    ) -> Subscription:
        for _ in range(_TRIES):
            state = await self._get(id, target)
            kept = None if state is None else read_subscription(state)
            if state is None or kept is None:
                raise no_subscription(id)
            await self._judge(kept, context)
            changed = replace(kept, principal=context.principal, expires=until(kept))
            try:
                await self._put(changed, state.etag)
            except PreconditionFailed:
                continue
            return changed
        raise WriteContention("The subscription is being changed by others.", hint="Try again.")

    async def _judge(self, kept: Subscription, context: RequestContext) -> None:
        """End what these rights do not allow."""
        try:
            self._admission.admit(Wanted.of(kept), context)
        except RequestError as error:
            await self.end(kept.id, kept.target)
            raise Forbidden(f"The subscription has ended. {error.detail}", errors=error.errors) from error

    async def _get(self, id: str, target: Target) -> State | None:
        return await self._state.get(SUBSCRIPTION, subscription_partition(target), id)

    async def _put(self, subscription: Subscription, etag: str) -> None:
        partition, value = subscription_partition(subscription.target), subscription.to_json()
        ttl = subscription.expires - self._lifetime.now()
        await self._state.put(SUBSCRIPTION, partition, subscription.id, value, ttl=ttl, etag=etag)
