"""Relations of every kind: read, included, filtered by, ordered over, linked and unlinked."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.support.app import Answer, Client

ANN, BEN = "5f0c8a52-6b7e-4c1d-9f3a-2d4b6e8f0a1c", "6a1d9b63-7c8f-4d2e-8a4b-3e5c7f9a1b2d"
FIRST, SECOND = "00000000-0000-4000-8000-000000000001", "00000000-0000-4000-8000-000000000002"

RECORDS: list[tuple[str, dict[str, Any]]] = [
    ("authors", {"id": ANN, "name": "Ann"}),
    ("authors", {"id": BEN, "name": "Ben"}),
    ("profiles", {"authorId": ANN, "motto": "Onwards"}),
    ("articles", {"id": "a", "title": "Alpha", "slug": "a", "views": 3, "status": "published", "authorId": BEN}),
    ("articles", {"id": "b", "title": "Beta", "slug": "b", "views": 1, "status": "published", "authorId": ANN}),
    ("articles", {"id": "c", "title": "Gamma", "slug": "c", "views": 2, "status": "draft"}),
    ("comments", {"id": FIRST, "articleId": "a", "body": "first"}),
    ("comments", {"id": SECOND, "articleId": "b", "body": "second"}),
    ("topics", {"id": "arts", "name": "Arts"}),
    ("topics", {"id": "music", "name": "Music", "parentId": "arts"}),
    ("topics", {"id": "opera", "name": "Opera", "parentId": "music"}),
    ("credits", {"articleId": "a", "authorId": ANN, "role": "editor"}),
    ("credits", {"articleId": "a", "authorId": BEN, "role": "ghost", "isSecret": True}),
    ("reactions", {"subjectId": ANN, "subjectType": "Author", "emoji": "!"}),
    ("reactions", {"subjectId": FIRST, "subjectType": "Comment", "emoji": "?"}),
]

LINKS = [("a", "music", {"rank": 2, "reason": "aside"}), ("a", "arts", {"rank": 1}), ("b", "music", None)]


@pytest.fixture
async def root(admin: Client) -> Client:
    """The admin, in a magazine where everything is related to something."""
    for collection, record in RECORDS:
        answer = await admin.ask("POST", collection, record)
        assert 201 == answer.status, answer.body
    for article, topic, through in LINKS:
        answer = await admin.ask("POST", f"articles/{article}/topics/{topic}", through)
        assert 201 == answer.status, answer.body
    return admin


def ids(answer: Answer) -> list[str]:
    """The ids of a page, in order."""
    assert 200 == answer.status, answer.body
    return [item["id"] for item in answer.json["items"]]


async def test_many_to_many_is_a_list_with_through_fields(root: Client) -> None:
    """`/articles/{id}/topics` takes all parameters of a list, and each item has what its link says."""
    page = (await root.get("articles/a/topics?orderBy=name&fields=id&count=true")).json
    found = [(item["id"], item["_through"]) for item in page["items"]]
    expected = [
        ("arts", {"rank": 1, "reason": "main", "remark": None}),
        ("music", {"rank": 2, "reason": "aside", "remark": None}),
    ]
    assert (expected, 2) == (found, page["count"])
    first = (await root.get("articles/a/topics?orderBy=name&limit=1")).json
    rest = await root.get(f"articles/a/topics?orderBy=name&limit=1&nextToken={quote(first['nextToken'])}")
    assert ["music"] == ids(rest)
    assert ["music"] == ids(await root.get("articles/a/topics?filter[parent][name][eq]=Arts"))


async def test_many_to_many_reads_both_ways(root: Client) -> None:
    """The other side sees the same links with the same through fields."""
    page = (await root.get("topics/music/articles?orderBy=id")).json
    assert [("a", 2), ("b", 0)] == [(item["id"], item["_through"]["rank"]) for item in page["items"]]


async def test_links_of_an_entity_of_its_own_keep_its_rules(root: Client, anybody: Client) -> None:
    """Where the junction is an entity with rules, a link that the caller may not read does not count."""
    assert [ANN, BEN] == ids(await root.get("articles/a/contributors?orderBy=name"))
    assert [ANN] == ids(await anybody.get("articles/a/contributors"))
    assert ["a"] == ids(await root.get("articles?filter[contributors][some][name][eq]=Ben"))
    assert [] == ids(await anybody.get("articles?filter[contributors][some][name][eq]=Ben"))


async def test_has_one_is_the_record_or_404(root: Client) -> None:
    """`/authors/{id}/profile` answers the one record with its tag."""
    answer = await root.get(f"authors/{ANN}/profile")
    assert (200, "Onwards") == (answer.status, answer.json["motto"])
    again = await root.ask("GET", f"authors/{ANN}/profile", headers={"if-none-match": answer.headers["ETag"]})
    assert 304 == again.status
    assert 404 == (await root.get(f"authors/{BEN}/profile")).status


async def test_polymorphic_record_names_its_entity(root: Client) -> None:
    """`/reactions/{id}/subject` answers a record of either entity, which `_type` names."""
    reactions = (await root.get("reactions?orderBy=emoji")).json["items"]
    author, comment = [(await root.get(f"reactions/{each['id']}/subject")).json for each in reactions]
    assert ("Author", "Ann", "Comment", "first") == (
        author["_type"],
        author["name"],
        comment["_type"],
        comment["body"],
    )


async def test_polymorphic_record_takes_parameters_of_its_targets(root: Client) -> None:
    """`fields` and `include` may name what only one of the targets has; what none has is 400."""
    reactions = (await root.get("reactions?orderBy=emoji")).json["items"]
    path = f"reactions/{reactions[0]['id']}/subject"
    found = (await root.get(f"{path}?fields=name,body&include=profile,article")).json
    assert {"_type", "_etag", "_version", "name", "profile"} == set(found)
    for query, hint in (("fields=nam", "Perhaps you meant `name`."), ("include=articl", "Perhaps you meant `articl")):
        answer = await root.get(f"{path}?{query}")
        assert (400, "invalid_selection") == (answer.status, answer.json["code"])
        assert answer.json["hint"].startswith(hint)


async def test_include_goes_on_below_a_polymorphic_relation(root: Client) -> None:
    """A path continues in those targets that have the relation; one that none has is 400."""
    reactions = (await root.get("reactions?orderBy=emoji&include=subject.profile,subject.article.topics")).json["items"]
    author, comment = (each["subject"] for each in reactions)
    assert ("Onwards", "Alpha") == (author["profile"]["motto"], comment["article"]["title"])
    assert ("article" in author, "profile" in comment) == (False, False)
    assert 2 == len(comment["article"]["topics"]["items"])
    answer = await root.get("reactions?include=subject.topics")
    assert (400, "invalid_selection") == (answer.status, answer.json["code"])
    assert "Author or Comment has no relation `topics`." == answer.json["detail"]


async def test_include_may_come_back_to_where_it_began(root: Client) -> None:
    """Paths may go in circles, as far as the limit of depth."""
    page = (await root.get("articles?filter[id][eq]=a&include=author.articles.author.articles")).json
    there = page["items"][0]["author"]["articles"]["items"][0]
    assert "Alpha" == there["author"]["articles"]["items"][0]["title"]
    answer = await root.get("articles?include=author.articles.author.articles.author")
    assert (400, "invalid_selection") == (answer.status, answer.json["code"])


async def test_include_counts_what_an_answer_could_hold(root: Client) -> None:
    """Below a polymorphic relation the larger of the targets counts, as each record is of one of them."""
    allowed = await root.get("reactions?limit=100&include=subject.articles.comments")
    assert 200 == allowed.status
    answer = await root.get("reactions?limit=100&include=subject.articles.comments.reactions,subject.reactions")
    assert (400, "query_too_expensive") == (answer.status, answer.json["code"])


async def test_self_reference_leads_up_and_down(root: Client) -> None:
    """A relation to the entity itself is included, listed and filtered by like any other."""
    page = (await root.get("topics?filter[children][some]=&orderBy=id&include=parent,children")).json
    assert ["arts", "music"] == [each["id"] for each in page["items"]]
    arts, music = page["items"]
    assert (None, "Arts") == (arts["parent"], music["parent"]["name"])
    assert ["opera"] == [each["id"] for each in music["children"]["items"]]
    assert ["music"] == ids(await root.get("topics/arts/children"))
    assert ["music"] == ids(await root.get("topics?filter[parent][parent][isNull]=true"))


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        ("ab", "filter[topics][some][id][eq]=music"),
        ("bc", "filter[topics][none][id][eq]=arts"),
        ("bc", "filter[topics][every][parent][name][eq]=Arts"),
        ("b", "filter[topics][some]=&filter[topics][every][parent][name][eq]=Arts"),
        ("b", "filter[author][profile][motto][beginsWith]=On"),
        ("a", "filter[author][profile][isNull]=true&filter[author][isNull]=false"),
        ("a", "filter[comments][some][reactions][some][emoji][eq]=?"),
        ("c", "filter[or][0][author][isNull]=true&filter[or][1][views][gt]=5"),
    ],
)
async def test_filters_cross_every_kind_of_relation(root: Client, expected: str, query: str) -> None:
    """Brackets and JSON ask of related records what they would be asked themselves."""
    assert list(expected) == ids(await root.get(f"articles?orderBy=id&{quote(query, safe='=&')}"))


@pytest.mark.parametrize(
    ("expected", "query"),
    [
        ("!", "filter[subject][Author][name][eq]=Ann"),
        ("?", "filter[subject][Comment][article][views][gte]=3"),
        ("?", "filter[subject][Comment]="),
        ("", "filter[subject][isNull]=true"),
        ("!?", 'filter={"or":[{"subject":{"Author":{}}},{"subject":{"Comment":{"body":{"eq":"first"}}}}]}'),
    ],
)
async def test_filters_ask_a_polymorphic_relation_by_type(root: Client, expected: str, query: str) -> None:
    """Below the relation stands the entity, and below that what is asked of it."""
    page = await root.get(f"reactions?orderBy=emoji&{quote(query, safe='=&')}")
    assert list(expected) == [each["emoji"] for each in page.json["items"]]


@pytest.mark.parametrize(
    ("expected", "order"),
    [
        ("cba", "author.name"),
        ("abc", "-author.name"),
        ("acb", "author.profile.motto,id"),
        ("cba", "author.name,-views"),
    ],
)
async def test_order_goes_over_to_one_relations(root: Client, expected: str, order: str) -> None:
    """Lists are ordered by fields of related records; without one they come first, as nulls do."""
    assert list(expected) == ids(await root.get(f"articles?orderBy={order}"))
    first = (await root.get(f"articles?orderBy={order}&limit=2")).json
    rest = await root.get(f"articles?orderBy={order}&limit=2&nextToken={quote(first['nextToken'])}")
    assert list(expected)[2:] == ids(rest)


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("invalid_order", "articles?orderBy=topics.name"),
        ("invalid_order", "articles?orderBy=author"),
        ("invalid_order", "articles?orderBy=author.nam"),
        ("invalid_order", "reactions?orderBy=subject.name"),
        ("invalid_filter", "reactions?filter[subject][Article][id][eq]=a"),
        ("invalid_filter", "reactions?filter[subject][name][eq]=Ann"),
        ("invalid_filter", "reactions?filter[subject][Author][nam][eq]=Ann"),
        ("invalid_filter", "reactions?filter[subject]=Author"),
        ("invalid_filter", "articles?filter[topics][isNull]=true"),
        ("invalid_selection", "articles?include=topics.article"),
        ("invalid_selection", "articles/a/topics?include=topics"),
    ],
)
async def test_what_cannot_be_meant_is_400(root: Client, code: str, path: str) -> None:
    """Relations are asked in the way that fits their kind, or the answer says how."""
    answer = await root.get(quote(path, safe="=&?/"))
    assert (400, code) == (answer.status, answer.json["code"])
