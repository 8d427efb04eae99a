"""Where a request comes from: only what proxies of ours added is believed."""

from __future__ import annotations

import pytest

from atakora_data.api.http.address import caller_address


@pytest.mark.parametrize(
    ("expected", "proxies", "sent"),
    [
        ("192.0.2.1", 1, "192.0.2.1"),
        ("192.0.2.1", 1, "192.0.2.1:4567"),
        ("192.0.2.1", 1, "10.0.0.1, 192.0.2.1:4567"),
        ("10.0.0.1", 2, "203.0.113.9, 10.0.0.1, 192.0.2.1:4567"),
        ("10.0.0.1", 2, "10.0.0.1,192.0.2.1:4567"),
        ("192.0.2.1", 2, "192.0.2.1:4567"),
        ("2001:0db8:0000:0001::/64", 1, "[2001:db8:0:1::5]:4567"),
        ("2001:0db8:0000:0001::/64", 1, "2001:db8:0:1:ffff:ffff:ffff:ffff"),
        ("192.0.2.1", 1, "::ffff:192.0.2.1"),
        ("", 1, ""),
        ("", 1, "unknown"),
        ("", 1, "[2001:db8::1"[:3]),
        ("", 1, "1" * 70),
        ("", 1, "192.0.2.1,"),
        ("", 0, "192.0.2.1"),
    ],
)
def test_the_hop_that_our_own_proxies_saw_counts(expected: str, proxies: int, sent: str) -> None:
    """Counted from the end; ports and the part of an IPv6 address that its owner chooses are left out."""
    assert expected == caller_address({"x-forwarded-for": sent}, proxies)


def test_other_headers_are_not_believed() -> None:
    """Anybody can send them."""
    assert "" == caller_address({"x-azure-clientip": "192.0.2.1", "x-real-ip": "192.0.2.1", "client-ip": "x"}, 1)
