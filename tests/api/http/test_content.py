"""A body is an object in JSON, or the error says what is wrong with it."""

from __future__ import annotations

import orjson
import pytest

from atakora_data.api.http.content import JSON, MERGE_PATCH, BodyReader
from atakora_data.api.http.json_text import MAX_DEPTH
from atakora_data.api.http.message import Request
from atakora_data.errors import BodyTooLarge, MalformedRequest, RequestError, UnsupportedMediaType

READER = BodyReader(limit=1000)


def sent(body: bytes, content_type: str | None = JSON, **headers: str) -> Request:
    """A request with this body."""
    known = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(
        "POST", ("posts",), headers=known | ({"content-type": content_type} if content_type else {}), body=body
    )


@pytest.mark.parametrize(
    "content_type",
    [JSON, "application/json; charset=utf-8", "Application/JSON", 'application/json;charset="UTF-8"'],
)
def test_object_is_read(content_type: str) -> None:
    """JSON is read, whatever the spelling of its content type."""
    assert {"a": [1, None, "ü"]} == READER.read(sent('{"a": [1, null, "ü"]}'.encode(), content_type))


@pytest.mark.parametrize(
    ("error", "word", "request_"),
    [
        (MalformedRequest, "empty", sent(b"")),
        (MalformedRequest, "line 2, column 4", sent(b'{"a": 1,\n   b}')),
        (MalformedRequest, "not JSON", sent(b'{"a": NaN}')),
        (MalformedRequest, "not JSON", sent(b'{"a": 1e999}')),
        (MalformedRequest, "not UTF-8: byte 7", sent(b'{"a": "\xff"}')),
        (MalformedRequest, "not UTF-8", sent('{"a": 1}'.encode("utf-16"))),
        (MalformedRequest, "byte order mark", sent(b'\xef\xbb\xbf{"a": 1}')),
        (MalformedRequest, "names `a` twice", sent(b'{"a": 1, "b": ":", "a": 2}')),
        (MalformedRequest, "names `a` twice", sent(rb'{"b": [{"a": 1, "\u0061": 2}]}')),
        (MalformedRequest, "names `a` twice", sent(rb'{"a": 1, "b": "\u003A", "a": 2}')),
        (MalformedRequest, "in chunks", sent(b"", transfer_encoding="chunked")),
        (MalformedRequest, "not JSON", sent(rb'{"a": "\ud800"}')),
        (MalformedRequest, "not JSON", sent(b"\x00")),
        (MalformedRequest, "an array", sent(b"[]")),
        (MalformedRequest, "null", sent(b"null")),
        (MalformedRequest, "a string", sent(b'"x"')),
        (MalformedRequest, "the value 3", sent(b"3")),
        (MalformedRequest, "the value true", sent(b"true")),
        (MalformedRequest, "deeper", sent(b'{"a":' + b"[" * MAX_DEPTH + b"]" * MAX_DEPTH + b"}")),
        (MalformedRequest, "not JSON", sent(b'{"a":' * 150)),
        (BodyTooLarge, "1001 bytes; the limit is 1000", sent(b" " * 1001)),
        (UnsupportedMediaType, "no Content-Type", sent(b"{}", None)),
        (UnsupportedMediaType, "text/plain", sent(b"{}", "text/plain")),
        (UnsupportedMediaType, "text/html", sent(b"{}", "application/json, text/html")),
        (UnsupportedMediaType, "merge-patch", sent(b"{}", MERGE_PATCH)),
        (UnsupportedMediaType, "UTF-8", sent(b"{}", "application/json; charset=latin-1")),
        (UnsupportedMediaType, "compressed", sent(b"\x1f\x8b", content_encoding="gzip")),
    ],
)
def test_bad_body_is_explained(error: type[RequestError], word: str, request_: Request) -> None:
    """Each way a body can be wrong has its own error and message."""
    with pytest.raises(error, match=word):
        READER.read(request_)


def test_wrong_type_names_the_right_ones() -> None:
    """Who sends a wrong content type is told the accepted ones."""
    with pytest.raises(UnsupportedMediaType) as refused:
        BodyReader(types=(MERGE_PATCH, JSON)).read(sent(b"[]", "application/json-patch+json"))
    assert "Send the body as application/merge-patch+json or application/json." == refused.value.hint


def test_optional_body_may_be_missing() -> None:
    """Where a body is optional, none reads as an empty object, without a content type."""
    assert {} == READER.read_optional(sent(b"", None))


def test_an_optional_body_is_not_lost_unnoticed() -> None:
    """A body in chunks never arrives: an action must not run as if there had been none."""
    with pytest.raises(MalformedRequest, match="in chunks") as refused:
        READER.read_optional(sent(b"", None, transfer_encoding="chunked"))
    assert "Send it with a Content-Length." == refused.value.hint


@pytest.mark.parametrize("body", [rb'{"a": "\"a\": \\", "b": {"a": ":"}, "c": [{"a": 1}, {"a": 1}]}', b'{"a:": ":::"}'])
def test_names_repeat_in_different_objects(body: bytes) -> None:
    """Colons in strings, and the same name in other objects, are fine."""
    assert orjson.loads(body) == READER.read(sent(body))


def test_wide_bodies_are_not_deep() -> None:
    """Many objects side by side are fine."""
    body = b'{"a":[' + b",".join([b"{}"] * 200) + b"]}"
    assert 200 == len(READER.read(sent(body))["a"])


def test_depth_counts_to_the_limit() -> None:
    """The deepest allowed body is read."""
    nested = MAX_DEPTH - 1
    assert READER.read(sent(b'{"a":' + b"[" * nested + b"]" * nested + b"}"))
