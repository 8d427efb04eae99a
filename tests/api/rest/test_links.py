"""Links of a many-to-many: made, changed and taken away one by one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import Client

ANN = "5f0c8a52-6b7e-4c1d-9f3a-2d4b6e8f0a1c"
PLAIN = {"rank": 0, "reason": "main", "remark": None}


@pytest.fixture
async def alice(anybody: Client, admin: Client) -> Client:
    """Alice, with an article of hers, in a magazine with two topics and an author."""
    alice = anybody.as_("alice")
    article = {"id": "a", "title": "Alpha", "slug": "a", "status": "published"}
    for client, collection, record in (
        (alice, "articles", article),
        (admin, "topics", {"id": "arts", "name": "Arts"}),
        (admin, "topics", {"id": "music", "name": "Music"}),
        (admin, "authors", {"id": ANN, "name": "Ann"}),
    ):
        assert 201 == (await client.ask("POST", collection, record)).status
    return alice


async def topics(client: Client) -> list[str]:
    """The ids of the article's topics."""
    return [each["id"] for each in (await client.get("articles/a/topics?orderBy=id")).json["items"]]


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_link_is_made_once(alice: Client, method: str) -> None:
    """Linking is 201 with the through fields and where the link is; again it is 200 and changes nothing."""
    made = await alice.ask(method, "articles/a/topics/arts")
    assert (201, PLAIN, "/api/articles/a/topics/arts") == (made.status, made.json, made.headers["Location"])
    again = await alice.ask(method, "articles/a/topics/arts")
    assert (200, PLAIN, False) == (again.status, again.json, "Location" in again.headers)
    assert ["arts"] == await topics(alice)


async def test_link_carries_through_fields(alice: Client) -> None:
    """The body holds the through fields; sent again they change."""
    made = await alice.ask("POST", "articles/a/topics/arts", {"rank": 3, "reason": "aside"})
    assert {**PLAIN, "rank": 3, "reason": "aside"} == made.json
    changed = await alice.ask("POST", "articles/a/topics/arts", {"rank": 4})
    assert (200, 4) == (changed.status, changed.json["rank"])
    (item,) = (await alice.get("articles/a/topics")).json["items"]
    assert changed.json == item["_through"]


async def test_linked_record_is_read_where_the_link_is(alice: Client) -> None:
    """GET of a link is the linked record with its through fields, and revalidates."""
    place = (await alice.ask("POST", "articles/a/topics/arts", {"rank": 3})).headers["Location"]
    path = place.removeprefix("/api/")
    answer = await alice.get(f"{path}?fields=name")
    assert ("Arts", 3) == (answer.json["name"], answer.json["_through"]["rank"])
    tag = (await alice.get(path)).headers["ETag"]
    assert 304 == (await alice.ask("GET", path, headers={"if-none-match": tag})).status
    await alice.ask("POST", path, {"rank": 5})
    assert 200 == (await alice.ask("GET", path, headers={"if-none-match": tag})).status
    assert 404 == (await alice.get("articles/a/topics/music")).status
    assert 404 == (await alice.get("articles/a/contributors/no-uuid")).status


async def test_unlink_leaves_both_records(alice: Client) -> None:
    """Unlinking is 204, and 404 when there is no link; the records stay."""
    await alice.ask("POST", "articles/a/topics/arts")
    assert 204 == (await alice.ask("DELETE", "articles/a/topics/arts")).status
    assert [] == await topics(alice)
    assert 404 == (await alice.ask("DELETE", "articles/a/topics/arts")).status
    assert (200, 200) == ((await alice.get("articles/a")).status, (await alice.get("topics/arts")).status)


async def test_who_may_update_may_link(anybody: Client, admin: Client, alice: Client) -> None:
    """Over the framework's junction the record that declares the relation decides, on either side."""
    await alice.ask("POST", "articles/a/topics/arts")
    bob = anybody.as_("bob")
    for method in ("POST", "DELETE"):
        assert 401 == (await anybody.ask(method, "articles/a/topics/arts")).status
        assert 403 == (await bob.ask(method, "articles/a/topics/arts")).status
        assert 403 == (await bob.ask(method, "topics/arts/articles/a")).status
    assert ["arts"] == await topics(alice)
    assert 201 == (await admin.ask("POST", "topics/music/articles/a")).status
    assert ["arts", "music"] == await topics(alice)


async def test_own_junction_is_linked_by_its_own_rules(admin: Client, alice: Client) -> None:
    """A junction with rules of its own is created and deleted by these, whoever owns the ends."""
    path = f"articles/a/contributors/{ANN}"
    assert 403 == (await alice.ask("POST", path, {"role": "editor"})).status
    made = await admin.ask("POST", path, {"role": "editor"})
    assert (201, {"role": "editor", "isSecret": False}) == (made.status, made.json)
    assert 403 == (await alice.ask("DELETE", path)).status
    assert 204 == (await admin.ask("DELETE", path)).status


@pytest.mark.parametrize(
    ("status", "code", "asked"),
    [
        (404, "not_found", ("POST", "articles/b/topics/arts", None, {})),
        (404, "not_found", ("POST", "articles/a/topics/nothing", None, {})),
        (404, "not_found", ("POST", "articles/a/comments/1", None, {})),
        (404, "not_found", ("POST", "articles/a/topic/arts", None, {})),
        (404, "not_found", ("POST", "articles/a/topics/arts/rank", None, {})),
        (405, "method_not_allowed", ("PATCH", "articles/a/topics/arts", {"rank": 1}, {})),
        (400, "malformed_request", ("POST", "articles/a/topics/arts?fields=id", None, {})),
        (400, "malformed_request", ("POST", "articles/a/topics/arts", b"[]", {})),
        (400, "malformed_request", ("POST", "articles/a/topics/arts", None, {"if-match": "*"})),
        (400, "malformed_request", ("DELETE", "articles/a/topics/arts", None, {"if-none-match": "*"})),
        (415, "unsupported_media_type", ("POST", "articles/a/topics/arts", {}, {"content-type": "text/plain"})),
        (422, "validation_failed", ("POST", "articles/a/topics/arts", {"rank": -1}, {})),
        (422, "validation_failed", ("POST", "articles/a/topics/arts", {"rang": 1}, {})),
        (422, "validation_failed", ("POST", "articles/a/topics/arts", {"topicId": "music"}, {})),
    ],
)
async def test_bad_links_are_refused(
    alice: Client, status: int, code: str, asked: tuple[str, str, Any, dict[str, str]]
) -> None:
    """What cannot be linked, or not so, is told by status and code, and nothing is linked."""
    method, path, body, headers = asked
    answer = await alice.ask(method, path, body, headers=headers)
    assert (status, code) == (answer.status, answer.json["code"])
    assert [] == await topics(alice)
