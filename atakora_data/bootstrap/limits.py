"""What is too much, and too often: made of the settings, and imported only where there is a limit."""

from __future__ import annotations

from atakora_data.api.http.bounds import Bounds
from atakora_data.api.http.rate_limit import RateLimiter
from atakora_data.settings import Settings


def bounds_of(settings: Settings) -> Bounds | None:
    """How much this instance takes at once, and how long an answer may take; None for no limit."""
    if settings.max_concurrent is None and settings.request_seconds is None:
        return None
    return Bounds(most=settings.max_concurrent, seconds=settings.request_seconds)


def rate_limiter(settings: Settings) -> RateLimiter | None:
    """How often one caller may ask; None for no limit."""
    if settings.rate_limit is None and settings.rate_limit_anonymous is None:
        return None
    return RateLimiter(
        known=settings.rate_limit, anonymous=settings.rate_limit_anonymous, proxies=settings.trusted_proxies
    )
