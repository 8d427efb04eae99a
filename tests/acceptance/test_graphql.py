"""GraphQL that cannot be read, does not fit the schema, or would cost too much."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.acceptance.refusals import graphql_refused
from tests.acceptance.served import Served

pytestmark = pytest.mark.usefixtures("untouched")

MALFORMED = "malformed_request"
EXPENSIVE = "query_too_expensive"
PAGE = "{ listGadgets { items { id } } }"


def many(pattern: str, count: int) -> str:
    """The pattern so often, `#` replaced by a number each time."""
    return " ".join(pattern.replace("#", str(number)) for number in range(count))


DOCUMENTS = {
    "blank": ("   ", MALFORMED),
    "opened": ("{", MALFORMED),
    "closed": ("}", MALFORMED),
    "empty": ("{}", MALFORMED),
    "json": ('{"query": "x"}', MALFORMED),
    "nul": ("\0", MALFORMED),
    "unclosed text": ('{ getGadget(id: "a) { id } }', MALFORMED),
    "surrogate": (r'{ getGadget(id: "\ud800") { id } }', MALFORMED),
    "no field": ("{ nope }", MALFORMED),
    "no subfields": ("{ listGadgets }", MALFORMED),
    "subfields of a scalar": ("{ listGadgets { count { x } } }", MALFORMED),
    "no argument": ("{ getGadget { id } }", MALFORMED),
    "unknown argument": ('{ getGadget(id: "a", x: 1) { id } }', MALFORMED),
    "argument twice": ('{ getGadget(id: "a", id: "b") { id } }', MALFORMED),
    "null where none may be": ("{ getGadget(id: null) { id } }", MALFORMED),
    "limit as text": ('{ listGadgets(limit: "1") { count } }', MALFORMED),
    "limit 0": ("{ listGadgets(limit: 0) { count } }", "invalid_limit"),
    "limit -1": ("{ listGadgets(limit: -1) { count } }", "invalid_limit"),
    "limit 101": ("{ listGadgets(limit: 101) { count } }", "invalid_limit"),
    "limit of 400 digits": (f"{{ listGadgets(limit: {'9' * 400}) {{ count }} }}", "invalid_limit"),
    "cursor": ('{ listGadgets(nextToken: "x") { count } }', "invalid_cursor"),
    "filter of no field": ("{ listGadgets(filter: {nope: {eq: 1}}) { count } }", MALFORMED),
    "filter of no operator": ('{ listGadgets(filter: {text: {like: "x"}}) { count } }', MALFORMED),
    "filter of a wrong value": ('{ listGadgets(filter: {moment: {gt: "x"}}) { count } }', "invalid_filter"),
    "order of no field": ("{ listGadgets(orderBy: {nope: ASC}) { count } }", MALFORMED),
    "order of no direction": ("{ listGadgets(orderBy: {id: UP}) { count } }", MALFORMED),
    "order of two fields in one": ("{ listGadgets(orderBy: [{id: ASC, whole: ASC}]) { count } }", "invalid_order"),
    "field twice in the input": ('mutation { createGadget(input: {id: "x", id: "y"}) { id } }', MALFORMED),
    "unknown field in the input": ('mutation { createGadget(input: {id: "x", nope: 1}) { id } }', MALFORMED),
    "no record": ('mutation { deleteGadget(id: "nowhere") { id } }', "not_found"),
    "subscription": ("subscription { onCreateGadget { id } }", MALFORMED),
    "conflicting fields": ('{ x: getGadget(id: "a") { id } x: getGadget(id: "b") { id } }', MALFORMED),
    "several operations": ("query A { __typename } query B { __typename }", MALFORMED),
    "no operation": ("fragment F on Query { __typename }", MALFORMED),
    "schema definition": ("type X { a: Int }", MALFORMED),
    "unknown directive": ("{ __typename @nope }", MALFORMED),
    "unknown fragment": ("{ ...Nope }", MALFORMED),
    "unknown type": ("{ ... on Nope { x } }", MALFORMED),
    "unknown variable": ("query { getGadget(id: $x) { id } }", MALFORMED),
    "unused variable": ("query($x: Int) { __typename }", MALFORMED),
    "variable of another type": ("query($x: Int) { getGadget(id: $x) { id } }", MALFORMED),
    "fragment cycle": ("{ ...F } fragment F on Query { ...F }", MALFORMED),
    "long fragment cycle": ("{ ...F } fragment F on Query { ...G } fragment G on Query { ...F }", MALFORMED),
    "unused fragment cycle": ("{ __typename } fragment F on Query { ...F }", MALFORMED),
    "deep": ("{ listPosts { items " + "{ author { posts { items " * 6 + "{ id }" + "} } }" * 6 + "} }", EXPENSIVE),
    "5,000 braces": ("{a" * 5_000 + "}" * 5_000, EXPENSIVE),
    "5,000 open braces": ("{" * 5_000, MALFORMED),
    "50,000 fields": ("{ listGadgets { " + "count " * 50_000 + "} }", EXPENSIVE),
    "3,000 aliases": ("{ " + many("a#: __typename", 3_000) + " }", EXPENSIVE),
    "60 aliases": ("{ listPosts { items { " + many("a#: title", 60) + " } } }", EXPENSIVE),
    "30 root aliases": ("{ " + many('a#: getGadget(id: "a") { id }', 30) + " }", EXPENSIVE),
    "pages of pages": (
        "{ listUsers(limit: 100) { items { posts(limit: 100) { items { comments(limit: 100) { items { id } } } } } } }",
        EXPENSIVE,
    ),
    "doubling fragments": (
        "{ ...F0 } "
        + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} x{n}: __typename ...F{n + 1} }}" for n in range(20))
        + " fragment F20 on Query { __typename }",
        EXPENSIVE,
    ),
    "comments": ("{ __typename }" + "#\n" * 5_000, EXPENSIVE),
    "long text": (f'{{ getGadget(id: "{"x" * 150_000}") {{ id }} }}', EXPENSIVE),
    "deep introspection": ("{ __schema { types " + "{ ofType " * 25 + "{ name }" + "}" * 25 + " } }", EXPENSIVE),
    "deep filter": (f"{{ listGadgets(filter: {'{not: ' * 60}{{}}{'}' * 60}) {{ count }} }}", "invalid_filter"),
    "deeper filter": (f"{{ listGadgets(filter: {'{not: ' * 300}{{}}{'}' * 300}) {{ count }} }}", EXPENSIVE),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_that_cannot_run_is_refused(served: Served, name: str) -> None:
    """By POST and, where it fits into a URL, by GET; its data is null or absent, and nothing was written."""
    text, code = DOCUMENTS[name]
    replies = [served.graphql(text)]
    if len(text) < 5_000 and not text.startswith("mutation"):
        replies.append(served.ask("GET", f"graphql?query={quote(text, safe='')}"))
    for reply in replies:
        graphql_refused(reply, code)
        assert not any((reply.json.get("data") or {}).values())


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "There is no query"),
        ({"query": None}, "There is no query"),
        ({"query": ""}, "There is no query"),
        ({"query": 1}, "query must be a string"),
        ({"query": ["{ __typename }"]}, "query must be a string"),
        ({"query": PAGE, "variables": []}, "variables must be an object"),
        ({"query": PAGE, "variables": "{}"}, "variables must be an object"),
        ({"query": PAGE, "operationName": 1}, "operationName must be a string"),
        ({"query": PAGE, "operationName": "X"}, "no operation named"),
        ({"query": PAGE, "extensions": []}, "extensions must be an object"),
        (b'[{"query": "{ __typename }"}]', "batches are not available"),
        (b"[]", "batches are not available"),
        (b'{"query": "{ __typename }", "query": "{ nope }"}', "names `query` twice"),
        (b"query=%7B__typename%7D", "not JSON"),
        (b"{ __typename }", "not JSON"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_envelope_that_makes_no_sense_is_400(served: Served, body: Any, words: str) -> None:
    """The part that is wrong is named."""
    reply = served.ask("POST", "graphql", body)
    assert reply.status in (200, 400)
    graphql_refused(reply, MALFORMED, words)


BY_ID = "query($x: ID!) { getGadget(id: $x) { id } }"
BY_LIMIT = "query($x: Int) { listGadgets(limit: $x) { count } }"
BY_FILTER = "query($x: GadgetFilter) { listGadgets(filter: $x) { count } }"
BY_INPUT = "mutation($x: CreateGadgetInput!) { createGadget(input: $x) { id } }"

VALUES: dict[str, list[Any]] = {
    BY_ID: [None, [], {}, 1.5, True],
    BY_LIMIT: ["1", 1.5, True, [1, 2], 2**31, 0, -1, 101, 1e300],
    BY_FILTER: [1, "x", {"nope": 1}, {"id": {"in": [None]}}, {"price": {"eq": "x"}}, {"moment": {"gt": 1}}],
    BY_INPUT: [None, [], "x", {}],
}


@pytest.mark.parametrize(
    ("query", "variables"),
    [
        *((query, {"x": value}) for query, values in VALUES.items() for value in values),
        (BY_ID, {}),
        (BY_ID, {"X": "a"}),
        (BY_FILTER, {"x": {"text": {"gt": None}}}),
    ],
    ids=lambda value: str(value)[-30:],
)
def test_variables_of_the_wrong_type_are_refused(served: Served, query: str, variables: dict[str, Any]) -> None:
    """By their types, or by the service."""
    reply = served.graphql(query, variables)
    graphql_refused(reply, reply.json["errors"][0]["extensions"]["code"])


def test_deep_and_wide_variables_are_refused(served: Served) -> None:
    """A small document may carry them; neither brings the server down."""
    query = "query($f: GadgetFilter) { listGadgets(filter: $f) { count } }"
    deep: dict[str, Any] = {}
    for _ in range(50):
        deep = {"not": deep}
    graphql_refused(served.graphql(query, {"f": deep}), "invalid_filter", "levels")
    graphql_refused(served.graphql(query, {"f": {"or": [{"id": {"eq": "a"}}] * 1_000}}), "invalid_filter", "conditions")
    graphql_refused(served.graphql(query, {"f": {"id": {"in": ["a"] * 100_000}}}), "invalid_filter", "values")
    raw = f'{{"query": "{query}", "variables": {{"f": {"[" * 5_000}{"]" * 5_000}}}}}'
    graphql_refused(served.ask("POST", "graphql", raw.encode()), MALFORMED, "64 levels")
    order = "query($o: [GadgetOrderBy!]) { listGadgets(orderBy: $o) { count } }"
    graphql_refused(served.graphql(order, {"o": [{"id": "ASC"}] * 10_000}), "invalid_order", "at most")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("graphql", "There is no query"),
        ("graphql?query=", "There is no query"),
        ("graphql?Query={__typename}", "There is no query"),
        ("graphql?query={__typename}&query={__typename}", "twice"),
        ("graphql?query={__typename}&variables=x", "not JSON"),
        ("graphql?query={__typename}&variables=[]", "variables must be an object"),
        ('graphql?query={__typename}&variables={"a":1,"a":2}', "names `a` twice"),
        (f"graphql?query={{__typename}}&variables={'[' * 2_000}", "not JSON"),
        ("graphql?query={__typename}&extensions=1", "extensions must be an object"),
        ("graphql?query={__typename}&operationName=X", "no operation named"),
    ],
    ids=lambda text: text[:40],
)
def test_a_url_that_asks_for_nothing_is_400(served: Served, target: str, words: str) -> None:
    """The parameter that is wrong is named."""
    graphql_refused(served.ask("GET", target), MALFORMED, words)


def test_a_mutation_by_get_is_405(served: Served) -> None:
    """A GET or HEAD never writes, whichever operation is named."""
    mutation = 'mutation M { deleteGadget(id: "a") { id } }'
    for query in (mutation, f"query Q {{ __typename }} {mutation}"):
        target = f"graphql?query={quote(query)}&operationName=M"
        graphql_refused(served.ask("GET", target), "method_not_allowed", "POST")
        assert 405 == served.ask("HEAD", target).status


def test_what_may_not_be_done_is_told_with_its_code(served: Served, alice: Served) -> None:
    """Nobody, and somebody else."""
    theirs = served.ask("GET", "posts?limit=1&filter[authorId][ne]=alice").json["items"][0]["id"]
    change = 'mutation($id: ID!) { updatePost(id: $id, input: {title: "Mine"}) { id } }'
    graphql_refused(served.graphql(change, {"id": theirs}), "sign_in_required")
    graphql_refused(alice.graphql(change, {"id": theirs}), "forbidden")
    create = 'mutation { createPost(input: {title: "A", content: "Long enough it is.", authorId: "bob"}) { id } }'
    graphql_refused(alice.graphql(create), "field_forbidden")
