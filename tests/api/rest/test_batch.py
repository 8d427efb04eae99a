"""Batches: many operations in one request, each as it would be on its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import Answer, Client

ARTICLE = {"id": "a", "title": "One", "slug": "one"}


async def send(client: Client, *operations: Any, **members: Any) -> Answer:
    """A batch of these operations."""
    return await client.ask("POST", "batch", {"operations": list(operations), **members})


def operation(method: str, path: str, body: Any = None, **headers: str) -> dict[str, Any]:
    """One operation."""
    return {"method": method, "path": path, "body": body, "headers": headers}


async def test_operations_run_in_order_and_see_each_other(alice: Client) -> None:
    """What one operation wrote, the next one reads and changes."""
    answer = await send(
        alice,
        operation("POST", "/articles", ARTICLE),
        operation("PATCH", "articles/a", {"title": "Two"}),
        operation("GET", "/api/articles?filter[title][eq]=Two&fields=id"),
        operation("DELETE", "/articles/a"),
        operation("GET", "/articles/a"),
    )
    assert 200 == answer.status
    results = answer.json["results"]
    assert [201, 200, 200, 204, 404] == [each["status"] for each in results]
    assert ["a"] == [each["id"] for each in results[2]["body"]["items"]]
    assert (None, "not_found") == (results[3]["body"], results[4]["body"]["code"])


async def test_results_carry_what_an_answer_carries(alice: Client) -> None:
    """Status, headers and body of a result are those of the same request on its own."""
    (created,) = (await send(alice, operation("POST", "/articles", ARTICLE))).json["results"]
    headers = created["headers"]
    assert ("/api/articles/a", "application/json") == (headers["Location"], headers["Content-Type"])
    alone = await alice.get("articles/a")
    assert (alone.headers["ETag"], alone.json) == (headers["ETag"], created["body"])
    (read,) = (await send(alice, operation("GET", headers["Location"]))).json["results"]
    assert alone.json == read["body"]


async def test_operations_have_conditions_of_their_own(alice: Client) -> None:
    """`If-Match` and `If-None-Match` of an operation hold for that operation."""
    (created,) = (await send(alice, operation("POST", "/articles", ARTICLE))).json["results"]
    tag = created["headers"]["ETag"]
    answer = await send(
        alice,
        operation("GET", "/articles/a", **{"If-None-Match": tag}),
        operation("PATCH", "/articles/a", {"title": "Two"}, **{"If-Match": tag}),
        operation("PATCH", "/articles/a", {"title": "Three"}, **{"If-Match": tag}),
        operation("PUT", "/articles/a", ARTICLE, **{"If-None-Match": "*"}),
        operation("PATCH", "/articles/a", {"title": "Four"}, **{"content-type": "text/plain"}),
    )
    assert [304, 200, 412, 412, 415] == [each["status"] for each in answer.json["results"]]
    assert "Two" == (await alice.get("articles/a")).json["title"]


async def test_every_operation_is_authorized_by_itself(anybody: Client, alice: Client) -> None:
    """The caller of the batch is the caller of each operation, and a refusal stops no other one."""
    await alice.ask("POST", "articles", ARTICLE)
    answer = await send(
        anybody.as_("bob"),
        operation("PATCH", "/articles/a", {"title": "Mine"}),
        operation("GET", "/invoices"),
        operation("POST", "/articles", {"title": "Bob's", "slug": "bob"}),
    )
    assert [404, 403, 201] == [each["status"] for each in answer.json["results"]]
    (created,) = (await send(anybody, operation("POST", "/articles", ARTICLE))).json["results"]
    assert (401, "Bearer") == (created["status"], created["headers"]["WWW-Authenticate"])


async def test_problems_tell_their_operation_apart(alice: Client) -> None:
    """The problem of an operation names its own path, under the trace id of the batch."""
    answer = await send(alice, operation("GET", "/nothing"), operation("PUT", "/articles"))
    first, second = (each["body"] for each in answer.json["results"])
    assert ("/api/nothing", "/api/articles") == (first["instance"], second["instance"])
    assert answer.headers["X-Correlation-Id"] == first["traceId"] == second["traceId"]


async def test_paths_and_queries_are_decoded_as_ever(alice: Client) -> None:
    """Percent-encoding in an operation's path means what it means in a URL, and what is broken is 400."""
    await alice.ask("POST", "articles", {**ARTICLE, "id": "a b", "title": "x&y"})
    answer = await send(
        alice,
        operation("GET", "/articles/a%20b"),
        operation("GET", "/articles?filter[title][eq]=x%26y"),
        operation("GET", "/articles/%zz"),
        operation("GET", "/articles?filter[title][eq]=%ff"),
    )
    assert [200, 200, 400, 400] == [each["status"] for each in answer.json["results"]]


@pytest.mark.parametrize(
    ("pointer", "batch"),
    [
        ("/operations", {}),
        ("/operations", {"operations": {}}),
        ("/operations", {"operations": [operation("GET", "/articles")] * 101}),
        ("/atomic", {"atomic": "yes", "operations": []}),
        ("/operation", {"operation": [], "operations": []}),
        ("/operations/0", {"operations": ["GET /articles"]}),
        ("/operations/0/method", {"operations": [{"path": "/articles"}]}),
        ("/operations/0/method", {"operations": [operation("OPTIONS", "/articles")]}),
        ("/operations/0/method", {"operations": [operation("get", "/articles")]}),
        ("/operations/0/method", {"operations": [{"method": ["GET"], "path": "/articles"}]}),
        (
            "/operations/1/method",
            {"atomic": True, "operations": [operation("POST", "/articles", ARTICLE), operation("GET", "/articles")]},
        ),
        ("/operations/0/path", {"operations": [{"method": "GET"}]}),
        ("/operations/0/path", {"operations": [operation("GET", "http://127.0.0.1/api/articles")]}),
        ("/operations/0/path", {"operations": [operation("GET", "//elsewhere/articles")]}),
        ("/operations/0/path", {"operations": [operation("GET", "/articles#top")]}),
        ("/operations/0/path", {"operations": [operation("POST", "/batch", {"operations": []})]}),
        ("/operations/0/path", {"operations": [operation("POST", "/api/batch/", {"operations": []})]}),
        ("/operations/0/path", {"operations": [operation("POST", "b%61tch", {"operations": []})]}),
        ("/operations/0/path", {"operations": [operation("POST", "/graphql", {"query": "{ __typename }"})]}),
        ("/operations/0/headers", {"operations": [operation("GET", "/articles", Authorization="Bearer x")]}),
        ("/operations/0/headers", {"operations": [operation("GET", "/articles", AUTHORIZATION="Bearer x")]}),
        ("/operations/0/headers", {"operations": [{"method": "GET", "path": "/articles", "headers": ["x"]}]}),
        ("/operations/0/headers", {"operations": [{"method": "GET", "path": "/articles", "headers": {"x": 1}}]}),
        (
            "/operations/0/headers",
            {"operations": [operation("GET", "/articles", **{"If-Match": "*", "if-match": "*"})]},
        ),
        ("/operations/0/verb", {"operations": [{**operation("GET", "/articles"), "verb": "GET"}]}),
    ],
)
async def test_bad_batch_is_400_before_anything_is_done(alice: Client, pointer: str, batch: dict[str, Any]) -> None:
    """What cannot be understood is named by its pointer, and no operation is begun."""
    first = operation("POST", "/articles", {**ARTICLE, "id": "first", "slug": "first"})
    given = batch.get("operations")
    sent = {**batch, "operations": [*given[:99], first, *given[99:]]} if isinstance(given, list) else batch
    answer = await alice.ask("POST", "batch", sent)
    assert (400, "malformed_request") == (answer.status, answer.json["code"])
    assert pointer in [each["pointer"] for each in answer.json["errors"]]
    assert 404 == (await alice.get("articles/first")).status


async def test_hundred_operations_are_allowed(alice: Client) -> None:
    """The limit is a hundred operations, and a batch may also be empty."""
    operations = [operation("POST", "/articles", {"title": "T", "slug": f"s{number}"}) for number in range(100)]
    assert [201] * 100 == [each["status"] for each in (await send(alice, *operations)).json["results"]]
    assert {"results": []} == (await send(alice)).json


@pytest.mark.parametrize(
    ("status", "method", "path", "headers"),
    [
        (405, "GET", "batch", {}),
        (404, "POST", "batch/1", {}),
        (400, "POST", "batch?limit=1", {}),
        (400, "POST", "batch", {"if-match": '"1"'}),
        (400, "POST", "batch", {"if-none-match": "*"}),
        (415, "POST", "batch", {"content-type": "text/plain"}),
    ],
)
async def test_batch_itself_is_judged_like_any_request(
    alice: Client, status: int, method: str, path: str, headers: dict[str, str]
) -> None:
    """Method, path, parameters, conditions and type of the batch itself must be right."""
    assert status == (await alice.ask(method, path, {"operations": []}, headers=headers)).status
