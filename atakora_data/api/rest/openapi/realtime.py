"""The description of real time: where clients connect, and what they subscribe to."""

from __future__ import annotations

from typing import Any

from atakora_data.api.http.content import JSON
from atakora_data.api.rest.openapi.pieces import headers_of, json_answer
from atakora_data.api.rest.openapi.problems import problem_responses
from atakora_data.api.rest.openapi.types import Schema, closed_object, nullable, reference
from atakora_data.realtime.admission import OPERATIONS
from atakora_data.realtime.limits import MOST_SESSIONS, MOST_SUBSCRIPTIONS
from atakora_data.registry.registry import Registry

REALTIME_TAG = {"name": "Real time", "description": "Changes as they happen, over SignalR."}

_NEGOTIATE = f"""The URL and the token are for a stock SignalR client. Messages go to the session: whoever connects
again as the same session, with its id as parameter, keeps its subscriptions. At most {MOST_SESSIONS} sessions."""

_SUBSCRIBE = f"""Events arrive at the client's method `next` as `{{id, position, event, payload}}`, where `id` is the
subscription's. With `since`, the position of the last event that arrived, what came after it is sent first.
At most {MOST_SUBSCRIPTIONS} subscriptions a session. A subscription ends at `expiresAt` unless it is renewed."""

_SESSION: Schema = {"type": "string", "description": "The one that negotiate answered."}
_SINCE: Schema = {"type": ["string", "null"], "description": "The position of the last event that arrived."}
_VARIABLES: Schema = {"type": ["object", "null"], "description": "Of the document.", "additionalProperties": True}
_OPERATIONS: Schema = {
    "type": "array",
    "items": {"type": "string", "enum": list(OPERATIONS)},
    "minItems": 1,
    "description": "Which changes are told; all without it.",
}

_CONNECTION = closed_object(
    {
        "url": {"type": "string", "format": "uri"},
        "accessToken": {"type": "string"},
        "session": {"type": "string", "description": "What subscriptions belong to."},
    },
    ["url", "accessToken", "session"],
    "How to connect.",
)
_LIFE: dict[str, Schema] = {"id": {"type": "string"}, "expiresAt": {"type": "string", "format": "date-time"}}
_RENEWED = closed_object(_LIFE, ["id", "expiresAt"], "A subscription, and until when it lives.")
_GRANTED = closed_object(
    {**_LIFE, "position": {"type": "string", "description": "What is told from now on lies behind it: for `since`."}},
    ["id", "expiresAt", "position"],
    "A new subscription, and until when it lives.",
)


def realtime_schemas(registry: Registry) -> dict[str, Schema]:
    """What is sent and answered; nothing when no entity is in real time."""
    if not registry.realtime:
        return {}
    forms = [_of_an_entity(name) for name in sorted(registry.realtime)]
    return {
        "Api.Connection": _CONNECTION,
        "Api.Subscription": {"anyOf": [*forms, _OF_A_DOCUMENT]},
        "Api.Subscription.Granted": _GRANTED,
        "Api.Subscription.Renewed": _RENEWED,
    }


def realtime_paths(registry: Registry) -> dict[str, Any]:
    """The paths; none when no entity is in real time."""
    if not registry.realtime:
        return {}
    id = {"name": "id", "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    return {
        "/realtime/negotiate": {"post": _negotiate()},
        "/realtime/subscriptions": {"post": _subscribe(min(registry.realtime))},
        "/realtime/subscriptions/{id}": {"parameters": [id], "put": _renew(), "delete": _end()},
    }


def _of_an_entity(name: str) -> Schema:
    members = {
        "session": _SESSION,
        "entity": {"type": "string", "enum": [name]},
        "operations": _OPERATIONS,
        "filter": nullable(reference(f"{name}.Filter")),
        "since": _SINCE,
    }
    return closed_object(members, ["session", "entity"], f"Changes of {name} records.")


_OF_A_DOCUMENT = closed_object(
    {
        "session": _SESSION,
        "query": {"type": "string", "description": "A GraphQL subscription with one root field."},
        "variables": _VARIABLES,
        "since": _SINCE,
    },
    ["session", "query"],
    "What a GraphQL document asks for.",
)


def _negotiate() -> dict[str, Any]:
    session = {
        "name": "session",
        "in": "query",
        "description": "A session to go on with.",
        "schema": {"type": "string"},
    }
    version = {"name": "negotiateVersion", "in": "query", "description": "What stock clients send.", "schema": {}}
    return {
        **_head("negotiate", "Connect", _NEGOTIATE),
        "parameters": [session, version],
        "responses": {
            "200": json_answer("How to connect.", reference("Api.Connection")),
            **problem_responses("negotiate"),
        },
    }


def _subscribe(entity: str) -> dict[str, Any]:
    example = {"session": "…", "entity": entity, "operations": ["created", "updated"]}
    made = json_answer("The subscription is live.", reference("Api.Subscription.Granted"))
    return {
        **_head("subscribe", "Subscribe to changes", _SUBSCRIBE),
        "requestBody": {
            "required": True,
            "content": {JSON: {"schema": reference("Api.Subscription"), "example": example}},
        },
        "responses": {"201": {**made, "headers": headers_of("Location")}, **problem_responses("subscribe")},
    }


def _renew() -> dict[str, Any]:
    granted = json_answer("It lives longer.", reference("Api.Subscription.Renewed"))
    return {
        **_head("renew", "Renew a subscription", "It is judged by the caller's present rights, and ends without them."),
        "responses": {"200": granted, **problem_responses("renew")},
    }


def _end() -> dict[str, Any]:
    return {
        **_head("unsubscribe", "End a subscription", "Nothing more is sent for it."),
        "responses": {"204": {"description": "It has ended."}, **problem_responses("unsubscribe")},
    }


def _head(verb: str, summary: str, about: str) -> dict[str, Any]:
    return {"operationId": verb, "tags": [REALTIME_TAG["name"]], "summary": summary, "description": about}
