"""Errors of ours as GraphQL tells them; graphql-core is not imported for it."""

from __future__ import annotations

from typing import Any

import orjson

from atakora_data.api.graphql.negotiation import JSON, RESPONSE_JSON, media_type
from atakora_data.api.http.message import Request, Response
from atakora_data.errors import NotAcceptable, RequestError
from atakora_data.service.context import RequestContext


def request_error(error: RequestError, context: RequestContext) -> dict[str, Any]:
    """What the caller is told of an error of ours: the same words as problem+json, in `extensions`."""
    extensions: dict[str, Any] = {"code": error.code, "status": error.status}
    if error.hint is not None:
        extensions["hint"] = error.hint
    if error.errors:
        extensions["errors"] = [
            {"pointer": each.pointer, "detail": each.detail, "code": each.code} for each in error.errors
        ]
    return {"message": error.detail, "extensions": {**extensions, "traceId": context.correlation_id}}


def refuse(error: RequestError, request: Request) -> Response:
    """The answer to a request for GraphQL that was refused before anybody looked at it, for its token for instance."""
    return refusal(error, request, _kind(request))


def refusal(error: RequestError, request: Request, kind: str) -> Response:
    """The answer to a refused request. kind: its media type."""
    headers = {"Content-Type": kind, "Vary": "Accept", **error.headers}
    return Response(error.status, headers, orjson.dumps({"errors": [request_error(error, request.context)]}))


def _kind(request: Request) -> str:
    try:
        return media_type(request.headers.get("accept"), (JSON, RESPONSE_JSON))
    except NotAcceptable:
        return JSON
