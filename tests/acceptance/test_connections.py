"""What is hardly HTTP, and whether others are served meanwhile."""

from __future__ import annotations

import random
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from tests.acceptance.refusals import refused
from tests.acceptance.served import Served
from tests.acceptance.wire import Dropped, Wire, written

pytestmark = pytest.mark.usefixtures("untouched")

GET = "GET /api/gadgets/a HTTP/1.1\r\n"
HEADERS = {
    "no host": "",
    "two hosts": "Host: a\r\nHost: b\r\n",
    "no colon": "Host: h\r\nfoo\r\n",
    "space in a name": "Host: h\r\nfoo bar: x\r\n",
    "space behind a name": "Host: h\r\nX : a\r\n",
    "no name": "Host: h\r\n: x\r\n",
    "folded": "Host: h\r\nX: a\r\n b\r\n",
    "nul": "Host: h\r\nX: a\0b\r\n",
    "bare line feed": "Host: h\nX: y\n",
    "bare carriage return": "Host: h\r\nX: a\rb\r\n",
    "40 KB in one": f"Host: h\r\nX: {'y' * 40_000}\r\n",
    "40 KB in a name": f"Host: h\r\n{'y' * 40_000}: x\r\n",
    "5,000 of them": "Host: h\r\n" + "".join(f"X{number}: y\r\n" for number in range(5_000)),
}
GARBAGE = {
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 300,
    "nul": b"\0" * 100,
    "all bytes": bytes(range(256)) * 20,
    "json": b'{"a": 1}\r\n\r\n',
    "mail": b"HELO x\r\n",
    "http 2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http 9": b"GET / HTTP/9.9\r\nHost: h\r\n\r\n",
    "lower case": b"GET /api/gadgets http/1.1\r\nHost: h\r\n\r\n",
    "tabs": b"GET\t/api/gadgets\tHTTP/1.1\r\nHost: h\r\n\r\n",
    "a space in the path": b"GET /api/gadgets/ a HTTP/1.1\r\nHost: h\r\n\r\n",
    "100 KB of a letter": b"A" * 100_000,
}


@pytest.mark.parametrize("name", HEADERS)
def test_broken_headers_are_400(served: Served, name: str) -> None:
    """They are answered, not dropped, and not repeated."""
    reply = served.raw(f"{GET}{HEADERS[name]}\r\n".encode())
    refused(reply, 400, "malformed_request")
    assert b"yyyy" not in reply.body


@pytest.mark.parametrize("name", GARBAGE)
def test_garbage_is_400(served: Served, name: str) -> None:
    """A client that speaks something else is told so."""
    refused(served.raw(GARBAGE[name]), 400, "malformed_request")


@pytest.mark.parametrize("size", [33_000, 100_000, 1_000_000])
def test_a_url_that_is_too_long_is_400(served: Served, size: int) -> None:
    """The limit is told, with another way."""
    for target in (f"/api/gadgets/{'x' * size}", f"/api/gadgets?limit={'1' * size}"):
        refused(served.raw(written("GET", target, {})), 400, "malformed_request", "32768 bytes", "POST to /graphql")


def test_random_bytes_never_stop_the_server(served: Served) -> None:
    """Whatever begins like a request and goes on like none."""
    chance = random.Random(20240601)  # noqa: S311 - repeatable
    for _ in range(60):
        noise = chance.randbytes(chance.randrange(1, 400))
        start = chance.choice(
            [b"", GET.encode(), b"POST /api/gadgets HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n"]
        )
        with Wire(served.port) as wire:
            wire.send(start + noise)
            wire.hang_up()
            with suppress(Dropped):  # nothing need be said to half a request
                assert wire.reply().status < 500
    assert 200 == served.ask("GET", "gadgets/a").status


def test_a_connection_survives_what_was_refused(served: Served) -> None:
    """The next request on it is read from its start."""
    with Wire(served.port) as wire:
        for method, target, body, status in (
            ("POST", "/api/gadgets", b"{bad", 415),
            ("POST", "/elsewhere", b"x" * 100_000, 404),
            ("TRACE", "/api/gadgets", b"abc", 404),
            ("GET", "/api/gadgets?limit=0", b"", 400),
            ("DELETE", "/api/gadgets/nowhere", b"garbage", 404),
            ("GET", "/api/gadgets/a", b"", 200),
        ):
            wire.send(written(method, target, {}, body))
            assert status == wire.reply().status


def test_bad_and_good_requests_in_one_go_are_answered_in_order(served: Served) -> None:
    """Pipelined: a refusal takes nothing from the request behind it."""
    with Wire(served.port) as wire:
        wire.send(
            written("GET", "/api/gadgets/a", {})
            + written("POST", "/api/gadgets", {"Content-Type": "application/json"}, b"{bad")
            + written("GET", "/api/gadgets/%ff", {})
            + written("GET", "/api/gadgets/a", {})
        )
        assert [200, 400, 400, 200] == [wire.reply().status for _ in range(4)]


@pytest.fixture
def idlers(served: Served) -> Iterator[None]:
    """Clients that began to say something and stopped."""
    beginnings = [
        b"",
        b"GET",
        GET.encode(),
        b"POST /api/gadgets HTTP/1.1\r\nHost: h\r\nContent-Length: 50\r\n\r\n{",
    ] * 25
    sockets: list[socket.socket] = []
    try:
        for each in beginnings:
            sockets.append(socket.create_connection(("127.0.0.1", served.port)))
            sockets[-1].sendall(each)
        yield
    finally:
        for opened in sockets:
            opened.close()


@pytest.mark.usefixtures("idlers")
def test_clients_that_stop_in_the_middle_hold_up_nobody(served: Served) -> None:
    """A hundred of them wait, and others are answered."""
    assert [200] * 20 == [served.ask("GET", "gadgets/a").status for _ in range(20)]


def test_good_requests_succeed_among_bad_ones(served: Served, alice: Served) -> None:
    """From many clients at once: every bad one is refused, every good one answered, none waits for another's fault."""
    bad = [
        written("GET", "/api/gadgets/%ff", {}),
        written("GET", "/api/gadgets?limit=0", {}),
        written("POST", "/api/gadgets", {"Content-Type": "application/json"}, b"{" * 10_000),
        written("POST", "/api/graphql", {"Content-Type": "application/json"}, b'{"query": "' + b"{a" * 9_000 + b'"}'),
        written("GET", "/api/gadgets", {"Authorization": "Bearer x"}),
        *GARBAGE.values(),
    ]

    def ask_badly(number: int) -> int:
        return served.raw(bad[number % len(bad)]).status

    def ask_well(number: int) -> int:
        target = ("gadgets/a", "posts?limit=5&include=author", "users/alice", "graphql?query=%7B__typename%7D")
        return (served, alice)[number % 2].ask("GET", target[number % 4]).status

    with ThreadPoolExecutor(16) as pool:
        refusals = pool.map(ask_badly, range(300))
        answers = pool.map(ask_well, range(300))
        assert {200} == set(answers)
        assert all(400 <= status < 500 for status in refusals)


def test_good_writes_succeed_among_bad_ones(served: Served) -> None:
    """Those that are refused leave no trace in what the others count."""
    assert 201 == served.ask("PUT", "gadgets/counter", {}).status

    def write(number: int) -> int:
        times = 1 if number % 2 else "x"
        return served.ask("POST", "gadgets/counter/turn", {"times": times}).status

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(write, range(80)))
    counted = served.ask("GET", "gadgets/counter").json
    assert 204 == served.ask("DELETE", "gadgets/counter").status
    assert [422, 200] * 40 == statuses
    assert (40, 41) == (counted["whole"], counted["_version"])
