"""The client against the local host: every way to write, alone and in batches."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio

from tests.codegen.python.packages import page

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 1, tzinfo=UTC)
NOBODY = UUID(int=0)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module", autouse=True)
async def alice(package: Any, served: Any) -> None:
    """Who owns what is written."""
    async with package.BlogClient(served.api, token=served.token()) as client:
        await client.user.create({"id": "alice", "name": "Alice"})


async def test_one_record(client: Any, package: Any) -> None:
    """It is created, changed, replaced and deleted; conditions hold."""
    post = await client.post.create({"title": "One"}, include=["author"])
    assert ("One", "alice", "Alice") == (post.title, post.author_id, post.author.name)
    changed = await client.post.update(post.id, {"views": 3, "published_at": MOMENT}, if_match=post.etag_)
    assert (3, "One", MOMENT, 2) == (changed.views, changed.title, changed.published_at, changed.version_)
    for stale in (
        client.post.update(post.id, {"views": 4}, if_match=post.etag_),
        client.post.delete(post.id, if_match=post.etag_),
        client.post.replace(post.id, {"title": "Three"}, if_none=True),
    ):
        with pytest.raises(package.ProblemError) as raised:
            await stale
        assert ("precondition_failed", 412) == (raised.value.code, raised.value.status)
    assert (await client.post.update(post.id, {"published_at": None})).published_at is None
    replaced = await client.post.replace(post.id, {"title": "Two"}, fields=["title", "views"])
    assert ("Two", 0) == (replaced.title, replaced.views)
    assert await client.post.delete(post.id) is None


async def test_what_is_refused(client: Any, package: Any, served: Any) -> None:
    """Errors say what is wrong and where; a moment without a time zone never leaves."""
    with pytest.raises(package.ProblemError) as raised:
        await client.post.create({"title": ""})
    (violation,) = raised.value.errors
    assert ("validation_failed", 422, "/title") == (raised.value.code, raised.value.status, violation.pointer)
    assert raised.value.trace_id
    with pytest.raises(ValueError, match="has no time zone: give it one"):
        await client.post.create({"title": "x", "published_at": MOMENT.replace(tzinfo=None)})
    async with package.BlogClient(served.api) as anonymous:
        with pytest.raises(package.ProblemError) as raised:
            await anonymous.post.create({"title": "Mine"})
        assert ("sign_in_required", 401) == (raised.value.code, raised.value.status)
        assert "Dear all" == (await anonymous.letter.create({"text": "Dear all"})).text


async def test_actions(client: Any) -> None:
    """With and without input; one that is called as a method is, has `_` behind it."""
    post = await client.post.create({"title": "One"})
    published = await client.post.publish(post.id, include=["author"])
    assert ("published", "alice") == (published.status, published.author.id)
    rated = await client.post.rate(post.id, {"score": 4.5, "at": MOMENT}, fields=["score", "published_at"])
    assert (4.5, MOMENT) == (rated.score, rated.published_at)
    assert "One!" == (await client.post.subscribe_(post.id, {"note": "!"})).title
    assert "One!" == (await client.post.subscribe_(post.id)).title


async def test_records_with_their_relations(client: Any) -> None:
    """Written at once; links say what they say; keys of maps stay as they are."""
    nested = await client.post.create(
        {
            "title": "Nested",
            "reviews": [{"by": "bob", "at": MOMENT}],
            "seen_at": {"some_body": MOMENT},
            "comments": {"create": [{"text": "a"}, {"text": "b"}]},
            "categories": {"create": [{"id": "c", "name": "C", "through_": {"rank": 3}}]},
        },
        include=["comments", "categories"],
    )
    assert (2, [("C", 3)]) == (
        len(nested.comments.items),
        [(each.name, each.through_.rank) for each in nested.categories.items],
    )
    assert ({"some_body": MOMENT}, MOMENT) == (nested.seen_at, nested.reviews[0].at)
    categories = client.post.related(nested.id, "categories")
    await categories.link("c", {"rank": 7})
    assert [7] == [each.through_.rank for each in (await categories.list()).items]
    await client.category.related("c", "posts").unlink(nested.id)
    assert [] == (await categories.list()).items
    changes = {"categories": {"set": [{"id": "c", "through_": {"rank": 8}}]}}
    again = await client.post.update(nested.id, changes, include=["categories"])
    assert [8] == [each.through_.rank for each in again.categories.items]


async def test_many_records(client: Any, package: Any) -> None:
    """All or none, and never more than was said."""
    await client.post.create_many([{"title": "A"}, {"title": "B"}])
    many = await client.post.update_many({"title": {"in": ["A", "B"]}}, {"views": 9}, fields=["views"])
    assert (2, [9, 9]) == (many.count, [each.views for each in many.items])
    with pytest.raises(package.ProblemError, match="1"):
        await client.post.delete_many({"views": {"eq": 9}}, max_affected=1)
    gone = await client.post.delete_many({"views": {"eq": 9}}, max_affected=2)
    assert (2, ["A", "B"]) == (gone.count, sorted(each.title for each in gone.items))


async def test_batches(client: Any, package: Any) -> None:
    """Each result is that of its call, or its error."""
    made, missing, page = await client.batch(
        client.post.create({"title": "Batched", "published_at": MOMENT}),
        client.post.get(NOBODY),
        client.post.list(limit=1),
    )
    assert (True, 201, "Batched", MOMENT) == (made.ok, made.status, made.value.title, made.value.published_at)
    assert (False, 404, "not_found") == (missing.ok, missing.status, missing.error.code)
    assert (True, 1) == (page.ok, len(page.value.items))


async def test_atomic_batches(client: Any, package: Any) -> None:
    """All or none; the error says which one it was."""
    first, second = await client.batch(
        client.category.create({"id": "x", "name": "X"}), client.user.create({"id": "y", "name": "Y"}), atomic=True
    )
    assert ("X", "Y") == (first.name, second.name)
    with pytest.raises(package.ProblemError) as raised:
        await client.batch(
            client.category.create({"id": "z", "name": "Z"}),
            client.category.create({"id": "x", "name": "X"}),
            atomic=True,
        )
    assert ("already_exists", 1) == (raised.value.code, raised.value.operation)
    with pytest.raises(package.ProblemError, match="There is no Category"):
        await client.category.get("z")


async def test_a_call_is_sent_when_it_is_awaited(client: Any, package: Any) -> None:
    """And only once, however often it is awaited."""
    await client.category.create({"id": "lazy", "name": "Lazy"})
    lazy = client.category.delete("lazy")
    assert "Lazy" == (await client.category.get("lazy")).name
    assert [None, None] == list(await asyncio.gather(lazy, lazy))
    assert await lazy is None
    with pytest.raises(package.ProblemError, match="There is no Category"):
        await client.category.get("lazy")


async def test_the_examples_of_the_page(client: Any, package: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """They run, one after the other, and say what they are to say."""
    await client.category.create({"id": "python", "name": "Python"})
    scope: dict[str, Any] = {}
    exec(page(package.__name__), scope)  # noqa: S102
    await scope["further"](client)
    said = capsys.readouterr().out.splitlines()
    assert ["Three Azure", "/title None"] == said[-2:]


async def test_a_closed_client_says_so(package: Any, served: Any) -> None:
    """Nothing is sent any more."""
    async with package.BlogClient(served.api) as client:
        pass
    with pytest.raises(RuntimeError, match="The client is closed"):
        await client.post.list()
