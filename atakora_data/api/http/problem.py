"""Errors as `application/problem+json` (RFC 9457)."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import orjson

from atakora_data.api.http.message import Request, Response
from atakora_data.errors import RequestError

PROBLEM_TYPE = "application/problem+json"

INTERNAL_ERROR = "internal_error"
"""The code of a failure that is not the caller's."""


_SLASHES_OF_A_HOST = 2


def problem(error: RequestError, request: Request) -> Response:
    """What the caller is told of an error: `type` leads to the docs page, `code` is the word to program against."""
    told: dict[str, Any] = {
        "type": _type(error.code),
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": path_of(request),
        "code": error.code,
    }
    if error.hint is not None:
        told["hint"] = error.hint
    if error.errors:
        told["errors"] = [{"pointer": each.pointer, "detail": each.detail, "code": each.code} for each in error.errors]
    told["traceId"] = request.context.correlation_id
    return _respond(error.status, told, error.headers)


def internal_problem(request: Request) -> Response:
    """What the caller is told of a failure of the app: the trace id and nothing else."""
    told = {
        "type": _type(INTERNAL_ERROR),
        "title": "Something went wrong here",
        "status": 500,
        "code": INTERNAL_ERROR,
        "traceId": request.context.correlation_id,
    }
    return _respond(500, told, {})


def path_of(request: Request) -> str:
    """The path of the request as it was sent, without host and query."""
    if request.url:
        path = request.url.partition("?")[0].partition("#")[0]
        return "/" + path.split("/", 3)[3] if "://" in path and path.count("/") > _SLASHES_OF_A_HOST else path
    return "/api/" + "/".join(quote(segment, safe="", errors="replace") for segment in request.path)


def _type(code: str) -> str:
    return f"/api/docs#{code}"


def _respond(status: int, told: dict[str, Any], headers: dict[str, str]) -> Response:
    return Response(status, {"Content-Type": PROBLEM_TYPE, **headers}, _encode(told))


def _encode(told: dict[str, Any]) -> bytes:
    """The problem as JSON; text that quotes what was not UTF-8 shows replacement characters."""
    try:
        return orjson.dumps(told)
    except TypeError:
        return orjson.dumps({name: _printable(value) for name, value in told.items()})


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode(errors="replace").decode()
    if isinstance(value, list):
        return [_printable(each) for each in value]
    if isinstance(value, dict):
        return {name: _printable(each) for name, each in value.items()}
    return value
