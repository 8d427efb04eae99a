"""Names that mean something else in Python: what becomes of them in requests and answers."""

from __future__ import annotations

import json
from typing import Any, get_args

from yarl import URL

from tests.codegen.typescript.flaky import flaky

OPTIONS = {"str": "x", "default": None}
BATCH = """
{"id": "1", "_etag": "e", "_version": 3, "list": ["a"], "int": 1, "match": "case", "etag": "own", "items":
{"a_b": {"str": "x", "default": null}}, "get": null, "none": {"items": [{"id": "c", "_through": {"why": "w"}}],
"nextToken": null}, "holder": {"_type": "Class", "id": "c"}, "record": {"id": "r", "list": {"items": []}}}
"""


async def test_inputs_are_written_with_the_names_of_the_app(hard: Any) -> None:
    """Also inside of nested models, maps and relations; the keys of maps are nobody's names."""
    input = {
        "id": "1",
        "list_": ["x"],
        "int_": 1,
        "items": {"a_b": {"str_": "x", "default": None}},
        "keys": [{"str_": "x", "default": None}],
        "get": {"str_": "x", "default": None},
        "record_id": "r",
        "none": {"create": [{"id": "c", "through_": {"why": "w"}}], "connect": [{"id": "d", "through_": {"why": "v"}}]},
        "holder": {"connect": {"Record": {"id": "r"}}},
    }
    assert {
        "id": "1",
        "list": ["x"],
        "int": 1,
        "items": {"a_b": OPTIONS},
        "keys": [OPTIONS],
        "get": OPTIONS,
        "recordId": "r",
        "none": {"create": [{"id": "c", "_through": {"why": "w"}}], "connect": [{"id": "d", "_through": {"why": "v"}}]},
        "holder": {"connect": {"Record": {"id": "r"}}},
    } == hard.BlogClient("").batch_.create(input).operation.body


async def test_queries_are_written_with_the_names_of_the_app(hard: Any) -> None:
    """Filters, orders, includes and fields."""
    call = hard.BlogClient("").batch_.list(
        filter={
            "list_": {"size": {"not_in": [1]}},
            "none": {"some": {"id": {"eq": "x"}}},
            "get": {"str_": {"eq": "y"}},
        },
        order_by=["-get.str_", {"record": "id"}],
        include=[{"record": ["list_"]}],
        fields=["int_"],
    )
    path = URL(call.operation.path, encoded=True)
    asked = {"list": {"size": {"notIn": [1]}}, "none": {"some": {"id": {"eq": "x"}}}, "get": {"str": {"eq": "y"}}}
    expected = {"orderBy": "-get.str,record.id", "include": "record,record.list", "fields": "int"}
    assert expected == {name: value for name, value in path.query.items() if name != "filter"}
    assert asked == json.loads(path.query["filter"])


async def test_answers_are_read_by_the_names_of_the_app(hard: Any) -> None:
    """Own fields that are called as those of the client are none of its business."""
    async with flaky([(200, {}, BATCH)] * 2) as server, hard.BlogClient(server.api) as client:
        batch = await client.batch_.get("1")
        assert (["a"], 1, "case", "own", "e", 3) == (
            batch.list_,
            batch.int_,
            batch.match,
            batch.etag,
            batch.etag_,
            batch.version_,
        )
        assert ("x", None, "w") == (batch.items["a_b"].str_, batch.get, batch.none.items[0].through_.why)
        assert (hard.Class, []) == (type(batch.holder), batch.record.list_.items)
        assert {"a_b"} == (await client.batch_.get("1", fields=["items"])).items.keys()


def test_what_entities_are_called_as_is_theirs(hard: Any) -> None:
    """What the client has of that name stays in its runtime."""
    assert (hard.entities.page.Page, hard.entities.problem_error.ProblemError) == (hard.Page, hard.ProblemError)
    assert issubclass(hard.runtime.ProblemError, Exception)
    assert (hard.Batch, hard.BatchField) == (hard.entities.batch.Batch, hard.entities.batch_field.BatchField)
    assert "list_" in get_args(hard.BatchField_)
    shared = hard.Shared.model_validate({"id": "1", "many": {"items": [{"id": "2"}]}})
    assert hard.BatchNone is type(shared.many.items[0])
