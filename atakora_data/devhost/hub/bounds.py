"""What a hub bears before it refuses."""

from __future__ import annotations

from msgspec import Struct


class Bounds(Struct, frozen=True):
    """How many, how much and how long.

    connections: open at once. negotiated: ids that nobody connected with yet.
    waiting_messages, waiting_bytes: for one connection whose client reads too slowly; more ends it.
    all_waiting_bytes: for all connections together; more ends those for which most waits.
    record_bytes: the longest that a client may send. body_bytes: the longest message to clients over REST.
    handshake_seconds, silence_seconds: how long a client may say nothing, at first and later.
    ping_seconds: how long the hub says nothing. farewell_seconds: how long an end may take.
    """

    connections: int = 1000
    negotiated: int = 1000
    waiting_messages: int = 1000
    waiting_bytes: int = 4 * 1024 * 1024
    all_waiting_bytes: int = 256 * 1024 * 1024
    record_bytes: int = 32 * 1024
    body_bytes: int = 1024 * 1024
    handshake_seconds: float = 15.0
    silence_seconds: float = 30.0
    ping_seconds: float = 15.0
    farewell_seconds: float = 5.0
