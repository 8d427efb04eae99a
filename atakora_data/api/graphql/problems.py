"""Errors as GraphQL tells them: the same words as problem+json, in `extensions`."""

from __future__ import annotations

import logging
import re
from typing import Any

from graphql import GraphQLError

from atakora_data.api.graphql.refusal import request_error
from atakora_data.api.http.problem import INTERNAL_ERROR
from atakora_data.errors import MalformedRequest, RequestError
from atakora_data.service.context import RequestContext

_ECHO = re.compile(r"(represent[^:]*): .*|,? [Ff]ound: .*", re.DOTALL)
_LONGEST = 500

_log = logging.getLogger(__name__)


def document_error(error: GraphQLError, context: RequestContext) -> dict[str, Any]:
    """What the caller is told of an error in the document or in the values of its variables.

    graphql-core repeats the value that is wrong, with all that is around it: that may be long, and it may be secret.
    It is cut first: to search a long text that repeats the words before the echo takes quadratic time.
    """
    message = _ECHO.sub(r"\1", error.message[:_LONGEST])
    if message[-1:] not in (".", "?", "!"):
        message += "."
    return {**_places(error), **request_error(MalformedRequest(message), context)}


def field_error(error: GraphQLError, context: RequestContext) -> dict[str, Any]:
    """What the caller is told of an error of one field: unless it is one of ours, the trace id and nothing else."""
    cause = error.original_error
    if isinstance(cause, RequestError):
        return {**_places(error), **request_error(cause, context)}
    path = ".".join(str(step) for step in error.path or ())
    _log.error(
        "GraphQL field %s failed (correlation id %s)",
        path,
        context.correlation_id,
        exc_info=cause or error,
        extra={"tenant": context.tenant_id},
    )
    extensions = {"code": INTERNAL_ERROR, "status": 500, "traceId": context.correlation_id}
    return {**_places(error), "message": "Something went wrong here.", "extensions": extensions}


def _places(error: GraphQLError) -> dict[str, Any]:
    """Where in the document, and where in the answer."""
    places: dict[str, Any] = {"message": error.message}
    if error.locations:
        places["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path:
        places["path"] = error.path
    return places
