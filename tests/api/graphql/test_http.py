"""GraphQL over HTTP: methods, media types, statuses, and the shape of errors."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import orjson
import pytest

from tests.api.graphql.asking import Blog
from tests.support.app import Answer
from tests.support.node import run

JSON = "application/json; charset=utf-8"
RESPONSE = "application/graphql-response+json; charset=utf-8"
PAGE = "{ listPosts { items { title } } }"


async def post(blog: Blog, body: Any, **headers: str) -> Answer:
    """A POST with these headers."""
    return await blog.client.ask("POST", "graphql", body, headers=headers)


async def get(blog: Blog, accept: str | None = None, /, **query: str) -> Answer:
    """A GET with these parameters."""
    headers = {} if accept is None else {"accept": accept}
    return await blog.client.ask("GET", f"graphql?{urlencode(query)}", headers=headers)


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, JSON),
        ("*/*", JSON),
        ("application/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", RESPONSE),
        ("application/graphql-response+json; charset=utf-8, application/json; charset=utf-8", RESPONSE),
        ("application/graphql-response+json, application/graphql+json, application/json, text/event-stream", RESPONSE),
        ("application/json;q=0.9, application/graphql-response+json;q=0.5", JSON),
        ("application/json;q=0, */*;q=0.1", RESPONSE),
        ("text/html, application/xhtml+xml, */*;q=0.8", JSON),
        (", ,", JSON),
    ],
)
async def test_the_media_type_is_what_the_caller_likes_best(blog: Blog, accept: str | None, expected: str) -> None:
    """POST answers JSON in one of two media types, by the Accept header."""
    answer = await post(blog, {"query": PAGE}, **({} if accept is None else {"accept": accept}))
    assert (200, expected) == (answer.status, answer.headers["Content-Type"])


@pytest.mark.parametrize("accept", ["text/plain", "application/json;q=0", "application/json;q=x", "text/*, image/png"])
async def test_an_accept_header_without_json_is_406(blog: Blog, accept: str) -> None:
    """Nobody is answered in a media type that was not asked for, but for the error itself."""
    answer = await post(blog, {"query": PAGE}, accept=accept)
    assert (406, "not_acceptable") == (answer.status, answer.json["errors"][0]["extensions"]["code"])


@pytest.mark.parametrize(
    "query", ["{", "{}", "{ listPosts {} }", "{ nothing }", "query($x: Int!) { listPosts(limit: $x) { count } }"]
)
async def test_a_document_that_cannot_run_is_400_or_200_by_media_type(blog: Blog, query: str) -> None:
    """Parse, validation and variable errors have no data; `application/json` keeps its status 200 for them."""
    for accept, status in ((RESPONSE, 400), (JSON, 200)):
        answer = await post(blog, {"query": query}, accept=accept)
        assert status == answer.status
        assert ["errors"] == list(answer.json)
        extensions = answer.json["errors"][0]["extensions"]
        assert ("malformed_request", 400, True) == (
            extensions["code"],
            extensions["status"],
            bool(extensions["traceId"]),
        )
        assert {"line", "column"} == answer.json["errors"][0]["locations"][0].keys()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"{", "not JSON"),
        (b"", "empty"),
        (b'[{"query": "{ a }"}]', "batches are not available"),
        (b'"text"', "must be a JSON object"),
        (b"{}", "There is no query"),
        ({"query": ""}, "There is no query"),
        ({"query": {"a": 1}}, "query must be a string"),
        ({"query": ["a"]}, "query must be a string"),
        ({"query": PAGE, "operationName": 1}, "operationName must be a string or null"),
        ({"query": PAGE, "operationName": "B"}, "no operation named 'B'"),
        ({"query": f"query A {PAGE} query B {PAGE}"}, "several operations; say in operationName which: A, B"),
        ({"query": PAGE, "variables": "x"}, "variables must be an object or null"),
        ({"query": PAGE, "variables": [1]}, "variables must be an object or null"),
        ({"query": PAGE, "extensions": 7}, "extensions must be an object or null"),
    ],
)
async def test_a_malformed_request_is_400(blog: Blog, body: Any, words: str) -> None:
    """Each wrong part of the request is named."""
    answer = await blog.client.ask(
        "POST", "graphql", body, headers={"accept": RESPONSE, "content-type": "application/json"}
    )
    assert 400 == answer.status
    assert words in answer.json["errors"][0]["message"]


async def test_only_json_is_taken(blog: Blog) -> None:
    """Another content type, none at all, and another charset are 415."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"):
        answer = await post(blog, orjson.dumps({"query": PAGE}), **{"content-type": kind})
        assert (415, "unsupported_media_type") == (answer.status, answer.json["errors"][0]["extensions"]["code"])


async def test_a_body_above_the_limit_is_413(blog: Blog) -> None:
    """The body has the same limit as everywhere."""
    answer = await post(blog, {"query": PAGE, "variables": {"x": "y" * 1_100_000}})
    assert (413, "body_too_large") == (answer.status, answer.json["errors"][0]["extensions"]["code"])


async def test_nulls_and_empty_parameters_count_as_absent(blog: Blog) -> None:
    """`variables`, `operationName` and `extensions` may be null, and empty in a URL."""
    body = {"query": PAGE, "variables": None, "operationName": None, "extensions": None}
    assert {"data": {"listPosts": {"items": []}}} == (await post(blog, body)).json
    assert 200 == (await get(blog, query=PAGE, variables="", extensions="", operationName="")).status


async def test_queries_are_got(blog: Blog) -> None:
    """GET takes queries with their variables in the URL, and ignores parameters of others."""
    await blog.as_("ann").post("Hello")
    query = "query A($s: String) { listPosts(filter: {slug: {eq: $s}}) { items { title } } }"
    answer = await get(blog, query=query, variables='{"s": "hello"}', operationName="A", code="of the host")
    assert {"data": {"listPosts": {"items": [{"title": "Hello"}]}}} == answer.json


async def test_mutations_are_not_got(blog: Blog) -> None:
    """A GET never writes."""
    answer = await get(blog.as_("ann"), query='mutation { createPost(input: {title: "A", slug: "a"}) { id } }')
    assert (405, "POST") == (answer.status, answer.headers["Allow"])
    assert 0 == (await blog.as_("root", "admin").data("{ listPosts { count } }"))["listPosts"]["count"]


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"query": PAGE, "variables": "{"}, "variables is not JSON"),
        ({"query": PAGE, "variables": "[]"}, "variables must be an object"),
        ({"query": PAGE, "variables": "[" * 100 + "]" * 100}, "nests deeper"),
        ({"variables": "{}"}, "There is no query"),
    ],
)
async def test_a_malformed_get_is_400(blog: Blog, query: dict[str, str], words: str) -> None:
    """Each wrong parameter is named."""
    answer = await get(blog, **query)
    assert 400 == answer.status
    assert words in answer.json["errors"][0]["message"]


async def test_a_parameter_stands_once(blog: Blog) -> None:
    """Which of two values is meant cannot be known."""
    answer = await blog.client.ask("GET", "graphql?query=%7B__typename%7D&query=x")
    assert (400, "The parameter query stands in the URL twice.") == (answer.status, answer.json["errors"][0]["message"])


async def test_other_methods_are_405(blog: Blog) -> None:
    """Only GET and POST are for GraphQL."""
    answer = await blog.client.ask("PUT", "graphql", {"query": PAGE})
    assert (405, "method_not_allowed") == (answer.status, answer.json["errors"][0]["extensions"]["code"])
    assert "POST" in answer.headers["Allow"]


@pytest.mark.parametrize(
    ("accept", "kind"), [({}, JSON), ({"accept": RESPONSE}, RESPONSE), ({"accept": "text/html"}, JSON)]
)
async def test_a_bad_token_is_told_as_graphql_errors(blog: Blog, accept: dict[str, str], kind: str) -> None:
    """What is refused before the door opens has the same form as everything behind it."""
    answer = await post(blog, {"query": PAGE}, authorization="Bearer x", **accept)
    [error] = answer.json["errors"]
    assert (401, kind, 'Bearer error="invalid_token"') == (
        answer.status,
        answer.headers["Content-Type"],
        answer.headers["WWW-Authenticate"],
    )
    assert ("invalid_token", 401) == (error["extensions"]["code"], error["extensions"]["status"])
    assert "data" not in answer.json


async def test_a_url_that_is_not_utf8_is_told_as_graphql_errors(blog: Blog) -> None:
    """So is what is wrong with the request as a whole."""
    answer = await blog.client.ask("GET", "graphql?query=%FF")
    assert (400, "malformed_request") == (answer.status, answer.json["errors"][0]["extensions"]["code"])


async def test_a_browser_gets_the_playground(blog: Blog) -> None:
    """A GET that prefers HTML is answered with a page that loads nothing from elsewhere."""
    answer = await get(blog, "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
    assert (200, "text/html; charset=utf-8") == (answer.status, answer.headers["Content-Type"])
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.body.lstrip().lower().startswith(b"<!doctype html>")


async def test_an_error_below_a_field_has_its_path(blog: Blog) -> None:
    """Fields without an error are answered beside it, and the status is 200."""
    answer = await post(blog, {"query": '{ ok: listPosts { count } bad: listPosts(nextToken: "x") { count } }'})
    assert (200, None) == (answer.status, answer.json["data"])
    answer = await post(blog, {"query": '{ a: getFeedback(id: "x") { id } b: getUser(id: "x") { id } }'})
    assert {"a": None, "b": None} == answer.json["data"]
    [error] = answer.json["errors"]
    assert (["a"], "sign_in_required", 401) == (
        error["path"],
        error["extensions"]["code"],
        error["extensions"]["status"],
    )
    assert [{"line": 1, "column": 3}] == error["locations"]


async def test_an_unexpected_failure_shows_a_trace_id_and_nothing_else(
    blog: Blog, caplog: pytest.LogCaptureFixture
) -> None:
    """What went wrong is in the log, by the id that the caller is told."""
    blog.store.failure = RuntimeError("the password is 1234")
    with caplog.at_level(logging.CRITICAL):
        answer = await post(blog, {"query": '{ getUser(id: "x") { id } }'}, **{"x-correlation-id": "trace-1"})
    assert b"password" not in answer.body
    assert {
        "errors": [
            {
                "message": "Something went wrong here.",
                "locations": [{"line": 1, "column": 3}],
                "path": ["getUser"],
                "extensions": {"code": "internal_error", "status": 500, "traceId": "trace-1"},
            }
        ],
        "data": {"getUser": None},
    } == answer.json


async def test_an_unexpected_failure_is_logged(blog: Blog, caplog: pytest.LogCaptureFixture) -> None:
    """The log names the field and the trace id, with the exception."""
    blog.store.failure = RuntimeError("broken")
    await post(blog, {"query": '{ getUser(id: "x") { id } }'}, **{"x-correlation-id": "trace-1"})
    [record] = [each for each in caplog.records if each.name == "atakora_data.api.graphql.problems"]
    assert "GraphQL field getUser failed (correlation id trace-1)" == record.getMessage()
    assert record.exc_info is not None
    assert blog.store.failure is record.exc_info[1]


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        ("mutation($i: CreateFeedbackInput!) { createFeedback(input: $i) { id } }", {"i": {"secret": "s3cr3t"}}),
        (
            "mutation($i: CreateFeedbackInput!) { createFeedback(input: $i) { id } }",
            {"i": {"text": 1, "secret": ["s3cr3t"]}},
        ),
        ('mutation { createFeedback(input: {secret: "s3cr3t"}) { id } }', {}),
        ('mutation { createFeedback(input: {text: "a", secrets: "s3cr3t"}) { id } }', {}),
        ('mutation { createFeedback(input: {text: "a", secret: {a: "s3cr3t"}}) { id } }', {}),
    ],
)
async def test_an_error_does_not_repeat_what_was_sent(blog: Blog, query: str, variables: dict[str, Any]) -> None:
    """A value that is wrong may stand beside one that is secret: neither comes back."""
    answer = await post(blog, {"query": query, "variables": variables})
    assert answer.json["errors"]
    assert b"s3cr3t" not in answer.body


async def test_a_rest_request_never_imports_graphql(tmp_path: Path) -> None:
    """GraphQL costs nothing until the first GraphQL request."""
    script = """
import asyncio, pathlib, sys
from tests.support.app import running
async def main():
    async with running(pathlib.Path(sys.argv[1]), schemas=pathlib.Path("schemas")) as client:
        answer = await client.get("posts")
        loaded = sorted(name for name in ("graphql", "ariadne") if name in sys.modules)
        print(answer.status, loaded, (await client.graphql("{ listPosts { count } }")).status, "graphql" in sys.modules)
asyncio.run(main())
"""
    assert b"200 [] 200 True" == (await run(sys.executable, "-c", script, str(tmp_path))).strip()
