"""The operations of a batch: each is read into a request such as it would be on its own."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from msgspec import Struct

from atakora_data.api.http.content import JSON
from atakora_data.api.http.message import Request
from atakora_data.api.http.problem import path_of
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.errors import MalformedRequest, Violation, perhaps_one_of

MAX_OPERATIONS = 100
"""How many operations a batch may have."""

WRITING = ("POST", "PUT", "PATCH", "DELETE")
METHODS = ("GET", *WRITING)

PATH = r"^/?[a-z0-9][a-z0-9-]*([/?][^#]*)?$"
"""What the path of an operation looks like: a collection, and what stands below it; no host, no fragment."""

_MEMBERS = ("atomic", "operations")
_OF_AN_OPERATION = ("method", "path", "headers", "body")
_ELSEWHERE = (("batch",), ("graphql",))
_PREFIX = "/api"


class Batch(Struct, frozen=True):
    """What a batch asks for."""

    is_atomic: bool
    requests: tuple[Request, ...]


def read_batch(data: Mapping[str, Any], request: Request) -> Batch:
    """The operations of a batch, asked by whom the batch is asked by; MalformedRequest names all that is wrong."""
    operations, is_atomic = data.get("operations"), data.get("atomic", False)
    wrong = list(_envelope(data, operations, is_atomic))
    if not wrong and isinstance(operations, list):
        wrong = [each for index, one in enumerate(operations) for each in _operation(one, index, is_atomic)]
    if wrong or not isinstance(operations, list):
        raise MalformedRequest("The batch cannot be understood; nothing was done.", hint=_HINT, errors=wrong)
    prefix = path_of(request).rstrip("/").removesuffix("/batch")
    return Batch(is_atomic, tuple(_request(each, prefix, request) for each in operations))


_HINT = 'Send {"atomic": false, "operations": [{"method": "POST", "path": "/posts", "body": {…}}]}.'


def _envelope(data: Mapping[str, Any], operations: Any, is_atomic: Any) -> Iterator[Violation]:
    yield from (_unknown(f"/{name}", name, _MEMBERS) for name in data if name not in _MEMBERS)
    if not isinstance(is_atomic, bool):
        yield Violation("/atomic", "must be true or false", "type")
    if not isinstance(operations, list):
        yield Violation("/operations", "must be a list of operations", "type")
    elif len(operations) > MAX_OPERATIONS:
        yield Violation("/operations", f"has {len(operations)}; at most {MAX_OPERATIONS} are allowed", "too_long")


def _operation(operation: Any, index: int, is_atomic: bool) -> Iterator[Violation]:
    place = f"/operations/{index}"
    if not isinstance(operation, dict):
        yield Violation(place, "must be an object with a method and a path", "type")
        return
    names = (name for name in operation if name not in _OF_AN_OPERATION)
    yield from (_unknown(f"{place}/{name}", name, _OF_AN_OPERATION) for name in names)
    yield from _method(operation.get("method"), f"{place}/method", is_atomic)
    yield from _path(operation.get("path"), f"{place}/path")
    yield from _headers(operation.get("headers", {}), f"{place}/headers")


def _unknown(pointer: str, name: str, known: tuple[str, ...]) -> Violation:
    return Violation(pointer[:_SHOWN], f"is not known here. {perhaps_one_of(name, known)}", "unknown_field")


_SHOWN = 100


def _method(method: Any, place: str, is_atomic: bool) -> Iterator[Violation]:
    if method not in METHODS:
        yield Violation(place, f"must be one of {', '.join(METHODS)}", "enum")
    elif is_atomic and method not in WRITING:
        yield Violation(place, "must not read: an atomic batch only writes. Read before or after it", "enum")


def _path(path: Any, place: str) -> Iterator[Violation]:
    if not isinstance(path, str):
        yield Violation(place, "must be a path below /api, such as /posts", "type")
    elif not re.match(PATH, path):
        yield Violation(place, "must be a path below /api, without host and fragment", "format")
    elif parse_path(_below(path).partition("?")[0])[:1] in _ELSEWHERE:
        yield Violation(place, "must lead to records: no batch in a batch, and no GraphQL", "format")


def _headers(headers: Any, place: str) -> Iterator[Violation]:
    if not isinstance(headers, dict) or not all(isinstance(value, str) for value in headers.values()):
        yield Violation(place, "must be an object of texts", "type")
        return
    names = [name.lower() for name in headers]
    if len(set(names)) < len(names):
        yield Violation(place, "names a header twice", "duplicate")
    if "authorization" in names:
        yield Violation(place, "must not hold Authorization: the whole batch has one caller", "forbidden")


def _below(path: str) -> str:
    """The path without `/api`, if it has it: so `Location` can be sent back as it came."""
    return path.removeprefix(_PREFIX) if path.startswith(f"{_PREFIX}/") else path


def _request(operation: dict[str, Any], prefix: str, batch: Request) -> Request:
    target, _, query = _below(operation["path"]).partition("?")
    body = b"" if operation.get("body") is None else orjson.dumps(operation["body"])
    headers = {name.lower(): value for name, value in operation.get("headers", {}).items()}
    if body:
        headers.setdefault("content-type", JSON)
    return Request(
        operation["method"],
        parse_path(target),
        parse_query(query),
        headers,
        body,
        f"{prefix}/{target.lstrip('/')}" + (f"?{query}" if query else ""),
        batch.context,
    )
