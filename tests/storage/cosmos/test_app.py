"""The app on Cosmos DB, by its settings alone, against an independent server."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from atakora_data.bootstrap import bootstrap
from atakora_data.cli.seeding.load import load
from atakora_data.cli.seeding.plan import plan
from atakora_data.settings import Connection, Settings
from atakora_data.testing import Client
from tests.support.cosmosdb import KEY, MISSING, cosmosdb, has_node

ROOT = Path(__file__).parents[3]
DIFFERENT = """
import os, sys
os.environ |= {"ATAKORA_STORE": "cosmos", "COSMOS": "AccountEndpoint=https://localhost:1/;AccountKey=a2V5"}
import function_app
print(sorted({name.partition(".")[0] + "." + name.split(".")[1] for name in sys.modules if name.startswith("azure.")}))
"""


@pytest_asyncio.fixture
async def blog(tmp_path: Path) -> AsyncIterator[Client]:
    """The sample blog on Cosmos DB, with its records."""
    if not has_node():
        pytest.skip(MISSING)
    async with cosmosdb() as url:
        connection = Connection("COSMOS", f"AccountEndpoint={url};AccountKey={KEY};")
        settings = Settings(
            schemas=ROOT / "schemas",
            store="cosmos",
            cosmos=connection,
            data=tmp_path / "data.db",
            request_charge=True,
            key_file=tmp_path / "key",
        )
        application = bootstrap(settings)
        try:
            files, _ = plan(ROOT / "examples" / "blog", application.registry)
            results = [await load(file, application.service, lambda _: None) for file in files]
            assert [] == [fault for each in results for fault in each.faults]
            yield Client(application)
        finally:
            await application.stop()


async def test_the_sample_blog_runs_on_it(blog: Client) -> None:
    """Lists, pages, filters, includes, GraphQL and writes.

    This server answers 500 for a document that is missing, and for a batch that replaces one where keys are unique.
    """
    first = await blog.get("posts", orderBy="-publishedAt", limit="2", count="true")
    assert 200 == first.status
    assert 0 < float(first.headers["X-Request-Charge"])
    walked, more = list[str](), dict[str, str]()
    for _ in range(4):
        page = (await blog.get("posts", orderBy="-publishedAt", limit="50", **more)).json
        walked += [each["id"] for each in page["items"]]
        if page["nextToken"] is None:
            break
        more = {"nextToken": page["nextToken"]}
    assert first.json["count"] == len(walked) == len(set(walked))
    id = walked[0]
    found = (await blog.get(f"posts/{id}", include="author,comments")).json
    assert found["authorId"] == found["author"]["id"]
    text = f'{{ getPost(id: "{id}") {{ title author {{ name }} comments(limit: 3) {{ items {{ content }} }} }} }}'
    assert found["title"] == (await blog.graphql(text)).json["data"]["getPost"]["title"]
    alice = blog.as_("alice")
    post = {"title": "New", "slug": "new", "content": "long enough to be one"}
    made = await alice.ask("POST", "posts", post)
    assert 201 == made.status
    editor = blog.as_("eve", "editor")
    assert 201 == (await editor.ask("POST", "categories", {"id": "new", "name": "New"})).status
    assert "Newer" == (await editor.ask("PATCH", "categories/new", {"name": "Newer"})).json["name"]


def test_nothing_of_the_sdk_is_imported_before_it_is_used() -> None:
    """The cold start knows of azure.functions alone, also with this store."""
    done = subprocess.run([sys.executable, "-c", DIFFERENT], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "['azure.functions']" == done.stdout.strip()
