"""Finds who answers a path: plain dictionaries keyed by segments, complete when the app starts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct, field

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.errors import MethodNotAllowed, NotFound, perhaps

Methods: TypeAlias = Mapping[str, Handler]
"""Who answers which method of one path. HEAD and OPTIONS need not be named."""

ID: Final = "{id}"
"""The last segment of a fixed path that stands for any id."""


class CollectionRoutes(Struct, frozen=True):
    """The paths of one entity: `/posts`, `/posts/{id}` and, by name, `/posts/{id}/{name}`.

    words: what stands where an id could, such as `/posts/aggregate`; no record is reached under such an id.
    links: by name, `/posts/{id}/{name}/{other id}`.
    """

    collection: Methods = field(default_factory=dict)
    record: Methods = field(default_factory=dict)
    below: Mapping[str, Methods] = field(default_factory=dict)
    words: Mapping[str, Methods] = field(default_factory=dict)
    links: Mapping[str, Methods] = field(default_factory=dict)


class Router:
    """Dispatches on path and method; whoever answers reads the id from `request.path`.

    collections: by first segment. fixed: by whole path without the leading slash, e.g. `openapi.json`; they come first.
    Such a path may end with `/{id}`, where any id stands.
    """

    def __init__(self, collections: Mapping[str, CollectionRoutes], fixed: Mapping[str, Methods] | None = None) -> None:
        self._fixed = {path: _complete(methods) for path, methods in (fixed or {}).items()}
        self._fixed_roots = {path.partition("/")[0] for path in self._fixed}
        self._collections = {name: _complete_routes(routes) for name, routes in collections.items()}

    def find(self, request: Request) -> Handler:
        """Who answers the request; NotFound or MethodNotAllowed when nobody does."""
        path = request.path
        methods = self._methods(path)
        handler = methods.get(request.method)
        if handler is None:
            raise MethodNotAllowed(request.method, "/" + "/".join(path), methods)
        return handler

    def template(self, path: tuple[str, ...]) -> str | None:
        """The path with `{id}` where an id stands; None where nobody answers any method."""
        try:
            self._methods(path)
        except NotFound:
            return None
        if path[0] in self._fixed_roots:
            known = "/".join(path) in self._fixed
            return "/" + "/".join(path if known else (*path[:-1], ID))
        if len(path) > 1 and path[1] not in self._collections[path[0]].words:
            path = (path[0], ID, *path[2:3], *(ID for _ in path[3:]))
        return "/" + "/".join(path)

    def _methods(self, path: tuple[str, ...]) -> Methods:
        if not path or path[0] in self._fixed_roots:
            return self._fixed_methods(path)
        routes = self._collections.get(path[0])
        if routes is None:
            raise _no_path(path[0], [*self._collections, *self._fixed])
        match path:
            case (_,):
                return routes.collection
            case (_, id) if id:
                return routes.words.get(id, routes.record)
            case (_, id, name) if id and name in routes.below:
                return routes.below[name]
            case (_, id, name, other) if id and other and name in routes.links:
                return routes.links[name]
            case (_, id, name, *_) if id and name not in routes.below:
                raise _no_path(name, routes.below)
        raise NotFound(_TOO_LONG.format(_shown(path[0])), hint=_ALL_PATHS)

    def _fixed_methods(self, path: tuple[str, ...]) -> Methods:
        methods = self._fixed.get("/".join(path))
        if methods is None and path and path[-1]:
            methods = self._fixed.get("/".join((*path[:-1], ID)))
        if methods is None:
            raise _no_path("/".join(path), [*self._collections, *self._fixed])
        return methods


def lazily(make: Callable[[], Handler]) -> Handler:
    """A handler that is made when it is first asked: until then its imports cost nothing."""
    made: list[Handler] = []

    async def handle(request: Request) -> Response:
        if not made:
            made.append(make())
        return await made[0](request)

    return handle


def _complete_routes(routes: CollectionRoutes) -> CollectionRoutes:
    named = ({name: _complete(each) for name, each in found.items()} for found in _named(routes))
    return CollectionRoutes(_complete(routes.collection), _complete(routes.record), *named)


def _named(routes: CollectionRoutes) -> tuple[Mapping[str, Methods], ...]:
    return routes.below, routes.words, routes.links


def _complete(methods: Methods) -> Methods:
    """The methods with HEAD beside every GET, and OPTIONS."""
    complete = dict(methods)
    if "GET" in complete:
        complete["HEAD"] = complete["GET"]
    allow = ", ".join(sorted([*complete, "OPTIONS"]))

    async def options(_request: Request) -> Response:
        return Response(204, {"Allow": allow})

    complete["OPTIONS"] = options
    return complete


def _no_path(name: str, known: list[str] | Mapping[str, Methods]) -> NotFound:
    return NotFound(f"There is nothing at `{_shown(name)}`.", hint=perhaps(name[:_SHOWN], known) or _ALL_PATHS)


_TOO_LONG = "Below `{}` there is one id, at most one name behind it, and behind some names one more id."
_ALL_PATHS = "GET /api/docs or /api/openapi.json tells all paths."
_SHOWN = 100
"""How much of what was sent a message repeats."""


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
