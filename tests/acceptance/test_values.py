"""Values of the wrong type, out of bounds or under unknown names are refused with the field, at every door."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from tests.acceptance.refusals import graphql_refused, refused
from tests.acceptance.served import Served

pytestmark = pytest.mark.usefixtures("untouched")

CREATE = "mutation($input: CreateGadgetInput!) { createGadget(input: $input) { id } }"
FIND = "query($filter: GadgetFilter) { listGadgets(filter: $filter) { items { id } } }"

WRONG: dict[str, tuple[list[Any], str]] = {
    "text": ([1, True, [], {}, 1.5, "x", "x" * 21], "must"),
    "whole": (["1", 1.5, True, [], {}, None, 2**31, -(2**31) - 1, 2**63, 1e300], "must be"),
    "long": (["1", 1.5, None, 2**53, -(2**53), 2**63, 2.0**64], "must be"),
    "ratio": (["1", True, None, [], {}], "must be a number"),
    "isOn": (["true", 1, 0, None, []], "must be true or false"),
    "price": ([1.5, "abc", "NaN", "Infinity", "1e999999", "9" * 401, True, [], "", "1,5", " 1", "٣", "0x1"], "must"),
    "other": (["x", 1, True, [], "00000000-0000-0000-0000-00000000000g"], "must be a UUID"),
    "moment": (
        ["2024-01-01", "yesterday", 0, True, [], "2024-01-01T00:00:00", "2024-02-30T00:00:00Z", "0000-01-01T00:00:00Z"],
        "must",
    ),
    "day": (["2024-1-1", "2024-02-30", "x", 1, True, "2024-01-01T00:00:00Z"], "must be a date"),
    "clock": (["25:00", "9:00", "x", 1, "09:00Z", "09:00:00+01:00"], "must be a time of day"),
    "color": (["blue", "RED", 1, None, [], ""], "must be one of"),
    "level": (["mid", 1, None, [], "LOW"], "must be one of"),
    "names": (["x", [1], [None], ["a"] * 4, {}, None, [["a"]]], "must"),
    "numbers": ([[1.5], ["1"], [None], 1, [2**31]], "must be"),
    "scores": ([[], {"a": "x"}, {"a": True}, 1, None], "must be"),
    "part": (["x", [], {}, {"name": ""}, {"name": 1}, {"name": "x", "weight": "1"}, {"name": "x", "extra": 1}, 1], ""),
    "parts": ([{}, [1], [None], [{}], [{"name": "x", "extra": 1}]], ""),
}
UNKNOWN = {
    "nope": "is not a field of Gadget",
    "is_on": "Perhaps you meant `isOn`",
    "txt": "Perhaps you meant `text`",
    "__proto__": "is not a field of Gadget",
    "_metadata": "is not a field of Gadget",
    "_etag": "send it as If-Match",
    "_version": "it counts by itself",
    "a/b~c": "is not a field of Gadget",
    "": "is not a field of Gadget",
}
UNFIT_IDS = ["", ".", "..", "a/b", "a?b", "a#b", "a\\b", "a\nb", "a\x7fb", "x" * 256, "x" * 10_000, 1, None, True, []]
GRAPHQL_IDS = [each for each in UNFIT_IDS if each not in (1, True)]  # an ID may be written as an integer there


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_value_is_422_with_its_field(served: Served, field: str) -> None:
    """Creating, replacing and changing say the same, and a pointer leads to the value."""
    values, words = WRONG[field]
    for value in values:
        for method, target, body in (
            ("POST", "gadgets", {"id": "new", field: value}),
            ("PUT", "gadgets/new", {field: value}),
            ("PUT", "gadgets/a", {field: value}),
            ("PATCH", "gadgets/a", {field: value}),
        ):
            told = refused(served.ask(method, target, body), 422, "validation_failed")
            found = next(each for each in told["errors"] if each["pointer"].startswith(f"/{field}"))
            assert words in found["detail"]
            assert found["code"]


@pytest.mark.parametrize("field", WRONG)
def test_a_wrong_value_is_refused_by_graphql(served: Served, field: str) -> None:
    """By its types, or by the same validation behind them; what one value may stand for is left to GraphQL."""
    coerced = {"names": "x", "numbers": 1}.get(field)
    for value in WRONG[field][0]:
        if value == coerced is not None:
            continue
        reply = served.graphql(CREATE, {"input": {"id": "new", field: value}})
        assert not (reply.json.get("data") or {}).get("createGadget")
        graphql_refused(reply, reply.json["errors"][0]["extensions"]["code"])
        assert reply.json["errors"][0]["extensions"]["code"] in ("malformed_request", "validation_failed")


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_unknown_field_is_refused_with_the_likely_one(served: Served, name: str) -> None:
    """Nothing that is sent is dropped in silence."""
    for method, target, body in (
        ("POST", "gadgets", {"id": "new", name: 1}),
        ("PUT", "gadgets/a", {name: 1}),
        ("PATCH", "gadgets/a", {name: 1}),
    ):
        told = refused(served.ask(method, target, body), 422, "validation_failed")
        assert UNKNOWN[name] in told["errors"][0]["detail"]
    graphql_refused(served.graphql(CREATE, {"input": {"id": "new", name: 1}}), "malformed_request", "unknown field")


def test_all_wrong_fields_are_told_at_once(served: Served) -> None:
    """Never only the first."""
    reply = served.ask("POST", "gadgets", {"id": "new", "whole": "x", "isOn": 1, "nope": 1, "part": {"name": 1}})
    told = refused(reply, 422, "validation_failed", "and 3 more")
    assert {"/whole", "/isOn", "/nope", "/part/name"} == {each["pointer"] for each in told["errors"]}


@pytest.mark.parametrize("id", UNFIT_IDS, ids=lambda value: repr(value)[:12])
def test_an_id_that_no_url_carries_is_422(served: Served, id: Any) -> None:
    """Slashes, dots, control characters and 10,000 characters are no ids."""
    told = refused(served.ask("POST", "gadgets", {"id": id}), 422, "validation_failed")
    assert "/id" == told["errors"][0]["pointer"]


def test_an_id_that_no_url_carries_is_refused_by_graphql(served: Served) -> None:
    """The same ids, by variable."""
    for id in GRAPHQL_IDS:
        reply = served.graphql(CREATE, {"input": {"id": id}})
        assert reply.json["errors"][0]["extensions"]["code"] in ("malformed_request", "validation_failed")


@pytest.mark.parametrize("field", ["id", "text", "names", "scores", "part"])
def test_u0000_is_422_wherever_it_stands(served: Served, field: str) -> None:
    """No store keeps it: in values, in items, in the names of a dict."""
    value = {
        "names": ["a\0b"],
        "scores": {"a\0b": 1},
        "part": {"name": "a\0b"},
    }.get(field, "a\0b")
    told = refused(served.ask("POST", "gadgets", {"id": "new", field: value}), 422, "validation_failed", "U+0000")
    assert told["errors"][0]["pointer"].startswith(f"/{field}")
    reply = served.graphql(CREATE, {"input": {"id": "new", field: value}})
    graphql_refused(reply, "validation_failed", "U+0000")


def test_u0000_matches_nothing_in_filters(served: Served) -> None:
    """A filter that asks for it is refused; so are lone surrogates, before anybody looks at the filter."""
    reply = served.graphql(FIND, {"filter": {"text": {"eq": "a\0b"}}})
    graphql_refused(reply, "invalid_filter", "U+0000")
    body = orjson.dumps({"query": FIND, "variables": {"filter": {"text": {"eq": "#"}}}}).replace(b"#", rb"\ud800")
    graphql_refused(served.ask("POST", "graphql", body), "malformed_request", "two surrogates")


def test_an_action_takes_its_parameters_only(served: Served) -> None:
    """Missing, wrong, unknown and overflowing ones are refused, and the record stays as it was."""
    for body in ({}, {"times": "1"}, {"times": 1.5}, {"times": None}, {"tims": 1}, {"times": 1, "x": 1}):
        refused(served.ask("POST", "gadgets/a/turn", body), 422, "validation_failed")
    refused(served.ask("POST", "gadgets/a/turn", {"times": 2**31}), 422, "validation_failed", "at most 2147483647")
    refused(served.ask("POST", "gadgets/nowhere/turn", {"times": 1}), 404, "not_found")
    refused(served.ask("POST", "gadgets/a/trun", {"times": 1}), 404, "not_found", "Perhaps you meant `turn`")


def test_the_blog_refuses_what_breaks_its_rules(served: Served, alice: Served) -> None:
    """Validation across fields, unique fields, guarded fields, other owners, and nobody at all."""
    post = {"title": "A title", "content": "Long enough to be content."}
    refused(served.ask("POST", "posts", post), 401, "sign_in_required")
    refused(alice.ask("POST", "posts", {**post, "authorId": "bob"}), 403, "field_forbidden", "Leave out authorId")
    refused(alice.ask("POST", "posts", {**post, "metadata": {"summary": "x"}}), 403, "field_forbidden", "metadata")
    told = refused(
        alice.ask("POST", "posts", {**post, "publishedAt": "2024-01-01T00:00:00Z"}), 422, "validation_failed"
    )
    assert "/publishedAt" == told["errors"][0]["pointer"]
    taken = served.ask("GET", "posts?limit=1").json["items"][0]["slug"]
    refused(alice.ask("POST", "posts", {**post, "slug": taken}), 409, "unique_violation", "Choose another slug")
    refused(alice.ask("POST", "posts", {**post, "createdAt": "2024-01-01T00:00:00Z"}), 422, "validation_failed")
