"""The one HTTP trigger: every request of every entity comes in here, and leaves as an answer of the app.

One function instead of one per entity: the host's routing knows no specificity, and a new schema module needs no
new function. Its name sorts last, so that it never hides a function that a project adds for itself.
"""

from __future__ import annotations

import azure.functions as func

from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.api.http.query import parse_path, parse_query

FUNCTION_NAME = "zz_http"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")


def add_http_trigger(app: func.FunctionApp, handle: Handler) -> None:
    """Let the function app answer every path and method with this handler; it verifies tokens itself."""

    @app.function_name(FUNCTION_NAME)
    @app.route(route="{*path}", methods=list(METHODS), auth_level=func.AuthLevel.ANONYMOUS)
    async def http(req: func.HttpRequest) -> func.HttpResponse:
        return to_response(await handle(to_request(req)))


def to_request(req: func.HttpRequest) -> Request:
    """Read the request from its URL: the worker's own `params` and `route_params` lose repeats and encoded slashes."""
    path, _, query = _target(req.url).partition("?")
    return Request(
        method=req.method,
        path=parse_path(_below_prefix(path, req.route_params.get("path") or "")),
        query=parse_query(query) if query else (),
        headers=req.headers,
        body=req.get_body(),
        url=req.url,
    )


def to_response(response: Response) -> func.HttpResponse:
    """Hand the answer to the worker; headers are added one by one because the constructor checks each twice."""
    answer = func.HttpResponse(response.body, status_code=response.status)
    add = answer.headers.add
    for name, value in response.headers.items():
        add(name, value)
    return answer


def _target(url: str) -> str:
    """Cut scheme and host: `http://host/api/posts?limit=1` is `/api/posts?limit=1`."""
    start = url.find("/", url.find("://") + 3)
    return url[start:] if start >= 0 else ""


def _below_prefix(path: str, routed: str) -> str:
    """Cut the prefix: whatever stands before the part that the route matched, of which only the length is trusted."""
    rest = routed.strip("/")
    if not rest:
        return ""
    return "/".join(path.rstrip("/").rsplit("/", rest.count("/") + 1)[1:])
