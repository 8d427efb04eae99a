"""The HTTP trigger: from the worker's request to ours and back, whatever the worker loses on the way."""

from __future__ import annotations

import azure.functions as func
import pytest

from atakora_data.api.http.message import Request, Response
from atakora_data.triggers.http import FUNCTION_NAME, METHODS, add_http_trigger, to_request, to_response


def asked(url: str, path: str | None, method: str = "GET", body: bytes = b"") -> Request:
    """Our request for a URL of which the host matched this path."""
    params = {} if path is None else {"path": path}
    return to_request(func.HttpRequest(method, url, headers={"X-A": "1"}, route_params=params, body=body))


@pytest.mark.parametrize(
    ("url", "routed", "path"),
    [
        ("http://h/api/posts", "posts", ("posts",)),
        ("http://h:7071/api/posts/1", "posts/1", ("posts", "1")),
        ("http://h/api/posts/1/", "posts/1/", ("posts", "1")),
        ("http://h/api/posts/1/", "posts/1", ("posts", "1")),
        ("http://h/api", None, ()),
        ("http://h/api/", None, ()),
        ("http://h/api/posts/a%2Fb", "posts/a%2Fb", ("posts", "a/b")),
        ("http://h/api/posts/a%20b%C3%A9", "posts/a bé", ("posts", "a bé")),
        ("http://h/posts/1", "posts/1", ("posts", "1")),
        ("http://h/my/prefix/posts/1", "posts/1", ("posts", "1")),
        ("http://h/api/api/api", "api/api", ("api", "api")),
    ],
)
def test_the_path_is_what_stands_below_the_prefix(url: str, routed: str | None, path: tuple[str, ...]) -> None:
    """Whatever the prefix is, segments are split before they are decoded."""
    assert path == asked(url, routed).path


def test_repeated_and_empty_parameters_are_kept() -> None:
    """The query is read from the URL: the worker's own mapping joins repeats and drops empty values."""
    assert [("a", "1"), ("a", "2 3"), ("b", "")] == list(asked("http://h/api/p?a=1&a=2+3&b=", "p").query)


def test_method_headers_body_and_url_are_passed_on() -> None:
    """Header names are lower-case."""
    request = asked("http://h/api/p?x=1", "p", "post", b"{}")
    assert ("POST", b"{}", "http://h/api/p?x=1") == (request.method, request.body, request.url)
    assert "1" == request.headers.get("x-a")
    assert request.headers.get("x-b") is None


def test_the_answer_keeps_status_headers_and_body() -> None:
    """What the app answered is what the worker gets."""
    answer = to_response(Response(201, {"Content-Type": "application/json", "ETag": '"1"'}, b"{}"))
    assert (201, b"{}") == (answer.status_code, answer.get_body())
    assert {"Content-Type": "application/json", "ETag": '"1"'} == dict(answer.headers)


async def test_every_path_and_method_reaches_the_handler() -> None:
    """One function is registered, and calling it asks the handler."""
    seen: list[Request] = []

    async def handle(request: Request) -> Response:
        seen.append(request)
        return Response(204)

    app = func.FunctionApp()
    add_http_trigger(app, handle)
    (function,) = app.get_functions()
    answer = await function.get_user_function()(
        func.HttpRequest("PATCH", "http://h/api/x/1", route_params={"path": "x/1"}, body=b"")
    )
    assert (FUNCTION_NAME, 204) == (function.get_function_name(), answer.status_code)
    assert [("PATCH", ("x", "1"))] == [(each.method, each.path) for each in seen]
    assert set(METHODS) >= {"GET", "PATCH", "OPTIONS", "HEAD"}
