"""What clients of real time send: a few members and parameters, each judged by its form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from atakora_data.api.http.message import Request
from atakora_data.errors import InvalidSubscription, MalformedRequest, Violation, perhaps_one_of
from atakora_data.realtime.admission import OPERATIONS, Wanted

_OF_BOTH: Final = ("session", "since")
_OF_AN_ENTITY: Final = ("entity", "operations", "filter")
_OF_A_DOCUMENT: Final = ("query", "variables")
_KNOWN: Final = (*_OF_BOTH, *_OF_AN_ENTITY, *_OF_A_DOCUMENT)
_OF_CLIENTS: Final = ("negotiateVersion", "code", "clientId")
"""What stock clients and the host of the functions put into the query."""

_HINT: Final = (
    'Send {"session": "…", "entity": "Post", "operations": ["created"], "filter": {…}}, '
    'or {"session": "…", "query": "subscription { … }", "variables": {…}}.'
)
_SHOWN: Final = 100


class Registration(NamedTuple):
    """What is to be registered. since: the position after which events are sent again."""

    session: str
    wanted: Wanted
    since: str | None


def read_registration(data: Mapping[str, Any]) -> Registration:
    """The registration that a body asks for; InvalidSubscription names all that is wrong with its form."""
    wrong = list(_wrong(data))
    if wrong:
        raise InvalidSubscription("The registration cannot be understood.", hint=_HINT, errors=wrong)
    if "query" in data:
        wanted = Wanted(query=data["query"], variables=data.get("variables") or {})
    else:
        wanted = Wanted(data["entity"], tuple(data.get("operations") or OPERATIONS), data.get("filter"))
    return Registration(data["session"], wanted, data.get("since"))


def read_session(request: Request) -> str | None:
    """The session that is to be connected to again, if the parameters name one."""
    given = [value for name, value in request.query if name == "session"]
    unknown = next((name for name, _ in request.query if name not in ("session", *_OF_CLIENTS)), None)
    if unknown is not None:
        raise _no_parameter(unknown, ["session"])
    if len(given) > 1:
        raise MalformedRequest("The parameter `session` is given twice.", hint="Leave one out.")
    return given[0] if given else None


def read_no_parameters(request: Request) -> None:
    """Raise MalformedRequest when there are any."""
    for name, _ in request.query:
        if name not in _OF_CLIENTS:
            raise _no_parameter(name, [])


def read_nothing(data: Mapping[str, Any]) -> None:
    """Raise MalformedRequest when the body holds anything."""
    for name in data:
        raise MalformedRequest(f"The body has `{name[:_SHOWN]}`; nothing is known there.", hint="Send no body.")


def _wrong(data: Mapping[str, Any]) -> Iterator[Violation]:
    for name in data:
        if name not in _KNOWN:
            hint = perhaps_one_of(name, _KNOWN)
            yield Violation(f"/{name}"[:_SHOWN], f"is not known here. {hint}", "unknown_field")
    if "query" in data:
        yield from (
            Violation(f"/{name}", "does not go with a query, which says it itself", "unexpected")
            for name in _OF_AN_ENTITY
            if name in data
        )
    else:
        yield from _required(data, "entity", "must name an entity, unless there is a query")
        if "variables" in data:
            yield Violation("/variables", "go with a query only", "unexpected")
    yield from _required(data, "session", "must be the session that negotiate answered")
    yield from (each for name, value in data.items() for each in _mistyped(name, value))


def _required(data: Mapping[str, Any], name: str, words: str) -> Iterator[Violation]:
    if name not in data:
        yield Violation(f"/{name}", words, "required")


def _mistyped(name: str, value: Any) -> Iterator[Violation]:
    match name:
        case "session" | "entity" | "query" if not isinstance(value, str):
            yield Violation(f"/{name}", "must be a text", "type")
        case "since" if not isinstance(value, str | None):
            yield Violation("/since", "must be the position of the last event", "type")
        case "filter" | "variables" if not isinstance(value, dict | None):
            yield Violation(f"/{name}", "must be an object", "type")
        case "operations" if not _is_list_of_texts(value):
            yield Violation("/operations", f"must be a list of some of {', '.join(OPERATIONS)}", "type")


def _is_list_of_texts(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, str) for each in value)


def _no_parameter(name: str, known: list[str]) -> MalformedRequest:
    shown = name[:_SHOWN]
    return MalformedRequest(
        f"There is no parameter `{shown}` here.", hint=perhaps_one_of(shown, known) or "None is known here."
    )
