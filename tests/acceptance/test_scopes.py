"""Where scopes are required, an app that asks in somebody's name gets what its token was given for, by every door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.settings import Settings
from atakora_data.testing import Client
from atakora_data.testing.client import Answer

SCHEMA = '''
from atakora_data import *

OPEN = Authorization(
    create=allow.public(), read=allow.public(), update=allow.public(), delete=allow.public()
)

class Book(Entity):
    """What is written."""
    id: str = Field(primary_key=True)
    pages: HasMany["Page"] = has_many("book_id")
    authorization = OPEN
    realtime = True

    @action(allow=allow.public())
    async def bind(record, ctx):
        return record

class Page(Entity):
    """A part of it."""
    id: str = Field(primary_key=True)
    book_id: str
    text: str = ""
    book: BelongsTo["Book"] = belongs_to("book_id")
    authorization = OPEN
'''


async def opened(folder: Path, scopes: str) -> AsyncIterator[Client]:
    """An app with a book of one page."""
    (folder / "library.py").write_text(SCHEMA)
    app = bootstrap(
        Settings(schemas=folder, key_file=folder / "key", store="memory", scopes=scopes, explain_roles=("auditor",))
    )
    nobody = Client(app)
    assert 201 == (await nobody.post("books", {"id": "b"})).status
    assert 201 == (await nobody.post("pages", {"id": "p", "bookId": "b", "text": "canary"})).status
    yield nobody
    await app.stop()


@pytest.fixture
async def nobody(tmp_path: Path) -> AsyncIterator[Client]:
    """An anonymous caller where scopes are required: no app asks in its name."""
    async for client in opened(tmp_path, "required"):
        yield client


def with_scopes(nobody: Client, scopes: str) -> Client:
    """Alice, by an app with these scopes."""
    return nobody.as_("alice", scp=scopes)


def refused(answer: Answer, scope: str) -> bool:
    """Whether the answer names the scope that is missing."""
    told = answer.headers.get("WWW-Authenticate", "")
    return (answer.status, answer.json["code"], told) == (
        403,
        "insufficient_scope",
        f'Bearer error="insufficient_scope", scope="{scope}"',
    ) and scope in answer.json["hint"]


async def test_reading_needs_a_scope_to_read(nobody: Client) -> None:
    """Of this entity, or of all."""
    for scopes in ("Book.Read", "Data.Read", "Other.Read Book.Read"):
        assert 200 == (await with_scopes(nobody, scopes).get("books/b")).status
    for scopes in ("Book.Write", "Page.Read", "Data.Write", "book.read", ""):
        for path in ("books/b", "books/none", "books", "books/aggregate", "books/b/pages"):
            assert refused(await with_scopes(nobody, scopes).get(path), "Book.Read"), (scopes, path)


async def test_writing_needs_a_scope_to_write(nobody: Client) -> None:
    """Creating, changing, replacing, deleting, acting, many at once, and in a batch; nothing is changed without."""
    reader, writer = with_scopes(nobody, "Data.Read"), with_scopes(nobody, "Book.Write Book.Read")
    asked = [
        ("POST", "books", {"id": "c"}),
        ("POST", "books", [{"id": "c"}]),
        ("PATCH", "books/b", {}),
        ("PUT", "books/b", {"id": "b"}),
        ("PUT", "books/c", {"id": "c"}),
        ("POST", "books/b/bind", None),
        ("PATCH", "books?filter[id][eq]=b", {}),
        ("DELETE", "books?filter[id][eq]=b", None),
        ("DELETE", "books/b", None),
    ]
    for method, path, body in asked:
        assert refused(await reader.ask(method, path, body), "Book.Write"), (method, path)
    operations = [{"method": "POST", "path": "/books", "body": {"id": "c"}}]
    assert refused(await reader.post("batch", {"atomic": True, "operations": operations}), "Book.Write")
    assert ["b"] == [each["id"] for each in (await nobody.get("books")).json["items"]]
    for method, path, body in asked[:1] + asked[2:4] + asked[5:6]:
        assert 300 > (await writer.ask(method, path, body)).status, (method, path)


async def test_what_is_beside_needs_its_own_scope(nobody: Client) -> None:
    """Included, filtered by, nested and written beside: as if there were none that may be read."""
    reader = with_scopes(nobody, "Book.Read Book.Write")
    found = (await reader.get("books/b", include="pages")).json
    assert [] == found["pages"]["items"]
    some = {"pages": {"some": {"text": {"eq": "canary"}}}}
    assert [] == (await reader.get("books", filter=some)).json["items"]
    nested = await reader.graphql('{ getBook(id: "b") { id pages { items { text } count } } }')
    assert {"getBook": {"id": "b", "pages": {"items": [], "count": 0}}} == nested.json["data"]
    made = await reader.post("books", {"id": "c", "pages": {"create": [{"id": "q"}]}})
    assert 403 == made.status
    assert 404 == (await nobody.get("books/c")).status


async def test_graphql_tells_of_scopes(nobody: Client) -> None:
    """In the extensions of the error, as REST does."""
    answer = await with_scopes(nobody, "Book.Read").graphql('mutation { deleteBook(id: "b") { id } }')
    assert "insufficient_scope" == answer.json["errors"][0]["extensions"]["code"]
    assert 200 == (await nobody.get("books/b")).status


@pytest.mark.parametrize("scopes", ["Book.Read", "Book.Write", "Book.Read Data.Write", "Data.Read", ""])
@pytest.mark.parametrize(
    ("operation", "method", "path", "body"),
    [
        ("read", "GET", "books/free", None),
        ("create", "POST", "books", {"id": "new"}),
        ("update", "PATCH", "books/free", {}),
        ("delete", "DELETE", "books/free", None),
        ("bind", "POST", "books/free/bind", None),
    ],
)
async def test_what_is_explained_is_what_is_answered(
    nobody: Client, scopes: str, operation: str, method: str, path: str, body: Any
) -> None:
    """The status is that of the door, and a scope that is missing is told apart from the rule, which allows it."""
    assert 201 == (await nobody.post("books", {"id": "free"})).status
    auditor = with_scopes(nobody, "").as_("ida", "auditor", idtyp="app")
    asked = {"entity": "Book", "operation": operation, "principal": {"id": "alice", "scopes": scopes.split()}}
    told = (await auditor.post("explain", asked if operation == "create" else {**asked, "id": "free"})).json
    answer = await with_scopes(nobody, scopes).ask(method, path, body)
    assert answer.status == told["status"]
    assert (answer.status < 300) == (told["missingScopes"] == [])
    assert ("public()", True) == (told["rule"]["rule"], told["rule"]["allowed"])
    if answer.status == 403:
        assert told["missingScopes"][0] in answer.json["hint"]


async def test_apps_and_nobody_need_none(nobody: Client) -> None:
    """Tokens of apps say `idtyp`, or name a client as their subject; others without scopes are refused."""
    assert 200 == (await nobody.get("books/b")).status
    assert 200 == (await nobody.as_("daemon", idtyp="app").get("books/b")).status
    assert 200 == (await nobody.as_("daemon", azp="11111111-2222-3333-4444-555555555555").get("books/b")).status
    assert refused(await nobody.as_("alice").get("books/b"), "Book.Read")
    assert refused(await nobody.as_("alice", "DataOwner").get("books/b"), "Book.Read")


async def test_the_typed_api_asks_as_the_caller(nobody: Client) -> None:
    """And as the system it asks for nothing."""
    data = with_scopes(nobody, "Page.Read").data
    with pytest.raises(Exception, match="not given to read Book"):
        await data.Book.query().all()
    assert 1 == len(await data.as_system().Book.query().all())


async def test_scopes_count_for_nothing_unless_required(tmp_path: Path) -> None:
    """The setting is off by default."""
    async for client in opened(tmp_path, "off"):
        assert 200 == (await client.as_("alice", scp="Other.Read").get("books/b")).status
