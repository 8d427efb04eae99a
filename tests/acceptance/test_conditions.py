"""Conditions that are no conditions, or do not hold: nothing is written on a misunderstanding."""

from __future__ import annotations

import pytest

from tests.acceptance.refusals import graphql_refused, refused
from tests.acceptance.served import Served

pytestmark = pytest.mark.usefixtures("untouched")

GARBAGE = ["garbage", "null", '"', '"x', 'x"', ",", ", ,", "W/", 'w/"x"', "*,*", '"a" "b"', '"a";"b"', "é", "\udcff"]
GARBAGE += ["x" * 9_000, ""]
STALE = ['"x"', '""', 'W/"x"', '"*"', '"*.0f"', '"é"', '"\udcff"', f'"{"x" * 9_000}"', ",".join(['"a"'] * 3_000)]

WRITES: list[tuple[str, str, dict[str, int] | None]] = [
    ("PUT", "gadgets/a", {}),
    ("PATCH", "gadgets/a", {}),
    ("DELETE", "gadgets/a", None),
]
WRITES += [("POST", "gadgets/a/turn", {"times": 1})]

UPDATE = 'mutation($etag: String) { updateGadget(id: "a", input: {whole: 7}, ifMatch: $etag) { id } }'
REMOVE = 'mutation($etag: String) { deleteGadget(id: "a", ifMatch: $etag) { id } }'


@pytest.mark.parametrize("text", GARBAGE, ids=lambda text: repr(text)[:12])
def test_what_is_no_list_of_tags_is_400(served: Served, text: str) -> None:
    """A condition that cannot be read must not be ignored."""
    for method, target, body in WRITES:
        reply = served.ask(method, target, body, {"If-Match": text})
        refused(reply, 400, "malformed_request", "Send tags as they came, in quotes")
        refused(served.ask(method, target, body, {"If-None-Match": text}), 400, "malformed_request", "If-None-Match")
    refused(served.ask("GET", "gadgets/a", headers={"If-Match": text}), 400, "malformed_request", "in quotes")
    refused(served.ask("GET", "gadgets/a", headers={"If-None-Match": text}), 400, "malformed_request", "in quotes")


@pytest.mark.parametrize("text", STALE, ids=lambda text: repr(text)[:12])
def test_a_tag_that_is_not_current_is_412(served: Served, text: str) -> None:
    """Neither is a weak one, nor a star in quotes."""
    for method, target, body in WRITES:
        refused(served.ask(method, target, body, {"If-Match": text}), 412, "precondition_failed")
    refused(served.ask("GET", "gadgets/a", headers={"If-Match": text}), 412, "precondition_failed")
    refused(served.ask("PUT", "gadgets/new", {}, {"If-Match": text}), 412, "precondition_failed", "to replace")


def test_the_current_tag_is_not_met_by_part_of_it(served: Served) -> None:
    """Shortened, unquoted, weak or longer, it is another."""
    etag = served.ask("GET", "gadgets/a").headers["etag"]
    for text, status in (
        (etag[:-2] + '"', 412),
        (etag[:-1] + 'x"', 412),
        (f"W/{etag}", 412),
        (etag.strip('"'), 400),
        (etag[:-1], 400),
    ):
        assert status == served.ask("PATCH", "gadgets/a", {}, {"If-Match": text}).status


def test_conditions_are_refused_where_they_mean_nothing(served: Served) -> None:
    """They are not ignored."""
    body = {"id": "new"}
    refused(served.ask("POST", "gadgets", body, {"If-Match": '"x"'}), 400, "malformed_request", "If-Match")
    refused(served.ask("POST", "gadgets", body, {"If-None-Match": '"x"'}), 400, "malformed_request", "If-Match")
    for method, target, sent in WRITES[1:]:
        refused(served.ask(method, target, sent, {"If-None-Match": "*"}), 400, "malformed_request", "Use If-Match")
    refused(served.ask("PUT", "gadgets/a", {}, {"If-None-Match": "*"}), 412, "precondition_failed")


@pytest.mark.parametrize("etag", ["garbage", "", '"x"', "W/x", "x" * 9_000, "a\0b"], ids=lambda text: repr(text)[:12])
def test_an_etag_that_is_not_current_is_refused_by_graphql(served: Served, etag: str) -> None:
    """The same condition as an argument."""
    for mutation in (UPDATE, REMOVE):
        graphql_refused(served.graphql(mutation, {"etag": etag}), "precondition_failed", "Read it again")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Correlation-Id", "<script>"),
        ("X-Correlation-Id", "a" * 9_000),
        ("X-Correlation-Id", "\udcff"),
        ("traceparent", "garbage"),
        ("Accept", "garbage;;;q=zz"),
        ("Accept", ",".join(["a/b"] * 4_000)),
        ("Origin", "\udcff garbage"),
        ("Range", "bytes=0-x"),
        ("Expect", "garbage"),
        ("If-Modified-Since", "garbage"),
        ("If-Unmodified-Since", "garbage"),
        ("X-HTTP-Method-Override", "DELETE"),
        ("X-Forwarded-Host", "evil"),
        ("Upgrade", "websocket"),
        ("Cookie", "\udcff"),
    ],
)
def test_other_headers_do_no_harm(served: Served, name: str, value: str) -> None:
    """What is not understood is passed over, and what was sent does not come back in an id."""
    reply = served.ask("GET", "gadgets/a", headers={name: value})
    assert 200 == reply.status
    assert value not in reply.headers["x-correlation-id"]


def test_graphql_says_when_nothing_acceptable_can_be_produced(served: Served) -> None:
    """It has two media types, and no other."""
    for accept in ("text/plain", "image/*", "application/json;q=0", "*/*;q=0", "garbage"):
        reply = served.ask("POST", "graphql", {"query": "{ __typename }"}, {"Accept": accept})
        assert 406 == reply.status
        graphql_refused(reply, "not_acceptable", "Accept application/json")
