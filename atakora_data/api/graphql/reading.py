"""Reads what is asked from a request: the JSON body of a POST, or the parameters of a GET."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.api.graphql.execution import Operation
from atakora_data.api.http.content import BodyReader
from atakora_data.api.http.json_text import parse_json
from atakora_data.api.http.message import Request
from atakora_data.errors import MalformedRequest, MethodNotAllowed

_PARAMETERS = ("query", "operationName", "variables", "extensions")
_EXAMPLE = 'Send {"query": "{ … }"}, and beside it operationName, variables or extensions as needed.'


class OperationReader:
    """Reads operations. max_body: bytes a body may have."""

    def __init__(self, max_body: int) -> None:
        self._body = BodyReader(max_body)

    def read(self, request: Request) -> Operation:
        """The operation that is asked for; its document is not looked at yet."""
        if request.method == "POST":
            return _operation(self._post(request))
        if request.method in ("GET", "HEAD"):
            return _operation(_get(request))
        raise MethodNotAllowed(request.method, "/graphql", ["GET", "POST"])

    def _post(self, request: Request) -> Mapping[str, Any]:
        if request.body.lstrip()[:1] == b"[":
            raise MalformedRequest(
                "The body is an array; batches are not available.", hint="Send one operation, with several fields."
            )
        return self._body.read(request)


def _get(request: Request) -> Mapping[str, Any]:
    """The parameters of the URL; those that are not GraphQL's are nobody's business here."""
    found: dict[str, Any] = {}
    for name, value in request.query:
        if name in found:
            raise MalformedRequest(f"The parameter {name} stands in the URL twice.")
        if name in _PARAMETERS:
            found[name] = _parse(name, value) if name in ("variables", "extensions") else value
    return found


def _parse(name: str, text: str) -> Any:
    return parse_json(text.encode(errors="surrogatepass"), f"The parameter {name}") if text else None


def _operation(given: Mapping[str, Any]) -> Operation:
    query, name, variables = given.get("query"), given.get("operationName"), given.get("variables")
    if query is None or query == "":
        raise MalformedRequest("There is no query.", hint=_EXAMPLE)
    _require(query, str, "query", "a string")
    _require(name, str, "operationName", "a string or null")
    _require(variables, dict, "variables", "an object or null")
    _require(given.get("extensions"), dict, "extensions", "an object or null")
    return Operation(query, name or None, variables or {})


def _require(value: Any, kind: type, name: str, expected: str) -> None:
    if value is not None and not isinstance(value, kind):
        raise MalformedRequest(f"{name} must be {expected}.", hint=_EXAMPLE)
