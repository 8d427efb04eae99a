"""Reads JSON bodies: size, content type and form, each with its own error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from msgspec import Struct

from atakora_data.api.http.json_text import parse_json
from atakora_data.api.http.message import Request
from atakora_data.errors import BodyTooLarge, MalformedRequest, UnsupportedMediaType

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"

DEFAULT_MAX_BODY = 1024 * 1024
"""Bytes of a body, unless set."""

_UTF8 = ("utf-8", "utf8", "us-ascii")


class BodyReader(Struct, frozen=True):
    """Reads the JSON in a body. limit: bytes it may have; types: media types it may come as."""

    limit: int = DEFAULT_MAX_BODY
    types: tuple[str, ...] = (JSON,)

    def read(self, request: Request) -> dict[str, Any]:
        """The object in the body; an empty body is an error."""
        if not request.body:
            _refuse_lost_body(request.headers)
            raise MalformedRequest("The body is empty.", hint=f"Send a JSON object as {self.types[0]}.")
        return self.read_optional(request)

    def read_optional(self, request: Request) -> dict[str, Any]:
        """The object in the body; `{}` when the body is empty."""
        if not request.body:
            _refuse_lost_body(request.headers)
            return {}
        return _object(self._parse(request), "it must be a JSON object")

    def read_one_or_many(self, request: Request) -> dict[str, Any] | list[dict[str, Any]]:
        """The object or the array of objects in the body; an empty body is an error."""
        if not request.body:
            return self.read(request)
        data = self._parse(request)
        if not isinstance(data, list):
            return _object(data, "it must be a JSON object, or an array of them")
        for index, each in enumerate(data):
            if not isinstance(each, dict):
                raise MalformedRequest(f"In the body, /{index} is {_kind(each)}; it must be a JSON object.")
        return data

    def _parse(self, request: Request) -> Any:
        if len(request.body) > self.limit:
            raise BodyTooLarge(f"The body has {len(request.body)} bytes; the limit is {self.limit}.")
        self._check_type(request.headers)
        return parse_json(request.body, "The body")

    def _check_type(self, headers: Mapping[str, str]) -> None:
        if headers.get("content-encoding", "identity").lower() != "identity":
            raise UnsupportedMediaType("The body is compressed.", hint="Send it without Content-Encoding.")
        given = headers.get("content-type")
        if given in self.types:
            return
        hint = f"Send the body as {' or '.join(self.types)}."
        if not given:
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


def _refuse_lost_body(headers: Mapping[str, str]) -> None:
    """Raise MalformedRequest when there was a body, in chunks: Azure Functions passes none on, here or there."""
    if "transfer-encoding" in headers:
        raise MalformedRequest("The body came in chunks, and was lost.", hint="Send it with a Content-Length.")


def _object(data: Any, demand: str) -> dict[str, Any]:
    if not isinstance(data, dict):
        raise MalformedRequest(f"The body is {_kind(data)}; {demand}.")
    return data


def _kind(data: Any) -> str:
    if data is None:
        return "null"
    if isinstance(data, list):
        return "an array"
    return "a string" if isinstance(data, str) else f"the value {orjson.dumps(data).decode()}"
