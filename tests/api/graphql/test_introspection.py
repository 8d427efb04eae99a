"""Introspection and the playground can be switched off."""

from __future__ import annotations

import orjson
from graphql import build_client_schema, get_introspection_query, lexicographic_sort_schema, print_schema

from atakora_data.api.graphql.door import GraphQLDoor
from atakora_data.api.graphql.execution import Engine
from atakora_data.api.graphql.limits import Limits
from atakora_data.api.graphql.schema import build_schema
from atakora_data.api.http.message import Request
from tests.api.graphql.asking import Blog


def request(query: str) -> Request:
    """A POST of this query."""
    body = orjson.dumps({"query": query})
    return Request("POST", ("graphql",), headers={"content-type": "application/json"}, body=body)


def closed(blog: Blog) -> GraphQLDoor:
    """The door with everything switched off."""
    application = blog.client.application
    return GraphQLDoor(
        Engine(application.registry, application.service, Limits(), introspection=False), playground=False
    )


async def test_tools_can_read_the_whole_schema(blog: Blog) -> None:
    """The standard introspection query gives back the schema that is served."""
    query = get_introspection_query(specified_by_url=True, directive_is_repeatable=True, input_value_deprecation=True)
    read = build_client_schema(await blog.data(query))
    served = build_schema(blog.client.application.registry)
    assert print_schema(lexicographic_sort_schema(served)) == print_schema(lexicographic_sort_schema(read))


async def test_introspection_can_be_switched_off(blog: Blog) -> None:
    """Then neither the schema nor a type can be asked for, and errors suggest no names; `__typename` stays."""
    door = closed(blog)
    for query in ("{ __schema { types { name } } }", '{ __type(name: "Post") { name } }'):
        answer = orjson.loads((await door(request(query))).body)
        assert "introspection has been disabled" in answer["errors"][0]["message"]
    answer = orjson.loads((await door(request("{ listPost { items { id } } }"))).body)
    assert "Cannot query field 'listPost' on type 'Query'." == answer["errors"][0]["message"]
    assert {"data": {"__typename": "Query"}} == orjson.loads((await door(request("{ __typename }"))).body)


async def test_the_playground_can_be_switched_off(blog: Blog) -> None:
    """Then a browser is told that there is no query."""
    answer = await closed(blog)(Request("GET", ("graphql",), headers={"accept": "text/html,*/*;q=0.8"}))
    assert (400, "application/json; charset=utf-8") == (answer.status, answer.headers["Content-Type"])
