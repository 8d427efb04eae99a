"""Aggregates: counts, sums, means and extremes, by groups."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.app import Client

ARTICLES: list[dict[str, Any]] = [
    {"id": "a", "status": "published", "views": 10, "price": "1.50", "rating": 1.0},
    {"id": "b", "status": "published", "views": 20, "price": "2.25"},
    {"id": "c", "status": "draft", "views": 5, "rating": 4.0, "details": {"pages": 3}},
]


@pytest.fixture
async def alice(anybody: Client) -> Client:
    """Alice, with three articles."""
    alice = anybody.as_("alice")
    for article in ARTICLES:
        answer = await alice.ask("POST", "articles", {"title": "T", "slug": article["id"], **article})
        assert 201 == answer.status
    return alice


async def aggregate(client: Client, query: str) -> Any:
    """The items of an aggregate of articles."""
    answer = await client.get(f"articles/aggregate?{query}")
    assert 200 == answer.status, answer.body
    assert {"items"} == set(answer.json)
    return answer.json["items"]


async def test_without_groups_there_is_one_item(alice: Client) -> None:
    """The count is always there, everything else when it is asked for."""
    assert [{"group": {}, "count": 3}] == await aggregate(alice, "")
    (item,) = await aggregate(alice, "sum=views,price&avg=views&min=views&max=views,title")
    assert {
        "group": {},
        "count": 3,
        "sum": {"views": 35, "price": "3.75"},
        "avg": {"views": pytest.approx(35 / 3)},
        "min": {"views": 5},
        "max": {"views": 20, "title": "T"},
    } == item


async def test_groups_have_an_item_each(alice: Client) -> None:
    """Groups come in the order of their values."""
    found = await aggregate(alice, "groupBy=status&sum=views")
    assert [
        {"group": {"status": "draft"}, "count": 1, "sum": {"views": 5}},
        {"group": {"status": "published"}, "count": 2, "sum": {"views": 30}},
    ] == found


async def test_filters_and_rules_hold(anybody: Client, alice: Client) -> None:
    """Only matching records count that the caller may read; filters may cross relations."""
    assert 2 == (await aggregate(anybody, ""))[0]["count"]
    assert 2 == (await aggregate(alice, "filter[views][gte]=10"))[0]["count"]
    assert 3 == (await aggregate(alice, "filter[author][isNull]=true&filter[comments][none]="))[0]["count"]
    assert 401 == (await anybody.get("invoices/aggregate")).status


async def test_word_is_taken(alice: Client) -> None:
    """No record can have the id that would hide it behind the path of aggregates."""
    record = {"id": "aggregate", "title": "T", "slug": "agg"}
    answer = await alice.ask("POST", "articles", record)
    assert (422, "/id") == (answer.status, answer.json["errors"][0]["pointer"])
    assert [405, 405, 405] == [
        (await alice.ask(method, "articles/aggregate", record)).status for method in ("PUT", "PATCH", "DELETE")
    ]


async def test_head_and_options_work(alice: Client) -> None:
    """As everywhere."""
    assert (200, b"") == ((head := await alice.ask("HEAD", "articles/aggregate")).status, head.body)
    assert "GET, HEAD, OPTIONS" == (await alice.ask("OPTIONS", "articles/aggregate")).headers["Allow"]


@pytest.mark.parametrize(
    "query",
    [
        "sum=title",
        "sum=view",
        "sum=",
        "groupBy=status,",
        "groupBy=tags",
        "groupBy=author",
        "min=details",
        "avg=views&avg=price",
        "orderBy=views",
        "limit=x",
        "limit=0",
        "groupBy=id&limit=2",
        "filter[titel][eq]=x",
    ],
)
async def test_bad_parameters_are_400(alice: Client, query: str) -> None:
    """What cannot be worked out is refused, and so are more groups than allowed."""
    assert 400 == (await alice.get(f"articles/aggregate?{query}")).status
