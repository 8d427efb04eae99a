"""What type-checks, and what it is: mypy judges beside generated packages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import assert_type
from uuid import UUID

import blog
import hard
import shop
from blog import BlogClient, Comment, Outcome, Page, Post, PostStatus, User


async def sign_in() -> str:
    """A token of now."""
    return "token"


client = BlogClient("http://127.0.0.1:7071/api", token=sign_in)


async def records() -> None:
    """A record has the types of its schema."""
    post = await client.post.get("1", include=["author"])
    assert_type(post, Post)
    assert_type(post.id, UUID)
    assert_type(post.published_at, datetime | None)
    assert_type(post.metadata, blog.PostMetadata | None)
    assert_type(post.author, User | None)
    assert_type(post.comments, Page[Comment])
    status: PostStatus = post.status
    assert_type(post.reading_minutes, int)
    await client.post.update(post.id, {"status": status}, if_match=post.etag_)


async def lists() -> None:
    """Filters, orders, includes and fields."""
    page = await client.post.list(
        filter={
            "status": {"in": ["draft", "archived"]},
            "tags": {"contains": "azure", "size": {"gte": 2}},
            "not": {"title": {"begins_with": "x"}},
            "published_at": {"between": (datetime.now(UTC), datetime.now(UTC))},
            "author": {"role": {"in": ["admin"]}, "is_null": False},
            "comments": {"some": {"content": {"contains_ignore_case": "x"}, "user": {"id": {"ne": None}}}},
            "metadata": {"is_null": False, "or": [{"summary": {"eq": "x"}}]},
            "id": {"eq": UUID(int=1)},
        },
        order_by=["-published_at", "metadata.summary", {"author": "-name"}],
        include=["author", {"comments": ["user", {"post": ["author"]}]}],
        fields=["title", "reading_minutes"],
        limit=10,
    )
    assert_type(page.items, list[Post])
    assert_type(page.next_token, str | None)
    assert_type((await client.post.list(count=True)).count, int | None)
    async for post in client.post.all(order_by=["title"]):
        assert_type(post, Post)
    await client.comment.list(order_by=[{"post": {"author": "name"}}], filter={"post": {"is_null": True}})


async def writes() -> None:
    """Input is what the app takes."""
    post = await client.post.create(
        {
            "title": "Two",
            "content": "0123456789",
            "author": {"connect": {"id": "alice"}},
            "comments": {"create": [{"content": "First"}]},
        },
        include=["author"],
    )
    await client.post.update(post.id, {"metadata": {"summary": None}})
    await client.post.replace(post.id, {"title": "Three", "content": "0123456789"}, if_none=True)
    await client.comment.create({"content": "x", "post_id": post.id})
    await client.comment.create({"content": "x", "post": {"connect": {"id": "1"}}})
    assert_type(await client.post.delete(post.id, if_match=post.etag_), None)
    changed = await client.post.update_many({}, {"status": "archived"}, max_affected=5)
    assert_type(changed.count, int)
    assert_type(await client.post.publish("1", include=["author"]), Post)


async def relations() -> None:
    """What a relation leads to has the calls of its kind."""
    assert_type(await client.post.related("1", "author").get(), User)
    assert_type((await client.post.related("1", "comments").list(order_by=["-created_at"])).items, list[Comment])
    records = shop.BlogClient("").post.related("1", "categories")
    await records.link("py", {"rank": 1})
    await records.unlink("py")
    assert_type((await records.list()).items[0].through_.added_at, datetime)
    note = await shop.BlogClient("").note.get("1")
    assert_type(note.about, shop.User | shop.Category | None)


async def aggregates() -> None:
    """Groups have the values of their fields."""
    for each in await client.post.aggregate(group_by=["status", "metadata.is_featured"], max=["published_at"]):
        assert_type(each.group["status"], PostStatus)
        assert_type(each.group["metadata.is_featured"], bool | None)
        assert_type(each.max["published_at"], datetime | None)
    for sums in await shop.BlogClient("").post.aggregate(sum=["views", "price"], avg=["views"], min=["day"]):
        assert_type(sums.sum["views"], int | None)
        assert_type(sums.sum["price"], Decimal | None)
        assert_type(sums.avg["views"], float | None)
        assert_type(sums.min["day"], date | None)


async def batches() -> None:
    """Each result has the type of its call."""
    calls = (client.post.get("1"), client.comment.delete("1"), client.user.list())
    assert_type(await client.batch(*calls, atomic=True), tuple[Post, None, Page[User]])
    post, gone, _ = await client.batch(*calls)
    if isinstance(post, blog.Done):
        assert_type(post.value, Post)
    else:
        assert_type(post.error, blog.ProblemError)
    assert_type(gone, Outcome[None])
    many = [client.user.get(id) for id in ("a", "b")]
    assert_type(await client.batch(*many, atomic=True), tuple[User, ...])
    assert_type(await client.post.create_many([{"title": "x", "content": "0123456789"}]), Sequence[Post])


async def realtime() -> None:
    """Handlers get the records of their entity, and may be async or not."""

    async def created(post: Post, change: blog.Change) -> None:
        assert_type(change.timestamp, datetime)
        await client.post.update(post.id, {})

    stop = await client.post.subscribe(
        filter={"status": {"eq": "published"}},
        on_create=created,
        on_delete=lambda post, _: print(post.id.hex),  # noqa: T201
        on_error=lambda error: print(error.args),  # noqa: T201
    )
    await stop()


async def clashes() -> None:
    """Names that mean something else get an underscore."""
    own = hard.HardClient("")
    batch = await own.batch_.get("1")
    assert_type((batch.list_, batch.int_, batch.rt_, batch.self, batch.type), tuple[list[str], int, str, str, str])
    assert_type((batch.match, batch.etag, batch.etag_), tuple[hard.BatchMatch, str, str])
    assert_type(batch.items["a_b"].str_, str)
    await own.batch_.list(filter={"list_": {"contains": "x"}, "none": {"some": {"id": {"eq": "1"}}}})
    assert_type(await own.batch_.str_("1", {"int_": 1}), hard.Batch)
    await own.batch_.all_("1")
    await own.batch_.related_("1")
    assert_type((await own.batch_.related("1", "record").get()).list_.items, list[hard.Batch])
    assert_type(await own.class_.get("1"), hard.Class)
    assert_type(await own.async_.get("1"), hard.Async)
    assert_type(await own.page.get("1"), hard.Page)
    assert_type(await own.api_key.get("1"), hard.APIKey)
    assert_type(await own.api_key_2.get("1"), hard.ApiKey)
    assert_type(await own.batch_field.get("1"), hard.BatchField)
    await own.close_.get("1", fields=["id"])
    await own.batch_.related("1", "none").link("2", {"why": "x"})
    assert_type(await own.batch_none.get("1"), hard.BatchNone)
    assert_type(own.batch_.related("1", "none"), hard.BatchNoneCollection)
    assert_type(own.batch_none, hard.BatchNoneCollection_)
    assert_type(await own.schema.get("1"), hard.SCHEMA)
    await own.many.create({"id": "1", "a_id": "1", "b": {"connect": {"id": "1"}}})
