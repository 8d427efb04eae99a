"""429, 503 and 504: what may succeed later; each says when, but for a write that may have happened."""

from __future__ import annotations

import math

from atakora_data.errors.root import RequestError


class _Later(RequestError):
    """Something that may succeed later. retry_after: in seconds."""

    def __init__(self, detail: str, *, hint: str | None = None, retry_after: float = 1) -> None:
        super().__init__(detail, hint=hint)
        self.retry_after = retry_after

    @property
    def headers(self) -> dict[str, str]:
        """The `Retry-After` header."""
        return {"Retry-After": str(max(1, math.ceil(self.retry_after)))}


class TooManySubscriptions(_Later):
    """The caller has as many sessions or subscriptions as one may have."""

    status = 429
    code = "too_many_subscriptions"
    title = "There are too many subscriptions"


class TooManyRequests(_Later):
    """The caller asks more often than one may."""

    status = 429
    code = "too_many_requests"
    title = "There are too many requests"


class Overloaded(_Later):
    """As many requests are under way as this instance takes; nothing was done."""

    status = 503
    code = "overloaded"
    title = "Too much is under way"


class TimedOut(_Later):
    """A read took longer than it may, and was broken off."""

    status = 503
    code = "timed_out"
    title = "The answer took too long"


class OutcomeUnknown(RequestError):
    """What may write took longer than one waits for it: it may have happened, or may still happen."""

    status = 504
    code = "outcome_unknown"
    title = "It may have been carried out"

    def __init__(self, detail: str) -> None:
        super().__init__(detail, hint=_SAFELY)


_SAFELY = (
    "Read what is stored before you try again. A POST that had an `Idempotency-Key` can be sent again with the same "
    "key: nothing is done twice."
)


class IdentityUnavailable(_Later):
    """Who asks cannot be told now: the keys or groups of the identity provider are out of reach."""

    status = 503
    code = "identity_unavailable"
    title = "The identity provider is unavailable"


class StoreUnavailable(_Later):
    """The store did not answer in time; nothing is known to have been written."""

    status = 503
    code = "store_unavailable"
    title = "The store is unavailable"


class RealtimeUnavailable(_Later):
    """The hub that reaches subscribers does not answer, or none is set up."""

    status = 503
    code = "realtime_unavailable"
    title = "Real time is unavailable"
