"""What is worked out of many records: counts, sums and the like, by groups, over what the caller may read."""

from __future__ import annotations

import pytest

from tests.api.graphql.asking import Blog


@pytest.fixture
async def filled(blog: Blog) -> Blog:
    """Four posts of Ann, one of them a draft, and a few samples."""
    ann = blog.as_("ann")
    for title, status, views in (
        ("A", "published", 3),
        ("B", "published", 5),
        ("C", "archived", 8),
        ("D", "draft", 100),
    ):
        metadata = {"seoTitle": title, "views": views}
        await ann.create("Post", title=title, slug=title.lower(), status=status, metadata=metadata)
    for price, small in (("1.10", 2**31 - 1), ("2.20", 2**31 - 1), (None, None)):
        await blog.create("Sample", price=price, small=small, flag=price is None)
    return blog


async def test_groups_have_their_results(filled: Blog) -> None:
    """One entry a group, ordered by its values; nested objects nest in answers as in records."""
    query = """{ aggregatePosts(filter: {status: {ne: draft}}, groupBy: [status]) {
        group { status title } count sum { metadata { views } } low: min { title metadata { views } } max { title }
        average: avg { metadata { views } } } }"""
    assert [
        {
            "group": {"status": "archived", "title": None},
            "count": 1,
            "sum": {"metadata": {"views": 8}},
            "low": {"title": "C", "metadata": {"views": 8}},
            "max": {"title": "C"},
            "average": {"metadata": {"views": 8.0}},
        },
        {
            "group": {"status": "published", "title": None},
            "count": 2,
            "sum": {"metadata": {"views": 8}},
            "low": {"title": "A", "metadata": {"views": 3}},
            "max": {"title": "B"},
            "average": {"metadata": {"views": 4.0}},
        },
    ] == (await filled.as_("ann").data(query))["aggregatePosts"]


async def test_without_groups_there_is_one_entry(filled: Blog) -> None:
    """Also where nothing matches: then it counts none, and all else is null."""
    text = "count sum { small price } avg { price small } min { price moment } max { price }"
    assert [
        {
            "count": 3,
            "sum": {"small": 2**32 - 2, "price": "3.30"},
            "avg": {"price": "1.65", "small": 2147483647.0},
            "min": {"price": "1.10", "moment": None},
            "max": {"price": "2.20"},
        }
    ] == (await filled.data(f"{{ aggregateSamples {{ {text} }} }}"))["aggregateSamples"]
    nothing = '{ aggregateSamples(filter: {id: {eq: "none"}}) { count sum { small } group { flag } } }'
    assert [{"count": 0, "sum": {"small": None}, "group": {"flag": None}}] == (await filled.data(nothing))[
        "aggregateSamples"
    ]


async def test_nested_fields_group_and_filters_cross_relations(filled: Blog) -> None:
    """A field of a nested object is named with an underscore."""
    user = await filled.create("User", name="Ann")
    await filled.as_("ann").post("E", authorId=user, metadata={"seoTitle": "e", "views": 3})
    query = """{ byViews: aggregatePosts(groupBy: [metadata_views, status], filter: {status: {eq: published}}) {
            group { metadata { views } status } count }
        ofAnn: aggregatePosts(filter: {author: {name: {eq: "Ann"}}}) { count } }"""
    assert {
        "byViews": [
            {"group": {"metadata": {"views": 3}, "status": "published"}, "count": 2},
            {"group": {"metadata": {"views": 5}, "status": "published"}, "count": 1},
        ],
        "ofAnn": [{"count": 1}],
    } == await filled.data(query)


async def test_only_what_may_be_read_counts(filled: Blog) -> None:
    """Hidden records and hidden fields are in no count, sum or group."""
    query = "{ aggregatePosts { count max { metadata { views } note } } }"
    assert [{"count": 2, "max": {"metadata": {"views": 5}, "note": None}}] == (await filled.data(query))[
        "aggregatePosts"
    ]
    assert [{"count": 4, "max": {"metadata": {"views": 100}, "note": ""}}] == (
        await filled.as_("root", "admin").data(query)
    )["aggregatePosts"]
    error = await filled.error("{ aggregateFeedbacks { count } }")
    assert "sign_in_required" == error["extensions"]["code"]


async def test_an_aggregate_is_one_round_trip_of_what_is_selected(filled: Blog) -> None:
    """Sums that are not selected are not worked out; the same field twice is one."""
    filled.store.calls.clear()
    await filled.data("{ aggregatePosts(groupBy: [status, status]) { count sum { metadata { views } } } }")
    assert ["aggregate Post"] == filled.store.calls


async def test_too_many_groups_are_an_error(filled: Blog) -> None:
    """The limit says how many an answer may have."""
    query = "query($n: Int) { aggregateSamples(groupBy: [id], limit: $n) { count } }"
    assert 3 == len((await filled.data(query, {"n": 3}))["aggregateSamples"])
    assert "query_too_expensive" == (await filled.error(query, {"n": 2}))["extensions"]["code"]
    assert "invalid_limit" == (await filled.error(query, {"n": 0}))["extensions"]["code"]


async def test_aggregates_are_answered_beside_an_error(filled: Blog) -> None:
    """Where graphql-core assembles the answer, it is the same."""
    query = """{ denied: getFeedback(id: "x") { id }
        aggregatePosts(groupBy: [status]) { __typename group { status } sum { metadata { views } } } }"""
    answer = (await filled.ask(query)).json
    assert [["denied"]] == [each["path"] for each in answer["errors"]]
    assert [("published", 8)] == [
        (each["group"]["status"], each["sum"]["metadata"]["views"]) for each in answer["data"]["aggregatePosts"]
    ]
