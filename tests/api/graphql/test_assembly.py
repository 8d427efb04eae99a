"""The compiled assembly of answers is the same as graphql-core's, whatever is selected."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from graphql import (
    ExecutionResult,
    GraphQLObjectType,
    GraphQLUnionType,
    execute,
    get_named_type,
    get_variable_values,
    is_object_type,
    parse,
    validate,
)
from graphql.execution.values import VariableValues
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from atakora_data.api.graphql.collection import Collector
from atakora_data.api.graphql.documents import Documents
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.loading import load
from atakora_data.api.graphql.planning import Planner
from atakora_data.api.graphql.resolvers import pick
from atakora_data.api.graphql.schema import build_schema, unions
from atakora_data.registry.loader import load_registry
from atakora_data.service.context import RequestContext
from tests.support.app import Client, running

_REGISTRY = load_registry(Path(__file__).parent / "schemas")
_SCHEMA = build_schema(_REGISTRY)
_LIMITS = Limits(max_depth=50, max_aliases=10_000, max_complexity=10**9, max_tokens=100_000, max_repeats=10_000)


@st.composite
def selections(draw: st.DrawFn, kind: GraphQLObjectType | GraphQLUnionType, depth: int) -> str:
    """A selection of some fields of the type, some under other names, some in fragments, some several times."""
    if isinstance(kind, GraphQLUnionType):
        members = draw(st.lists(st.sampled_from(kind.types), max_size=3))
        parts = [f"... on {each.name} {{ {draw(selections(each, depth))} }}" for each in members]
        return " ".join([*parts, draw(st.sampled_from(["__typename", "t: __typename"]))])
    parts = []
    for name in draw(st.lists(st.sampled_from([*kind.fields, "__typename"]), min_size=1, max_size=4)):
        inner = get_named_type(kind.fields[name].type) if name in kind.fields else None
        alias = draw(st.sampled_from(["", "", "", f"{name[:1]}x{len(parts)}: "]))
        if not isinstance(inner, GraphQLObjectType | GraphQLUnionType):
            parts.append(f"{alias}{name}")
        elif depth:
            below = draw(selections(inner, depth - 1))
            limit = f"(limit: {draw(st.integers(1, 3))})" if "limit" in kind.fields[name].args and alias else ""
            parts.append(f"{alias}{name}{limit} {{ {below} }}")
    text = " ".join(parts) or "__typename"
    return f"... on {kind.name} {{ {text} }}" if draw(st.booleans()) else text


def _lists() -> st.SearchStrategy[str]:
    root = _SCHEMA.query_type
    assert root is not None
    pages = {name: get_named_type(each.type) for name, each in root.fields.items() if not name.startswith("get")}
    fields = [
        selections(kind, 5).map(lambda text, name=name: f"{name} {{ {text} }}")  # type: ignore[misc]  # bound early
        for name, kind in pages.items()
        if is_object_type(kind) and not name.endswith("Feedbacks")
    ]
    return st.lists(st.one_of(fields), min_size=1, max_size=2).map(lambda parts: f"{{ {' '.join(parts)} }}")


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, asyncio.Runner]]:
    """A blog with a few of everything, some of it hidden from anonymous callers."""
    with asyncio.Runner() as runner:
        app = running(tmp_path_factory.mktemp("blog"), registry=_REGISTRY)
        client = runner.run(app.__aenter__())
        runner.run(_fill(client.as_("ann", "admin")))
        yield client, runner
        runner.run(app.__aexit__(None, None, None))


async def _fill(admin: Client) -> None:
    async def create(path: str, **body: Any) -> str:
        answer = await admin.ask("POST", path, body)
        assert 201 == answer.status, answer.body
        return str(answer.json["id"])

    for number in range(2):
        user = await create("users", name=f"U{number}", email="u@example.org")
        for status in ("draft", "published"):
            metadata = {"seoTitle": "s", "extra": {"a": 1}} if number else None
            slug = f"{status}{number}"
            post = await create("posts", title="T", slug=slug, status=status, authorId=user, metadata=metadata)
            await create("comments", postId=post, body="c", authorId=user if number else None)
    ann = await create("people", name="Ann")
    for name in ("Bob", "Cy"):
        friends = {"create": [{"name": f"{name} II"}], "connect": [{"id": ann}]}
        clubs = {"create": [{"id": name, "name": "C", "_through": {"since": 1}}]}
        teams = {"create": [{"name": "T", "isSecret": name == "Cy", "_through": {"role": "lead"}}]}
        await create(
            "people",
            name=name,
            managerId=ann,
            badge={"create": {"code": "b"}},
            friends=friends,
            clubs=clubs,
            teams=teams,
        )
        await create("notes", text="p", subject={"connect": {"Person": {"id": ann}}})
        await create("notes", text="t", subject={"create": {"Team": {"name": "U", "isSecret": name == "Cy"}}})
    await create("notes", text="nothing")
    await create("samples", large=2**40, colours=["red"], parts=[{"seoTitle": "p"}], anything={"a": ["b"]})


@given(query=_lists())
@settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
def test_both_assemblies_agree(blog: tuple[Client, asyncio.Runner], query: str) -> None:
    """What was loaded once is put together in both ways, and the answers are equal, the order of fields included."""
    client, runner = blog
    if validate(_SCHEMA, parse(query)):
        return
    document = Documents(_SCHEMA, _REGISTRY, _LIMITS, introspection=True).read(query, {})
    operation = document.operation(None)
    variables = get_variable_values(_SCHEMA, (), {})
    assert isinstance(variables, VariableValues)
    planner = Planner(_REGISTRY, client.application.service, _SCHEMA)
    plan = planner.plan(operation, Collector(document.fragments, variables, unions(_SCHEMA)))
    results = runner.run(load(plan, variables, RequestContext()))
    expected = execute(_SCHEMA, document.node, root_value=results, field_resolver=pick)
    assert isinstance(expected, ExecutionResult)
    assert expected.errors is None
    assert plan.assemble is not None
    assert repr(expected.data) == repr(plan.assemble(results))
