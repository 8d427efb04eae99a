"""Paths and methods find who answers, or an error that says what there is."""

from __future__ import annotations

import pytest

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.router import CollectionRoutes, Router, lazily
from atakora_data.errors import MethodNotAllowed, NotFound


def answering(name: str) -> Handler:
    """A handler that answers with its name."""

    async def handle(_request: Request) -> Response:
        return Response(200, {}, name.encode())

    return handle


ROUTER = Router(
    {
        "posts": CollectionRoutes(
            collection={"GET": answering("list"), "POST": answering("create")},
            record={"GET": answering("get"), "DELETE": answering("delete")},
            below={
                "comments": {"GET": answering("comments")},
                "publish": {"POST": answering("publish")},
                "tags": {"GET": answering("tags")},
            },
            words={"aggregate": {"GET": answering("aggregate")}},
            links={"tags": {"POST": answering("link"), "DELETE": answering("unlink")}},
        ),
        "logs": CollectionRoutes(),
    },
    {
        "openapi.json": {"GET": answering("openapi")},
        "realtime/negotiate": {"POST": answering("negotiate")},
        "realtime/subscriptions": {"POST": answering("register")},
        "realtime/subscriptions/{id}": {"PUT": answering("renew"), "DELETE": answering("end")},
    },
)


async def ask(method: str, *path: str) -> Response:
    """What the router's choice answers."""
    request = Request(method, path)
    return await ROUTER.find(request)(request)


@pytest.mark.parametrize(
    ("expected", "method", "path"),
    [
        ("list", "GET", ("posts",)),
        ("create", "POST", ("posts",)),
        ("get", "GET", ("posts", "1")),
        ("get", "GET", ("posts", "a/b c")),
        ("delete", "DELETE", ("posts", "comments")),
        ("comments", "GET", ("posts", "1", "comments")),
        ("publish", "POST", ("posts", "1", "publish")),
        ("aggregate", "GET", ("posts", "aggregate")),
        ("comments", "GET", ("posts", "aggregate", "comments")),
        ("tags", "GET", ("posts", "1", "tags")),
        ("link", "POST", ("posts", "1", "tags", "2")),
        ("unlink", "DELETE", ("posts", "1", "tags", "a/b")),
        ("openapi", "GET", ("openapi.json",)),
        ("negotiate", "POST", ("realtime", "negotiate")),
        ("register", "POST", ("realtime", "subscriptions")),
        ("renew", "PUT", ("realtime", "subscriptions", "a/b")),
        ("end", "DELETE", ("realtime", "subscriptions", "{id}")),
        ("list", "HEAD", ("posts",)),
    ],
)
async def test_path_and_method_choose(expected: str, method: str, path: tuple[str, ...]) -> None:
    """Each path and method has one who answers; HEAD goes where GET goes."""
    assert expected.encode() == (await ask(method, *path)).body


@pytest.mark.parametrize(
    ("allow", "path"),
    [
        ("GET, HEAD, OPTIONS, POST", ("posts",)),
        ("DELETE, GET, HEAD, OPTIONS", ("posts", "1")),
        ("OPTIONS, POST", ("posts", "1", "publish")),
        ("GET, HEAD, OPTIONS", ("posts", "aggregate")),
        ("DELETE, OPTIONS, POST", ("posts", "1", "tags", "2")),
        ("DELETE, OPTIONS, PUT", ("realtime", "subscriptions", "1")),
        ("OPTIONS", ("logs",)),
    ],
)
async def test_wrong_method_names_the_right_ones(allow: str, path: tuple[str, ...]) -> None:
    """A known path refuses other methods with `Allow`, and OPTIONS tells the same."""
    with pytest.raises(MethodNotAllowed) as refused:
        await ask("PURGE", *path)
    assert {"Allow": allow} == refused.value.headers
    assert {"Allow": allow} == (await ask("OPTIONS", *path)).headers


ALL_PATHS = "GET /api/docs or /api/openapi.json tells all paths."


@pytest.mark.parametrize(
    ("hint", "path"),
    [
        ("Perhaps you meant `posts`.", ("post",)),
        ("Perhaps you meant `openapi.json`.", ("openapi.jsn",)),
        ("Perhaps you meant `comments`.", ("posts", "1", "comment")),
        ("Perhaps you meant `realtime/negotiate`.", ("realtime", "negotiat")),
        (ALL_PATHS, ("zzzzzz",)),
        ("Perhaps you meant `comments`.", ("posts", "1", "comment", "2")),
        (ALL_PATHS, ("posts", "", "comments")),
        (ALL_PATHS, ("posts", "1", "comments", "2")),
        (ALL_PATHS, ("posts", "1", "tags", "")),
        (ALL_PATHS, ("posts", "1", "tags", "2", "3")),
        (ALL_PATHS, ("posts", "")),
        ("Perhaps you meant `realtime/subscriptions`.", ("realtime", "subscriptions", "")),
        ("Perhaps you meant `realtime/subscriptions`.", ("realtime", "subscriptions", "1", "2")),
        (ALL_PATHS, ()),
    ],
)
async def test_unknown_path_offers_the_likely_one(hint: str, path: tuple[str, ...]) -> None:
    """An unknown path is not found, with the likely word when one is near."""
    with pytest.raises(NotFound) as refused:
        await ask("GET", *path)
    assert hint == refused.value.hint


async def test_long_names_are_not_repeated_in_full() -> None:
    """A message shows only the beginning of what was sent."""
    with pytest.raises(NotFound) as refused:
        await ask("GET", "x" * 10_000)
    assert len(refused.value.detail) < 200


async def test_lazy_handler_is_made_once_and_only_when_asked() -> None:
    """What is expensive to import waits for its first request."""
    made: list[str] = []

    def make() -> Handler:
        made.append("made")
        return answering("late")

    handler = lazily(make)
    assert [] == made
    answers = [(await handler(Request("GET", ()))).body for _ in range(2)]
    assert ([b"late", b"late"], ["made"]) == (answers, made)
