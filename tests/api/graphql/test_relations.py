"""Relations nested anywhere: what comes back, and how often the store is asked."""

from __future__ import annotations

from typing import Any

from tests.api.graphql.asking import Blog


async def _fill(blog: Blog) -> None:
    """Two authors, three posts, each with four comments by the other author."""
    users = [await blog.create("User", name=name) for name in ("Ann", "Bob")]
    for number in range(3):
        post = await blog.as_("ann").post(f"P{number}", authorId=users[number % 2])
        for rank in range(4):
            await blog.create("Comment", postId=post, body=f"c{number}{rank}", rank=rank, authorId=users[rank % 2])


async def test_relations_nest(blog: Blog) -> None:
    """Records lead to records, as deep as the query goes."""
    await _fill(blog)
    query = """{ listPosts(orderBy: [{title: ASC}], limit: 1) { items {
        title author { name posts(orderBy: [{title: DESC}]) { items { title } } }
        comments(orderBy: [{rank: ASC}], limit: 2) { items { body author { name } post { title } } }
    } } }"""
    assert [
        {
            "title": "P0",
            "author": {"name": "Ann", "posts": {"items": [{"title": "P2"}, {"title": "P0"}]}},
            "comments": {
                "items": [
                    {"body": "c00", "author": {"name": "Ann"}, "post": {"title": "P0"}},
                    {"body": "c01", "author": {"name": "Bob"}, "post": {"title": "P0"}},
                ]
            },
        }
    ] == (await blog.data(query))["listPosts"]["items"]


async def test_a_level_costs_one_round_trip(blog: Blog) -> None:
    """However many parents there are, each relation asks the store once per level."""
    await _fill(blog)
    blog.store.calls.clear()
    await blog.data("{ listPosts { items { author { name } comments { items { body author { name } } } } } }")
    assert ["get_many User", "get_many User", "select Post", "select_children Comment"] == sorted(blog.store.calls)


async def test_a_limit_holds_per_parent(blog: Blog) -> None:
    """Each parent gets its own page of children, with its own token."""
    await _fill(blog)
    query = "{ listPosts { items { comments(limit: 3, orderBy: [{rank: DESC}]) { items { rank } nextToken count } } } }"
    for item in (await blog.data(query))["listPosts"]["items"]:
        assert [{"rank": 3}, {"rank": 2}, {"rank": 1}] == item["comments"]["items"]
        assert 4 == item["comments"]["count"]
        assert item["comments"]["nextToken"]


async def test_aliases_of_one_relation_have_their_own_arguments(blog: Blog) -> None:
    """The same relation under two names is loaded twice, each time as asked."""
    await _fill(blog)
    query = """{ listPosts(limit: 1, orderBy: [{title: ASC}]) { items {
        first: comments(orderBy: [{rank: ASC}], limit: 1) { items { body } }
        last: comments(orderBy: [{rank: DESC}], limit: 1) { items { body } }
        even: comments(filter: {rank: {in: [0, 2]}}) { count }
    } } }"""
    assert [{"first": {"items": [{"body": "c00"}]}, "last": {"items": [{"body": "c03"}]}, "even": {"count": 2}}] == (
        await blog.data(query)
    )["listPosts"]["items"]


async def test_two_views_of_one_page_do_not_mix(blog: Blog) -> None:
    """`items` under two names may select the same alias with different arguments."""
    await _fill(blog)
    query = """{ listPosts(limit: 1, orderBy: [{title: ASC}]) {
        items { c: comments(limit: 1, orderBy: [{rank: ASC}]) { items { body } } }
        other: items { c: comments(limit: 1, orderBy: [{rank: DESC}]) { items { body } } }
    } }"""
    assert {
        "items": [{"c": {"items": [{"body": "c00"}]}}],
        "other": [{"c": {"items": [{"body": "c03"}]}}],
    } == (await blog.data(query))["listPosts"]


async def test_a_relation_without_a_target_is_null(blog: Blog) -> None:
    """A record without an author has a null author and an empty page of comments."""
    await blog.as_("ann").post("Alone")
    query = "{ listPosts { items { author { name } comments { items { id } nextToken count } } } }"
    page: dict[str, Any] = {"items": [], "nextToken": None, "count": 0}
    assert [{"author": None, "comments": page}] == (await blog.data(query))["listPosts"]["items"]


async def test_a_relation_shows_only_what_may_be_read(blog: Blog) -> None:
    """A draft is neither reached from its author nor from its comment, except by its owner."""
    user = await blog.create("User", name="Ann")
    post = await blog.as_("ann").create("Post", title="Draft", slug="d", authorId=user)
    await blog.as_("ann").create("Comment", postId=post, body="c")
    query = "{ listUsers { items { posts { items { title } } } } listComments { items { post { title } } } }"
    assert {
        "listUsers": {"items": [{"posts": {"items": []}}]},
        "listComments": {"items": [{"post": None}]},
    } == await blog.data(query)
    assert {
        "listUsers": {"items": [{"posts": {"items": [{"title": "Draft"}]}}]},
        "listComments": {"items": [{"post": {"title": "Draft"}}]},
    } == await blog.as_("ann").data(query)


async def test_variables_reach_nested_arguments(blog: Blog) -> None:
    """The same document with other variables loads other children."""
    await _fill(blog)
    query = "query($n: Int) { listPosts(limit: 1) { items { comments(limit: $n) { items { id } } } } }"
    for number in (1, 3):
        [item] = (await blog.data(query, {"n": number}))["listPosts"]["items"]
        assert number == len(item["comments"]["items"])


async def test_a_nested_page_continues_from_one_parent(blog: Blog) -> None:
    """The token of a nested page continues it below that parent."""
    await _fill(blog)
    query = """query($t: String) { listPosts(limit: 1, orderBy: [{title: ASC}]) { items {
        comments(limit: 3, orderBy: [{rank: ASC}], nextToken: $t) { items { rank } nextToken }
    } } }"""
    [first] = (await blog.data(query))["listPosts"]["items"]
    [second] = (await blog.data(query, {"t": first["comments"]["nextToken"]}))["listPosts"]["items"]
    assert {"items": [{"rank": 3}], "nextToken": None} == second["comments"]


async def test_a_wrong_nested_argument_is_an_error_of_the_field(blog: Blog) -> None:
    """What the service refuses below a root field stands at that root field."""
    await _fill(blog)
    error = await blog.error('{ listPosts { items { comments(nextToken: "x") { items { id } } } } }')
    assert ["listPosts"] == error["path"]
    assert "invalid_cursor" == error["extensions"]["code"]


async def test_relations_beside_an_error_are_answered(blog: Blog) -> None:
    """An error of one root field leaves the others, with all their views and aliases, as they are."""
    await _fill(blog)
    query = """{
        denied: getFeedback(id: "x") { id }
        listPosts(limit: 1, orderBy: [{title: ASC}]) {
            __typename
            items { author { name } c: comments(limit: 1, orderBy: [{rank: ASC}]) { items { body } count } }
            other: items { c: comments(limit: 1, orderBy: [{rank: DESC}]) { items { body post { title } } } }
        }
    }"""
    answer = (await blog.ask(query)).json
    assert ["denied"] == [each["path"][0] for each in answer["errors"]]
    assert {
        "denied": None,
        "listPosts": {
            "__typename": "PostConnection",
            "items": [{"author": {"name": "Ann"}, "c": {"items": [{"body": "c00"}], "count": 4}}],
            "other": [{"c": {"items": [{"body": "c03", "post": {"title": "P0"}}]}}],
        },
    } == answer["data"]
