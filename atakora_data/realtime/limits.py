"""How much one caller may have open, so that nobody uses up what all share."""

from __future__ import annotations

from typing import Final

MOST_SESSIONS: Final = 20
"""Sessions of one principal."""

MOST_SUBSCRIPTIONS: Final = 100
"""Subscriptions of one session."""

LARGEST_SUBSCRIPTION: Final = 16 * 1024
"""Bytes of a filter, or of a document with its variables, as JSON: all of them are held in memory."""

MISSED_AT_ONCE: Final = 500
"""Entries of the journal that are read in one step when somebody was away."""

MOST_MISSED_STEPS: Final = 100
"""Steps after which reading the records anew is the better way."""

CONNECTION_SECONDS: Final = 60 * 60
"""How long a client may connect with one access token; subscriptions end by themselves."""
