"""How often one caller may ask: a bucket of requests for each, filled up again all the time."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Mapping

from atakora_data.api.http.address import caller_address
from atakora_data.api.http.message import PROBES, Request
from atakora_data.authorization.principal import Principal
from atakora_data.errors import TooManyRequests

PERIOD_SECONDS = 60.0
REMEMBERED_CALLERS = 16_384


class RateLimiter:
    """Refuses requests of callers who ask too often.

    A caller with a good token is counted by id, all others by the address they come from. known, anonymous: how many
    requests one may make at once, and in a minute in the long run; None for any number. proxies: as `caller_address`
    has it. Each instance counts for itself and remembers those who asked last: whoever is forgotten starts anew.
    """

    def __init__(
        self,
        *,
        known: int | None,
        anonymous: int | None,
        proxies: int,
        capacity: int = REMEMBERED_CALLERS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._known = None if known is None else _Buckets("caller", known, capacity, clock)
        self._anonymous = None if anonymous is None else _Buckets("address", anonymous, capacity, clock)
        self._proxies = proxies

    def take(self, principal: Principal, request: Request) -> None:
        """Count the request, and note for its answer what is left; TooManyRequests says when to come back."""
        if principal.id is None:
            self.take_of_address(request)
        elif self._known is not None and _counts(request):
            request.tells = self._known.take((principal.tenant_id, principal.id), request)

    def take_of_address(self, request: Request) -> None:
        """Count the request of somebody who is not known: without a token, or with a bad one."""
        if self._anonymous is not None and _counts(request):
            request.tells = self._anonymous.take(caller_address(request.headers, self._proxies), request)


def _counts(request: Request) -> bool:
    """Whether the request is counted: browsers' questions before a request carry no token, and cost nothing."""
    return request.method != "OPTIONS" and request.path not in PROBES


class _Buckets:
    """When each caller's bucket will be full again: of all that is known of it, the least."""

    def __init__(self, name: str, size: int, capacity: int, clock: Callable[[], float]) -> None:
        from cachetools import LRUCache

        self._name = name
        self._size = size
        self._one = PERIOD_SECONDS / size
        self._clock = clock
        self._full: LRUCache[Hashable, list[float]] = LRUCache(capacity)
        self._policy = f'"{name}";q={size};w={PERIOD_SECONDS:.0f}'

    def take(self, caller: Hashable, request: Request) -> Mapping[str, str]:
        """Take a request out of the caller's bucket; the headers that tell what is left of it."""
        now = self._clock()
        try:
            bucket = self._full[caller]
        except KeyError:
            bucket = self._full[caller] = [now]
        missing = max(bucket[0] - now, 0.0) + self._one
        if missing > PERIOD_SECONDS:
            request.tells = self._headers(PERIOD_SECONDS)
            raise self._refusal(missing - PERIOD_SECONDS)
        bucket[0] = now + missing
        return self._headers(missing)

    def _headers(self, missing: float) -> Mapping[str, str]:
        left = int((PERIOD_SECONDS - missing) / self._one + 1e-6)
        return {"RateLimit": f'"{self._name}";r={left};t={int(missing) + 1}', "RateLimit-Policy": self._policy}

    def _refusal(self, wait: float) -> TooManyRequests:
        return TooManyRequests(
            f"One {self._name} may ask {self._size} times in {PERIOD_SECONDS:.0f} seconds.",
            hint="Ask again after Retry-After, and less often; RateLimit tells how much is left.",
            retry_after=wait,
        )
