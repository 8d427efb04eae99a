"""The client against the local host: every way to read, and what comes of it."""

from __future__ import annotations

import pickle
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from pydantic import TypeAdapter

MOMENT = datetime(2026, 1, 31, 12, 0, 0, 500001, tzinfo=UTC)
NOBODY = UUID(int=0)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def last(package: Any, served: Any) -> Any:
    """The last of five articles, with all that they need."""
    async with package.BlogClient(served.api, token=served.token()) as client:
        await client.user.create({"id": "alice", "name": "Alice", "email": "a@example.com"})
        await client.category.create_many([{"id": "py", "name": "Python"}, {"id": "az", "name": "Azure"}])
        made = await client.post.create_many([_post(views) for views in (1, 2, 3, 4, 5)])
        await client.post.related(made[4].id, "categories").link("py", {"rank": 2})
        await client.comment.create_many([{"post_id": made[4].id, "text": text} for text in ("First", "Second")])
        await client.note.create({"id": "1", "text": "Nice", "about": {"connect": {"User": {"id": "alice"}}}})
        return made[4]


def _post(views: int) -> dict[str, Any]:
    return {
        "title": f"Post {views}",
        "views": views,
        "status": "draft" if views < 3 else "published",
        "price": Decimal("19.90"),
        "published_at": MOMENT + timedelta(seconds=views),
        "reviews": [{"by": "bob", "at": MOMENT}],
        "seen_at": {"some_body": MOMENT},
        "day": date(2026, 1, 31),
        "hour": time(12, 30),
        **({"review": {"by": "bob", "at": MOMENT}} if views == 5 else {}),
    }


async def test_a_page_with_what_was_included(client: Any, last: Any) -> None:
    """Filters and orders are written in Python's names; records arrive as their types say, to the microsecond."""
    query: dict[str, Any] = {
        "filter": {"status": {"eq": "published"}, "published_at": {"gt": MOMENT}},
        "order_by": ["-published_at"],
        "include": ["author", "categories", {"comments": ["post"]}],
        "limit": 1,
    }
    page = await client.post.list(**query, count=True)
    (post,) = page.items
    assert (3, "Post 5", "Alice", "a@example.com") == (page.count, post.title, post.author.name, post.author.email)
    moments = (post.published_at, post.reviews[0].at, post.review.at)
    assert (MOMENT + timedelta(seconds=5), MOMENT, MOMENT) == moments
    assert {"some_body": MOMENT} == post.seen_at
    assert (Decimal("19.90"), date(2026, 1, 31), time(12, 30), last.id) == (post.price, post.day, post.hour, post.id)
    assert [("Python", 2)] == [(each.name, each.through_.rank) for each in post.categories.items]
    assert [post.published_at] * 2 == [each.post.published_at for each in post.comments.items]
    following = await client.post.list(**query, next_token=page.next_token)
    assert ["Post 4"] == [each.title for each in following.items]


async def test_all_records_page_by_page(client: Any, last: Any) -> None:
    """Pages are asked for as they are needed; orders follow relations."""
    by_author = client.post.all(order_by=[{"author": "name"}, "views"], limit=2, fields=["title"])
    assert [f"Post {views}" for views in (1, 2, 3, 4, 5)] == [each.title async for each in by_author]


async def test_what_was_not_asked_for_says_so(client: Any, last: Any, package: Any) -> None:
    """Reading a field or relation that the record was read without is an error of its own, never a wrong None."""
    post = await client.post.get(last.id, fields=["title"], include=["author"])
    assert ("Post 5", "alice") == (post.title, post.author.id)
    assert {"etag_", "version_", "title", "author"} == post.__dict__.keys()
    with pytest.raises(package.NotAskedForError, match=r"Post\.views was not asked for: name it in fields or include"):
        _ = post.views
    assert (False, False) == (hasattr(post, "comments"), hasattr(post, "unheard_of"))
    assert {"_etag", "_version", "title", "author"} == post.model_dump(by_alias=True).keys()


async def test_a_record_is_a_model_like_any_other(package: Any) -> None:
    """It can be copied, kept, and put in models of one's own; its JSON schema says nothing of relations."""
    told = {"title": "x", "comments": {"items": [{"text": "c"}], "nextToken": None}}
    post = package.Post.model_validate(told)
    assert post == pickle.loads(pickle.dumps(post))  # noqa: S301
    assert post == package.Post.model_validate(post.model_dump(by_alias=True))
    assert [post] == TypeAdapter(list[package.Post]).validate_python([told])
    schema = package.Post.model_json_schema()["properties"]
    assert ({"title": "Title", "type": "string"}, True) == (schema["title"], "comments" in schema)


async def test_a_hidden_field_is_none(package: Any, served: Any, last: Any) -> None:
    """For those who may not see it; when it was not asked for, that is said instead."""
    async with package.BlogClient(served.api) as anonymous:
        assert (await anonymous.user.get("alice")).email is None
        assert not hasattr(await anonymous.user.get("alice", fields=["name"]), "email")


async def test_what_is_not_there(client: Any, last: Any, package: Any) -> None:
    """Errors are typed; ids may hold anything."""
    with pytest.raises(package.ProblemError, match="There is no User `a/b\\?c#d`") as raised:
        await client.user.get("a/b?c#d")
    assert ("not_found", 404) == (raised.value.code, raised.value.status)
    with pytest.raises(package.ProblemError, match="There is no Post"):
        await client.post.get(NOBODY)


async def test_relations(client: Any, last: Any, package: Any) -> None:
    """A relation is read by itself; one to several entities gives the record of the right class."""
    comments = client.post.related(last.id, "comments")
    page = await comments.list(order_by=["-text"], limit=1, count=True)
    assert (["Second"], 2) == ([each.text for each in page.items], page.count)
    assert ["First", "Second"] == [each.text async for each in comments.all(order_by=["text"])]
    linked = await client.post.related(last.id, "categories").list()
    assert [("Python", 2)] == [(each.name, each.through_.rank) for each in linked.items]
    assert "Alice" == (await client.post.related(last.id, "author").get()).name
    note = await client.note.get("1", include=[{"about": ["posts"]}])
    assert (package.User, 5) == (type(note.about), len(note.about.posts.items))
    assert package.User is type(await client.note.related("1", "about").get())
    assert ["1"] == [each.id for each in (await client.note.list(filter={"about": {"is_null": False}})).items]
    about = {"about": {"User": {"name": {"begins_with": "B"}}}}
    assert [] == (await client.note.list(filter=about)).items


@pytest.mark.parametrize(
    ("filter", "expected"),
    [
        ({"comments": {"some": {"text": {"ends_with_ignore_case": "ST"}}}}, ["Post 5"]),
        ({"and": [{"views": {"not_in": [1, 2]}}, {"not": {"views": {"between": (4, 9)}}}]}, ["Post 3"]),
        ({"review": {"by": {"eq": "bob"}}}, ["Post 5"]),
        ({"review": {"is_null": False}, "reviews": {"is_empty": False}}, ["Post 5"]),
        ({"author": {"is_null": True}}, []),
        ({"author": {"posts": {"every": {"views": {"gt": 9}}}}}, []),
        ({"price": {"gt": Decimal("19.899")}, "views": {"lte": 1}, "day": {"eq": date(2026, 1, 31)}}, ["Post 1"]),
    ],
)
async def test_filters(client: Any, last: Any, filter: dict[str, Any], expected: list[str]) -> None:
    """Operators, logic, nested objects and relations, by the names of Python."""
    found = client.post.all(filter=filter, order_by=["views"])
    assert expected == [each.title async for each in found]


async def test_aggregates(client: Any, last: Any) -> None:
    """Groups have the values of their fields, under the names they were asked by."""
    groups = await client.post.aggregate(
        group_by=["status"],
        sum=["views", "price"],
        avg=["views"],
        max=["published_at", "day"],
        filter={"views": {"gte": 2}},
    )
    drafts = next(each for each in groups if each.group["status"] == "draft")
    assert (2, 1) == (len(groups), drafts.count)
    assert ({"views": 2, "price": Decimal("19.90")}, {"views": 2.0}, {}) == (drafts.sum, drafts.avg, drafts.min)
    assert {"published_at": MOMENT + timedelta(seconds=2), "day": date(2026, 1, 31)} == drafts.max
    assert {MOMENT, None} == {each.group["review.at"] for each in await client.post.aggregate(group_by=["review.at"])}
