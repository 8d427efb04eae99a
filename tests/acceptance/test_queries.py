"""Filters, orders, pages, cursors and inclusions that make no sense, over REST."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import quote

import orjson
import pytest

from tests.acceptance.refusals import refused
from tests.acceptance.served import Served
from tests.acceptance.wire import Reply, written

pytestmark = pytest.mark.usefixtures("untouched")


def filtered(served: Served, text: str | dict[str, Any], collection: str = "gadgets") -> Reply:
    """A list with this filter in JSON."""
    written_out = text if isinstance(text, str) else orjson.dumps(text).decode()
    return served.ask("GET", f"{collection}?filter={quote(written_out, safe='')}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ("x", "Write filter="),
        ("null", "must be a JSON object"),
        ("[]", "must be a JSON object"),
        ('"x"', "must be a JSON object"),
        ('{"text": {"eq": NaN}}', "not JSON"),
        ('{"whole": {"eq": 1e400}}', "not JSON"),
        (r'{"text": {"eq": "\ud800"}}', "two surrogates"),
        ('{"text": {"eq": "a"}, "text": {"eq": "b"}}', "names `text` twice"),
        (r'{"text": {"eq": "a\u0000"}}', "U+0000"),
        ('{"text": 1}', 'Write {"text": {"eq": …}}'),
        ('{"text": null}', "object of operators"),
        ('{"text": []}', "object of operators"),
        ('{"txt": {"eq": "a"}}', "Perhaps you meant `text`"),
        ('{"is_on": {"eq": true}}', "Perhaps you meant `isOn`"),
        ('{"zzzzz": {"eq": 1}}', "Known here: id, text"),
        ('{"_etag": {"eq": "x"}}', "has no field `_etag`"),
        ('{"text": {"like": "a"}}', "it takes eq, ne"),
        ('{"text": {"contain": "a"}}', "Perhaps you meant `contains`"),
        ('{"isOn": {"gt": true}}', "no operator `gt`"),
        ('{"whole": {"contains": "1"}}', "no operator `contains`"),
        ('{"scores": {"eq": {}}}', "it takes isNull"),
        ('{"scores": {"a": {"eq": 1}}}', "it takes isNull"),
        ('{"parts": {"some": {}}}', "it takes isNull, isEmpty"),
        ('{"part": {"nme": {"eq": "x"}}}', "Perhaps you meant `name`"),
        ('{"part": {"name": {"eq": 1}}}', "must be a string"),
        ('{"names": {"size": {"x": 1}}}', "names.size has no operator"),
        ('{"names": {"size": {"gte": "x"}}}', "names.size.gte must be a whole number"),
        ('{"names": {"contains": 1}}', "must be a string"),
        ('{"text": {"eq": 1}}', "must be a string"),
        ('{"text": {"in": "a"}}', "must be a list"),
        ('{"text": {"in": [null]}}', '"isNull": true'),
        ('{"text": {"gt": null}}', "must not be null"),
        ('{"text": {"between": ["a"]}}', "two values"),
        ('{"text": {"isNull": 1}}', "must be true or false"),
        ('{"whole": {"eq": "1"}}', "must be a whole number"),
        ('{"whole": {"eq": 1.5}}', "must be a whole number"),
        ('{"whole": {"eq": 99999999999999}}', "must be from"),
        ('{"ratio": {"eq": "x"}}', "must be a number"),
        ('{"isOn": {"eq": "true"}}', "must be true or false"),
        ('{"price": {"eq": 1.5}}', 'send "1.10"'),
        ('{"price": {"eq": "1e999999999"}}', "decimal number"),
        ('{"price": {"eq": "%s"}}' % ("9" * 5_000), "at most 400 digits"),
        ('{"other": {"eq": "x"}}', "must be a UUID"),
        ('{"moment": {"gt": "2024-01-01T00:00:00"}}', "append Z for UTC"),
        ('{"moment": {"gt": "2024-13-01T00:00:00Z"}}', "that exists"),
        ('{"day": {"eq": "2023-02-29"}}', "that exists"),
        ('{"clock": {"eq": "25:00"}}', "that exists"),
        ('{"color": {"eq": "blue"}}', "must be one of red, green"),
        ('{"level": {"in": ["mid"]}}', "must be one of low, high"),
        ('{"and": {}}', "must be a list of filters"),
        ('{"or": null}', "must be a list of filters"),
        ('{"or": [1]}', "filter.or[0] must be an object"),
        ('{"not": []}', "filter.not must be an object"),
    ],
    ids=lambda text: text[:30],
)
def test_a_filter_that_means_nothing_is_400(served: Served, text: str, words: str) -> None:
    """The place and the remedy are told, and never the records."""
    refused(filtered(served, text), 400, "invalid_filter", words)


@pytest.mark.parametrize("depth", [40, 63, 200, 1_000])
@pytest.mark.parametrize(("opening", "closing"), [('{"not":', "}"), ('{"and":[', "]}"), ('{"or":[{},', "]}")])
def test_a_deep_filter_is_400(served: Served, depth: int, opening: str, closing: str) -> None:
    """However it is nested; it is refused before it is planned."""
    refused(filtered(served, f"{opening * depth}{{}}{closing * depth}"), 400, "invalid_filter", "levels")


def test_a_huge_filter_is_400(served: Served) -> None:
    """No store is asked for so many conditions or values; a longer URL the host refuses."""
    conditions = ",".join(['{"id":{"eq":"a"}}'] * 600)
    refused(served.ask("GET", f'gadgets?filter={{"or":[{conditions}]}}'), 400, "invalid_filter", "conditions")
    values = ",".join(['"a"'] * 5_100)
    refused(served.ask("GET", f'gadgets?filter={{"id":{{"in":[{values}]}}}}'), 400, "invalid_filter", "values")
    refused(filtered(served, {"id": {"in": ["a"] * 20_000}}), 400, "malformed_request", "more than 32768 bytes")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter[text][eq]=a&filter[text]=b", "contradicts another parameter"),
        ("filter[text]=a&filter[text][eq]=b", "contradicts another parameter"),
        ("filter[text][eq]=a&filter[text][eq]=b", "given twice"),
        ("filter[text][eq]=a&filter[text][eq][x]=b", "contradicts another parameter"),
        ("filter[names][containsAny][0]=a&filter[names][containsAny]=b", "contradicts another parameter"),
        ("filter={}&filter[text][eq]=a", "Use one of the two"),
        ("filter[text", "unbalanced brackets"),
        ("filter[text]]=1", "unbalanced brackets"),
        ("filter[[text]]=1", "unbalanced brackets"),
        ("filter[text][eq", "unbalanced brackets"),
        ("filter[]=1", "has no field"),
        ("filter[text]=1", "object of operators"),
        ("filter[text][eq][x]=1", "must be a string"),
        ("filter[text][in][x]=1", "written by indices"),
        ("filter[or]=1", "must be an object"),
        ("filter[or][x]=1", "written by indices"),
        ("filter[or][-1][text][eq]=1", "written by indices"),
        ("filter[or][%D9%A3][text][eq]=1", "written by indices"),
        ("filter[not]=x", "must be an object"),
        (f"filter{'[not]' * 33}[text][eq]=a", "deeper than 32 levels"),
        (f"filter{'[not]' * 5_000}[text][eq]=a", "deeper than 32 levels"),
        ("filter[whole][eq]=abc", "must be a whole number"),
        ("filter[whole][eq]=1.5", "must be a whole number"),
        ("filter[whole][eq]=%D9%A3", "must be a whole number"),
        (f"filter[whole][eq]={'9' * 400}", "must be a whole number"),
        ("filter[ratio][eq]=nan", "must be a number"),
        ("filter[ratio][eq]=1e999", "must be a number"),
        ("filter[isOn][eq]=yes", "must be true or false"),
        ("filter[moment][gt]=yesterday", "must be a date and time"),
        ("filter[text][eq]=%00", "U+0000"),
        ("filter[txt][eq]=a", "Perhaps you meant `text`"),
    ],
    ids=lambda text: text[:30],
)
def test_brackets_that_contradict_or_mean_nothing_are_400(served: Served, query: str, words: str) -> None:
    """The same refusals in the other notation."""
    refused(served.ask("GET", f"gadgets?{query}"), 400, "invalid_filter", words)


@pytest.mark.parametrize(
    "limit",
    [
        "0",
        "-1",
        "101",
        "1000000000",
        "1e9",
        "abc",
        "",
        "1.0",
        "%2B1",
        "%D9%A3",
        "%EF%BC%91",
        "%C2%B2",
        "0x10",
        "1_0",
        "%201",
        "true",
        "null",
        "NaN",
        "9" * 400,
        "-" * 20,
    ],
)
def test_a_limit_out_of_bounds_is_400(served: Served, limit: str) -> None:
    """The bounds are named, for lists and for relations."""
    refused(served.ask("GET", f"gadgets?limit={limit}"), 400, "invalid_limit", "1 to 100")
    post = served.ask("GET", "posts?limit=1").json["items"][0]["id"]
    refused(served.ask("GET", f"posts/{post}/comments?limit={limit}"), 400, "invalid_limit", "1 to 100")


@pytest.mark.parametrize(
    ("order", "words"),
    [
        ("", "empty name"),
        ("id,,text", "empty name"),
        ("-", "Known here"),
        ("--text", "Perhaps you meant `text`"),
        ("txt", "Perhaps you meant `text`"),
        ("is_on", "Perhaps you meant `isOn`"),
        ("part.nme", "Perhaps you meant `name`"),
        ("nope.name", "no nested object"),
        ("part", "has no order"),
        ("names", "has no order"),
        ("scores", "has no order"),
        ("_etag", "Known here"),
        ("id,-id", "twice"),
        (",".join(["id"] * 1_000), "at most"),
        ("x" * 10_000, "Known here"),
        ("%00", "Known here"),
    ],
    ids=lambda text: text[:16],
)
def test_an_order_that_means_nothing_is_400(served: Served, order: str, words: str) -> None:
    """What has no order, and what is not there."""
    refused(served.ask("GET", f"gadgets?orderBy={order}"), 400, "invalid_order", words)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("include=", "Known here: author, comments"),
        ("include=nope", "Known here: author, comments"),
        ("include=authr", "Perhaps you meant `author`"),
        ("include=author.", "Known here"),
        ("include=.", "Known here"),
        ("include=*", "Known here"),
        ("include=author.post", "Perhaps you meant `posts`"),
        ("include=author.posts.author.posts.author", "at most 4"),
        (f"include={'.'.join(['author', 'posts'] * 500)}", "at most 4"),
        ("fields=", "Known here"),
        ("fields=titel", "Perhaps you meant `title`"),
        ("fields=author_id", "Perhaps you meant `authorId`"),
        ("fields=author", "write include=author"),
        ("fields=id,,title", "Known here"),
    ],
    ids=lambda text: text[:24],
)
def test_a_selection_that_means_nothing_is_400(served: Served, query: str, words: str) -> None:
    """Relations that go in circles end; names that are not there are told."""
    refused(served.ask("GET", f"posts?{query}"), 400, "invalid_selection", words)
    post = served.ask("GET", "posts?limit=1").json["items"][0]["id"]
    refused(served.ask("GET", f"posts/{post}?{query}"), 400, "invalid_selection", words)


def test_an_inclusion_that_would_bring_too_much_is_400(served: Served) -> None:
    """It is refused by what could come, before anything is read."""
    query = "users?limit=100&include=posts.comments.post.comments"
    refused(served.ask("GET", query), 400, "query_too_expensive", "Set a smaller limit")


class TestCursors:
    """A cursor continues the list it came from, for the caller who got it, and nothing else."""

    LIST = "comments?limit=2&orderBy=-createdAt"

    def token(self, who: Served, target: str = LIST) -> str:
        """The cursor of a list's first page."""
        token: str = who.ask("GET", target).json["nextToken"]
        return token

    def test_it_works_where_it_belongs(self, served: Served, alice: Served) -> None:
        """So that the refusals below are due to what was changed."""
        for who in (served, alice):
            first = who.ask("GET", self.LIST).json
            second = who.ask("GET", f"{self.LIST}&nextToken={first['nextToken']}").json
            assert not {each["id"] for each in first["items"]} & {each["id"] for each in second["items"]}
            assert 2 == len(second["items"])

    def test_it_is_no_other_callers(self, served: Served, alice: Served, admin: Served) -> None:
        """Neither signed in, nor as somebody else, nor anonymously."""
        for owner, thief in ((served, alice), (alice, served), (alice, admin), (alice, served.as_("bob"))):
            reply = thief.ask("GET", f"{self.LIST}&nextToken={self.token(owner)}")
            refused(reply, 400, "invalid_cursor", "Start again without nextToken")

    @pytest.mark.parametrize(
        "other",
        [
            "comments?limit=2",
            "comments?limit=2&orderBy=createdAt",
            "comments?limit=2&orderBy=-createdAt&filter[content][contains]=a",
            "posts?limit=2",
            "users?limit=2",
            "posts/{post}/comments?limit=2&orderBy=-createdAt",
        ],
    )
    def test_it_is_no_other_querys(self, served: Served, other: str) -> None:
        """Neither of another order or filter, nor of another collection, nor of a relation."""
        post = served.ask("GET", "posts?limit=1").json["items"][0]["id"]
        reply = served.ask("GET", f"{other.format(post=post)}&nextToken={self.token(served)}")
        refused(reply, 400, "invalid_cursor", "Start again without nextToken")

    def test_it_is_no_other_parents(self, served: Served) -> None:
        """The cursor of one author's list does not continue another's."""
        token = self.token(served, "users/alice/posts?limit=1")
        assert 200 == served.ask("GET", f"users/alice/posts?limit=1&nextToken={token}").status
        refused(served.ask("GET", f"users/bob/posts?limit=1&nextToken={token}"), 400, "invalid_cursor")

    def test_a_changed_one_is_refused(self, served: Served) -> None:
        """Each letter counts, and the length, and the padding."""
        token = self.token(served)
        changed = [
            token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :] for place in range(len(token))
        ]
        changed += [token[:length] for length in range(0, len(token), 5)]
        changed += [f"{token}A", f"{token}%3D", f"{token}=", f"%20{token}", token * 2, token.swapcase()]
        changed += [token.replace("-", "%2B").replace("_", "/") + "x"]
        for each in changed:
            reply = served.ask("GET", f"{self.LIST}&nextToken={each}")
            refused(reply, 400, "invalid_cursor", "Start again without nextToken")

    @pytest.mark.parametrize("token", ["", "x", "null", "%C3%A9", "%00", "A" * 20_000, "%22%22", "[]", "-1"])
    def test_an_invented_one_is_refused(self, served: Served, token: str) -> None:
        """Nothing can be made up."""
        refused(served.ask("GET", f"{self.LIST}&nextToken={token}"), 400, "invalid_cursor")
        forged = base64.urlsafe_b64encode(b"0" * 16 + orjson.dumps([token])).decode().rstrip("=")
        refused(served.ask("GET", f"{self.LIST}&nextToken={forged[:20_000]}"), 400, "invalid_cursor")

    def test_one_too_long_for_a_url_is_refused_by_the_host(self, served: Served) -> None:
        """100 KB in a URL do not reach the app."""
        reply = served.raw(written("GET", f"/api/{self.LIST}&nextToken={'A' * 100_000}", {}))
        refused(reply, 400, "malformed_request", "more than 32768 bytes")
