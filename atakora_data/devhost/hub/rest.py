"""The door for the app: the REST interface of the service in Azure, version 2022-06-01, as far as the app needs it.

POST            /api/hubs/{hub}/:send                        to everybody
POST            /api/hubs/{hub}/users/{user}/:send           POST …/groups/{group}/:send, …/connections/{id}/:send
HEAD            /api/hubs/{hub}/users/{user}                 HEAD …/groups/{group}, …/connections/{id}
DELETE          /api/hubs/{hub}/connections/{id}?reason=
PUT, DELETE     /api/hubs/{hub}/groups/{group}/connections/{id}
PUT, DELETE, HEAD  /api/hubs/{hub}/users/{user}/groups/{group}
DELETE          /api/hubs/{hub}/users/{user}/groups
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import unquote

import orjson
from aiohttp import web

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.hub.access import refuse_strangers
from atakora_data.devhost.hub.bounds import Bounds
from atakora_data.devhost.hub.connection import Connection
from atakora_data.devhost.hub.connections import Connections
from atakora_data.devhost.hub.postman import Postman
from atakora_data.errors import BodyTooLarge, MalformedRequest, MethodNotAllowed, NotFound

API_VERSION: Final = "2022-06-01"
_RECEIVER: Final = {"users": "userId", "groups": "groupName", "connections": "connectionId"}
_FOUND: Final = 200
_ACCEPTED: Final = 202
_MISSING: Final = 404


class Rest:
    """Answers the app."""

    def __init__(self, key: str, connections: Connections, postman: Postman, bounds: Bounds) -> None:
        self._key = key
        self._connections = connections
        self._postman = postman
        self._bounds = bounds

    async def __call__(self, request: web.BaseRequest, segments: list[str]) -> web.StreamResponse:
        """Answer one request. segments: of the path after `/api/hubs/`, as they were sent."""
        hub, *path = [unquote(each) for each in segments]
        refuse_strangers(self._key, hub, request)
        _refuse_other_versions(request)
        match path:
            case [":send"]:
                return await self._send(request, {})
            case ["users" | "groups" | "connections" as kind, name, ":send"]:
                return await self._send(request, {_RECEIVER[kind]: name})
        return self._manage(request, path)

    def _manage(self, request: web.BaseRequest, path: list[str]) -> Answer:
        match path:
            case ["users" | "groups" as kind, name]:
                _expect(request, "HEAD")
                return _answer(is_there=bool(self._members(kind, name)))
            case ["connections", id]:
                return self._connection(request, id)
            case ["groups", group, "connections", id]:
                return self._membership(request, group, id)
            case ["users", user, "groups"]:
                return self._leave_all(request, user)
            case ["users", user, "groups", group]:
                return self._session_membership(request, user, group)
            case _:
                raise NotFound("The REST interface of the hub has no such path.")

    async def _send(self, request: web.BaseRequest, receiver: Mapping[str, str]) -> Answer:
        _expect(request, "POST")
        message = {**_message(await self._body(request)), **receiver}
        left_out = set(request.query.getall("excluded", []))
        if not left_out:
            await self._postman.send([message])
        else:
            chosen = [each.id for each in self._postman.receivers(message) if each.id not in left_out]
            bare = {"target": message["target"], "arguments": message["arguments"]}
            await self._postman.send([{**bare, "connectionId": each} for each in chosen])
        return Answer(_ACCEPTED)

    async def _body(self, request: web.BaseRequest) -> bytes:
        if request.content_length is None:
            raise MalformedRequest("A message has a body whose length is told.")
        if request.content_length > self._bounds.body_bytes:
            raise BodyTooLarge(f"A message has at most {self._bounds.body_bytes} bytes.")
        return await request.read()

    def _members(self, kind: str, name: str) -> tuple[Connection, ...]:
        return self._connections.of_session(name) if kind == "users" else self._connections.of_group(name)

    def _connection(self, request: web.BaseRequest, id: str) -> Answer:
        _expect(request, "HEAD", "DELETE")
        found = self._connections.connection(id)
        if found is not None and request.method == "DELETE":
            found.end(request.query.get("reason"), may_return=False)
        return _answer(is_there=found is not None or request.method == "DELETE")

    def _membership(self, request: web.BaseRequest, group: str, id: str) -> Answer:
        _expect(request, "PUT", "DELETE")
        found = self._connections.connection(id)
        if found is None:
            return _answer(is_there=False)
        change = self._connections.join if request.method == "PUT" else self._connections.leave
        change(found, group)
        return _answer(is_there=True)

    def _session_membership(self, request: web.BaseRequest, user: str, group: str) -> Answer:
        _expect(request, "PUT", "DELETE", "HEAD")
        if request.method == "HEAD":
            return _answer(is_there=self._connections.is_in(user, group))
        changes: dict[str, Callable[[str, str], None]] = {
            "PUT": self._connections.session_joins,
            "DELETE": self._connections.session_leaves,
        }
        changes[request.method](user, group)
        return _answer(is_there=True)

    def _leave_all(self, request: web.BaseRequest, user: str) -> Answer:
        _expect(request, "DELETE")
        for group in self._connections.groups_of(user):
            self._connections.session_leaves(user, group)
        return _answer(is_there=True)


def _message(body: bytes) -> dict[str, Any]:
    try:
        message = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedRequest("The message is not JSON.") from error
    if not isinstance(message, dict) or not isinstance(message.get("target"), str):
        raise MalformedRequest("A message is an object with a `target`.")
    if not isinstance(message.get("arguments"), list):
        raise MalformedRequest("The `arguments` of a message are a list.")
    return {"target": message["target"], "arguments": message["arguments"]}


def _refuse_other_versions(request: web.BaseRequest) -> None:
    if request.query.get("api-version") != API_VERSION:
        raise MalformedRequest(f"The query names no version that is served: api-version={API_VERSION}.")


def _expect(request: web.BaseRequest, *methods: str) -> None:
    if request.method not in methods:
        raise MethodNotAllowed(request.method, request.path, methods)


def _answer(*, is_there: bool) -> Answer:
    return Answer(_FOUND if is_there else _MISSING)
