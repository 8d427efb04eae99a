"""One record at a time: read, create, change, replace, delete, with conditions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import Client, encoded


async def write(client: Client, **fields: Any) -> dict[str, Any]:
    """A new published article, as answered."""
    body = {"title": "One", "slug": fields.get("title", "one"), "status": "published", **fields}
    answer = await client.ask("POST", "articles", body)
    assert 201 == answer.status, answer.body
    record: dict[str, Any] = answer.json
    return record


async def test_created_record_is_where_location_says(alice: Client) -> None:
    """201 carries the record, its tag, and where it can be read."""
    answer = await alice.ask("POST", "articles", {"title": "One", "slug": "one", "id": "a b+ü%"})
    assert (201, "application/json") == (answer.status, answer.headers["Content-Type"])
    assert "/api/articles/a%20b%2B%C3%BC%25" == answer.headers["Location"]
    read = await alice.get(answer.headers["Location"].removeprefix("/api/"))
    assert answer.json == read.json
    assert answer.headers["ETag"] == read.headers["ETag"]


async def test_record_carries_bookkeeping_and_computed_fields(alice: Client) -> None:
    """A record has its etag, its version, its defaults and what is computed."""
    record = await write(alice, title="Three")
    assert (1, 5, [], "alice", 0) == tuple(
        record[name] for name in ("_version", "titleLength", "tags", "ownerId", "views")
    )
    assert record["_etag"]


async def test_hidden_field_is_absent(alice: Client, admin: Client) -> None:
    """A field the caller may not read is not in the answer, whoever owns the record."""
    record = await write(alice)
    path = f"articles/{record['id']}"
    assert 200 == (await admin.ask("PATCH", path, {"note": "hm"})).status
    assert "hm" == (await admin.get(path)).json["note"]
    assert "note" not in (await alice.get(path)).json


async def test_not_modified_means_the_same_answer(alice: Client, admin: Client) -> None:
    """304 only for the very representation the caller has; another caller's or another selection's is none."""
    record = await write(alice)
    path = f"articles/{record['id']}"
    whole = (await alice.get(path)).headers["ETag"]
    part = (await alice.get(f"{path}?fields=title")).headers["ETag"]
    assert 304 == (await alice.ask("GET", path, headers={"if-none-match": whole})).status
    assert 304 == (await alice.ask("GET", f"{path}?fields=title", headers={"if-none-match": part})).status
    assert 200 == (await alice.ask("GET", path, headers={"if-none-match": part})).status
    assert 200 == (await admin.ask("GET", path, headers={"if-none-match": whole})).status


async def test_not_modified_has_no_body(alice: Client) -> None:
    """A 304 carries the tag and nothing to read."""
    record = await write(alice)
    path = f"articles/{record['id']}"
    tag = (await alice.get(path)).headers["ETag"]
    answer = await alice.ask("GET", path, headers={"if-none-match": f'"x", W/{tag}'})
    assert (304, b"", tag) == (answer.status, answer.body, answer.headers["ETag"])


async def test_record_may_be_kept_but_must_be_asked_for(alice: Client) -> None:
    """A record with a tag is private to the caller and revalidated each time."""
    headers = (await alice.get(f"articles/{(await write(alice))['id']}")).headers
    assert "private, no-cache" == headers["Cache-Control"]
    assert "Authorization" in headers["Vary"]


async def test_patch_merges(alice: Client) -> None:
    """A merge patch changes what it names, inside nested objects too, and null takes away."""
    record = await write(alice, rating=4.5, details={"pages": 3, "language": "de"})
    patch = {"rating": None, "details": {"pages": 4}}
    answer = await alice.ask(
        "PATCH", f"articles/{record['id']}", patch, headers={"content-type": "application/merge-patch+json"}
    )
    assert (200, None, {"pages": 4, "language": "de"}, "One", 2) == (
        answer.status,
        *(answer.json[name] for name in ("rating", "details", "title", "_version")),
    )


async def test_patch_with_a_stale_tag_changes_nothing(alice: Client) -> None:
    """If-Match with another tag is 412; with the current one, of whatever representation, it goes through."""
    record = await write(alice)
    path = f"articles/{record['id']}"
    part = (await alice.get(f"{path}?fields=title")).headers["ETag"]
    refused = await alice.ask("PATCH", path, {"views": 1}, headers={"if-match": '"0"'})
    assert (412, "precondition_failed") == (refused.status, refused.json["code"])
    assert 0 == (await alice.get(path)).json["views"]
    assert 412 == (await alice.ask("PATCH", path, {"views": 1}, headers={"if-match": f"W/{part}"})).status
    assert 200 == (await alice.ask("PATCH", path, {"views": 1}, headers={"if-match": f'"0", {part}'})).status
    assert 412 == (await alice.ask("DELETE", path, headers={"if-match": part})).status


async def test_put_replaces(alice: Client) -> None:
    """PUT leaves nothing of what it does not name, but the id and what clients cannot set."""
    record = await write(alice, rating=1.0)
    answer = await alice.ask("PUT", f"articles/{record['id']}", {"title": "Two", "slug": "two"})
    assert (200, "Two", None, "draft", record["createdAt"]) == (
        answer.status,
        *(answer.json[name] for name in ("title", "rating", "status", "createdAt")),
    )


async def test_put_creates_when_there_is_none(alice: Client) -> None:
    """PUT on a new id is 201 with its place; only-create refuses the second time."""
    body = {"title": "Two", "slug": "two"}
    first = await alice.ask("PUT", "articles/mine", body, headers={"if-none-match": "*"})
    assert (201, "mine", "/api/articles/mine") == (first.status, first.json["id"], first.headers["Location"])
    second = await alice.ask("PUT", "articles/mine", body, headers={"if-none-match": "*"})
    assert 412 == second.status
    missing = await alice.ask("PUT", "articles/other", body, headers={"if-match": "*"})
    assert 412 == missing.status


async def test_delete_answers_nothing(alice: Client) -> None:
    """204 without a body, then the record is gone."""
    path = f"articles/{(await write(alice))['id']}"
    answer = await alice.ask("DELETE", path)
    assert (204, b"") == (answer.status, answer.body)
    assert 404 == (await alice.get(path)).status
    assert 404 == (await alice.ask("DELETE", path)).status


async def test_action_changes_the_record(alice: Client) -> None:
    """POST to an action answers the record as it is then; its body may be missing."""
    record = await write(alice, status="draft")
    answer = await alice.ask("POST", f"articles/{record['id']}/publish")
    assert (200, "published", 2) == (answer.status, answer.json["status"], answer.json["_version"])
    assert answer.headers["ETag"]


async def test_action_takes_parameters(alice: Client) -> None:
    """The body holds what the action asks for; wrong input is 422."""
    path = f"articles/{(await write(alice))['id']}/rate"
    assert 4.0 == (await alice.ask("POST", path, {"stars": 4})).json["rating"]
    assert 422 == (await alice.ask("POST", path, {})).status
    assert 422 == (await alice.ask("POST", path, {"stars": "many"})).status
    assert 422 == (await alice.ask("POST", path, {"stars": 4, "moons": 1})).status


async def test_action_honours_if_match(alice: Client) -> None:
    """An action on another state than expected is 412."""
    path = f"articles/{(await write(alice))['id']}/publish"
    assert 412 == (await alice.ask("POST", path, headers={"if-match": '"0"'})).status


async def test_selection_works_on_writes_too(alice: Client) -> None:
    """What a write answers can be chosen like what a read answers."""
    answer = await alice.ask("POST", "articles?fields=title", {"title": "One", "slug": "one"})
    assert {"title", "_etag", "_version"} == set(answer.json)
    assert 200 == (await alice.get(answer.headers["Location"].removeprefix("/api/"))).status


async def test_fields_select(alice: Client) -> None:
    """Only the fields named, stored or computed, and the bookkeeping."""
    record = await write(alice)
    answer = await alice.get(f"articles/{record['id']}?fields=titleLength,slug")
    assert {"titleLength", "slug", "_etag", "_version"} == set(answer.json)


async def test_fields_do_not_reveal_hidden_ones(alice: Client, admin: Client) -> None:
    """Naming a hidden field does not show it."""
    record = await write(alice)
    await admin.ask("PATCH", f"articles/{record['id']}", {"note": "hm"})
    assert "note" not in (await alice.get(f"articles/{record['id']}?fields=note,title")).json


async def test_head_tells_what_get_would(alice: Client) -> None:
    """HEAD has the status and headers of GET and no body."""
    path = f"articles/{(await write(alice))['id']}"
    get, head = await alice.get(path), await alice.ask("HEAD", path)
    assert (200, b"", get.headers["ETag"], str(len(get.body))) == (
        head.status,
        head.body,
        head.headers["ETag"],
        head.headers["Content-Length"],
    )


@pytest.mark.parametrize(
    "id",
    ["a/b", "ü日本\U0001f600", "a" * 10_000, "\x00", "..", "'; drop table", "%00", " ", "a?b#c", "\n", "null", "\\"],
)
@pytest.mark.parametrize("method", ["GET", "DELETE", "PATCH", "HEAD"])
async def test_odd_ids_are_not_found(alice: Client, method: str, id: str) -> None:
    """Any text is an id that may simply not be there."""
    body = {"views": 1} if method == "PATCH" else None
    answer = await alice.ask(method, f"articles/{encoded(id)}", body)
    assert 404 == answer.status


@pytest.mark.parametrize("id", ["a/b", "a" * 10_000, "\x00", "a?b", "\\"])
async def test_odd_ids_cannot_be_created(alice: Client, id: str) -> None:
    """An id that could not stand in every store is refused as input."""
    answer = await alice.ask("PUT", f"articles/{encoded(id)}", {"title": "One", "slug": "one"})
    assert (422, "/id") == (answer.status, answer.json["errors"][0]["pointer"])


async def test_ids_of_another_shape_are_not_found(admin: Client) -> None:
    """What is no UUID is no id of an entity whose ids are UUIDs."""
    assert 404 == (await admin.get("authors/not-a-uuid")).status


@pytest.mark.parametrize(
    ("status", "code", "asked"),
    [
        (400, "malformed_request", ("POST", "articles", b'{"title": }', {})),
        (400, "malformed_request", ("POST", "articles", b"", {"content-type": "application/json"})),
        (400, "malformed_request", ("POST", "articles", b"[1]", {})),
        (400, "malformed_request", ("PATCH", "articles/1", b"null", {})),
        (400, "malformed_request", ("PATCH", "articles/1", {}, {"if-match": "unquoted"})),
        (400, "malformed_request", ("PATCH", "articles/1", {}, {"if-none-match": "*"})),
        (400, "malformed_request", ("PUT", "articles/1", {}, {"if-none-match": '"a"'})),
        (400, "malformed_request", ("DELETE", "articles/1?fields=id", None, {})),
        (400, "malformed_request", ("POST", "articles", b'{"a":' + b"[" * 100 + b"]" * 100 + b"}", {})),
        (413, "body_too_large", ("POST", "articles", b"{" + b" " * 1024 * 1024 + b"}", {})),
        (400, "malformed_request", ("POST", "articles", {"title": "x", "slug": "x"}, {"if-match": '"x"'})),
        (400, "malformed_request", ("POST", "articles", {"title": "x", "slug": "x"}, {"if-none-match": '"x"'})),
        (415, "unsupported_media_type", ("POST", "articles", b"{}", {"content-type": "text/plain"})),
        (415, "unsupported_media_type", ("POST", "articles", b"{}", {"content-type": "application/merge-patch+json"})),
        (
            415,
            "unsupported_media_type",
            ("PATCH", "articles/1", b"[]", {"content-type": "application/json-patch+json"}),
        ),
        (422, "validation_failed", ("POST", "articles", {"title": 5, "slug": "x"}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": "x", "slug": "x", "titel": "x"}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": "x", "slug": "x", "owner_id": "x"}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": "x", "slug": "x", "createdAt": "2020-01-01"}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": "x", "slug": "x", "price": 1.5}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": "x", "slug": "x", "views": 2**40}, {})),
        (422, "validation_failed", ("POST", "articles", {"title": None, "slug": "x"}, {})),
        (422, "validation_failed", ("POST", "articles", {}, {})),
        (403, "field_forbidden", ("POST", "articles", {"title": "x", "slug": "x", "note": "x"}, {})),
        (403, "forbidden", ("POST", "authors", {"name": "x"}, {})),
        (403, "forbidden", ("GET", "invoices", None, {})),
        (404, "not_found", ("GET", "article", None, {})),
        (404, "not_found", ("GET", "articles/1/comment", None, {})),
        (405, "method_not_allowed", ("PUT", "articles", {}, {})),
        (405, "method_not_allowed", ("POST", "articles/1", {}, {})),
        (405, "method_not_allowed", ("GET", "articles/1/publish", None, {})),
        (405, "method_not_allowed", ("PUT", "authors/1", {}, {})),
        (405, "method_not_allowed", ("DELETE", "authors/1", None, {})),
    ],
)
async def test_bad_requests_are_explained(
    alice: Client, status: int, code: str, asked: tuple[str, str, Any, dict[str, str]]
) -> None:
    """Each way to be wrong has its status and stable code."""
    method, path, body, headers = asked
    answer = await alice.ask(method, path, body, headers=headers)
    assert (status, code, "application/problem+json") == (
        answer.status,
        answer.json["code"],
        answer.headers["Content-Type"],
    )
    assert answer.json["traceId"] == answer.headers["X-Correlation-Id"]


async def test_anonymous_callers_are_asked_to_sign_in(anybody: Client) -> None:
    """Where nothing is allowed to somebody unknown, the answer is 401 with the way to sign in."""
    answer = await anybody.ask("POST", "articles", {"title": "x", "slug": "x"})
    assert (401, "sign_in_required", "Bearer") == (
        answer.status,
        answer.json["code"],
        answer.headers["WWW-Authenticate"],
    )


@pytest.mark.parametrize("token", ["", "x", "Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer \u00fc"])
async def test_bad_tokens_are_401(anybody: Client, token: str) -> None:
    """A token that does not verify is refused, also where none is needed."""
    answer = await anybody.ask("GET", "authors", headers={"authorization": token})
    assert (401, "invalid_token") == (answer.status, answer.json["code"])


async def test_errors_point_at_each_field(alice: Client) -> None:
    """A validation problem names every wrong field by its JSON pointer."""
    body = {"title": "", "slug": "x", "views": -1, "details": {"pages": 0}, "tags": [1]}
    answer = await alice.ask("POST", "articles", body)
    assert {"/title", "/views", "/details/pages", "/tags/0"} == {each["pointer"] for each in answer.json["errors"]}


async def test_duplicate_is_a_conflict(alice: Client) -> None:
    """A taken id or unique value is 409, each with its code."""
    record = await write(alice)
    again = await alice.ask("POST", "articles", {"title": "x", "slug": record["slug"]})
    assert (409, "unique_violation", "/slug") == (again.status, again.json["code"], again.json["errors"][0]["pointer"])
    same = await alice.ask("POST", "articles", {"title": "x", "slug": "other", "id": record["id"]})
    assert (409, "already_exists") == (same.status, same.json["code"])


async def test_hidden_record_is_404_for_every_method(alice: Client, anybody: Client) -> None:
    """Of a record one may not read, nothing shows that it exists."""
    record = await write(alice, status="draft")
    bob = anybody.as_("bob")
    path = f"articles/{record['id']}"
    for method, body in (("GET", None), ("PATCH", {"views": 1}), ("DELETE", None), ("HEAD", None)):
        assert 404 == (await bob.ask(method, path, body)).status
    assert 404 == (await bob.get(f"{path}/comments")).status
    assert 404 == (await bob.ask("POST", f"{path}/publish")).status


async def test_preflight_and_options(anybody: Client) -> None:
    """OPTIONS names the methods of a path."""
    answer = await anybody.ask("OPTIONS", "authors/1")
    assert (204, "GET, HEAD, OPTIONS, PATCH") == (answer.status, answer.headers["Allow"])
