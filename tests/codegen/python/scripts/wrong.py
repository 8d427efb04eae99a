"""What must not type-check: mypy must say exactly what stands behind each line, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import hard
import shop
from blog import BlogClient

client = BlogClient("http://127.0.0.1:7071/api")
own = hard.HardClient("")
MOMENTS: list[datetime] = []
NUMBERS: list[int] = []
NOW = datetime.now(UTC)
blog_of_shop = shop.BlogClient("")


async def records() -> None:
    """Names and types of fields."""
    post = await client.post.get("1")
    _ = post.titel  # error: attr-defined
    _ = post.metadata.summary  # error: union-attr
    _ = post.author.name  # error: union-attr
    _ = post.comments[0]  # error: index
    MOMENTS.append(post.published_at)  # error: arg-type
    post.title = "frozen"  # error: misc


async def lists() -> None:
    """Names of fields and relations."""
    await client.post.list(fields=["titel"])  # error: list-item
    await client.post.list(fields=["author"])  # error: list-item
    await client.post.list(include=["title"])  # error: list-item
    await client.post.list(include=[{"comments": ["author"]}])  # error: list-item
    await client.post.list(order_by=["-titel"])  # error: list-item
    await client.post.list(order_by=["tags"])  # error: list-item
    await client.post.list(order_by=[{"comments": "content"}])  # error: list-item
    await client.category.list(include=["posts"])  # error: list-item
    NUMBERS.append((await client.post.list(count=True)).count)  # error: arg-type


async def filters() -> None:
    """A filter has the operators of its field, and values of its type."""
    await client.post.list(filter={"status": {"contains": "x"}})  # error: typeddict-unknown-key
    await client.post.list(filter={"id": {"begins_with": "x"}})  # error: typeddict-unknown-key
    await client.post.list(filter={"published_at": {"begins_with": "2026"}})  # error: typeddict-unknown-key
    await client.post.list(filter={"title": {"eq": 1}})  # error: typeddict-item
    await client.post.list(filter={"status": {"eq": "gone"}})  # error: typeddict-item
    await client.post.list(filter={"published_at": {"gt": "2026"}})  # error: typeddict-item
    await client.post.list(filter={"publishedAt": {"is_null": True}})  # error: typeddict-unknown-key
    await client.post.list(filter={"reading_minutes": {"gt": 1}})  # error: typeddict-unknown-key
    await client.post.list(filter={"comments": {"content": {"eq": "x"}}})  # error: typeddict-unknown-key
    await client.post.list(filter={"metadata": {"not": {"is_null": True}}})  # error: typeddict-unknown-key
    await client.post.list(filter={"author": {"some": {}}})  # error: typeddict-unknown-key


async def writes() -> None:
    """Input is what the app takes."""
    await client.post.create({"title": "One"})  # error: typeddict-item
    await client.post.create({"title": "x", "content": "x", "created_at": NOW})  # error: typeddict-unknown-key
    await client.comment.create({"content": "x"})  # error: arg-type
    both = {"connect": {"id": "1"}}
    await client.comment.create({"content": "x", "post_id": UUID(int=1), "post": both})  # error: arg-type
    await client.comment.update("1", {"post_id": "2"})  # error: typeddict-unknown-key
    await client.post.update("1", {"title": None})  # error: typeddict-item
    await client.post.update("1", {"comments": {"connect": [{"id": "1"}]}})  # error: typeddict-unknown-key
    await client.post.delete_many()  # error: call-arg
    await client.post.replace("1", {"content": "x"})  # error: typeddict-item


async def others() -> None:
    """What an entity does not offer is not there."""
    await client.comment.publish("1")  # error: attr-defined
    await own.page.create({"id": "1"})  # error: attr-defined
    await client.post.related("1", "comments").get()  # error: attr-defined
    await client.post.related("1", "author").list()  # error: attr-defined
    await client.post.related("1", "title").get()  # error: call-overload
    await client.post.related("1", "comments").link("2")  # error: attr-defined
    await blog_of_shop.post.related("1", "categories").link("2", {"order": 1})  # error: typeddict-unknown-key
    await blog_of_shop.post.rate("1")  # error: call-arg
    await client.post.aggregate(sum=["title"])  # error: list-item
    await client.post.aggregate(group_by=["tags"])  # error: list-item
    (outcome,) = await client.batch(client.comment.get("1"))
    _ = outcome.value  # error: union-attr
    await own.batch_.related("1", "none").link("2")  # error: call-arg
    await own.batch_.create({"id": "1", "none": {"connect": [{"id": "1"}]}})  # error: typeddict-item
    await client.user.subscribe(on_create=print)  # error: attr-defined
    await client.post.subscribe(filter={"status": {"gt": "a"}}, on_create=print)  # error: typeddict-unknown-key
    await client.post.subscribe(on_update=lambda post, _: post.titel)  # error: attr-defined
