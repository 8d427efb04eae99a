"""The description is valid, complete and exact."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.registry.registry import Registry
from tests.support.app import Client


@pytest.fixture(scope="module")
def document(registry: Registry) -> dict[str, Any]:
    """The description of the magazine."""
    return openapi_document(registry)


def schema(document: dict[str, Any], name: str) -> dict[str, Any]:
    """One component schema, with its references resolvable."""
    return {"$ref": f"#/components/schemas/{name}", "components": document["components"]}


def check(instance: Any, schema: dict[str, Any]) -> None:
    """Raise when the instance is not as the schema says, formats included."""
    OAS31Validator(schema, format_checker=OAS31Validator.FORMAT_CHECKER).validate(instance)


def test_document_is_valid_openapi(document: dict[str, Any]) -> None:
    """An independent validator accepts it."""
    validate(document)


def test_document_is_pure(registry: Registry, document: dict[str, Any]) -> None:
    """The same entities always give the same bytes."""
    assert orjson.dumps(document) == orjson.dumps(openapi_document(registry))


def test_every_path_is_there_and_no_other(document: dict[str, Any]) -> None:
    """What is served is described: operations switched off are left out."""
    described = {
        (path, method) for path, item in document["paths"].items() for method in item if method != "parameters"
    }
    expected = {
        ("/articles", "get post patch delete"),
        ("/articles/aggregate", "get"),
        ("/articles/{id}", "get patch put delete"),
        ("/articles/{id}/author", "get"),
        ("/articles/{id}/comments", "get"),
        ("/articles/{id}/contributors", "get"),
        ("/articles/{id}/contributors/{otherId}", "get post put delete"),
        ("/articles/{id}/publish", "post"),
        ("/articles/{id}/rate", "post"),
        ("/articles/{id}/topics", "get"),
        ("/articles/{id}/topics/{otherId}", "get post put delete"),
        ("/authors", "get post patch"),
        ("/authors/aggregate", "get"),
        ("/authors/{id}", "get patch"),
        ("/authors/{id}/articles", "get"),
        ("/authors/{id}/profile", "get"),
        ("/authors/{id}/reactions", "get"),
        ("/batch", "post"),
        ("/comments", "get post patch delete"),
        ("/comments/aggregate", "get"),
        ("/comments/{id}", "get patch put delete"),
        ("/comments/{id}/article", "get"),
        ("/comments/{id}/reactions", "get"),
        ("/credits", "get post delete"),
        ("/credits/aggregate", "get"),
        ("/credits/{id}", "get delete"),
        ("/credits/{id}/article", "get"),
        ("/credits/{id}/author", "get"),
        ("/invoices", "get post patch delete"),
        ("/invoices/aggregate", "get"),
        ("/invoices/{id}", "get patch put delete"),
        ("/profiles", "get post delete"),
        ("/profiles/aggregate", "get"),
        ("/profiles/{id}", "get delete"),
        ("/profiles/{id}/author", "get"),
        ("/reactions", "get post delete"),
        ("/reactions/aggregate", "get"),
        ("/reactions/{id}", "get delete"),
        ("/reactions/{id}/subject", "get"),
        ("/topics", "get post patch delete"),
        ("/topics/aggregate", "get"),
        ("/topics/{id}", "get patch put delete"),
        ("/topics/{id}/articles", "get"),
        ("/topics/{id}/articles/{otherId}", "get post put delete"),
        ("/topics/{id}/children", "get"),
        ("/topics/{id}/parent", "get"),
    }
    assert {(path, method) for path, methods in expected for method in methods.split()} == described


def test_input_schemas_know_what_may_be_set(document: dict[str, Any]) -> None:
    """Read-only fields are never input; only a create has required fields; nothing unknown passes."""
    schemas = document["components"]["schemas"]
    create, update = schemas["Article.Create"], schemas["Article.Update"]
    assert ["title", "slug"] == create["required"]
    assert "createdAt" not in create["properties"]
    assert "id" in create["properties"]
    assert {"id", "createdAt"}.isdisjoint(update["properties"])
    assert "required" not in update
    assert create["additionalProperties"] is update["additionalProperties"] is False


def test_rules_are_told_in_words(document: dict[str, Any]) -> None:
    """The description of an operation says whom the rules allow."""
    expected = 'Allowed to everybody where `status == "published"`, or the owner (`ownerId`), or the role `admin`.'
    assert expected == document["paths"]["/articles/{id}"]["get"]["description"]


def test_examples_are_valid_input(document: dict[str, Any]) -> None:
    """Each example is accepted by the schema beside it."""
    contents = [
        content
        for item in document["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
        for content in operation.get("requestBody", {}).get("content", {}).values()
        if "example" in content
    ]
    assert contents
    for content in contents:
        check(content["example"], {**content["schema"], "components": document["components"]})


async def test_example_creates_a_record(document: dict[str, Any], admin: Client) -> None:
    """What the description offers as example works."""
    content = document["paths"]["/articles"]["post"]["requestBody"]["content"]["application/json"]
    assert 201 == (await admin.ask("POST", "articles", content["example"])).status


async def test_answers_conform(document: dict[str, Any], admin: Client, anybody: Client) -> None:
    """Records, pages and problems are as described: whole, selected, masked, included."""
    body = {"title": "One", "slug": "one", "status": "published", "price": "1.50", "details": {"pages": 2}}
    record = (await admin.ask("POST", "articles", body)).json
    check(record, schema(document, "Article"))
    path = f"articles/{record['id']}"
    for client in (admin, anybody):
        check((await client.get(path)).json, schema(document, "Article"))
        check((await client.get("articles?include=author,comments&count=true")).json, schema(document, "Article.Page"))
        check((await client.get(f"{path}?fields=title")).json, schema(document, "Article.Partial"))
        check((await client.get("articles?limit=0")).json, schema(document, "Api.Problem"))


@pytest.mark.parametrize(
    ("is_valid", "filter"),
    [
        (
            True,
            {
                "title": {"contains": "x"},
                "or": [{"views": {"between": [1, 2]}}, {"not": {"tags": {"size": {"gt": 1}}}}],
            },
        ),
        (True, {"details": {"pages": {"gt": 1}, "isNull": False}, "status": {"in": ["draft"]}, "rating": {"eq": None}}),
        (False, {"titel": {"eq": "x"}}),
        (False, {"views": {"contains": "x"}}),
        (False, {"status": {"eq": "archived"}}),
        (False, {"views": {"between": [1]}}),
        (False, {"owner_id": {"eq": "x"}}),
    ],
)
async def test_filter_schema_agrees_with_the_service(
    document: dict[str, Any], admin: Client, is_valid: bool, filter: dict[str, Any]
) -> None:
    """What the schema of a filter allows is served, and what it forbids is 400."""
    validator = OAS31Validator(schema(document, "Article.Filter"))
    assert is_valid == validator.is_valid(filter)
    assert (200 if is_valid else 400) == (await admin.get("articles", filter=filter)).status


async def test_document_is_served_and_revalidated(anybody: Client, document: dict[str, Any]) -> None:
    """`/openapi.json` is the document, public, with a tag."""
    answer = await anybody.get("openapi.json")
    assert (200, document["paths"].keys()) == (answer.status, answer.json["paths"].keys())
    again = await anybody.ask("GET", "openapi.json", headers={"if-none-match": answer.headers["ETag"]})
    assert 304 == again.status


async def test_health_answers(anybody: Client) -> None:
    """`/health` needs no token."""
    assert (200, {"status": "pass"}) == ((answer := await anybody.get("health")).status, answer.json)
