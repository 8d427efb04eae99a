"""Error answers as OpenAPI responses: one per status, naming the codes it can carry."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from atakora_data import errors
from atakora_data.api.http.problem import INTERNAL_ERROR, PROBLEM_TYPE
from atakora_data.api.rest.openapi.types import Schema, closed_object, reference

_ALWAYS: tuple[type[errors.RequestError], ...] = (
    errors.InvalidToken,
    errors.TooManyRequests,
    errors.Overloaded,
    errors.IdentityUnavailable,
    errors.StoreUnavailable,
)
_ASKED: tuple[type[errors.RequestError], ...] = (
    *_ALWAYS,
    errors.MalformedRequest,
    errors.InvalidSelection,
    errors.QueryTooExpensive,
    errors.SignInRequired,
    errors.Forbidden,
)
_READ = (*_ASKED, errors.TimedOut)
_LIST = (
    *_READ,
    errors.InvalidFilter,
    errors.InvalidOrder,
    errors.InvalidLimit,
    errors.InvalidCursor,
)
_WRITE = (*_ASKED, errors.OutcomeUnknown, errors.FieldForbidden, errors.ValidationError, errors.UniqueViolation)
_BODY = (errors.BodyTooLarge, errors.UnsupportedMediaType)
_CHANGE = (
    *_WRITE,
    errors.NotFound,
    errors.AlreadyExists,
    errors.StillReferenced,
    errors.TooManyAffected,
    errors.PreconditionFailed,
    errors.WriteContention,
)
_KEYED = (errors.RequestInProgress, errors.AnswerLost, errors.IdempotencyKeyReused)
_MANY = (errors.InvalidFilter, errors.InvalidLimit)

ERRORS: dict[str, tuple[type[errors.RequestError], ...]] = {
    "list": _LIST,
    "get": (*_READ, errors.NotFound, errors.PreconditionFailed),
    "related": (*_LIST, errors.NotFound, errors.PreconditionFailed),
    "create": (*_CHANGE, *_BODY, *_KEYED),
    "update": (*_CHANGE, *_BODY),
    "replace": (*_CHANGE, *_BODY),
    "delete": _CHANGE,
    "act": (*_CHANGE, *_BODY, *_KEYED),
    "aggregate": (*_READ, *_MANY),
    "link": (*_CHANGE, *_BODY, *_KEYED),
    "unlink": _CHANGE,
    "updateMany": (*_CHANGE, *_BODY, *_MANY),
    "deleteMany": (*_CHANGE, *_MANY),
    "batch": (*_CHANGE, *_BODY, *_MANY, *_KEYED),
}
"""Which errors each kind of operation can answer; 500 can always come."""

_REALTIME = (
    *_ALWAYS,
    errors.MalformedRequest,
    errors.SignInRequired,
    errors.NotFound,
    errors.WriteContention,
    errors.OutcomeUnknown,
    *_BODY,
)

REALTIME_ERRORS: dict[str, tuple[type[errors.RequestError], ...]] = {
    "negotiate": (*_REALTIME, errors.TooManySubscriptions, errors.RealtimeUnavailable),
    "subscribe": (
        *_REALTIME,
        errors.InvalidSubscription,
        errors.InvalidFilter,
        errors.QueryTooExpensive,
        errors.Forbidden,
        errors.TooManySubscriptions,
        errors.RealtimeUnavailable,
    ),
    "renew": (*_REALTIME, errors.Forbidden),
    "unsubscribe": _REALTIME,
}
"""The same for real time, where there is any."""

EXPLAIN_ERRORS: dict[str, tuple[type[errors.RequestError], ...]] = {
    "explain": (
        *_ALWAYS,
        errors.MalformedRequest,
        errors.SignInRequired,
        errors.Forbidden,
        errors.NoTenant,
        errors.NotFound,
        errors.TimedOut,
        *_BODY,
    )
}
"""The same for explanations, where they are told."""

PROBLEM_SCHEMA: Schema = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Program against `code`: codes are stable.",
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string", "format": "uri-reference"},
        "code": {"type": "string"},
        "hint": {"type": "string", "description": "What to do about it."},
        "errors": {"type": "array", "items": reference("Api.Violation")},
        "traceId": {"type": "string", "description": "Name it when you ask for help."},
    },
    "required": ["type", "title", "status", "code", "traceId"],
    "additionalProperties": False,
}

VIOLATION_SCHEMA: Schema = closed_object(
    {
        "pointer": {"type": "string", "description": "Where, as a JSON pointer into the body."},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    },
    ["pointer", "detail", "code"],
    "One thing wrong with the input.",
)

_HEADERS = {401: "WWW-Authenticate", 503: "Retry-After", 409: "Retry-After", 429: "Retry-After"}


def problem_responses(operation: str) -> dict[str, Any]:
    """The error responses of a kind of operation, by status, as references to `problem_components`."""
    statuses = sorted({error.status for error in (ERRORS | REALTIME_ERRORS | EXPLAIN_ERRORS)[operation]})
    references = {str(status): {"$ref": f"#/components/responses/{operation}.{status}"} for status in statuses}
    return {**references, "500": {"$ref": "#/components/responses/InternalError"}}


def problem_components(*, realtime: bool, explain: bool) -> dict[str, Schema]:
    """The error responses of all kinds of operations, by component name. realtime, explain: whether those are there."""
    also = (REALTIME_ERRORS if realtime else {}) | (EXPLAIN_ERRORS if explain else {})
    components = {"InternalError": _problem_response([INTERNAL_ERROR], "The app failed: a trace id and nothing else.")}
    for operation, found in (ERRORS | also).items():
        for status in sorted({error.status for error in found}):
            components[f"{operation}.{status}"] = _response(status, [each for each in found if each.status == status])
    return components


def _response(status: int, found: list[type[errors.RequestError]]) -> Schema:
    said = "; ".join(dict.fromkeys(each.title for each in found))
    response = _problem_response(dict.fromkeys(each.code for each in found), f"{said}.")
    header = _HEADERS.get(status)
    if header is not None:
        response["headers"] = {header: {"$ref": f"#/components/headers/{header}"}}
    return response


def _problem_response(codes: Iterable[str], description: str) -> Schema:
    narrowed = {"allOf": [reference("Api.Problem"), {"properties": {"code": {"enum": list(codes)}}}]}
    return {"description": description, "content": {PROBLEM_TYPE: {"schema": narrowed}}}
