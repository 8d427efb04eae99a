"""Paths, ids and query strings: whatever stands in a URL, it leads to a record or to a clear refusal."""

from __future__ import annotations

import pytest

from tests.acceptance.refusals import graphql_refused, refused
from tests.acceptance.served import Served
from tests.acceptance.wire import written

pytestmark = pytest.mark.usefixtures("untouched")

UNFIT = ["a%2Fb", "%2F", ".", "..", "%2e%2e", "..%2f..%2fetc%2fpasswd", "%00", "a%00b", "%0d%0aX:%20y", "%5c", "a%3Fb"]
UNFIT += ["a%23b", "a#b", "%7f", "%C2%80", "x" * 256, "x" * 10_000, "%F0%9F%92%A9" * 256]
"""Ids that no record can have."""

MALFORMED = ["%", "%2", "%zz", "100%", "%u0041", "%%20"]
NOT_UTF8 = ["%ff", "%c0%80", "%ed%a0%80", "a%C3", "%C3%28"]


@pytest.mark.parametrize("id", UNFIT, ids=lambda text: text[:16])
def test_an_id_no_record_can_have_is_nowhere(served: Served, id: str) -> None:
    """It is not found, and cannot be created either."""
    for method, body in (("GET", None), ("HEAD", None), ("PATCH", {}), ("DELETE", None)):
        reply = served.ask(method, f"gadgets/{id}", body)
        assert 404 == reply.status
        if method != "HEAD":
            refused(reply, 404, "not_found", "There is no Gadget")
    told = refused(served.ask("PUT", f"gadgets/{id}", {}), 422, "validation_failed")
    assert "/id" == told["errors"][0]["pointer"]
    refused(served.ask("POST", f"gadgets/{id}/turn", {"times": 1}), 404, "not_found")


@pytest.mark.parametrize("id", ["1", "x" * 10_000, "%00", "a%2Fb", "%7B09a4de00-bdb0-583c-addc-6e6d531e8ad3%7D"])
def test_an_id_that_is_no_uuid_is_nowhere(alice: Served, id: str) -> None:
    """Where ids are UUIDs, nothing else is one."""
    refused(alice.ask("GET", f"posts/{id}"), 404, "not_found", "There is no Post")
    refused(alice.ask("GET", f"posts/{id}/comments"), 404, "not_found", "There is no Post")
    refused(alice.ask("PUT", f"posts/{id}", {}), 422, "validation_failed", "must be a UUID")


@pytest.mark.parametrize("text", MALFORMED)
def test_a_stray_percent_sign_is_400(served: Served, text: str) -> None:
    """In paths, parameters and their values; nobody guesses what was meant."""
    for method, target in (
        ("GET", f"gadgets/{text}"),
        ("PUT", f"gadgets/{text}"),
        ("DELETE", f"gadgets/{text}"),
        ("GET", f"{text}"),
        ("GET", f"gadgets?orderBy={text}"),
        ("GET", f"gadgets?{text}=1"),
        ("GET", f"gadgets?filter[{text}][eq]=1"),
    ):
        body: dict[str, str] | None = {} if method == "PUT" else None
        refused(served.ask(method, target, body), 400, "malformed_request", "Write a percent sign as %25")
    graphql_refused(served.ask("GET", f"graphql?query={text}"), "malformed_request", "%25")


@pytest.mark.parametrize("text", NOT_UTF8)
def test_a_url_that_is_not_utf8_is_400(served: Served, text: str) -> None:
    """In paths, parameters and their values."""
    for method, target in (
        ("GET", f"gadgets/{text}"),
        ("PUT", f"gadgets/{text}"),
        ("GET", f"{text}"),
        ("GET", f"gadgets?nextToken={text}"),
        ("GET", f"gadgets?{text}=1"),
        ("GET", f"gadgets?filter[text][eq]={text}"),
    ):
        body: dict[str, str] | None = {} if method == "PUT" else None
        refused(served.ask(method, target, body), 400, "malformed_request", "UTF-8")
    graphql_refused(served.ask("GET", f"graphql?query={text}"), "malformed_request", "UTF-8")


@pytest.mark.parametrize("target", ["/api/gadgets/é", "/api/gadgets?limit=٣", "/api/gadgets/\udcff", "/api/\x01"])
def test_raw_bytes_in_a_url_are_400(served: Served, target: str) -> None:
    """A URL is ASCII; the host says so before anybody else looks."""
    refused(served.raw(written("GET", target, {})), 400, "malformed_request", "Percent-encode")


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("", "tells all paths"),
        ("gadgts", "Perhaps you meant `gadgets`"),
        ("Gadgets", "Perhaps you meant `gadgets`"),
        ("gadgets.json", "Perhaps you meant `gadgets`"),
        ("gadgets%2fa", "Perhaps you meant `gadgets`"),
        ("gadgets/a/trn", "Perhaps you meant `turn`"),
        ("gadgets/a/nope", "tells all paths"),
        ("gadgets//a", "one id"),
        ("gadgets/a/turn/x/y", "one id"),
        ("..", "tells all paths"),
        ("../../etc/passwd", "tells all paths"),
        ("..%2f..%2fetc%2fpasswd", "tells all paths"),
        ("%2e%2e/%2e%2e/etc/passwd", "tells all paths"),
        ("docs/../../etc/passwd", ""),
        ("docs/%2e%2e/schemas/post.py", ""),
        ("docs/..%5cfunction_app.py", ""),
        (".env", "tells all paths"),
        (".git/config", "tells all paths"),
        ("local.settings.json", "tells all paths"),
        ("openapi.json/x", "Perhaps you meant `openapi.json`"),
        ("graphql/x", "Perhaps you meant `graphql`"),
        ("%00", "tells all paths"),
        ("a" * 10_000, "tells all paths"),
        ("a/" * 5_000, "tells all paths"),
    ],
    ids=lambda text: text[:24],
)
def test_an_unknown_path_is_404(served: Served, path: str, words: str) -> None:
    """It is told what there is; no path leads out of the app."""
    refused(served.ask("GET", path), 404, "not_found", words)


@pytest.mark.parametrize("target", ["/", "/elsewhere", "/../api/gadgets", "//evil/api/gadgets", "/api%2fgadgets"])
def test_outside_of_the_prefix_there_is_nothing(served: Served, target: str) -> None:
    """As in Azure, where the host answers an empty 404."""
    reply = served.raw(written("GET", target, {}))
    assert (404, b"") == (reply.status, reply.body)


@pytest.mark.parametrize("target", ["*", "api/gadgets", "?x", "http://[::1", "http://", "evil:80", "\\api\\gadgets"])
def test_a_target_that_is_no_url_is_400(served: Served, target: str) -> None:
    """It is refused without being repeated."""
    refused(served.raw(written("GET", target, {})), 400, "malformed_request")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("lmit=1", "Perhaps you meant `limit`"),
        ("LIMIT=1", "Known here: filter, orderBy"),
        ("=", "Known here"),
        ("a[b]=1", "Known here"),
        ("filter.id.eq=1", "Perhaps you meant `filter`"),
        ("&".join(["a=1"] * 5_000), "Known here"),
        ("limit=1&limit=1", "given twice"),
        ("filter={}&filter={}", "given twice"),
        ("orderBy=id&orderBy=id", "given twice"),
        ("nextToken=a&nextToken=b", "given twice"),
        ("count=yes", "true or false"),
        ("count=", "true or false"),
    ],
    ids=lambda text: text[:24],
)
def test_unknown_and_repeated_parameters_are_400(served: Served, query: str, words: str) -> None:
    """Nothing is dropped in silence, and of two values none is preferred."""
    refused(served.ask("GET", f"gadgets?{query}"), 400, "malformed_request", words)


def test_parameters_are_refused_where_they_mean_nothing(served: Served) -> None:
    """A record has no pages, and what is deleted has no fields."""
    refused(served.ask("GET", "gadgets/a?limit=1"), 400, "malformed_request", "Known here: include, fields")
    refused(served.ask("DELETE", "gadgets/a?fields=id"), 400, "malformed_request", "None is known here")
    refused(served.ask("POST", "gadgets?filter={}", {"id": "new"}), 400, "malformed_request", "Known here")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_wrong_method_is_405_with_the_right_ones(served: Served, method: str) -> None:
    """The answer names what is possible."""
    on_collections = [("gadgets", "DELETE, GET, HEAD, OPTIONS, PATCH, POST")] if method == "PUT" else []
    for target, allowed in (
        *on_collections,
        ("posts/x/comments", "GET, HEAD, OPTIONS"),
        ("openapi.json", "GET, HEAD, OPTIONS"),
        ("health", "GET, HEAD, OPTIONS"),
        ("gadgets/a/turn", "OPTIONS, POST"),
    ):
        reply = served.ask(method, target, {})
        refused(reply, 405, "method_not_allowed", "Use one of")
        assert allowed == reply.headers["allow"]
    graphql_refused(served.ask(method, "graphql", {}), "method_not_allowed", "Use one of")


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PROPFIND", "PURGE", "LINK", "SEARCH"])
def test_methods_nobody_serves_are_404(served: Served, method: str) -> None:
    """As in Azure, where a function has the methods that it names; nothing is echoed."""
    reply = served.raw(written(method, "/api/gadgets", {"X-Secret": "echo"}))
    assert (404, b"") == (reply.status, reply.body)


@pytest.mark.parametrize("method", ["get", "FOO", "X" * 1_000, "É", "GET/", ""])
def test_what_is_no_method_is_400(served: Served, method: str) -> None:
    """It is not HTTP."""
    refused(served.raw(written(method, "/api/gadgets", {})), 400, "malformed_request", "not HTTP")
