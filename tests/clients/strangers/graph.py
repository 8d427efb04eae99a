# mypy: disable-error-code="import-not-found"
"""Calls the app with the client that ariadne-codegen made: `graph.py API TOKEN`."""

import asyncio
import json
import sys

from made import Client, CreatePostInput, PostFilter, StringFilter


async def main(api: str, token: str) -> None:
    """A mutation and a query."""
    client = Client(url=f"{api}/graphql", headers={"authorization": f"Bearer {token}"})
    made = await client.make_post(input=CreatePostInput(id="ariadne-codegen", title="Typed", status="published"))
    page = await client.list_posts(filter_=PostFilter(title=StringFilter(eq="Typed")))
    sys.stdout.write(json.dumps([made.create_post.title, [each.id for each in page.list_posts.items]]))


asyncio.run(main(*sys.argv[1:]))
