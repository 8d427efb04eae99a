"""Every request is answered, with the caller known, the id echoed and errors told as problems."""

from __future__ import annotations

import logging
from collections.abc import Mapping

import orjson
import pytest

from atakora_data.api.http.cors import Cors
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.api.http.router import CollectionRoutes, Router
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.errors import InvalidToken, UniqueViolation, WriteContention


async def authenticate(authorization: str | None) -> Principal:
    """Knows one token."""
    if authorization is None:
        return ANONYMOUS
    if authorization != "Bearer alice":
        raise InvalidToken("The token does not verify.")
    return Principal(id="alice")


async def whoami(request: Request) -> Response:
    """Answers with the caller's id."""
    return Response(200, {"Content-Type": "text/plain"}, str(request.context.principal.id).encode())


async def clash(_request: Request) -> Response:
    """Always fails as a request."""
    raise UniqueViolation("Post", "slug")


async def contend(_request: Request) -> Response:
    """Always asks to come back."""
    raise WriteContention("Busy.")


async def crash(_request: Request) -> Response:
    """Always fails as an app."""
    raise RuntimeError("the password is 12345")


def pipeline(*origins: str) -> Pipeline:
    """A pipeline with one path per behaviour."""
    router = Router(
        {"things": CollectionRoutes({"GET": whoami, "POST": whoami})},
        {"clash": {"GET": clash}, "contend": {"GET": contend}, "crash": {"GET": crash}},
    )
    return Pipeline(authenticate=authenticate, router=router, cors=Cors(origins))


async def ask(
    method: str, url: str, headers: Mapping[str, str] | None = None, *, origins: tuple[str, ...] = ()
) -> Response:
    """One request, its headers given in lower case."""
    path, _, query = url.partition("?")
    request = Request(method, parse_path(path), parse_query(query), headers or {}, url=f"http://host:7071/api{url}")
    return await pipeline(*origins)(request)


async def test_caller_reaches_the_handler() -> None:
    """Who asks is known from the token, and anonymous without one."""
    assert b"alice" == (await ask("GET", "/things", {"authorization": "Bearer alice"})).body
    assert b"None" == (await ask("GET", "/things")).body


async def test_bad_token_is_401_and_never_anonymous() -> None:
    """A token that does not verify is refused before anybody answers."""
    response = await ask("GET", "/things", {"authorization": "Bearer eve"})
    assert 401 == response.status
    assert 'Bearer error="invalid_token"' == response.headers["WWW-Authenticate"]
    assert "invalid_token" == orjson.loads(response.body)["code"]


async def test_error_is_told_as_problem() -> None:
    """A refused request gets RFC 9457 with code, hint, violations and the trace id."""
    response = await ask("GET", "/clash?x=1", {"x-correlation-id": "abc-1"})
    expected = {
        "type": "/api/docs#unique_violation",
        "title": "A value must be unique",
        "status": 409,
        "detail": "Another Post has the same slug.",
        "instance": "/api/clash",
        "code": "unique_violation",
        "hint": "Choose another slug.",
        "errors": [{"pointer": "/slug", "detail": "must be unique", "code": "unique"}],
        "traceId": "abc-1",
    }
    assert expected == orjson.loads(response.body)
    assert (409, "application/problem+json") == (response.status, response.headers["Content-Type"])


async def test_error_headers_are_sent() -> None:
    """What belongs to an error, such as Retry-After, is among the headers."""
    assert "1" == (await ask("GET", "/contend")).headers["Retry-After"]


async def test_crash_shows_a_trace_id_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """A failure of the app is a 500 without any detail; the log has it all under the same id."""
    with caplog.at_level(logging.ERROR):
        response = await ask("GET", "/crash")
    told = orjson.loads(response.body)
    assert 500 == response.status
    assert {"type", "title", "status", "code", "traceId"} == set(told)
    assert b"password" not in response.body
    assert told["traceId"] in caplog.text
    assert "the password is 12345" in caplog.text


@pytest.mark.parametrize(
    ("expected", "headers"),
    [
        ("order-7:retry.2", {"x-correlation-id": "order-7:retry.2"}),
        (
            "4bf92f3577b34da6a3ce929d0e0e4736",
            {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
        ),
        ("mine", {"x-correlation-id": "mine", "traceparent": f"00-{'a' * 32}-{'b' * 16}-00"}),
    ],
)
async def test_given_correlation_id_is_echoed(expected: str, headers: dict[str, str]) -> None:
    """A well-formed id of the caller comes back; its own header counts before the trace's."""
    assert expected == (await ask("GET", "/things", headers)).headers["X-Correlation-Id"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-correlation-id": ""},
        {"x-correlation-id": "a\nforged: line"},
        {"x-correlation-id": "x" * 129},
        {"x-correlation-id": "naïve"},
        {"traceparent": "00-" + "0" * 32 + "-00f067aa0ba902b7-01"},
        {"traceparent": "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01"},
        {"traceparent": "garbage"},
        {"traceparent": "00-short-00f067aa0ba902b7-01"},
    ],
)
async def test_bad_correlation_id_is_replaced(headers: dict[str, str]) -> None:
    """What is missing or not well-formed is replaced by a new id, never echoed."""
    minted = (await ask("GET", "/things", headers)).headers["X-Correlation-Id"]
    assert 32 == len(minted)
    assert set(minted) <= set("0123456789abcdef")


STANDARD = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


@pytest.mark.parametrize("url", ["/things", "/nothing", "/clash", "/crash", "/things?a=%ff"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "DELETE"])
async def test_every_answer_tells_browsers_to_be_careful(url: str, method: str) -> None:
    """Unless a handler says otherwise, nobody may keep an answer, frame it, guess its type or load anything in it."""
    headers = (await ask(method, url)).headers
    assert STANDARD == {name: headers[name] for name in STANDARD}
    assert "Strict-Transport-Security" not in headers


async def test_head_has_the_headers_of_get_and_no_body() -> None:
    """HEAD tells type and length of what GET would answer, errors included."""
    response = await ask("HEAD", "/things")
    assert (200, b"", "4") == (response.status, response.body, response.headers["Content-Length"])
    missing = await ask("HEAD", "/nothing")
    assert (404, b"") == (missing.status, missing.body)


@pytest.mark.parametrize("url", ["/things?a=%ff", "/things/%ff", "/%C3%28"])
async def test_url_that_is_not_utf8_is_400(url: str) -> None:
    """Bytes that are no text are refused before anybody reads them."""
    assert 400 == (await ask("GET", url)).status


async def test_surrogates_in_a_bad_path_do_not_break_the_answer() -> None:
    """A problem is always JSON, even where it quotes what was not text."""
    response = await pipeline()(Request("GET", ("\udcff",)))
    assert 400 == orjson.loads(response.body)["status"]


async def test_instance_is_built_when_the_url_is_unknown() -> None:
    """Without the URL as sent, the problem names the path that was asked."""
    response = await pipeline()(Request("GET", ("things", "a/b", "x")))
    assert "/api/things/a%2Fb/x" == orjson.loads(response.body)["instance"]


ORIGIN = {"origin": "https://app.example"}


def test_what_an_answer_cost_may_be_read_where_it_is_told() -> None:
    """Scripts of allowed origins see the charge of answers that carry it."""
    for shows, expected in [(True, True), (False, False)]:
        response = Response()
        Cors(("*",), shows_charge=shows).apply(ORIGIN, response)
        assert expected == ("X-Request-Charge" in response.headers["Access-Control-Expose-Headers"])


async def test_allowed_origin_may_read() -> None:
    """A page of an allowed origin sees the answer and the headers it needs."""
    headers = (await ask("GET", "/things", ORIGIN, origins=("https://app.example",))).headers
    assert "https://app.example" == headers["Access-Control-Allow-Origin"]
    assert "ETag" in headers["Access-Control-Expose-Headers"]
    assert "Origin" in headers["Vary"]


async def test_errors_too_may_be_read_by_allowed_origins() -> None:
    """A page must be able to show why it was refused."""
    headers = (await ask("GET", "/clash", ORIGIN, origins=("https://app.example",))).headers
    assert "https://app.example" == headers["Access-Control-Allow-Origin"]


async def test_preflight_allows_methods_and_headers() -> None:
    """The browser's question before a request names what the path takes."""
    asked = {**ORIGIN, "access-control-request-method": "POST"}
    response = await ask("OPTIONS", "/things", asked, origins=("https://app.example",))
    assert 204 == response.status
    assert "GET, HEAD, OPTIONS, POST" == response.headers["Access-Control-Allow-Methods"]
    assert "If-Match" in response.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize(
    ("is_allowed", "allowed", "origin"),
    [
        (True, "http://localhost:*", "http://localhost:5173"),
        (False, "http://localhost:*", "http://localhost:5173.evil.example"),
        (False, "http://localhost:*", "http://localhost:"),
        (False, "https://app.example", "https://app.example.evil"),
        (False, "https://app.example", "null"),
        (True, "*", "https://anywhere.example"),
    ],
)
async def test_origins_match_exactly_or_by_port(is_allowed: bool, allowed: str, origin: str) -> None:
    """Only whole origins match; `:*` stands for any port number."""
    headers = (await ask("GET", "/things", {"origin": origin}, origins=(allowed,))).headers
    assert is_allowed == ("Access-Control-Allow-Origin" in headers)


async def test_without_origins_there_is_no_cors() -> None:
    """By default nothing is said to browsers, and answers do not vary by origin."""
    headers = (await ask("GET", "/things", ORIGIN)).headers
    assert not any(name.startswith("Access-Control") for name in headers)
    assert "Vary" not in headers
