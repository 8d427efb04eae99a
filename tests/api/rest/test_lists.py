"""Lists: filters in both spellings, order, pages, counts, inclusion, relations."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.app import Client

AUTHOR = "5f0c8a52-6b7e-4c1d-9f3a-2d4b6e8f0a1c"

ARTICLES: list[dict[str, Any]] = [
    {"id": "a", "title": "Alpha", "views": 10, "rating": 1.5, "price": "9.90", "tags": ["x"], "isFeatured": True},
    {"id": "b", "title": "beta", "views": 5, "rating": 4.0, "price": "10.00", "tags": ["x", "y"], "authorId": AUTHOR},
    {"id": "c", "title": "Gamma", "views": 100, "tags": [], "details": {"pages": 3, "language": "de"}},
    {"id": "d", "title": "delta & more", "views": 7, "printedOn": "2026-01-02", "authorId": AUTHOR, "status": "draft"},
]


@pytest.fixture
async def reader(alice: Client, admin: Client) -> Client:
    """Alice, in a magazine with four articles of hers, two comments and an author."""
    assert 201 == (await admin.ask("POST", "authors", {"id": AUTHOR, "name": "Ann"})).status
    for article in ARTICLES:
        answer = await alice.ask("POST", "articles", {"status": "published", "slug": article["id"], **article})
        assert 201 == answer.status, answer.body
    for body in ("first", "second"):
        assert 201 == (await alice.ask("POST", "comments", {"articleId": "b", "body": body})).status
    return alice


async def ids(client: Client, path: str) -> str:
    """The ids of a list, in order."""
    answer = await client.get(path)
    assert 200 == answer.status, answer.body
    return "".join(item["id"] for item in answer.json["items"])


@pytest.mark.parametrize(
    ("expected", "filter"),
    [
        ("a", '{"title":{"eq":"Alpha"}}'),
        ("ac", '{"views":{"gte":10}}'),
        ("bd", f'{{"authorId":{{"eq":"{AUTHOR}"}}}}'),
        ("cd", '{"rating":{"isNull":true}}'),
        ("ad", '{"or":[{"isFeatured":{"eq":true}},{"printedOn":{"lt":"2026-02-01"}}]}'),
        ("abcd", "{}"),
        ("", '{"or":[]}'),
        ("b", '{"price":{"gt":"9.95"}}'),
        ("c", '{"details":{"language":{"eq":"de"}}}'),
        ("cd", '{"not":{"rating":{"gt":1}}}'),
    ],
)
async def test_filter_as_json(reader: Client, expected: str, filter: str) -> None:
    """`filter` takes the filter of contract section 4 as JSON."""
    assert expected == await ids(reader, f"articles?filter={quote(filter)}")


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        ("a", "filter[title][eq]=Alpha"),
        ("ac", "filter[views][gte]=10"),
        ("b", "filter[rating][gt]=1.5e0"),
        ("bd", "filter[views][between][]=5&filter[views][between][]=7"),
        ("bd", "filter[views][between]=5&filter[views][between]=7"),
        ("bd", "filter[views][in][1]=7&filter[views][in][0]=5"),
        ("a", "filter[isFeatured][eq]=true"),
        ("cd", "filter[rating][isNull]=true"),
        ("cd", "filter[rating][eq]=null"),
        ("ab", "filter[tags][contains]=x"),
        ("b", "filter[tags][containsAll][]=x&filter[tags][containsAll][]=y"),
        ("b", "filter[tags][size][gte]=2"),
        ("cd", "filter[tags][isEmpty]=true"),
        ("c", "filter[details][pages][gt]=2"),
        ("c", "filter[details][language][eq]=de"),
        ("ac", "filter[or][0][views][gt]=50&filter[or][1][title][eq]=Alpha"),
        ("ac", "filter[or][][views][gt]=50&filter[or][][title][eq]=Alpha"),
        ("bcd", "filter[not][title][eq]=Alpha"),
        ("a", "filter[views][gt]=5&filter[rating][lt]=2"),
        ("d", "filter[title][contains]=%26+more"),
        ("b", "filter%5Bprice%5D%5Bgt%5D=9.95"),
        ("d", "filter[printedOn][eq]=2026-01-02"),
        ("bd", "filter[author][name][beginsWith]=A"),
        ("ac", "filter[author][isNull]=true"),
        ("bd", "filter[author][isNull]=false&filter[author][name][eq]=Ann"),
        ("d", "filter[author][articles][some][views][gt]=6&filter[views][gt]=6&filter[author][isNull]=false"),
        ("b", "filter[comments][some][body][contains]=sec"),
        ("acd", "filter[comments][none][body][contains]=sec"),
        ("acd", "filter[comments][every][body][eq]=first"),
        ("b", "filter[comments][some]="),
        ("bc", "filter[or][0][comments][some][or][0][body][eq]=first&filter[or][1][views][gte]=100"),
        ("b", "filter[comments][some][article][views][in]=5&filter[comments][some][article][views][in]=6"),
    ],
)
async def test_filter_in_brackets(reader: Client, expected: str, query: str) -> None:
    """The same in brackets; values are read by the types of the fields."""
    assert expected == await ids(reader, f"articles?{query}")


@pytest.mark.parametrize(
    ("code", "hint", "query"),
    [
        ("invalid_filter", "Perhaps you meant `title`.", "filter[titel][eq]=x"),
        ("invalid_filter", None, "filter[title][equals]=x"),
        ("invalid_filter", None, "filter[views][gt]=many"),
        ("invalid_filter", None, "filter[views][gt]=1_0"),
        ("invalid_filter", None, "filter[views][gt]=4.5"),
        ("invalid_filter", None, "filter[views][gt]=nan"),
        ("invalid_filter", None, "filter[isFeatured][eq]=yes"),
        ("invalid_filter", None, "filter[status][eq]=archived"),
        ("invalid_filter", None, "filter[views]=5"),
        ("invalid_filter", None, "filter[views][gt]=5&filter[views][gt]=6"),
        ("invalid_filter", None, "filter[views][gt]=5&filter[views][gt][x]=6"),
        ("invalid_filter", None, "filter[views][gt=5"),
        ("invalid_filter", None, "filter[views]]]=5"),
        ("invalid_filter", None, "filter[]=5"),
        ("invalid_filter", None, "filter[author][isNull]=yes"),
        ("invalid_filter", None, "filter[author]=Ann"),
        ("invalid_filter", None, "filter[comments]=1"),
        ("invalid_filter", "Perhaps you meant `some`.", "filter[comments][sone][body][eq]=x"),
        ("invalid_filter", "Perhaps you meant `body`.", "filter[comments][some][bodi][eq]=x"),
        ("invalid_filter", None, "filter" + "[comments][some][article]" * 5 + "[views][gt]=1"),
        ("invalid_filter", None, "filter[or][x][title][eq]=1"),
        ("invalid_filter", None, "filter[or]=1"),
        ("invalid_filter", None, "filter[not]=1"),
        ("invalid_filter", None, "filter" + "[not]" * 40 + "[title][eq]=x"),
        ("invalid_filter", None, "filter=%7B%7D&filter[title][eq]=x"),
        ("invalid_filter", None, "filter=x"),
        ("invalid_filter", None, "filter=[]"),
        ("invalid_filter", None, 'filter={"title":"x"}'),
        ("invalid_filter", None, 'filter={"comments":{"any":{}}}'),
        ("invalid_filter", None, 'filter={"owner_id":{"eq":"x"}}'),
        ("invalid_filter", None, 'filter={"tags":{"eq":' + "[" * 80 + "]" * 80 + "}}"),
        ("invalid_order", "Perhaps you meant `title`.", "orderBy=titel"),
        ("invalid_order", None, "orderBy=title,"),
        ("invalid_order", None, "orderBy="),
        ("invalid_order", None, "orderBy=--title"),
        ("invalid_order", None, "orderBy=tags"),
        ("invalid_limit", None, "limit=0"),
        ("invalid_limit", None, "limit=101"),
        ("invalid_limit", None, "limit=-1"),
        ("invalid_limit", None, "limit=abc"),
        ("invalid_limit", None, "limit="),
        ("invalid_limit", None, "limit=1.5"),
        ("invalid_limit", None, "limit=" + "9" * 5000),
        ("invalid_limit", None, "limit=%D9%A3"),
        ("invalid_cursor", None, "nextToken=x"),
        ("invalid_cursor", None, "nextToken="),
        ("invalid_selection", "Perhaps you meant `comments`.", "include=coments"),
        ("invalid_selection", None, "include=comments.article.comments.article.comments"),
        ("query_too_expensive", None, "limit=100&include=comments.article.comments,comments.article.author.articles"),
        ("invalid_selection", None, "include="),
        ("invalid_selection", "`author` is a relation: write include=author.", "fields=author"),
        ("invalid_selection", "Perhaps you meant `title`.", "fields=titel"),
        ("invalid_selection", None, "fields="),
        ("malformed_request", None, "count=yes"),
        ("malformed_request", "Perhaps you meant `limit`.", "limits=5"),
        ("malformed_request", "Put all values into one.", "limit=5&limit=6"),
        ("malformed_request", "Put all values into one.", "include=author&include=comments"),
    ],
)
async def test_bad_parameters_are_400(reader: Client, code: str, hint: str | None, query: str) -> None:
    """What cannot be meant is refused with its code, and the likely word when one is near."""
    answer = await reader.get(f"articles?{quote(query, safe='=&%')}")
    assert (400, code) == (answer.status, answer.json["code"])
    if hint is not None:
        assert hint == answer.json["hint"]


@pytest.mark.parametrize("limit", ["abc", "0", "101"])
async def test_bad_limit_names_the_bounds(reader: Client, limit: str) -> None:
    """Who asks for too much, or nonsense, is told what is possible."""
    detail = (await reader.get(f"articles?limit={limit}")).json["detail"]
    assert "1 to 100" in detail


@pytest.mark.parametrize(
    ("expected", "order"),
    [
        ("acbd", "title"),
        ("dbca", "-title"),
        ("cadb", "-views"),
        ("cdab", "rating"),
        ("bacd", "-rating,title"),
        ("abdc", "details.pages"),
        ("dcba", "-id"),
    ],
)
async def test_order(reader: Client, expected: str, order: str) -> None:
    """Several fields, a minus for descending, dots into nested objects; nulls first ascending."""
    assert expected == await ids(reader, f"articles?orderBy={order}")


async def test_pages_follow_each_other(reader: Client) -> None:
    """`nextToken` leads through all records once; the last page has none."""
    first = (await reader.get("articles?orderBy=-views&limit=3")).json
    last = (await reader.get(f"articles?orderBy=-views&limit=3&nextToken={quote(first['nextToken'])}")).json
    assert "cadb" == "".join(item["id"] for item in first["items"] + last["items"])
    assert last["nextToken"] is None


async def test_foreign_or_changed_token_is_400(reader: Client, anybody: Client) -> None:
    """A token belongs to its query and its caller, and cannot be changed."""
    token = (await reader.get("articles?limit=1")).json["nextToken"]
    bob = anybody.as_("bob")
    assert 200 == (await reader.get(f"articles?limit=1&nextToken={quote(token)}")).status
    refused = [
        await reader.get(f"articles?limit=1&orderBy=title&nextToken={quote(token)}"),
        await reader.get(f"comments?limit=1&nextToken={quote(token)}"),
        await bob.get(f"articles?limit=1&nextToken={quote(token)}"),
        await reader.get(
            f"articles?limit=1&nextToken={quote('A' + token[1:] if token[0] != 'A' else 'B' + token[1:])}"
        ),
    ]
    assert [(400, "invalid_cursor")] * 4 == [(each.status, each.json["code"]) for each in refused]


async def test_count_is_of_all_readable_matches(reader: Client, anybody: Client) -> None:
    """`count` counts what the caller may read, whatever the page; without it there is none."""
    assert 4 == (await reader.get("articles?count=true&limit=1")).json["count"]
    assert 3 == (await anybody.get("articles?count=true&limit=1")).json["count"]
    assert "count" not in (await reader.get("articles?count=false")).json


async def test_lists_are_not_cached(reader: Client) -> None:
    """A list depends on who asks and on every record."""
    assert "no-store" == (await reader.get("articles")).headers["Cache-Control"]


async def test_include_loads_relations(reader: Client) -> None:
    """A to-one relation is the record or null, a to-many a page; paths go on behind a dot."""
    page = (await reader.get("articles?include=author,comments.article&orderBy=id&limit=2")).json
    first, second = page["items"]
    assert (None, {"items": [], "nextToken": None}) == (first["author"], first["comments"])
    assert "Ann" == second["author"]["name"]
    assert ["beta", "beta"] == [each["article"]["title"] for each in second["comments"]["items"]]


async def test_include_works_on_one_record(reader: Client) -> None:
    """A single record takes the same parameters, and its tag covers what is included."""
    answer = await reader.get("articles/b?include=comments&fields=title")
    assert {"title", "comments", "_etag", "_version"} == set(answer.json)
    tag = answer.headers["ETag"]
    await reader.ask("POST", "comments", {"articleId": "b", "body": "third"})
    again = await reader.ask("GET", "articles/b?include=comments&fields=title", headers={"if-none-match": tag})
    assert 200 == again.status


async def test_relation_is_a_list_with_all_parameters(reader: Client) -> None:
    """`/articles/{id}/comments` filters, orders, pages and counts like any list."""
    first = (await reader.get("articles/b/comments?orderBy=-body&limit=1&count=true&fields=body")).json
    assert (["second"], 2) == ([each["body"] for each in first["items"]], first["count"])
    rest = await reader.get(f"articles/b/comments?orderBy=-body&limit=1&fields=body&nextToken={first['nextToken']}")
    assert ["first"] == [each["body"] for each in rest.json["items"]]
    assert [] == (await reader.get("articles/b/comments?filter[body][eq]=none")).json["items"]


async def test_relation_refuses_bad_parameters_by_the_target(reader: Client) -> None:
    """The parameters of a relation list are those of the entity it leads to."""
    answer = await reader.get("articles/b/comments?filter[title][eq]=x")
    assert (400, "invalid_filter") == (answer.status, answer.json["code"])


async def test_relation_to_one_is_the_record(reader: Client) -> None:
    """`/articles/{id}/author` answers the author with its tag, or 404 without one."""
    answer = await reader.get("articles/b/author")
    assert (200, "Ann") == (answer.status, answer.json["name"])
    assert (
        304 == (await reader.ask("GET", "articles/b/author", headers={"if-none-match": answer.headers["ETag"]})).status
    )
    assert 404 == (await reader.get("articles/a/author")).status


async def test_hidden_records_are_not_included(reader: Client, anybody: Client) -> None:
    """What the caller may not read does not appear below what it may."""
    page = (await anybody.get(f"authors/{AUTHOR}?include=articles")).json
    assert ["b"] == [each["id"] for each in page["articles"]["items"]]


async def test_function_key_in_the_query_is_not_ours(reader: Client) -> None:
    """The host's key parameter is left to the host."""
    assert 200 == (await reader.get("articles?code=secret&clientId=default")).status


async def test_impossible_lists_are_refused_at_once(anybody: Client, alice: Client) -> None:
    """Where nobody like the caller may read anything: 401 unknown, 403 known."""
    assert (401, 403) == ((await anybody.get("invoices")).status, (await alice.get("invoices")).status)
