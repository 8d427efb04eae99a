"""Where a request comes from, as far as anybody can be believed about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv6Address, ip_address

UNKNOWN = ""
"""Whoever's address cannot be told: all of them count as one."""

_NETWORK_BYTES = 8
_LONGEST = 64


def caller_address(headers: Mapping[str, str], proxies: int) -> str:
    """The address of the caller: an IPv4 address, or the /64 network of an IPv6 one; "" when it cannot be told.

    Each proxy adds to `X-Forwarded-For` whom it was asked by, so only the last entries are true: whatever stands before
    them was sent by the caller. proxies: how many stand before the app; the last is Azure's own.
    """
    sent = headers.get("x-forwarded-for")
    if not sent or not proxies:
        return UNKNOWN
    hops = sent.rsplit(",", proxies)
    hop = hops[max(len(hops) - proxies, 0)].strip()
    if hop.count(":") == 1:
        hop = hop.partition(":")[0]
    return _network(hop) if len(hop) <= _LONGEST else UNKNOWN


@lru_cache(maxsize=4096)
def _network(hop: str) -> str:
    """What one caller can be held to: whoever has an IPv6 address has all of its network."""
    try:
        address = ip_address(hop[1:].partition("]")[0] if hop.startswith("[") else hop)
    except ValueError:
        return UNKNOWN
    if not isinstance(address, IPv6Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return f"{address.packed[:_NETWORK_BYTES].hex(':', 2)}::/64"
