"""Queries that would cost too much are refused before they run, cheaply, and told which limit they exceed."""

from __future__ import annotations

import orjson
import pytest

from atakora_data.api.graphql.door import GraphQLDoor
from atakora_data.api.graphql.execution import Engine, Operation
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.http.message import Request, Response
from atakora_data.authorization.principal import Principal
from atakora_data.errors import QueryTooExpensive
from atakora_data.service.context import RequestContext
from tests.api.graphql.asking import Blog


def many(pattern: str, count: int) -> str:
    """The pattern repeated, `#` replaced by a number each time."""
    return " ".join(pattern.replace("#", str(number)) for number in range(count))


ID = '(id: "x")'
MANY_IDS = many("a#: id", 6)

BOMBS = {
    "deep": (f"{{ getUser{ID} " + "{ posts { items { author " * 6 + "{ id }" + "} } }" * 6 + "}", "max_depth"),
    "very deep": (f"{{ getPost{ID} " + "{ author " * 150 + "{ id }" + "}" * 150 + "}", "max_depth"),
    "aliases": (f"{{ getUser{ID} {{ {many('a#: name', 60)} }} }}", "max_aliases"),
    "aliases in fragments": (
        f"{{ getUser{ID} {{ {many('p#: posts { items { ...A } }', 10)} }} }} fragment A on Post {{ {MANY_IDS} }}",
        "max_aliases",
    ),
    "root aliases": (f"{{ {many('a#: getUser' + ID + ' { id }', 30)} }}", "max_root_fields"),
    "repeats": (f"{{ getUser{ID} {{ {many('name', 500)} }} }}", "max_repeats"),
    "repeated objects": (f"{{ listPosts {{ {many('items { author { id } }', 200)} }} }}", "max_repeats"),
    "tokens": (f"{{ getUser{ID} {{ {many('name', 3000)} }} }}", "max_tokens"),
    "comments": ("{ listPosts { count } }" + "#\n" * 5000, "max_tokens"),
    "characters": ("{ listPosts { count } }" + " " * 200_000, "max_characters"),
    "unclosed": ("{ a " * 30_000, "max_characters"),
    "nested pages": (
        "{ listUsers(limit: 100) { items { posts(limit: 100) { items { comments(limit: 100) { items { id } } } } } } }",
        "max_complexity",
    ),
    "doubling fragments": (
        f"{{ getUser{ID} {{ ...F0 }} }} "
        + " ".join(f"fragment F{n} on User {{ ...F{n + 1} x{n}: name ...F{n + 1} }}" for n in range(18))
        + " fragment F18 on User { id }",
        "max_aliases",
    ),
    "branching fragments": (
        f"{{ getUser{ID} {{ ...F0 }} }} "
        + " ".join(f"fragment F{n} on User {{ ... {{ ...F{n + 1} }} ... {{ ...F{n + 1} }} name }}" for n in range(16))
        + " fragment F16 on User { id }",
        "max_complexity",
    ),
    "many fragments": (
        f"{{ getUser{ID} {{ {many('...F#', 150)} }} }} {many('fragment F# on User { name }', 150)}",
        "max_fragments",
    ),
    "long chain": (
        f"{{ getUser{ID} {{ ...F0 }} }} "
        + " ".join(f"fragment F{n} on User {{ ...F{n + 1} }}" for n in range(90))
        + " fragment F90 on User { id }",
        "max_depth",
    ),
    "introspection": (
        "{ __schema { types " + "{ ofType " * 25 + "{ name }" + "}" * 25 + "} }",
        "max_introspection_depth",
    ),
    "introspection aliases": (
        "{ " + many("a#: __schema { types { fields { args { type { fields { args { name } } } } } } }", 15) + " }",
        "max_complexity",
    ),
}


@pytest.mark.parametrize("bomb", BOMBS)
async def test_a_bomb_is_refused(blog: Blog, bomb: str) -> None:
    """Each kind of bomb is a 400 that names the limit, before anything is loaded."""
    query, limit = BOMBS[bomb]
    blog.store.calls.clear()
    answer = await blog.ask(query)
    assert (400, "query_too_expensive") == (answer.status, answer.json["errors"][0]["extensions"]["code"])
    assert f"({limit})" in answer.json["errors"][0]["message"]
    assert [] == blog.store.calls


@pytest.mark.parametrize(
    "fragments",
    [
        "fragment A on User { ...A }",
        "fragment A on User { ...B } fragment B on User { posts { items { author { ...A } } } }",
        "fragment A on User { id } fragment B on User { ...C } fragment C on User { ...B }",
    ],
)
async def test_a_fragment_cycle_is_refused(blog: Blog, fragments: str) -> None:
    """A fragment that contains itself is a 400, whether it is used or not."""
    answer = await blog.ask(f"{{ getUser{ID} {{ ...A }} }} {fragments}")
    assert 400 == answer.status
    assert "contains itself" in answer.json["errors"][0]["message"]


async def test_a_page_limit_has_bounds(blog: Blog) -> None:
    """A limit outside of the bounds is refused before the query runs, by literal and by variable, at any level."""
    by_variable = "query($n: Int = 101) { listUsers { items { posts(limit: $n) { count } } } }"
    for query, variables in (
        ("{ listPosts(limit: 0) { count } }", {}),
        ("{ listPosts(limit: -1) { count } }", {}),
        ("{ listPosts(limit: 99999999999999999999) { count } }", {}),
        ("{ listUsers { items { posts(limit: 101) { count } } } }", {}),
        (by_variable, {}),
        (by_variable, {"n": 1000}),
    ):
        answer = await blog.ask(query, variables)
        assert (400, "invalid_limit") == (answer.status, answer.json["errors"][0]["extensions"]["code"])
        assert "Post allows 1 to 100" in answer.json["errors"][0]["message"]
    answer = await blog.ask("{ aggregatePosts(groupBy: [status], limit: 1001) { count } }")
    assert (400, "invalid_limit") == (answer.status, answer.json["errors"][0]["extensions"]["code"])
    assert 200 == (await blog.ask(by_variable, {"n": 100})).status


async def test_complexity_counts_the_variables_of_each_request(blog: Blog) -> None:
    """A remembered document is measured again when its page sizes are variables."""
    query = """query($n: Int) { listUsers(limit: $n) { items { posts(limit: $n) { items {
        comments(limit: $n) { items { id } } } } } } }"""
    assert 200 == (await blog.ask(query, {"n": 2})).status
    assert "query_too_expensive" == (await blog.error(query, {"n": 100}))["extensions"]["code"]
    assert 200 == (await blog.ask(query, {"n": 3})).status


async def ask(door: GraphQLDoor, query: str) -> Response:
    """A POST to a door of its own."""
    body = orjson.dumps({"query": query})
    return await door(Request("POST", ("graphql",), headers={"content-type": "application/json"}, body=body))


@pytest.mark.parametrize(
    ("limits", "fits", "exceeds"),
    [
        (Limits(max_depth=3), "{ listPosts { items { id } } }", "{ listPosts { items { author { id } } } }"),
        (Limits(max_aliases=1), "{ a: listPosts { count } }", "{ a: listPosts { b: count } }"),
        (Limits(max_root_fields=1), "{ listPosts { count } }", "{ listPosts { count } listUsers { count } }"),
        (Limits(max_repeats=1), "{ listPosts { count count } }", "{ listPosts { count count count } }"),
        (Limits(max_tokens=7), "{ listPosts { count } }", "{ listPosts { count nextToken items { id } } }"),
        (Limits(max_characters=25), "{ listPosts { count } }", "{ listPosts { nextToken } }"),
        (Limits(max_fragments=0), "{ listPosts { count } }", "{ ...A } fragment A on Query { listPosts { count } }"),
        # 1 for listPosts, 1 for items, 20 for the ids of the default page
        (Limits(max_complexity=22), "{ listPosts { items { id } } }", "{ listPosts(limit: 21) { items { id } } }"),
        (
            Limits(max_complexity=22),
            "{ listPosts(limit: 10) { items { a: id b: id } } }",
            "{ listPosts { items { a: id b: id } } }",
        ),
        # 1 for the connection of the links, 1 for edges, 1 for each node and 1 for its id, for 20 of them
        (
            Limits(max_complexity=1 + 1 + 1 + 20 * (1 + 1)),
            '{ getPerson(id: "x") { clubs { edges { node { id } } } } }',
            '{ getPerson(id: "x") { clubs { edges { since node { id } } } } }',
        ),
        # what is selected of each type of a union counts
        (
            Limits(max_complexity=1 + 1 + 2 * (1 + 1 + 1)),
            "{ listNotes(limit: 2) { items { subject { ... on Person { id } ... on Team { id } } } } }",
            "{ listNotes(limit: 2) { items { subject { ... on Person { id age } ... on Team { id } } } } }",
        ),
        (
            Limits(max_complexity=1 + 1 + 1 + 1 + 20 * 1),
            '{ getNote(id: "x") { subject { ... on Person { reports { items { id } } } } } }',
            '{ getNote(id: "x") { subject { ... on Person { reports(limit: 21) { items { id } } } } } }',
        ),
        # groups count as often as there may be
        (
            Limits(max_complexity=101),
            "{ aggregatePeople(groupBy: [name]) { count } }",
            "{ aggregatePeople(groupBy: [name], limit: 101) { count } }",
        ),
        (Limits(max_complexity=2), "{ aggregatePeople { count } }", "{ aggregatePeople(groupBy: []) { count } }"),
        # 1 for __schema, 1 for types, 5 for the names of any list
        (Limits(max_complexity=7), "{ __schema { types { name } } }", "{ __schema { types { name kind } } }"),
        (Limits(max_introspection_depth=2), "{ __schema { types } }", "{ __schema { types { name } } }"),
    ],
)
async def test_limits_are_exact(blog: Blog, limits: Limits, fits: str, exceeds: str) -> None:
    """What reaches a limit passes, one more is refused."""
    application = blog.client.application
    door = GraphQLDoor(Engine(application.registry, application.service, limits, introspection=True))
    assert b"query_too_expensive" not in (await ask(door, fits)).body
    refused = await ask(door, exceeds)
    assert 400 == refused.status
    assert b"query_too_expensive" in refused.body


LARGE = "{ listPosts(limit: 50) { items { id } } }"
LARGE_BY_VARIABLE = "query ($n: Int) { listPosts(limit: $n) { items { id } } }"


@pytest.mark.parametrize("query", [LARGE, LARGE_BY_VARIABLE])
async def test_some_roles_may_ask_for_more(blog: Blog, query: str) -> None:
    """The most that one of the caller's roles has counts, for a remembered document as well; others keep the rest."""
    application = blog.client.application
    limits = Limits(max_complexity=20, max_complexity_by_role={"admin": 500, "editor": 10, "intern": 5})
    engine = Engine(application.registry, application.service, limits, introspection=True)

    async def is_allowed(*roles: str) -> bool:
        context = RequestContext(Principal(id="alice", roles=frozenset(roles)))
        try:
            return not (await engine.run(Operation(query, None, {"n": 50}), context)).is_refused
        except QueryTooExpensive:
            return False

    assert [False, True, False, True, False] == [
        await is_allowed(),
        await is_allowed("admin"),
        await is_allowed("reader"),
        await is_allowed("intern", "admin"),
        await is_allowed("intern", "editor"),
    ]


def test_a_role_may_have_less_than_others() -> None:
    """Its number counts in place of everybody's; whoever has two such roles has the larger."""
    limits = Limits(max_complexity=20, max_complexity_by_role={"editor": 10, "intern": 5})
    for expected, roles in ((20, set[str]()), (20, {"reader"}), (5, {"intern"}), (10, {"intern", "editor"})):
        assert expected == limits.complexity_of(frozenset(roles))


async def test_values_that_nest_too_deep_are_told_as_such(blog: Blog) -> None:
    """It is not their number that is refused."""
    query = f"{{ listPosts(filter: {'{not: ' * 300}{{}}{'}' * 300}) {{ count }} }}"
    error = await blog.error(query)
    assert ("query_too_expensive", "The query nests too deep to be read.") == (
        error["extensions"]["code"],
        error["message"],
    )


async def test_an_unknown_fragment_is_told_by_validation(blog: Blog) -> None:
    """Measuring passes over what is not there."""
    assert "Unknown fragment" in (await blog.error("{ ...Nowhere }"))["message"]
    assert "Unknown type" in (await blog.error("{ ...A } fragment A on Nothing { id }"))["message"]
