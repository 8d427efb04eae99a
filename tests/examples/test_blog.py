"""The sample blog: its records fit its schemas, and its rules are the ones its readers are told."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from tests.support.app import Client, running

ROOT = Path(__file__).parents[2]


@pytest_asyncio.fixture
async def blog(tmp_path: Path) -> AsyncIterator[Client]:
    """The blog with all its records."""
    async with running(tmp_path, schemas=ROOT / "schemas") as client:
        files, problems = plan(ROOT / "examples" / "blog", client.application.registry)
        assert [] == problems
        loaded = [await load(file, client.application.service, lambda _: None) for file in files]
        assert [] == [fault for each in loaded for fault in each.faults]
        assert 568 == sum(each.created for each in loaded)
        yield client


async def test_every_reference_leads_somewhere(blog: Client) -> None:
    """Each article has its author, each comment its article and its writer."""
    admin = blog.as_("trent", "admin")
    posts = (await admin.get("posts", include="author", limit=100)).json["items"]
    comments = (await blog.get("comments", include="post,user", limit=100)).json["items"]
    assert all(post["author"] for post in posts)
    assert all(comment["post"] and comment["user"] for comment in comments)


async def test_drafts_are_their_authors(blog: Client) -> None:
    """Anybody sees what is published, authors their own drafts as well, an admin everything."""
    counts = [
        (await client.get("posts", count="true", limit=1)).json["count"]
        for client in (blog, blog.as_("alice"), blog.as_("trent", "admin"))
    ]
    assert counts[0] < counts[1] < counts[2] == 120


async def test_publishing_is_one_call(blog: Client) -> None:
    """An author writes a draft, publishes it, and everybody can read it."""
    alice = blog.as_("alice")
    made = await alice.ask("POST", "posts", {"title": "What's new?", "content": "Quite a lot, in fact."})
    path = f"posts/{made.json['id']}"
    assert ("what-s-new", "draft", 404) == (made.json["slug"], made.json["status"], (await blog.get(path)).status)
    assert 200 == (await alice.ask("POST", f"{path}/publish")).status
    assert "published" == (await blog.get(path)).json["status"]


async def test_an_address_is_its_owners(blog: Client) -> None:
    """Email addresses are for the person and for admins; filtering by them finds nobody for others."""
    alice, bob = blog.as_("alice"), blog.as_("bob")
    assert "alice@example.com" == (await alice.get("users/alice")).json["email"]
    assert "email" not in (await bob.get("users/alice")).json
    assert [] == (await bob.get("users", filter={"email": {"eq": "alice@example.com"}})).json["items"]
