"""Reads JSON bodies: size, content type, syntax and depth, each with its own error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from atakora_data.api.http.message import Request
from atakora_data.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

DEFAULT_MAX_BODY = 1024 * 1024
"""Bytes of a body, unless set."""

MAX_DEPTH = 64
"""How deep arrays and objects may nest."""

_UTF8 = ("utf-8", "utf8", "us-ascii")


@dataclass(frozen=True, slots=True)
class BodyReader:
    """Reads the JSON object in a body. limit: bytes it may have; types: media types it may come as."""

    limit: int = DEFAULT_MAX_BODY
    types: tuple[str, ...] = (JSON,)

    def read(self, request: Request) -> dict[str, Any]:
        """The object in the body; an empty body is an error."""
        if not request.body:
            raise MalformedRequest("The body is empty.", hint=f"Send a JSON object as {self.types[0]}.")
        return self.read_optional(request)

    def read_optional(self, request: Request) -> dict[str, Any]:
        """The object in the body; `{}` when the body is empty."""
        body = request.body
        if not body:
            return {}
        if len(body) > self.limit:
            raise BodyTooLarge(f"The body has {len(body)} bytes; the limit is {self.limit}.")
        self._check_type(request.headers)
        return _parse(body)

    def _check_type(self, headers: Mapping[str, str]) -> None:
        if headers.get("content-encoding", "identity") != "identity":
            raise UnsupportedMediaType("The body is compressed.", hint="Send it without Content-Encoding.")
        given = headers.get("content-type")
        if given in self.types:
            return
        hint = f"Send the body as {' or '.join(self.types)}."
        if given is None:
            raise UnsupportedMediaType("The body has no Content-Type.", hint=hint)
        media_type, _, parameters = given.partition(";")
        if media_type.strip().lower() not in self.types:
            raise UnsupportedMediaType(f"The body comes as {given[:_SHOWN]}.", hint=hint)
        if _charset(parameters) not in _UTF8:
            raise UnsupportedMediaType("The body is not in UTF-8.", hint="Encode JSON in UTF-8.")


_SHOWN = 100


def _charset(parameters: str) -> str:
    for parameter in parameters.split(";"):
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower()
    return "utf-8"


def _parse(body: bytes) -> dict[str, Any]:
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest(
            f"The body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}."
        ) from error
    if not isinstance(data, dict):
        raise MalformedRequest(f"The body is {_kind(data)}; it must be a JSON object.")
    check_depth(data, body)
    return data


def check_depth(data: Any, text: bytes) -> None:
    """Raise MalformedRequest when parsed JSON nests deeper than can be stored. text: what it was parsed from."""
    if text.count(b"{") + text.count(b"[") > MAX_DEPTH and _is_deeper(data, MAX_DEPTH):
        raise MalformedRequest(f"The JSON nests deeper than {MAX_DEPTH} levels.")


def _is_deeper(data: Any, depth: int) -> bool:
    """Whether data nests deeper; never recurses further than `depth`."""
    if isinstance(data, dict):
        return depth == 0 or any(_is_deeper(each, depth - 1) for each in data.values())
    if isinstance(data, list):
        return depth == 0 or any(_is_deeper(each, depth - 1) for each in data)
    return False


def _kind(data: Any) -> str:
    if data is None:
        return "null"
    if isinstance(data, list):
        return "an array"
    return "a string" if isinstance(data, str) else f"the value {str(data)[:_SHOWN]}"
