"""Many records in one request: created from an array, changed and deleted by a filter."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import Client


def articles(*slugs: str, **fields: Any) -> list[dict[str, Any]]:
    """Articles to create, with these slugs as ids."""
    return [{"id": slug, "title": slug.upper(), "slug": slug, **fields} for slug in slugs]


async def slugs(client: Client, query: str = "") -> str:
    """The slugs of a list, in order."""
    return "".join(each["slug"] for each in (await client.get(f"articles?orderBy=slug{query}")).json["items"])


async def test_array_creates_all(alice: Client) -> None:
    """`POST` with an array is 201 with the records in its order, selected as asked."""
    answer = await alice.ask("POST", "articles?fields=slug,ownerId", articles("b", "a"))
    assert 201 == answer.status, answer.body
    assert [("b", "alice"), ("a", "alice")] == [(each["slug"], each["ownerId"]) for each in answer.json["items"]]
    assert {"items"} == set(answer.json)
    assert "Location" not in answer.headers
    assert "ab" == await slugs(alice)


async def test_array_creates_all_or_none(alice: Client) -> None:
    """What is wrong with one is told below its number, and none is created."""
    answer = await alice.ask("POST", "articles", [*articles("a"), {"slug": "b"}])
    assert (422, "validation_failed") == (answer.status, answer.json["code"])
    assert ["/1/title"] == [each["pointer"] for each in answer.json["errors"]]
    assert 409 == (await alice.ask("POST", "articles", [*articles("a"), {**articles("a")[0], "id": "x"}])).status
    assert "" == await slugs(alice)


@pytest.mark.parametrize(
    ("status", "body"),
    [(201, []), (400, [1]), (400, [[]]), (400, [*articles("a"), None]), (400, 5), (400, "x")],
)
async def test_array_must_hold_objects(alice: Client, status: int, body: Any) -> None:
    """Each element is an object; an array without any creates nothing."""
    answer = await alice.ask("POST", "articles", body)
    assert status == answer.status, answer.body
    assert "" == await slugs(alice)


async def test_array_has_at_most_a_thousand(alice: Client) -> None:
    """A thousand records are created at once, and not one more."""
    many = [{"title": "T", "slug": f"s{number}"} for number in range(1001)]
    assert 400 == (await alice.ask("POST", "articles", many)).status
    answer = await alice.ask("POST", "articles?fields=id", many[:1000])
    assert (201, 1000) == (answer.status, len(answer.json["items"]))


async def test_patch_changes_all_that_match(anybody: Client, alice: Client) -> None:
    """`PATCH` with a filter answers the changed records and how many they are; others stay as they were."""
    await alice.ask("POST", "articles", [*articles("a", "b", views=1), *articles("c", views=5)])
    answer = await alice.ask("PATCH", "articles?filter[views][lt]=5&fields=slug,status", {"status": "published"})
    assert 200 == answer.status, answer.body
    assert (2, {"published"}) == (answer.json["count"], {each["status"] for each in answer.json["items"]})
    assert {"a", "b"} == {each["slug"] for each in answer.json["items"]}
    assert "ab" == await slugs(anybody)


async def test_delete_takes_all_that_match(alice: Client) -> None:
    """`DELETE` with a filter answers the records as they were."""
    await alice.ask("POST", "articles", articles("a", "b", "c"))
    answer = await alice.ask("DELETE", 'articles?filter={"slug":{"in":["a","c"]}}&fields=slug')
    assert (200, 2) == (answer.status, answer.json["count"])
    assert {"a", "c"} == {each["slug"] for each in answer.json["items"]}
    assert "b" == await slugs(alice)


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_max_affected_guards_against_too_many(alice: Client, method: str) -> None:
    """When more records match than expected nothing is done."""
    await alice.ask("POST", "articles", articles("a", "b", "c"))
    body = {"views": 9} if method == "PATCH" else None
    answer = await alice.ask(method, "articles?filter={}&maxAffected=2", body)
    assert (409, "too_many_affected") == (answer.status, answer.json["code"])
    assert "abc" == await slugs(alice, "&filter[views][eq]=0")
    assert 200 == (await alice.ask(method, "articles?filter={}&maxAffected=3", body)).status


async def test_each_record_is_authorized_by_itself(anybody: Client, alice: Client) -> None:
    """One record that may be read but not changed keeps all others from being changed; hidden ones do not count."""
    bob = anybody.as_("bob")
    await alice.ask("POST", "articles", [*articles("a", status="published"), *articles("h")])
    await bob.ask("POST", "articles", articles("b"))
    refused = await bob.ask("PATCH", "articles?filter={}", {"views": 9})
    assert (403, "forbidden") == (refused.status, refused.json["code"])
    assert "ab" == await slugs(bob, "&filter[views][eq]=0")
    answer = await bob.ask("PATCH", "articles?filter[ownerId][eq]=bob", {"views": 9})
    assert ["b"] == [each["slug"] for each in answer.json["items"]]
    assert 403 == (await bob.ask("DELETE", "articles?filter={}")).status


@pytest.mark.parametrize(
    ("status", "code", "path", "headers"),
    [
        (400, "invalid_filter", "articles", {}),
        (400, "invalid_filter", "articles?maxAffected=5", {}),
        (400, "invalid_filter", "articles?filter=x", {}),
        (400, "invalid_filter", "articles?filter[titel][eq]=x", {}),
        (400, "invalid_limit", "articles?filter={}&maxAffected=0", {}),
        (400, "invalid_limit", "articles?filter={}&maxAffected=1001", {}),
        (400, "invalid_limit", "articles?filter={}&maxAffected=all", {}),
        (400, "malformed_request", "articles?filter={}&limit=5", {}),
        (400, "malformed_request", "articles?filter={}", {"if-match": "*"}),
        (400, "malformed_request", "articles?filter={}", {"if-none-match": "*"}),
        (400, "query_too_expensive", "articles?filter={}&maxAffected=1000&include=comments.reactions", {}),
    ],
)
@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_bad_bulk_changes_are_400(
    alice: Client, method: str, status: int, code: str, path: str, headers: dict[str, str]
) -> None:
    """Without a filter, or with parameters that cannot be meant, nothing is changed."""
    await alice.ask("POST", "articles", articles("a"))
    body = {"views": 9} if method == "PATCH" else None
    answer = await alice.ask(method, path, body, headers=headers)
    assert (status, code) == (answer.status, answer.json["code"])
    assert "a" == await slugs(alice, "&filter[views][eq]=0")


async def test_operations_that_are_off_are_off_in_bulk(admin: Client) -> None:
    """Who must not delete one by one does not delete many, and `Allow` says so."""
    answer = await admin.ask("DELETE", "authors?filter={}")
    assert (405, "GET, HEAD, OPTIONS, PATCH, POST") == (answer.status, answer.headers["Allow"])
    assert 405 == (await admin.ask("PATCH", "credits?filter={}", {"role": "x"})).status
