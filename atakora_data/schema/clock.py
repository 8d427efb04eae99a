"""What time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def utcnow() -> datetime:
    """The current time, aware and in UTC: the default of `created_at` and its like."""
    return datetime.now(UTC)
