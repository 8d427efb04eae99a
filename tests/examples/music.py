"""Asks the music shop, over REST and GraphQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.support.app import Client

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data" / "chinook"


async def pages(client: Client, path: str, **query: Any) -> list[dict[str, Any]]:
    """All records of a list, page by page."""
    found: list[dict[str, Any]] = []
    token: str | None = None
    while True:
        answer = await client.get(path, **query, **({"nextToken": token} if token else {}))
        assert 200 == answer.status, answer.json
        found += answer.json["items"]
        token = answer.json["nextToken"]
        if token is None:
            return found


async def graphql_pages(client: Client, path: str, query: dict[str, Any]) -> list[dict[str, Any]]:
    """The same list through GraphQL: filter and order as variables, page by page."""
    entity = client.application.registry.collections[path]
    order = [order_entry(term) for term in query.get("orderBy", "").split(",") if term]
    field = f"list{entity.name}s"
    text = (
        f"query Q($filter: {entity.name}Filter, $order: [{entity.name}OrderBy!], $limit: Int, $token: String)"
        f" {{ {field}(filter: $filter, orderBy: $order, limit: $limit, nextToken: $token)"
        " { nextToken items { id } } }"
    )
    found: list[dict[str, Any]] = []
    token: str | None = None
    while True:
        variables = {"filter": query.get("filter"), "order": order, "limit": query.get("limit"), "token": token}
        page = (await data(client, text, **variables))[field]
        found += page["items"]
        token = page["nextToken"]
        if token is None:
            return found


def order_entry(term: str) -> dict[str, Any]:
    """`{album: {title: DESC}}` for `-album.title`."""
    *around, last = term.removeprefix("-").split(".")
    entry: dict[str, Any] = {last: "DESC" if term.startswith("-") else "ASC"}
    for name in reversed(around):
        entry = {name: entry}
    return entry


async def data(client: Client, query: str, **variables: Any) -> Any:
    """The data of a GraphQL answer without errors."""
    answer = await client.graphql(query, variables)
    assert "errors" not in answer.json, answer.json
    return answer.json["data"]
