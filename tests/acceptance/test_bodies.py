"""Bodies that cannot be read are refused, whichever way they are broken and wherever they are sent."""

from __future__ import annotations

import pytest

from tests.acceptance.refusals import graphql_refused, refused
from tests.acceptance.served import Served
from tests.acceptance.wire import Wire, written

pytestmark = pytest.mark.usefixtures("untouched")

JSON = {"Content-Type": "application/json"}
DOORS = [
    ("POST", "gadgets"),
    ("PUT", "gadgets/a"),
    ("PUT", "gadgets/new"),
    ("PATCH", "gadgets/a"),
    ("POST", "gadgets/a/turn"),
    ("POST", "graphql"),
]

BROKEN = {
    "truncated": (b'{"id": "x', "line 1, column"),
    "utf-16": ('{"id": "x"}'.encode("utf-16"), "Encode JSON in UTF-8."),
    "latin-1": ('{"text": "é"}'.encode("latin-1"), "Encode JSON in UTF-8."),
    "overlong utf-8": (b'{"text": "\xc0\x80"}', "Encode JSON in UTF-8."),
    "surrogate in utf-8": (b'{"text": "\xed\xa0\x80"}', "Encode JSON in UTF-8."),
    "byte order mark": (b'\xef\xbb\xbf{"id": "x"}', "without it"),
    "repeated name": (b'{"text": "ab", "text": "cd"}', "names `text` twice"),
    "repeated in another spelling": (rb'{"a": {"text": "ab", "te\u0078t": "cd"}}', "names `text` twice"),
    "nan": (b'{"ratio": NaN}', "not JSON"),
    "infinity": (b'{"ratio": -Infinity}', "not JSON"),
    "1e999": (b'{"ratio": 1e999}', "Decimal goes as a string"),
    "400 digits": (b'{"whole": ' + b"9" * 400 + b"}", "Decimal goes as a string"),
    "400 digits in a dict": (b'{"scores": {"a": ' + b"9" * 400 + b"}}", "Decimal goes as a string"),
    "10,000 arrays": (b'{"scores": ' + b"[" * 10_000 + b"]" * 10_000 + b"}", "64 levels"),
    "10,000 objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, "64 levels"),
    "100 objects": (b'{"a":' * 100 + b"1" + b"}" * 100, "64 levels"),
    "array": (b'{"id": "x"}'.join([b"[", b"]"]), ""),
    "null": (b"null", "null; it must be a JSON object"),
    "string": (b'"text"', "a string; it must be a JSON object"),
    "number": (b"1", "the value 1; it must be a JSON object"),
    "boolean": (b"true", "the value true; it must be a JSON object"),
    "empty array": (b"[]", "an array"),
    "blank": (b" \n ", "not JSON"),
    "two documents": (b"{}{}", "not JSON"),
    "nul": (b"\0", "not JSON"),
    "control character": (b'{"text": "a\x01b"}', "Escape it"),
    "lone surrogate": (rb'{"text": "\ud800"}', "two surrogates"),
    "lone surrogate as a name": (rb'{"\udfff": 1}', "two surrogates"),
    "single quotes": (b"{'id': 'x'}", "not JSON"),
    "comment": (b'{"id": "x"} // x', "not JSON"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_body_is_400_at_every_door(served: Served, name: str) -> None:
    """The message says what is wrong, and what to do where that is not plain."""
    body, words = BROKEN[name]
    for method, target in DOORS:
        if body.startswith(b"[") and (method, target) == ("POST", "gadgets"):
            continue  # there an array is many new records
        reply = served.ask(method, target, body)
        assert 400 == reply.status
        if target == "graphql":
            graphql_refused(reply, "malformed_request", *([] if body[:1] == b"[" else [words]))
        else:
            refused(reply, 400, "malformed_request", words)


def test_an_empty_body_is_told_what_to_send(served: Served) -> None:
    """Nothing is not an empty object, where something has to be said."""
    for method, target in DOORS:
        if target == "gadgets/a/turn":
            refused(served.ask(method, target, b"", JSON), 422, "validation_failed", "/times is required")
        elif target == "graphql":
            graphql_refused(served.ask(method, target, b"", JSON), "malformed_request", "empty", "JSON object")
        else:
            refused(served.ask(method, target, b"", JSON), 400, "malformed_request", "empty", "Send a JSON object")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text/plain", "Send the body as"),
        ("application/xml", "Send the body as"),
        ("application/x-www-form-urlencoded", "Send the body as"),
        ("multipart/form-data; boundary=x", "Send the body as"),
        ("application/json-patch+json", "Send the body as"),
        ("application/vnd.api+json", "Send the body as"),
        ("application/json, text/html", "Send the body as"),
        ("application/jsonx", "Send the body as"),
        ("*/*", "Send the body as"),
        ("é", "Send the body as"),
        ("x" * 9000, "Send the body as"),
        ("", "no Content-Type"),
        ("application/json; charset=utf-16", "Encode JSON in UTF-8."),
        ("application/json;charset=ISO-8859-1", "Encode JSON in UTF-8."),
        ('application/json; charset="', "Encode JSON in UTF-8."),
        ("application/json; charset=", "Encode JSON in UTF-8."),
    ],
)
def test_another_content_type_is_415(served: Served, kind: str, words: str) -> None:
    """Whatever the body holds, it is not guessed what it could be."""
    for method, target in DOORS:
        reply = served.ask(method, target, b'{"text": "ab"}', {"Content-Type": kind})
        assert 415 == reply.status
        if target == "graphql":
            graphql_refused(reply, "unsupported_media_type", words)
        else:
            refused(reply, 415, "unsupported_media_type", words)


def test_a_missing_content_type_is_415(served: Served) -> None:
    """A body has to say what it is."""
    for method, target in DOORS[:-1]:
        reply = served.raw(written(method, f"/api/{target}", {}, b'{"text": "ab"}'))
        refused(reply, 415, "unsupported_media_type", "no Content-Type", "Send the body as")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "garbage"])
def test_a_compressed_body_is_415(served: Served, encoding: str) -> None:
    """It is not unpacked, so that no small body becomes a huge one."""
    reply = served.ask("POST", "gadgets", b"\x1f\x8b", {"Content-Encoding": encoding})
    refused(reply, 415, "unsupported_media_type", "without Content-Encoding")


def test_a_body_over_the_limit_is_413(served: Served) -> None:
    """It is read, refused, and the connection goes on."""
    body = b'{"id": "big", "text": "' + b"x" * 1024 * 1024 + b'"}'
    for method, target in DOORS:
        with Wire(served.port) as wire:
            wire.send(written(method, f"/api/{target}", JSON, body))
            reply = wire.reply()
            wire.send(written("GET", "/api/gadgets/a", {}))
            assert 200 == wire.reply().status
        assert 413 == reply.status
        if target == "graphql":
            graphql_refused(reply, "body_too_large", "the limit is 1048576")
        else:
            refused(reply, 413, "body_too_large", "the limit is 1048576")


def test_a_body_in_chunks_is_refused_and_never_taken_for_none(served: Served) -> None:
    """Azure Functions passes none on: an action must not run as if there had been none. The connection goes on."""
    sent = {**JSON, "Transfer-Encoding": "chunked"}
    for chunks in (b"2\r\n{}\r\n0\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n0\r\n\r\n", b"0\r\n\r\n"):
        for method, target in DOORS[:-1]:
            with Wire(served.port) as wire:
                wire.send(written(method, f"/api/{target}", sent, chunks))
                refused(wire.reply(), 400, "malformed_request", "in chunks", "Content-Length")
                wire.send(written("GET", "/api/gadgets/a", {}))
                assert 200 == wire.reply().status


def test_chunks_beyond_the_limit_are_refused_without_being_kept(served: Served) -> None:
    """20 MiB in chunks are answered like any other."""
    chunks = b"".join([b"100000\r\n" + b"x" * 0x100000 + b"\r\n"] * 20) + b"0\r\n\r\n"
    reply = served.raw(written("POST", "/api/gadgets", {**JSON, "Transfer-Encoding": "chunked"}, chunks))
    refused(reply, 400, "malformed_request", "Content-Length")


@pytest.mark.parametrize(
    "chunks", [b"zz\r\n{}\r\n0\r\n\r\n", b"-1\r\n\r\n", b"2\r\n{}XX0\r\n\r\n", b"ffffffffffffffffff\r\n"]
)
def test_broken_chunks_are_400(served: Served, chunks: bytes) -> None:
    """What announces another length than it has is nobody's body."""
    reply = served.raw(written("POST", "/api/gadgets", {**JSON, "Transfer-Encoding": "chunked"}, chunks))
    refused(reply, 400, "malformed_request")


@pytest.mark.parametrize("length", ["-1", "abc", "1 2", "0x10", "1_0", "+5", "٣", "2, 2", "9" * 30])
def test_a_broken_length_is_400(served: Served, length: str) -> None:
    """A length is digits."""
    reply = served.raw(written("POST", "/api/gadgets", {**JSON, "Content-Length": length}, b"{}"))
    refused(reply, 400, "malformed_request", "Content-Length")


def test_two_lengths_are_400(served: Served) -> None:
    """Neither is believed, whether they differ in number or in kind."""
    for more in ("Content-Length: 3", "Transfer-Encoding: chunked"):
        head = f"POST /api/gadgets HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n{more}\r\n\r\n"
        refused(served.raw(head.encode() + b"{}"), 400, "malformed_request")


def test_a_huge_announced_length_is_413_before_anything_is_read(served: Served) -> None:
    """The host refuses what it would not take in Azure either."""
    assert 413 == served.raw(written("POST", "/api/gadgets", {**JSON, "Content-Length": "104857601"}, b"{}")).status


def test_half_a_body_is_nobodys_request(served: Served) -> None:
    """Who goes away in the middle changes nothing; the server goes on (and says nothing, as everywhere here)."""
    for method, target in DOORS:
        with Wire(served.port) as wire:
            wire.send(written(method, f"/api/{target}", {**JSON, "Content-Length": "200"}, b'{"id": "half"'))


@pytest.mark.parametrize("body", [b'{"text": "changed"}', b"garbage", b"\0" * 100_000])
def test_a_body_where_none_belongs_is_ignored(served: Served, body: bytes) -> None:
    """GET, HEAD, OPTIONS and DELETE have none; the next request on the connection is read from its start."""
    for method, target, status in (
        ("GET", "gadgets/a", 200),
        ("HEAD", "gadgets/a", 200),
        ("OPTIONS", "gadgets", 204),
        ("DELETE", "gadgets/nowhere", 404),
        ("GET", "graphql?query=%7B__typename%7D", 200),
    ):
        with Wire(served.port) as wire:
            wire.send(written(method, f"/api/{target}", JSON, body))
            assert status == wire.reply(is_head=method == "HEAD").status
            wire.send(written("GET", "/api/health", {}))
            assert 200 == wire.reply().status
