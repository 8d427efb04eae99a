"""A body is an object in JSON, or the error says what is wrong with it."""

from __future__ import annotations

import pytest

from atakora_data.api.http.content import JSON, MAX_DEPTH, MERGE_PATCH, BodyReader
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
        (MalformedRequest, "not JSON", sent(b'{"a": "\xff"}')),
        (MalformedRequest, "not JSON", sent(rb'{"a": "\ud800"}')),
        (MalformedRequest, "not JSON", sent(b"\x00")),
        (MalformedRequest, "an array", sent(b"[]")),
        (MalformedRequest, "null", sent(b"null")),
        (MalformedRequest, "a string", sent(b'"x"')),
        (MalformedRequest, "the value 3", sent(b"3")),
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


def test_wide_bodies_are_not_deep() -> None:
    """Many objects side by side are fine."""
    body = b'{"a":[' + b",".join([b"{}"] * 200) + b"]}"
    assert 200 == len(READER.read(sent(body))["a"])


def test_depth_counts_to_the_limit() -> None:
    """The deepest allowed body is read."""
    nested = MAX_DEPTH - 1
    assert READER.read(sent(b'{"a":' + b"[" * nested + b"]" * nested + b"}"))
