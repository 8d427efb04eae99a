"""Queries through the door: records, pages, filters, orders, and whatever GraphQL lets a query say."""

from __future__ import annotations

from typing import Any

from tests.api.graphql.asking import Blog


def titles(page: Any) -> list[str]:
    """The titles of a page of posts."""
    return [each["title"] for each in page["items"]]


async def test_a_record_is_got_by_its_id(blog: Blog) -> None:
    """A query of one record answers the selected fields, in the order of the selection."""
    id = await blog.as_("ann").post("Hello", tags=["a", "b"])
    found = (await blog.data("query($id: ID!) { getPost(id: $id) { title id tags status } }", {"id": id}))["getPost"]
    assert {"title": "Hello", "id": id, "tags": ["a", "b"], "status": "published"} == found
    assert ["title", "id", "tags", "status"] == list(found)


async def test_a_record_that_is_not_there_is_null(blog: Blog) -> None:
    """A missing record is null without an error."""
    assert {"getPost": None} == await blog.data('{ getPost(id: "00000000-0000-4000-8000-000000000000") { id } }')


async def test_a_record_one_may_not_read_is_null(blog: Blog) -> None:
    """A hidden record looks like a missing one."""
    id = await blog.as_("ann").create("Post", title="Draft", slug="draft")
    assert {"getPost": None} == await blog.data("query($id: ID!) { getPost(id: $id) { id } }", {"id": id})


async def test_bookkeeping_is_part_of_every_record(blog: Blog) -> None:
    """`_etag`, `_version` and `__typename` can be selected."""
    id = await blog.as_("ann").post("Hello")
    query = "query($id: ID!) { getPost(id: $id) { _version _etag __typename } }"
    found = (await blog.data(query, {"id": id}))["getPost"]
    assert (1, "Post", True) == (found["_version"], found["__typename"], bool(found["_etag"]))


async def test_a_page_is_filtered_and_ordered(blog: Blog) -> None:
    """Filters and orders are written as data."""
    ann = blog.as_("ann")
    for title in ("Beta", "Alpha", "Gamma", "Delta"):
        await ann.post(title)
    query = '{ listPosts(filter: {title: {ne: "Delta"}}, orderBy: [{title: DESC}]) { items { title } } }'
    assert ["Gamma", "Beta", "Alpha"] == titles((await blog.data(query))["listPosts"])


async def test_filters_combine(blog: Blog) -> None:
    """`and`, `or`, `not`, lists and nested objects stand in one filter."""
    ann = blog.as_("ann")
    await ann.post("One", tags=["x"], metadata={"seoTitle": "s", "views": 5})
    await ann.post("Two", tags=["y"], metadata={"seoTitle": "t", "views": 9})
    await ann.post("Three", tags=["x", "y"])
    filter = {
        "or": [{"tags": {"contains": "x"}}, {"metadata": {"views": {"gte": 9}}}],
        "not": {"tags": {"size": {"gt": 1}}},
    }
    query = "query($f: PostFilter) { listPosts(filter: $f, orderBy: [{title: ASC}]) { items { title } } }"
    assert ["One", "Two"] == titles((await blog.data(query, {"f": filter}))["listPosts"])


async def test_nested_objects_are_ordered_by(blog: Blog) -> None:
    """An order names a field of a nested object; nulls come first."""
    ann = blog.as_("ann")
    await ann.post("One", metadata={"seoTitle": "s", "views": 5})
    await ann.post("Two", metadata={"seoTitle": "t", "views": 3})
    await ann.post("Three")
    query = "{ listPosts(orderBy: [{metadata: {views: ASC}}]) { items { title } } }"
    assert ["Three", "Two", "One"] == titles((await blog.data(query))["listPosts"])


async def test_an_empty_order_is_no_order(blog: Blog) -> None:
    """`orderBy: []`, null and absence mean the same."""
    await blog.as_("ann").post("One")
    for order in ("orderBy: []", "orderBy: null", "limit: null"):
        assert ["One"] == titles((await blog.data(f"{{ listPosts({order}) {{ items {{ title }} }} }}"))["listPosts"])


async def test_an_order_entry_names_one_field(blog: Blog) -> None:
    """Two fields in one entry have no order among each other and are refused."""
    for entry in ("{title: ASC, slug: ASC}", "{}", "{title: null}"):
        error = await blog.error(f"{{ listPosts(orderBy: [{entry}]) {{ items {{ id }} }} }}")
        assert "invalid_order" == error["extensions"]["code"]


async def test_pages_are_walked(blog: Blog) -> None:
    """`nextToken` leads through all records once, and is null at the end."""
    for number in range(5):
        await blog.as_("ann").post(f"P{number}")
    query = """query($t: String) {
        listPosts(limit: 2, orderBy: [{title: ASC}], nextToken: $t) { items { title } nextToken }
    }"""
    seen: list[str] = []
    token = None
    for _ in range(3):
        page = (await blog.data(query, {"t": token}))["listPosts"]
        seen += titles(page)
        token = page["nextToken"]
    assert ["P0", "P1", "P2", "P3", "P4"] == seen
    assert token is None


async def test_count_is_counted_only_when_selected(blog: Blog) -> None:
    """The store is asked to count when `count` is selected, and not otherwise."""
    await blog.as_("ann").post("One")
    blog.store.calls.clear()
    await blog.data("{ listPosts { items { id } } }")
    assert ["select Post"] == blog.store.calls
    assert 1 == (await blog.data("{ listPosts { total: count } }"))["listPosts"]["total"]
    assert "count Post" in blog.store.calls


async def test_aliases_fragments_and_variables(blog: Blog) -> None:
    """A query may ask twice under different names, share fragments, and take its values from variables."""
    one, two = await blog.as_("ann").post("One"), await blog.as_("ann").post("Two")
    query = """
        query Both($a: ID!, $b: ID!) { first: getPost(id: $a) { ...Head } second: getPost(id: $b) { ...Head slug } }
        fragment Head on Post { id ... on Post { title } ...Kind }
        fragment Kind on Post { kind: __typename }
    """
    assert {
        "first": {"id": one, "title": "One", "kind": "Post"},
        "second": {"id": two, "title": "Two", "kind": "Post", "slug": "two"},
    } == await blog.data(query, {"a": one, "b": two})


async def test_skip_and_include(blog: Blog) -> None:
    """What is skipped is neither answered nor loaded, whatever the document was asked with before."""
    user = await blog.create("User", name="Ann")
    id = await blog.as_("ann").post("One", authorId=user)
    query = """
        query($id: ID!, $with: Boolean!) {
            getPost(id: $id) { title @skip(if: $with) ... @include(if: $with) { author { name } } }
        }
    """
    assert {"getPost": {"author": {"name": "Ann"}}} == await blog.data(query, {"id": id, "with": True})
    blog.store.calls.clear()
    assert {"getPost": {"title": "One"}} == await blog.data(query, {"id": id, "with": False})
    assert ["get Post"] == blog.store.calls


async def test_repeated_fields_are_merged(blog: Blog) -> None:
    """Fields that stand twice under one name select together."""
    user = await blog.create("User", name="Ann")
    id = await blog.as_("ann").post("One", authorId=user)
    query = """
        query($id: ID!) { getPost(id: $id) { author { name } ...More } getPost(id: $id) { author { id } } }
        fragment More on Post { author { __typename } title }
    """
    author = {"name": "Ann", "__typename": "User", "id": user}
    assert {"getPost": {"author": author, "title": "One"}} == await blog.data(query, {"id": id})


async def test_one_document_with_several_operations(blog: Blog) -> None:
    """`operationName` says which operation runs; each keeps its own selection."""
    await blog.as_("ann").post("One")
    query = "query A { listPosts { items { title } } } query B { listPosts { items { slug } } }"
    for _ in range(2):
        for name, expected in (("A", {"title": "One"}), ("B", {"slug": "one"})):
            answer = await blog.client.ask("POST", "graphql", {"query": query, "operationName": name})
            assert [expected] == answer.json["data"]["listPosts"]["items"]


async def test_computed_fields_are_answered(blog: Blog) -> None:
    """A computed field is computed when it is selected."""
    await blog.as_("ann").post("Hello")
    assert [{"titleLength": 5}] == (await blog.data("{ listPosts { items { titleLength } } }"))["listPosts"]["items"]


async def test_a_hidden_field_is_null(blog: Blog) -> None:
    """A field one may not read is null, and so is what is computed from it."""
    await blog.as_("root", "admin").post("Hello", note="secret")
    query = "{ listPosts { items { note noteLength title } } }"
    hidden = {"note": None, "noteLength": None, "title": "Hello"}
    assert [hidden] == (await blog.data(query))["listPosts"]["items"]
    shown = {"note": "secret", "noteLength": 6, "title": "Hello"}
    assert [shown] == (await blog.as_("root", "admin").data(query))["listPosts"]["items"]


async def test_every_type_comes_back_as_it_was_sent(blog: Blog) -> None:
    """Every scalar, list and object survives being sent, stored and asked for, by literal and by variable."""
    sent = {
        "id": "s1",
        "text": 'quote " \\ \u00fc \U0001f600',
        "uuid": "0b0b0b0b-0000-4000-8000-000000000000",
        "small": -5,
        "large": 9_007_199_254_740_991,
        "fraction": 1.5,
        "flag": True,
        "price": "12345678901234567890.10",
        "moment": "2026-01-31T12:00:00.000000Z",
        "day": "2026-01-31",
        "clock": "12:00:00.000000",
        "colour": "red",
        "colours": ["red", "blue"],
        "numbers": [1, 2],
        "parts": [{"seoTitle": "s", "views": 1, "extra": {"a b": 2.5}}],
        "anything": {"a": ["x", "y"], "b c": []},
    }
    selection = " ".join("parts { seoTitle views extra }" if name == "parts" else name for name in sent)
    query = f"mutation($input: CreateSampleInput!) {{ createSample(input: $input) {{ {selection} }} }}"
    assert sent == (await blog.data(query, {"input": sent}))["createSample"]
    literal = """mutation { createSample(input: {id: "s2", large: 9007199254740991, price: "1.10", colours: [blue],
        parts: {seoTitle: "s"}, anything: {a: ["x", "y"]}}) { large price colours parts { views } anything } }"""
    assert {
        "large": 9_007_199_254_740_991,
        "price": "1.10",
        "colours": ["blue"],
        "parts": [{"views": 0}],
        "anything": {"a": ["x", "y"]},
    } == (await blog.data(literal))["createSample"]


async def test_every_type_is_filtered_by(blog: Blog) -> None:
    """Each type takes its operators, and finds what it should."""
    await blog.create("Sample", id="a", small=1, large=2**40, price="1.10", day="2026-01-01", colour="red", numbers=[1])
    await blog.create("Sample", id="b", small=9, large=3, price="9.5", day="2026-02-01", colour="blue", flag=True)
    for filter in (
        "{small: {between: [0, 3]}}",
        "{large: {gt: 1099511627775}}",
        '{price: {eq: "1.1"}}',
        '{day: {lt: "2026-01-15"}}',
        "{colour: {in: [red]}}",
        "{numbers: {containsAny: [1, 7], isEmpty: false}}",
        "{flag: {isNull: true}}",
        '{id: {beginsWith: "a"}}',
    ):
        query = f"{{ listSamples(filter: {filter}) {{ items {{ id }} }} }}"
        assert [{"id": "a"}] == (await blog.data(query))["listSamples"]["items"], filter


async def test_a_wrong_filter_names_the_remedy(blog: Blog) -> None:
    """What GraphQL cannot see is refused by the service, with its code."""
    error = await blog.error("{ listPosts(filter: {title: null}) { items { id } } }")
    assert ("invalid_filter", 400) == (error["extensions"]["code"], error["extensions"]["status"])
    error = await blog.error("{ listPosts(filter: {titel: {eq: 1}}) { items { id } } }")
    words = "not to include unknown field 'titel'. Did you mean 'title' or 'note'?"
    assert f"Expected value of type 'PostFilter' {words}" == error["message"]
