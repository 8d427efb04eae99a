"""How long the host waits before it calls a function again that has failed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

from atakora_data.errors import HostError

_SPAN = re.compile(r"(?:(\d+)\.)?(\d+):(\d+):(\d+(?:\.\d+)?)")
_ENDLESS = -1
_REMEDY = '@app.retry(strategy="fixed_delay", max_retry_count="-1", delay_interval="00:00:05")'


class RetryPolicy(Struct, frozen=True):
    """The first pause and the longest one, in seconds; each is twice the one before."""

    first: float
    longest: float

    def pause(self, failures: int) -> float:
        """How long to wait after so many failures in a row, at least one."""
        return float(min(self.first * 2.0 ** min(failures - 1, 32), self.longest))


def read_policy(name: str, settings: Mapping[str, str] | None) -> RetryPolicy:
    """Read the policy of a function. HostError: it has none, or one that ends: then Azure would lose what fails."""
    if not settings or int(settings.get("max_retry_count") or 0) != _ENDLESS:
        raise HostError(
            f"The function {name} does not retry without end, so that Azure would lose changes when it fails. "
            f"Put this above it: {_REMEDY}"
        )
    if settings.get("strategy") == "exponential_backoff":
        return RetryPolicy(
            _seconds(name, settings.get("minimum_interval")), _seconds(name, settings.get("maximum_interval"))
        )
    pause = _seconds(name, settings.get("delay_interval"))
    return RetryPolicy(pause, pause)


def _seconds(name: str, span: str | None) -> float:
    """Read `hh:mm:ss`, with days before it and a fraction behind it where there are any."""
    found = _SPAN.fullmatch(span or "")
    if found is None:
        raise HostError(f"The function {name} retries after {span!r}, which is no interval such as 00:00:05.")
    days, hours, minutes, seconds = found.groups()
    return float(((int(days or 0) * 24 + int(hours)) * 60 + int(minutes)) * 60 + float(seconds))
