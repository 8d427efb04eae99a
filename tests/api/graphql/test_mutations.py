"""Mutations through the door: what is written, what is refused, and what a writer may see."""

from __future__ import annotations

from tests.api.graphql.asking import Blog

UPDATE = """mutation($id: ID!, $input: UpdatePostInput!, $etag: String) {
    updatePost(id: $id, input: $input, ifMatch: $etag) { title status tags metadata { seoTitle views } _version _etag }
}"""


async def test_create_answers_the_record(blog: Blog) -> None:
    """A created record has its defaults, its owner, its first version, and its relations."""
    user = await blog.create("User", name="Ann")
    query = """mutation($a: ID) { createPost(input: {title: "Hello", slug: "hello", authorId: $a}) {
        title status tags ownerId _version author { name } comments { items { id } }
    } }"""
    assert {
        "title": "Hello",
        "status": "draft",
        "tags": [],
        "ownerId": "ann",
        "_version": 1,
        "author": {"name": "Ann"},
        "comments": {"items": []},
    } == (await blog.as_("ann").data(query, {"a": user}))["createPost"]


async def test_update_changes_only_what_is_named(blog: Blog) -> None:
    """Fields that the input leaves out stay as they are; nested objects merge."""
    ann = blog.as_("ann")
    id = await ann.post("Hello", tags=["a"], metadata={"seoTitle": "s", "views": 3})
    updated = await ann.data(UPDATE, {"id": id, "input": {"metadata": {"views": 4}}})
    found = updated["updatePost"]
    assert ("Hello", ["a"], {"seoTitle": "s", "views": 4}, 2) == (
        found["title"],
        found["tags"],
        found["metadata"],
        found["_version"],
    )


async def test_update_sets_null_where_null_is_sent(blog: Blog) -> None:
    """An explicit null is a value; one that the field does not take is refused."""
    ann = blog.as_("ann")
    id = await ann.post("Hello", metadata={"seoTitle": "s"})
    assert (await ann.data(UPDATE, {"id": id, "input": {"metadata": None}}))["updatePost"]["metadata"] is None
    error = await ann.error(UPDATE, {"id": id, "input": {"title": None}})
    assert "validation_failed" == error["extensions"]["code"]
    assert "/title" == error["extensions"]["errors"][0]["pointer"]


async def test_update_with_an_old_etag_changes_nothing(blog: Blog) -> None:
    """`ifMatch` must be the current etag, or `*`."""
    ann = blog.as_("ann")
    id = await ann.post("Hello")
    first = (await ann.data(UPDATE, {"id": id, "input": {"title": "Two"}}))["updatePost"]["_etag"]
    second = (await ann.data(UPDATE, {"id": id, "input": {"title": "Three"}, "etag": first}))["updatePost"]
    error = await ann.error(UPDATE, {"id": id, "input": {"title": "Four"}, "etag": first})
    assert (412, "precondition_failed") == (error["extensions"]["status"], error["extensions"]["code"])
    assert "Three" == second["title"]
    assert (
        "Five" == (await ann.data(UPDATE, {"id": id, "input": {"title": "Five"}, "etag": "*"}))["updatePost"]["title"]
    )


async def test_delete_answers_the_record_as_it_was(blog: Blog) -> None:
    """A deleted record is answered once and then gone."""
    ann = blog.as_("ann")
    id = await ann.post("Hello")
    query = "mutation($id: ID!) { deletePost(id: $id) { id title comments { items { id } } } }"
    assert {"id": id, "title": "Hello", "comments": {"items": []}} == (await ann.data(query, {"id": id}))["deletePost"]
    assert "not_found" == (await ann.error(query, {"id": id}))["extensions"]["code"]


async def test_an_action_runs_with_its_parameters(blog: Blog) -> None:
    """An action takes the record's id and its own parameters."""
    ann = blog.as_("ann")
    id = await ann.create("Post", title="Draft", slug="d")
    query = 'mutation($id: ID!) { publishPost(id: $id) { status } retitlePost(id: $id, title: "New") { title } }'
    assert {"publishPost": {"status": "published"}, "retitlePost": {"title": "New"}} == await ann.data(
        query, {"id": id}
    )
    query = 'mutation($id: ID!) { retitlePost(id: $id, title: "A", suffix: "B") { title _version } }'
    assert {"title": "AB", "_version": 4} == (await ann.data(query, {"id": id}))["retitlePost"]


async def test_mutations_run_one_after_the_other_until_one_fails(blog: Blog) -> None:
    """What stands behind a failed mutation is not begun."""
    query = """mutation {
        a: createPost(input: {title: "A", slug: "same"}) { id }
        b: createPost(input: {title: "B", slug: "same"}) { id }
        c: createPost(input: {title: "C", slug: "other"}) { id }
    }"""
    ann = blog.as_("ann")
    answer = await ann.ask(query)
    [error] = answer.json["errors"]
    assert (["b"], "unique_violation", None) == (error["path"], error["extensions"]["code"], answer.json["data"])
    found = (await ann.data("{ listPosts { items { title } } }"))["listPosts"]["items"]
    assert [{"title": "A"}] == found


async def test_validation_names_every_field(blog: Blog) -> None:
    """A refused input names each field with a pointer."""
    error = await blog.as_("ann").error('mutation { createPost(input: {title: "", slug: "s"}) { id } }')
    assert (422, "/title") == (error["extensions"]["status"], error["extensions"]["errors"][0]["pointer"])


async def test_who_may_not_write_is_refused(blog: Blog) -> None:
    """Anonymous callers are told to sign in; others that it is not theirs; hidden records are not found."""
    id = await blog.as_("ann").post("Hello")
    secret = await blog.as_("ann").create("Post", title="Draft", slug="d")
    query = 'mutation($id: ID!) { updatePost(id: $id, input: {title: "X"}) { id } }'
    create = 'mutation { createPost(input: {title: "X", slug: "x"}) { id } }'
    assert "sign_in_required" == (await blog.error(create))["extensions"]["code"]
    assert "forbidden" == (await blog.as_("bob").error(query, {"id": id}))["extensions"]["code"]
    assert "not_found" == (await blog.as_("bob").error(query, {"id": secret}))["extensions"]["code"]
    note = 'mutation($id: ID!) { updatePost(id: $id, input: {note: "x"}) { id } }'
    assert "field_forbidden" == (await blog.as_("ann").error(note, {"id": id}))["extensions"]["code"]


async def test_who_may_write_but_not_read_gets_what_it_sent(blog: Blog) -> None:
    """A drop box answers what was sent; selecting more says that the record was written."""
    query = 'mutation { createFeedback(input: {text: "Nice"}) { id text _version } }'
    assert "Nice" == (await blog.data(query))["createFeedback"]["text"]
    error = await blog.error('mutation { createFeedback(input: {text: "Nice"}) { text receivedAt } }')
    assert "forbidden" == error["extensions"]["code"]
    assert "The Feedback was written, but you may not read receivedAt of it." == error["message"]
    assert 2 == (await blog.as_("root", "admin").data("{ listFeedbacks { count } }"))["listFeedbacks"]["count"]


async def test_operations_that_are_off_have_no_mutation(blog: Blog) -> None:
    """What `operations` leaves out is not in the schema."""
    error = await blog.error('mutation { deleteFeedback(id: "x") { id } }')
    assert "Cannot query field 'deleteFeedback' on type 'Mutation'." in error["message"]
