"""Our own description, turned against the app: valid and invalid requests of every kind, answers held to it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import load_all_checks
from schemathesis.config import (
    ChecksConfig,
    CoveragePhaseConfig,
    GenerationConfig,
    PhasesConfig,
    ProjectConfig,
    ProjectsConfig,
    SchemathesisConfig,
)

from atakora_data.api.rest.openapi.document import openapi_document
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry
from tests.support.adapter import AppAdapter
from tests.support.app import running

EXAMPLES = 10

REGISTRY = load_registry(Path(__file__).parent / "schemas")


def finite(document: dict[str, Any]) -> dict[str, Any]:
    """The description with filters and input that follow one relation: making up endless ones takes endless time."""
    schemas = document["components"]["schemas"]
    whole = [f"{entity.name}.{form}" for entity in REGISTRY for form in ("Filter", "Create")]
    related = [f"{entity.name}.{form}" for entity in REGISTRY for form in ("One.Filter", "Many.Filter")]
    related += [f"{entity.name}.{each}.{form}" for entity in REGISTRY for each in entity.relations for form in FORMS]
    ended = {name: end(each, set(whole), set(related)) for name, each in schemas.items() if name in (*whole, *related)}
    schemas |= {f"{name}.Near" if name in whole else name: each for name, each in ended.items()}
    return document


FORMS = ("Input", "Patch")


def end(schema: Any, whole: set[str], related: set[str]) -> Any:
    """The schema without members that follow a relation, where records are meant as they stand alone."""
    if isinstance(schema, list):
        return [end(each, whole, related) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if name_of(schema) in whole:
        return {"$ref": f"{schema['$ref']}.Near"}
    kept = {name: each for name, each in schema.items() if name != "properties"}
    left = {name: each for name, each in schema.get("properties", {}).items() if name_of(each) not in related}
    return {
        **{name: end(each, whole, related) for name, each in kept.items()},
        **({"properties": {name: end(each, whole, related) for name, each in left.items()}} if left else {}),
    }


def name_of(schema: Any) -> str:
    """The component that a schema refers to, if that is all it does."""
    return str(schema.get("$ref", "")).rpartition("/")[2] if isinstance(schema, dict) else ""


DOCUMENT = finite(openapi_document(REGISTRY))
LISTED = json.dumps([each for each in DOCUMENT["components"]["parameters"].values() if each["name"] == "orderBy"])

OF_THE_STATE = ("nextToken", "If-Match", "If-None-Match", "Idempotency-Key")
"""What depends on what the app handed out: made up, it is rightly refused, however well it is formed."""


REFUSED = ["400", "401", "403", "404", "405", "406", "409", "412", "413", "415", "422"]
"""How invalid requests are refused: with 412 where an invalid id goes with a condition, for there is no such record."""


ANN = "5f0c8a52-6b7e-4c1d-9f3a-2d4b6e8f0a1c"
FIRST = "00000000-0000-4000-8000-000000000001"

RECORDS = {
    "articles": {"id": "a0", "title": "One", "slug": "s0", "status": "published"},
    "authors": {"id": ANN, "name": "Ann"},
    "topics": {"id": "t0", "name": "Arts"},
    "comments": {"id": FIRST, "articleId": "a0", "body": "first"},
}
"""Records that are there whenever a valid request is sent."""

KEYS = {"authorId": ANN, "articleId": "a0", "parentId": "t0", "subjectId": ANN, "subjectType": "Author"}
"""Foreign keys, and what they may be set to."""

TO_ONE = {
    "author": {"id": ANN},
    "article": {"id": "a0"},
    "parent": {"id": "t0"},
    "subject": {"Author": {"id": ANN}},
}
TO_MANY = ("comments", "topics", "contributors", "articles", "reactions", "children")
MOST_NESTED = 2


def make_acceptable(case: schemathesis.Case[Any]) -> None:
    """Take back what a valid request may have that the description can only say in words."""
    settle_query(case)
    aim(case)
    if isinstance(case.body, dict | list):
        case.body = body = settled(with_whole_numbers(case.body))
        if isinstance(body, dict) and case.method == "PUT":
            body.pop("id", None)
        if isinstance(body, dict) and case.path == "/batch":
            body["atomic"] = False


def settle_query(case: schemathesis.Case[Any]) -> None:
    """Leave of the parameters and conditions what holds whatever is stored."""
    for name in OF_THE_STATE:
        case.query.pop(name, None)
        case.headers.pop(name, None)
    if "orderBy" in case.query:
        case.query["orderBy"] = first_listed(case.query["orderBy"])
    for name in ("groupBy", "sum", "avg", "min", "max"):
        if name in case.query:
            case.query[name] = first_of(case.query[name])
    if case.path.endswith("/aggregate"):
        case.query.pop("limit", None)
        if "groupBy" in case.query:
            case.query["filter"] = '{"or": []}'
    if "include" in case.query:
        case.query["include"] = narrow(case.query["include"])


def aim(case: schemathesis.Case[Any]) -> None:
    """Ask for records that are there, unless that would be the end of them."""
    ids = dict.fromkeys(case.path_parameters)
    collection, _, rest = case.path.removeprefix("/").partition("/")
    if "id" in ids and collection in RECORDS and (case.method not in ("PUT", "DELETE") or "otherId" in ids):
        case.path_parameters["id"] = RECORDS[collection]["id"]
    other = {"topics": "topics", "articles": "articles", "contributors": "authors"}
    if "otherId" in ids:
        case.path_parameters["otherId"] = RECORDS[other[rest.split("/")[1]]]["id"]


def first_listed(order: Any) -> str:
    """The first of the fields, if the description lists it; of those far away it only tells the form."""
    first = first_of(order)
    return first if f'"{first}"' in LISTED else "id"


def first_of(names: Any) -> str:
    """One of several names, so that none stands twice."""
    return str(names[0]) if isinstance(names, list) else str(names).split(",", maxsplit=1)[0]


def narrow(include: Any) -> str:
    """One relation of the same, so that the answer cannot hold too many records."""
    return first_of(include).split(".")[0]


def settled(data: Any, depth: int = 0) -> Any:
    """The same input with keys of records that are there, and without what only a certain state allows."""
    if isinstance(data, list):
        return [settled(each, depth) for each in data]
    if not isinstance(data, dict):
        return data
    found: dict[str, Any] = {}
    for name, value in data.items():
        if name in KEYS:
            found[name] = None if value is None else KEYS[name]
        elif name in TO_ONE:
            is_kept = "create" in value and depth < MOST_NESTED
            found[name] = settled(value, depth + 1) if is_kept else {"connect": TO_ONE[name]}
        elif name not in TO_MANY:
            found[name] = settled(value, depth)
        elif "create" in value and depth < MOST_NESTED:
            found[name] = {"create": settled(value["create"], depth + 1)}
    return found


def with_whole_numbers(data: Any) -> Any:
    """The same JSON without integers in the disguise of floats: `1.0` is refused where an integer is due."""
    match data:
        case dict():
            return {name: with_whole_numbers(value) for name, value in data.items()}
        case list():
            return [with_whole_numbers(value) for value in data]
        case float() if data.is_integer() and abs(data) < 2**53:
            return int(data)
    return data


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory, registry: Registry) -> Iterator[requests.Session]:
    """Somebody who may do everything, with a few records to find."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        anybody = runner.run(stack.enter_async_context(running(folder, registry=registry)))
        client = anybody.as_("root", "admin", "office")
        session = requests.Session()
        session.mount("http://", AppAdapter(client, runner))
        session.headers["Authorization"] = f"Bearer {client.token}"
        yield session
        runner.run(stack.aclose())


def described(*, covering: bool) -> schemathesis.BaseSchema:
    """The description as schemathesis reads it. covering: whether every keyword of every schema is tried in turn."""
    config = SchemathesisConfig(
        seed=20240601,
        projects=ProjectsConfig(
            default=ProjectConfig(
                base_url="http://127.0.0.1/api",
                generation=GenerationConfig(max_examples=EXAMPLES, allow_x00=False, deterministic=True),
                checks=ChecksConfig.from_dict({"negative_data_rejection": {"expected-statuses": REFUSED}}),
                phases=PhasesConfig(coverage=CoveragePhaseConfig(enabled=covering)),
            )
        ),
    )
    return schemathesis.openapi.from_dict(DOCUMENT, config=config)


load_all_checks()


RECURSIVE = ('filter"', ".Create", ".Replace", '.Update"', "Api.Batch")
CHOSEN = {
    "GET": ("/articles", "/articles/aggregate", "/articles/{id}/topics", "/reactions", "/topics"),
    "POST": ("/articles", "/batch", "/comments", "/reactions", "/topics"),
    "PATCH": ("/articles/{id}", "/comments/{id}", "/invoices", "/topics"),
    "PUT": ("/articles/{id}", "/topics/{id}"),
    "DELETE": ("/articles", "/invoices"),
}
"""Operations with filters and input of every kind; those of the other entities are made of the same parts."""

SMALL = ("get /invoices", "post /invoices", "get /invoices/aggregate", "patch /invoices/{id}", "put /invoices/{id}")


def is_recursive(context: Any) -> bool:
    """Whether an operation takes a filter or input that may contain itself, and is not small."""
    operation = context.operation
    if f"{operation.method} {operation.path}" in SMALL:
        return False
    return any(word in json.dumps(operation.definition.raw) for word in RECURSIVE)


def is_chosen(context: Any) -> bool:
    """Whether it is one of those for which random values are tried, but not each keyword in each place."""
    return is_recursive(context) and context.operation.path in CHOSEN[context.operation.method.upper()]


flat = described(covering=True).exclude(is_recursive)
deep = described(covering=False).include(is_chosen)
bounded = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
)


@flat.parametrize()
@bounded
def test_every_operation_keeps_its_word(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """No request brings a 5xx, and each answer has a status, type, headers and shape that the description names."""
    judge(case, session)


@deep.parametrize()
@bounded
def test_what_crosses_relations_keeps_its_word(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """The same for random filters and inputs that go from entity to entity."""
    judge(case, session)


def judge(case: schemathesis.Case[Any], session: requests.Session) -> None:
    """Send the request and hold the answer to the description."""
    if case.meta is not None and case.meta.generation.mode.is_positive:
        make_acceptable(case)
        restore(session)
    case.call_and_validate(session=session)


def restore(session: requests.Session) -> None:
    """Put back what earlier requests may have deleted."""
    for collection, record in RECORDS.items():
        url = f"http://127.0.0.1/api/{collection}"
        if session.get(f"{url}/{record['id']}?fields=id").status_code == NOT_FOUND:
            assert session.post(url, json=record).status_code in DONE


NOT_FOUND, DONE = 404, (201,)
