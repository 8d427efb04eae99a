"""Real data, and the same questions asked in SQL: both answers must be equal."""

from __future__ import annotations

import sqlite3
from typing import Any

import pytest

from tests.examples.music import DATA, data, graphql_pages, pages
from tests.support.app import Client

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason=f"the Chinook data is not at {DATA}"),
    pytest.mark.asyncio(loop_scope="module"),
]
Rows = list[Any]


LISTS: list[tuple[str, str, dict[str, Any], str]] = [
    ("a name", "artists", {"filter": {"name": {"eq": "AC/DC"}}}, "SELECT ArtistId FROM Artist WHERE Name='AC/DC'"),
    (
        "not a name",
        "genres",
        {"filter": {"name": {"ne": "Rock"}}},
        "SELECT GenreId FROM Genre WHERE Name<>'Rock' ORDER BY CAST(GenreId AS TEXT)",
    ),
    (
        "several names",
        "genres",
        {"filter": {"name": {"in": ["Jazz", "Blues", "Opera"]}}},
        "SELECT GenreId FROM Genre WHERE Name IN ('Jazz','Blues','Opera') ORDER BY CAST(GenreId AS TEXT)",
    ),
    (
        "none of several",
        "genres",
        {"filter": {"name": {"notIn": ["Jazz", "Blues", "Opera"]}}, "orderBy": "name"},
        "SELECT GenreId FROM Genre WHERE Name NOT IN ('Jazz','Blues','Opera') ORDER BY Name, CAST(GenreId AS TEXT)",
    ),
    (
        "a part of a name",
        "tracks",
        {"filter": {"name": {"contains": "Love"}}, "orderBy": "name", "limit": 100},
        "SELECT TrackId FROM Track WHERE instr(Name,'Love')>0 ORDER BY Name, CAST(TrackId AS TEXT)",
    ),
    (
        "a part of a name in any case",
        "tracks",
        {"filter": {"name": {"containsIgnoreCase": "lOvE"}}, "orderBy": "-name", "limit": 100},
        "SELECT TrackId FROM Track WHERE instr(lower(Name),'love')>0 ORDER BY Name DESC, CAST(TrackId AS TEXT)",
    ),
    (
        "the beginning of a title",
        "albums",
        {"filter": {"title": {"beginsWith": "The "}}, "orderBy": "title", "limit": 100},
        "SELECT AlbumId FROM Album WHERE substr(Title,1,4)='The ' ORDER BY Title, CAST(AlbumId AS TEXT)",
    ),
    (
        "the end of a title",
        "albums",
        {"filter": {"title": {"endsWith": "]"}}, "orderBy": "title"},
        "SELECT AlbumId FROM Album WHERE Title LIKE '%]' ORDER BY Title, CAST(AlbumId AS TEXT)",
    ),
    (
        "names without a letter",
        "artists",
        {"filter": {"name": {"notContains": "e"}}, "orderBy": "name", "limit": 50},
        "SELECT ArtistId FROM Artist WHERE instr(Name,'e')=0 ORDER BY Name, CAST(ArtistId AS TEXT)",
    ),
    (
        "longer than ten minutes",
        "tracks",
        {"filter": {"milliseconds": {"gt": 600_000}}, "orderBy": "-milliseconds", "limit": 100},
        "SELECT TrackId FROM Track WHERE Milliseconds>600000 ORDER BY Milliseconds DESC, CAST(TrackId AS TEXT)",
    ),
    (
        "between two lengths",
        "tracks",
        {"filter": {"milliseconds": {"between": [200_000, 201_000]}}, "orderBy": "milliseconds,-name"},
        (
            "SELECT TrackId FROM Track WHERE Milliseconds BETWEEN 200000 AND 201000"
            " ORDER BY Milliseconds, Name DESC, CAST(TrackId AS TEXT)"
        ),
    ),
    (
        "expensive tracks",
        "tracks",
        {"filter": {"unitPrice": {"gte": 1.99}}, "limit": 100},
        "SELECT TrackId FROM Track WHERE UnitPrice>=1.99 ORDER BY CAST(TrackId AS TEXT)",
    ),
    (
        "two conditions",
        "tracks",
        {"filter": {"genreId": {"eq": "1"}, "milliseconds": {"lt": 120_000}}, "orderBy": "name"},
        "SELECT TrackId FROM Track WHERE GenreId=1 AND Milliseconds<120000 ORDER BY Name, CAST(TrackId AS TEXT)",
    ),
    (
        "one of two conditions",
        "tracks",
        {
            "filter": {"or": [{"milliseconds": {"lt": 20_000}}, {"bytes": {"gt": 1_000_000_000}}]},
            "orderBy": "bytes",
        },
        "SELECT TrackId FROM Track WHERE Milliseconds<20000 OR Bytes>1000000000 ORDER BY Bytes, CAST(TrackId AS TEXT)",
    ),
    (
        "a negation",
        "media-types",
        {"filter": {"not": {"name": {"contains": "audio"}}}},
        "SELECT MediaTypeId FROM MediaType WHERE NOT instr(Name,'audio')>0 ORDER BY CAST(MediaTypeId AS TEXT)",
    ),
    (
        "and, or and not together",
        "tracks",
        {
            "filter": {
                "and": [
                    {"or": [{"genreId": {"eq": "2"}}, {"genreId": {"eq": "6"}}]},
                    {"not": {"mediaTypeId": {"eq": "1"}}},
                ]
            },
            "orderBy": "name",
        },
        "SELECT TrackId FROM Track WHERE GenreId IN (2,6) AND MediaTypeId<>1 ORDER BY Name, CAST(TrackId AS TEXT)",
    ),
    (
        "an empty or",
        "artists",
        {"filter": {"or": []}},
        "SELECT ArtistId FROM Artist WHERE 0",
    ),
    (
        "everything, by the key",
        "artists",
        {"limit": 100},
        "SELECT ArtistId FROM Artist ORDER BY CAST(ArtistId AS TEXT)",
    ),
    (
        "everything, page by page, several keys",
        "tracks",
        {"orderBy": "-genreId,milliseconds", "limit": 100},
        "SELECT TrackId FROM Track ORDER BY CAST(GenreId AS TEXT) DESC, Milliseconds, CAST(TrackId AS TEXT)",
    ),
    (
        "small pages",
        "invoices",
        {"filter": {"billingCountry": {"eq": "Germany"}}, "orderBy": "-total", "limit": 3},
        "SELECT InvoiceId FROM Invoice WHERE BillingCountry='Germany' ORDER BY Total DESC, CAST(InvoiceId AS TEXT)",
    ),
    (
        "a year",
        "invoices",
        {
            "filter": {"invoiceDate": {"gte": "2023-01-01T00:00:00Z", "lt": "2024-01-01T00:00:00Z"}},
            "orderBy": "invoiceDate",
            "limit": 100,
        },
        "SELECT InvoiceId FROM Invoice WHERE InvoiceDate LIKE '2023-%' ORDER BY InvoiceDate, CAST(InvoiceId AS TEXT)",
    ),
    (
        "a moment in another zone",
        "invoices",
        {"filter": {"invoiceDate": {"eq": "2021-01-02T02:00:00+02:00"}}},
        "SELECT InvoiceId FROM Invoice WHERE InvoiceDate='2021-01-02 00:00:00'",
    ),
    (
        "nobody above",
        "employees",
        {"filter": {"reportsToId": {"isNull": True}}},
        "SELECT EmployeeId FROM Employee WHERE ReportsTo IS NULL",
    ),
    (
        "nulls first",
        "employees",
        {"orderBy": "reportsToId,lastName"},
        "SELECT EmployeeId FROM Employee ORDER BY CAST(ReportsTo AS TEXT), LastName, CAST(EmployeeId AS TEXT)",
    ),
    (
        "nulls last",
        "employees",
        {"orderBy": "-reportsToId,lastName", "limit": 3},
        "SELECT EmployeeId FROM Employee ORDER BY CAST(ReportsTo AS TEXT) DESC, LastName, CAST(EmployeeId AS TEXT)",
    ),
    (
        "no equality holds for null, its negation does",
        "employees",
        {"filter": {"reportsToId": {"ne": "2"}}},
        "SELECT EmployeeId FROM Employee WHERE ReportsTo IS NOT 2 ORDER BY CAST(EmployeeId AS TEXT)",
    ),
    (
        "letters beyond ASCII",
        "customers",
        {"filter": {"city": {"beginsWith": "São"}}, "orderBy": "lastName"},
        "SELECT CustomerId FROM Customer WHERE substr(City,1,3)='São' ORDER BY LastName, CAST(CustomerId AS TEXT)",
    ),
    (
        "order by code point",
        "customers",
        {"orderBy": "city,-lastName", "limit": 7},
        "SELECT CustomerId FROM Customer ORDER BY City, LastName DESC, CAST(CustomerId AS TEXT)",
    ),
    (
        "four bounds",
        "invoices",
        {"filter": {"total": {"gt": 5, "lte": 8.91}, "billingCountry": {"gte": "C", "lt": "G"}}, "orderBy": "total"},
        (
            "SELECT InvoiceId FROM Invoice WHERE Total>5 AND Total<=8.91 AND BillingCountry>='C' AND BillingCountry<'G'"
            " ORDER BY Total, CAST(InvoiceId AS TEXT)"
        ),
    ),
    (
        "the junction",
        "playlist-tracks",
        {"filter": {"playlistId": {"eq": "3"}}, "limit": 100},
        "SELECT PlaylistId||'-'||TrackId FROM PlaylistTrack WHERE PlaylistId=3 ORDER BY PlaylistId||'-'||TrackId",
    ),
    (
        "the tracks of an album",
        "albums/1/tracks",
        {"orderBy": "name"},
        "SELECT TrackId FROM Track WHERE AlbumId=1 ORDER BY Name, CAST(TrackId AS TEXT)",
    ),
    (
        "the albums of an artist, filtered",
        "artists/90/albums",
        {"filter": {"title": {"contains": "Live"}}, "orderBy": "-title", "limit": 2},
        "SELECT AlbumId FROM Album WHERE ArtistId=90 AND instr(Title,'Live')>0 ORDER BY Title DESC",
    ),
    (
        "a long list below a record, page by page",
        "genres/1/tracks",
        {"orderBy": "-bytes", "limit": 100},
        "SELECT TrackId FROM Track WHERE GenreId=1 ORDER BY Bytes DESC, CAST(TrackId AS TEXT)",
    ),
]


@pytest.mark.parametrize(("question", "path", "query", "statement"), LISTS, ids=[each[0] for each in LISTS])
async def test_lists_agree_with_sql(
    chinook: Client, sql: sqlite3.Connection, question: str, path: str, query: dict[str, Any], statement: str
) -> None:
    """A filtered, ordered and paged list holds the ids that SQL finds, in the same order."""
    expected = [str(row[0]) for row in sql.execute(statement)]
    assert expected == [item["id"] for item in await pages(chinook, path, **query)], question


@pytest.mark.parametrize(
    ("question", "path", "query", "statement"),
    [each for each in LISTS if "/" not in each[1]],
    ids=[each[0] for each in LISTS if "/" not in each[1]],
)
async def test_graphql_lists_agree_with_sql(
    chinook: Client, sql: sqlite3.Connection, question: str, path: str, query: dict[str, Any], statement: str
) -> None:
    """The same questions through GraphQL have the same answers."""
    expected = [str(row[0]) for row in sql.execute(statement)]
    assert expected == [item["id"] for item in await graphql_pages(chinook, path, query)], question


COUNTS: list[tuple[str, dict[str, Any], str]] = [
    ("tracks", {}, "SELECT count(*) FROM Track"),
    ("playlist-tracks", {}, "SELECT count(*) FROM PlaylistTrack"),
    (
        "tracks",
        {"composer": {"containsIgnoreCase": "hendrix"}},
        "SELECT count(*) FROM Track WHERE instr(lower(Composer),'hendrix')>0",
    ),
    ("invoice-lines", {"unitPrice": {"eq": 0.99}}, "SELECT count(*) FROM InvoiceLine WHERE UnitPrice=0.99"),
    (
        "customers",
        {"country": {"in": ["USA", "Canada"]}},
        "SELECT count(*) FROM Customer WHERE Country IN ('USA','Canada')",
    ),
    ("invoices", {"not": {"total": {"lt": 10}}}, "SELECT count(*) FROM Invoice WHERE Total>=10"),
]


@pytest.mark.parametrize(("path", "filter", "statement"), COUNTS)
async def test_counts_agree_with_sql(
    chinook: Client, sql: sqlite3.Connection, path: str, filter: dict[str, Any], statement: str
) -> None:
    """A count is what SQL counts, whatever the page holds."""
    answer = await chinook.get(path, filter=filter, count="true", limit=1)
    assert sql.execute(statement).fetchone()[0] == answer.json["count"]


async def test_album_with_artist_and_tracks(chinook: Client, sql: sqlite3.Connection) -> None:
    """Nested in one query: to-one and to-many, with an order of its own."""
    answer = await data(
        chinook,
        '{ getAlbum(id: "6") { title artist { name } tracks(orderBy: [{name: DESC}], limit: 5) { items { name } } } }',
    )
    title, artist = sql.execute("SELECT Title, Name FROM Album JOIN Artist USING(ArtistId) WHERE AlbumId=6").fetchone()
    names = sql.execute("SELECT Name FROM Track WHERE AlbumId=6 ORDER BY Name DESC LIMIT 5")
    expected = {"title": title, "artist": {"name": artist}, "tracks": {"items": [{"name": row[0]} for row in names]}}
    assert expected == answer["getAlbum"]


async def test_tracks_per_album_are_limited_per_parent(chinook: Client, sql: sqlite3.Connection) -> None:
    """`limit` inside a to-many holds for each parent, and `count` counts each parent's records."""
    answer = await data(
        chinook,
        "{ listAlbums(limit: 100) { items { id tracks(limit: 3, orderBy: [{milliseconds: ASC}])"
        " { count nextToken items { id } } } } }",
    )
    albums = answer["listAlbums"]["items"]
    assert 100 == len(albums)
    for album in albums:
        rows = sql.execute(
            "SELECT TrackId FROM Track WHERE AlbumId=? ORDER BY Milliseconds, CAST(TrackId AS TEXT)",
            (int(album["id"]),),
        ).fetchall()
        assert [str(row[0]) for row in rows[:3]] == [item["id"] for item in album["tracks"]["items"]]
        assert len(rows) == album["tracks"]["count"]
        assert (len(rows) > 3) == (album["tracks"]["nextToken"] is not None)


async def test_manager_of_each_employee(chinook: Client, sql: sqlite3.Connection) -> None:
    """A relation to the same entity: each employee's manager and the manager's manager."""
    answer = await data(
        chinook,
        "{ listEmployees(orderBy: [{lastName: ASC}])"
        " { items { lastName reportsTo { lastName reportsTo { lastName } } } } }",
    )
    rows = sql.execute(
        "SELECT e.LastName, m.LastName, t.LastName FROM Employee e LEFT JOIN Employee m ON m.EmployeeId=e.ReportsTo"
        " LEFT JOIN Employee t ON t.EmployeeId=m.ReportsTo ORDER BY e.LastName"
    )
    found = [
        (
            item["lastName"],
            item["reportsTo"] and item["reportsTo"]["lastName"],
            item["reportsTo"] and item["reportsTo"]["reportsTo"] and item["reportsTo"]["reportsTo"]["lastName"],
        )
        for item in answer["listEmployees"]["items"]
    ]
    assert rows.fetchall() == found


async def test_reports_of_each_manager(chinook: Client, sql: sqlite3.Connection) -> None:
    """The same relation from the other end."""
    answer = await chinook.get("employees", include="reports", orderBy="id")
    expected = {
        str(id): [str(row[0]) for row in sql.execute("SELECT EmployeeId FROM Employee WHERE ReportsTo=?", (id,))]
        for (id,) in sql.execute("SELECT EmployeeId FROM Employee")
    }
    assert expected == {item["id"]: [each["id"] for each in item["reports"]["items"]] for item in answer.json["items"]}


async def test_four_levels(chinook: Client, sql: sqlite3.Connection) -> None:
    """Customer, invoices, lines, track and genre in one query."""
    answer = await data(
        chinook,
        "query Q($id: ID!) { getCustomer(id: $id) { supportRep { firstName } invoices(orderBy: [{invoiceDate: ASC}])"
        " { items { total lines(limit: 100) { items { track { name genre { name } } } } } } } }",
        id="12",
    )
    customer = answer["getCustomer"]
    found = [
        (invoice["total"], line["track"]["name"], line["track"]["genre"]["name"])
        for invoice in customer["invoices"]["items"]
        for line in invoice["lines"]["items"]
    ]
    rows = sql.execute(
        "SELECT i.Total, t.Name, g.Name FROM Invoice i JOIN InvoiceLine l USING(InvoiceId) JOIN Track t USING(TrackId)"
        " JOIN Genre g USING(GenreId) WHERE i.CustomerId=12 ORDER BY i.InvoiceDate, CAST(l.InvoiceLineId AS TEXT)"
    )
    assert rows.fetchall() == found


async def test_rest_include_equals_graphql(chinook: Client) -> None:
    """`include` in REST and a nested selection in GraphQL load the same records."""
    rest = await chinook.get("albums", include="artist,tracks", limit=10, orderBy="title")
    graph = await data(
        chinook,
        "{ listAlbums(limit: 10, orderBy: [{title: ASC}])"
        " { items { id artist { id name } tracks { nextToken items { id } } } } }",
    )

    def brief(items: list[dict[str, Any]]) -> list[tuple[str, str, list[str]]]:
        return [
            (each["id"], each["artist"]["name"], [track["id"] for track in each["tracks"]["items"]]) for each in items
        ]

    assert brief(graph["listAlbums"]["items"]) == brief(rest.json["items"])


async def test_aliases_ask_the_same_relation_twice(chinook: Client, sql: sqlite3.Connection) -> None:
    """Two aliases of one relation with different arguments answer each for itself."""
    answer = await data(
        chinook,
        '{ getGenre(id: "1") { longest: tracks(limit: 1, orderBy: [{milliseconds: DESC}]) { items { name } }'
        " shortest: tracks(limit: 1, orderBy: [{milliseconds: ASC}]) { items { name } } } }",
    )
    statement = "SELECT Name FROM Track WHERE GenreId=1 ORDER BY Milliseconds {} LIMIT 1"
    expected = {
        name: {"items": [{"name": sql.execute(statement.format(way)).fetchone()[0]}]}
        for name, way in {"longest": "DESC", "shortest": "ASC"}.items()
    }
    assert expected == answer["getGenre"]


async def test_graphql_pages_walk_the_whole_list(chinook: Client, sql: sqlite3.Connection) -> None:
    """Following `nextToken` yields every record once, in order."""
    found: list[str] = []
    token: str | None = None
    while True:
        answer = await data(
            chinook,
            "query Q($token: String) { listInvoices(limit: 60, nextToken: $token, orderBy: [{total: DESC}])"
            " { nextToken count items { id } } }",
            token=token,
        )
        assert 412 == answer["listInvoices"]["count"]
        found += [item["id"] for item in answer["listInvoices"]["items"]]
        token = answer["listInvoices"]["nextToken"]
        if token is None:
            break
    rows = sql.execute("SELECT InvoiceId FROM Invoice ORDER BY Total DESC, CAST(InvoiceId AS TEXT)")
    assert [str(row[0]) for row in rows] == found


async def test_sales_records_are_hidden_from_everybody_else(chinook: Client) -> None:
    """Who is not in sales sees the catalogue but no customer, nested or not."""
    somebody = chinook.as_("guest")
    assert 200 == (await somebody.get("tracks", limit=1)).status
    assert 403 == (await somebody.get("customers")).status
    nested = await data(somebody, '{ getTrack(id: "1") { name invoiceLines { items { id } } } }')
    assert [] == nested["getTrack"]["invoiceLines"]["items"]


async def test_birth_dates_are_for_managers(chinook: Client, sql: sqlite3.Connection) -> None:
    """A field rule hides the value, and filtering or ordering by it tells nothing."""
    manager = chinook.as_("boss", "sales", "manager")
    born = "1960-01-01T00:00:00Z"
    hidden = await chinook.get("employees", filter={"birthDate": {"lt": born}})
    shown = await manager.get("employees", filter={"birthDate": {"lt": born}}, orderBy="birthDate")
    rows = sql.execute(
        "SELECT EmployeeId FROM Employee WHERE BirthDate<'1960-01-01 00:00:00' ORDER BY BirthDate"
    ).fetchall()
    assert [] == hidden.json["items"]
    assert [str(row[0]) for row in rows] == [item["id"] for item in shown.json["items"]]
    one = await chinook.get("employees/1")
    assert "birthDate" not in one.json
