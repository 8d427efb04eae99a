"""Whatever a client sends, the door answers: a mistake of the client is never a failure of the app."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import DocumentNode, print_ast
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import Mode, from_schema, nodes

from atakora_data.api.graphql.sdl import print_sdl
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.support.app import Answer, Client, running

_REGISTRY: Registry = load_registry(Path(__file__).parent / "schemas")
_OF_BLOG = ("User", "Post", "Comment", "Feedback", "Sample")
_BLOG = print_sdl(Registry(each for each in _REGISTRY if each.name in _OF_BLOG))
_CIRCLE = print_sdl(Registry(each for each in _REGISTRY if each.name not in _OF_BLOG))
_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=8,
)
_SCALARS = {
    "DateTime": (st.datetimes().map(lambda moment: f"{moment.isoformat()}Z") | _TEXT).map(nodes.String),
    "Date": (st.dates().map(str) | _TEXT).map(nodes.String),
    "Time": (st.times().map(str) | _TEXT).map(nodes.String),
    "Decimal": (st.decimals().map(str) | _TEXT).map(nodes.String),
    "Long": st.integers(-(2**60), 2**60).map(nodes.Int),
    "JSON": st.just(nodes.Object([])) | st.integers().map(nodes.Int) | _TEXT.map(nodes.String),
}
_SETTINGS = settings(
    max_examples=80,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


class Served:
    """The blog on an event loop of its own, for tests that are not asynchronous."""

    def __init__(self, client: Client, loop: asyncio.AbstractEventLoop) -> None:
        self._client = client
        self._loop = loop

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """One request as an admin."""
        return self._loop.run_until_complete(self._client.ask(method, path, body, headers=headers))


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The blog with some records, asked by an admin."""
    with asyncio.Runner() as runner:
        running_app = running(tmp_path_factory.mktemp("blog"), registry=_REGISTRY)
        client = runner.run(running_app.__aenter__()).as_("root", "admin")
        for number in range(3):
            input = {"title": f"P{number}", "slug": f"p{number}", "status": "published"}
            runner.run(client.ask("POST", "posts", input))
        yield Served(client, runner.get_loop())
        runner.run(running_app.__aexit__(None, None, None))


def judge(answer: Answer) -> None:
    """Fail unless the answer is a GraphQL response without a failure of the app in it."""
    assert answer.status < 500, answer.body
    errors = answer.json.get("errors", [])
    assert all(each["message"] and each["extensions"]["status"] < 500 for each in errors), answer.body
    assert errors or answer.json["data"] is not None


def _with_fair_limits(document: DocumentNode) -> str:
    """The document with page sizes most of which are within the bounds, so that more than limits is tried."""
    return re.sub(r"limit: -?(\d+)", lambda found: f"limit: {max(1, int(found[1]) % 102)}", print_ast(document))


@given(from_schema(_BLOG, custom_scalars=_SCALARS, print_ast=_with_fair_limits))
@settings(_SETTINGS, max_examples=40)
def test_any_valid_operation_is_answered(served: Served, query: str) -> None:
    """Queries and mutations that fit the schema, with any values, are answered or refused with a code."""
    judge(served.ask("POST", "graphql", {"query": query}))


@given(from_schema(_CIRCLE, custom_scalars=_SCALARS, print_ast=_with_fair_limits))
@settings(_SETTINGS, max_examples=20)
def test_any_valid_operation_across_relations_is_answered(served: Served, query: str) -> None:
    """The same where relations of every kind lead from anywhere to anywhere; making such queries up takes time."""
    judge(served.ask("POST", "graphql", {"query": query}))


@given(from_schema(_BLOG, custom_scalars=_SCALARS, mode=Mode.NEGATIVE))
@_SETTINGS
def test_any_invalid_operation_is_refused(served: Served, query: str) -> None:
    """Operations that break the schema somewhere are refused with a code."""
    judge(served.ask("POST", "graphql", {"query": query}))


_FILTERED = """query($f: PostFilter, $o: [PostOrderBy!], $l: Int, $t: String) {
    listPosts(filter: $f, orderBy: $o, limit: $l, nextToken: $t) { items { id comments(limit: $l) { count } } }
}"""
_WRITTEN = "mutation($i: CreateSampleInput!) { createSample(input: $i) { id price moment anything parts { extra } } }"


@given(st.dictionaries(st.sampled_from("folt"), _JSON))
@_SETTINGS
def test_any_variables_of_a_query_are_answered(served: Served, variables: dict[str, Any]) -> None:
    """Whatever JSON the variables hold, the query is answered or refused with a code."""
    judge(served.ask("POST", "graphql", _encoded({"query": _FILTERED, "variables": variables}), **_CONTENT))


@given(st.dictionaries(st.sampled_from([*_REGISTRY["Sample"].fields, "x"]), _JSON, max_size=4))
@_SETTINGS
def test_any_input_of_a_mutation_is_answered(served: Served, input: dict[str, Any]) -> None:
    """Whatever JSON an input holds, the record is written or refused with a code."""
    judge(served.ask("POST", "graphql", _encoded({"query": _WRITTEN, "variables": {"i": input}}), **_CONTENT))


_CROSSING = """query($f: PersonFilter, $o: [PersonOrderBy!], $n: NoteFilter) {
    listPeople(filter: $f, orderBy: $o) { count items { clubs { edges { since } } } }
    listNotes(filter: $n) { items { subject { __typename } } } }"""
_NESTED = """mutation($i: CreatePersonInput!, $p: UpdateNoteInput!) {
    createPerson(input: $i) { id clubs { edges { since } } } updateNote(id: "x", input: $p) { id } }"""
_WORDS = [
    *("some", "every", "none", "isNull", "create", "connect", "disconnect", "set", "id", "_through", "since"),
    *_REGISTRY["Person"].relations,
    "subject",
    "Person",
    "Team",
    "name",
    "eq",
    "ASC",
]
_WORDED = st.recursive(
    st.none() | st.booleans() | st.sampled_from(_WORDS) | st.integers(-1, 3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(_WORDS), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from("fon"), _WORDED))
@_SETTINGS
def test_any_question_across_relations_is_answered(served: Served, variables: dict[str, Any]) -> None:
    """Whatever filters and orders say of relations, they are answered or refused with a code."""
    judge(served.ask("POST", "graphql", _encoded({"query": _CROSSING, "variables": variables}), **_CONTENT))


@given(st.dictionaries(st.sampled_from(_WORDS), _WORDED), st.dictionaries(st.just("subject"), _WORDED))
@_SETTINGS
def test_any_relation_in_an_input_is_answered(served: Served, person: dict[str, Any], note: dict[str, Any]) -> None:
    """Whatever an input says of relations, it is written or refused with a code."""
    variables = {"i": {"name": "x", **person}, "p": note}
    judge(served.ask("POST", "graphql", _encoded({"query": _NESTED, "variables": variables}), **_CONTENT))


@given(_JSON | st.dictionaries(st.sampled_from(["query", "variables", "operationName", "extensions"]), _JSON))
@_SETTINGS
def test_any_json_body_is_answered(served: Served, body: Any) -> None:
    """A body that is JSON but no request is refused with a code."""
    judge(served.ask("POST", "graphql", _encoded(body), **_CONTENT))


@given(st.binary(max_size=30))
@_SETTINGS
def test_any_bytes_are_answered(served: Served, body: bytes) -> None:
    """A body that is not JSON is refused with a code."""
    judge(served.ask("POST", "graphql", body, **_CONTENT))


@given(st.text(st.sampled_from("{}()[]:!.$@#\"'\\ \n,abqueryon123-é\u0000\ufeff…"), max_size=40))
@_SETTINGS
def test_any_text_is_answered(served: Served, query: str) -> None:
    """A query that is no GraphQL is refused with a code."""
    judge(served.ask("POST", "graphql", {"query": query}))


_CONTENT = {"content-type": "application/json"}


def _encoded(body: Any) -> bytes:
    """The body as JSON; the standard library also writes whole numbers of any size."""
    return json.dumps(body).encode()
