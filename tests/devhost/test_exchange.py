"""The local host over a real socket: the rules of the Functions host, as a client sees them."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import azure.functions as func
import httpx
import pytest

from atakora_data.devhost.exchange import LARGEST_BODY, Exchange
from atakora_data.devhost.functions import read_functions
from atakora_data.devhost.server import serving
from atakora_data.errors import HostError

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"]


def mirror_app() -> func.FunctionApp:
    """A function app that answers what it was asked, and some that misbehave."""
    app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

    @app.function_name("zz_mirror")
    @app.route(route="{*path}", methods=METHODS)
    async def mirror(req: func.HttpRequest) -> func.HttpResponse:
        seen = {
            "method": req.method,
            "url": req.url,
            "headers": dict(req.headers),
            "params": dict(req.params),
            "route": dict(req.route_params),
            "body": req.get_body().decode(),
        }
        return func.HttpResponse(json.dumps(seen), mimetype="application/json", headers={"X-Mirror": "yes"})

    @app.function_name("a_fails")
    @app.route(route="fails")
    async def fails(req: func.HttpRequest) -> func.HttpResponse:
        raise RuntimeError("secret detail")

    @app.function_name("b_forgets")
    @app.route(route="forgets")
    async def forgets(req: func.HttpRequest) -> func.HttpResponse:
        return None  # type: ignore[return-value]  # the misuse under test

    @app.function_name("c_empty")
    @app.route(route="empty", methods=["DELETE"])
    async def empty(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse(status_code=204)

    @app.function_name("d_slow")
    @app.route(route="slow")
    async def slow(req: func.HttpRequest) -> func.HttpResponse:
        await asyncio.sleep(0.3)
        return func.HttpResponse("done")

    @app.function_name("e_plain")
    @app.route(route="plain")
    async def plain(req: func.HttpRequest) -> func.HttpResponse:
        return func.HttpResponse("é" * 100_000, headers={"Content-Length": "3", "Set-Cookie": "a=1"})

    return app


@asynccontextmanager
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of the mirror app on any free port."""
    exchange = Exchange(read_functions(mirror_app(), "api", {}).http)
    async with serving(exchange, "127.0.0.1", 0) as url, httpx.AsyncClient(base_url=url) as web:
        yield web


async def seen(method: str, path: str, **more: Any) -> dict[str, Any]:
    """What a function got of this request."""
    async with client() as web:
        answer = await web.request(method, path, **more)
        got: dict[str, Any] = answer.json()
        return got


async def test_a_function_gets_method_url_route_and_body() -> None:
    """What was sent is what the function sees."""
    got = await seen("PATCH", "/api/posts/1?x=1", content=b"hello")
    assert ("PATCH", "hello", {"path": "posts/1"}) == (got["method"], got["body"], got["route"])
    assert got["url"].endswith("/api/posts/1?x=1")
    assert got["url"].startswith("http://127.0.0.1:")


async def test_header_names_are_lower_case_and_repeats_are_joined() -> None:
    """As the host hands them over."""
    got = await seen("GET", "/api/x", headers=[("X-One", "a"), ("x-one", "b"), ("X-Two", "c")])
    assert ("a,b", "c") == (got["headers"]["x-one"], got["headers"]["x-two"])


async def test_repeated_parameters_are_joined_and_empty_ones_dropped() -> None:
    """The worker's `params` are lossy; the URL is not."""
    got = await seen("GET", "/api/x?a=1&a=2&b=&c=%20")
    assert {"a": "1,2", "c": " "} == got["params"]
    assert got["url"].endswith("?a=1&a=2&b=&c=%20")


async def test_an_encoded_slash_does_not_split_a_segment() -> None:
    """It stays encoded, in the route's parameters and in the URL."""
    got = await seen("GET", "/api/posts/a%2Fb%20c")
    assert {"path": "posts/a%2Fb c"} == got["route"]
    assert got["url"].endswith("/api/posts/a%2Fb%20c")


async def test_a_body_without_announced_length_is_not_passed_on() -> None:
    """As in Azure, where only Content-Length makes a body; the connection goes on."""

    async def chunks() -> AsyncIterator[bytes]:
        yield b"he"
        yield b"llo"

    async with client() as web:
        first = await web.post("/api/x", content=chunks())
        second = await web.post("/api/x", content=b"hello")
    assert ("", "hello") == (first.json()["body"], second.json()["body"])


async def test_a_path_outside_the_prefix_is_not_found() -> None:
    """No function, no answer."""
    async with client() as web:
        assert 404 == (await web.get("/elsewhere")).status_code
        assert 404 == (await web.get("/apix")).status_code


async def test_the_first_function_by_name_wins() -> None:
    """A function with a route of its own hides the catch-all, for its methods only."""
    async with client() as web:
        assert 204 == (await web.delete("/api/empty")).status_code
        assert "yes" == (await web.get("/api/empty")).headers["x-mirror"]


async def test_a_function_that_fails_is_an_empty_500(caplog: pytest.LogCaptureFixture) -> None:
    """The client sees nothing of the cause; the log holds it."""
    with caplog.at_level(logging.ERROR):
        async with client() as web:
            failed = await web.get("/api/fails")
            forgot = await web.get("/api/forgets")
            after = await web.get("/api/x")
    assert ((500, b""), (500, b""), 200) == (
        (failed.status_code, failed.content),
        (forgot.status_code, forgot.content),
        after.status_code,
    )
    assert "secret detail" in caplog.text


async def test_without_a_content_type_it_is_the_mimetype() -> None:
    """As the worker does it, and the length is the real one whatever the function says."""
    async with client() as web:
        answer = await web.get("/api/plain")
    assert "text/plain; charset=utf-8" == answer.headers["content-type"]
    assert "é" * 100_000 == answer.text
    assert "a=1" == answer.headers["set-cookie"]


async def test_head_has_headers_and_no_body() -> None:
    """The length is that of the answer to GET, and the next request is answered."""
    async with client() as web:
        head = await web.head("/api/x")
        get = await web.get("/api/x")
    assert b"" == head.content
    assert int(head.headers["content-length"]) > 0
    assert 200 == get.status_code


async def test_a_huge_body_is_refused_before_it_is_read() -> None:
    """More than the Functions host takes is a 413; who sends it nevertheless may finish, and then is let go."""
    rest = memoryview(bytes(LARGEST_BODY + 1))
    async with client() as web:
        reader, writer = await asyncio.open_connection(*_address(web))
        writer.write(f"POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: {len(rest)}\r\n\r\n".encode())
        async with asyncio.timeout(5):
            answer = await reader.readuntil(b"\r\n\r\n")
        for at in range(0, len(rest), 2**20):
            writer.write(rest[at : at + 2**20])
            await writer.drain()
        async with asyncio.timeout(5):
            assert b"" == await reader.read()
        writer.close()
    assert answer.startswith(b"HTTP/1.1 413 ")


async def test_a_client_that_waits_to_be_asked_for_its_body_is_asked() -> None:
    """`Expect: 100-continue` gets its interim answer first."""
    head = "POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n"
    async with client() as web:
        host, port = _address(web)
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(head.encode())
        interim = await reader.readuntil(b"\r\n\r\n")
        writer.write(b"hi")
        rest = await reader.read()
        writer.close()
    assert b"HTTP/1.1 100 Continue\r\n\r\n" == interim
    assert b'"body": "hi"' in rest


@pytest.mark.parametrize(
    ("version", "sent", "kept"),
    [
        ("1.1", "", True),
        ("1.1", "Connection: close\r\n", False),
        ("1.0", "", False),
        ("1.0", "Connection: keep-alive\r\n", True),
    ],
)
async def test_connections_are_kept_as_the_client_wants(version: str, sent: str, kept: bool) -> None:
    """HTTP/1.1 keeps them unless told otherwise, HTTP/1.0 the other way round."""
    async with client() as web:
        host, port = _address(web)
        reader, writer = await asyncio.open_connection(host, port)
        asked = f"GET /api/x HTTP/{version}\r\nHost: h\r\n{sent}\r\n".encode()
        writer.write(asked)
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        await reader.readexactly(_length(head))
        writer.write(asked)
        again = await reader.read(1)
        writer.close()
    assert kept == bool(again)
    assert kept == ("connection: close" not in head)


async def test_a_long_id_is_passed_on() -> None:
    """10,000 characters in a path are the app's to judge."""
    got = await seen("GET", "/api/posts/" + "x" * 10_000)
    assert 10_000 + len("posts/") == len(got["route"]["path"])


async def test_an_absolute_request_target_is_understood() -> None:
    """Proxies send the whole URL."""
    async with client() as web:
        answer = await raw(web, "GET http://elsewhere/api/x?a=1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
    assert '"url": "http://h/api/x?a=1"' in answer


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ("NONSENSE\r\n\r\n", "This is not HTTP/1.1"),
        ("GET /api/x HTTP/1.1\r\n\r\n", "Missing 'Host' header"),
        ("GET http://[secret HTTP/1.1\r\nHost: h\r\n\r\n", "not a URL"),
        ("GET /api/x HTTP/1.1\r\nHost: h\r\nAuthorization: secret\0\r\n\r\n", "Invalid header value char"),
        (f"GET /api/x HTTP/1.1\r\nHost: h\r\nAuthorization: {'secret' * 9000}\r\n\r\n", "more than 32768 bytes"),
        ("POST /api/x HTTP/1.1\r\nHost: h\r\nContent-Length: secret\r\n\r\n", "Content-Length"),
    ],
)
async def test_what_is_not_http_is_a_400(caplog: pytest.LogCaptureFixture, sent: str, words: str) -> None:
    """A client that speaks something else is told so without an echo, and nothing is logged as if it were our fault."""
    async with client() as web:
        head, _, body = (await raw(web, sent)).partition("\r\n\r\n")
    told = json.loads(body)
    assert head.startswith(("HTTP/1.1 400 ", "HTTP/1.0 400 "))
    assert "Content-Type: application/problem+json" in head
    assert f"X-Correlation-Id: {told['traceId']}" in head
    assert "malformed_request" == told["code"]
    assert words in told["detail"]
    assert "secret" not in body
    assert "" == caplog.text


async def test_a_client_that_goes_away_is_no_fault_of_ours(caplog: pytest.LogCaptureFixture) -> None:
    """Half a body is nobody's request: no function is called, nothing is logged, and others are answered."""
    async with client() as web:
        host, port = _address(web)
        _, writer = await asyncio.open_connection(host, port)
        writer.write(b"POST /api/fails HTTP/1.1\r\nHost: h\r\nContent-Length: 20\r\n\r\nhalf")
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.close()
        await writer.wait_closed()
        assert 200 == (await web.get("/api/x")).status_code
    assert "" == caplog.text


async def test_leaving_waits_for_requests_under_way() -> None:
    """A slow request that began before the end is answered."""
    exchange = Exchange(read_functions(mirror_app(), "api", {}).http)
    async with httpx.AsyncClient() as web:
        async with serving(exchange, "127.0.0.1", 0) as url:
            asked = asyncio.create_task(web.get(f"{url}/api/slow"))
            await asyncio.sleep(0.1)
        answer = await asked
    assert (200, "done") == (answer.status_code, answer.text)


async def test_a_port_in_use_is_named_with_the_remedy() -> None:
    """The message says which port and which option."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(HostError, match=f"Port {port} .* --port"):
            async with serving(Exchange([]), "127.0.0.1", port):
                pass


async def test_an_address_that_is_not_ours_is_named() -> None:
    """A host that cannot be bound is no traceback."""
    with pytest.raises(HostError, match="--host"):
        async with serving(Exchange([]), "203.0.113.1", 0):
            pass


async def raw(web: httpx.AsyncClient, text: str) -> str:
    """What the server sends when it is sent this text, until it closes."""
    host, port = _address(web)
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(text.encode())
    async with asyncio.timeout(5):
        answer = await reader.read()
    writer.close()
    return answer.decode()


def _address(web: httpx.AsyncClient) -> tuple[str, int]:
    return web.base_url.host, web.base_url.port or 80


def _length(head: str) -> int:
    return int(head.partition("content-length: ")[2].partition("\r\n")[0])
