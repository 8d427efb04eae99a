"""Each change of an audited entity is kept with it, whole, for those alone whom the rule allows."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.errors import Forbidden, SchemaError
from atakora_data.registry.loader import load_registry
from atakora_data.settings import Connection, Settings
from atakora_data.testing import Client
from tests.storage.cosmos.server import serving

SCHEMA = '''
from atakora_data import *

class Shelf(Entity):
    """Where books stand."""
    id: str = Field(primary_key=True)
    books: HasMany["Book"] = has_many("shelf_id", on_delete="cascade")
    lent: HasMany["Book"] = has_many("lent_to", on_delete="set_null")
    authorization = Authorization(create=allow.public(), read=allow.public(), delete=allow.public())

class Book(Entity):
    """What is written."""
    id: str = Field(primary_key=True)
    title: str = Field(min_length=1)
    secret: str = Field(default="none", sensitive=True)
    owner_id: str | None = Field(default=None, owner=True)
    shelf_id: str | None = None
    lent_to: str | None = None
    shelf: BelongsTo["Shelf"] = belongs_to("shelf_id")
    lender: BelongsTo["Shelf"] = belongs_to("lent_to")
    authorization = Authorization(
        create=allow.authenticated(),
        read=allow.public(),
        update=allow.owner() | (allow.role("editor") & allow.where(title="open")),
        delete=allow.owner(),
    )
    audit = allow.role("auditor")

    @action(allow=allow.authenticated())
    async def stamp(record, ctx):
        record.title = "stamped"
        return record
'''


@pytest.fixture(params=["sqlite", "cosmos"])
async def nobody(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Client]:
    """An anonymous caller, on each store."""
    (tmp_path / "library.py").write_text(SCHEMA)
    common: dict[str, Any] = {"schemas": tmp_path, "key_file": tmp_path / "key", "tenancy": "tid"}
    async with serving() as server:
        text = f"AccountEndpoint={server.url};AccountKey={base64.b64encode(b'key').decode()};"
        connection = Connection("COSMOS", text)
        stores: dict[str, Any] = {"sqlite": {"store": "memory"}, "cosmos": {"store": "cosmos", "cosmos": connection}}
        app = bootstrap(Settings(**common, **stores[request.param]))
        yield Client(app)
        await app.stop()


def of(nobody: Client, name: str, *roles: str, tenant: str = "t1") -> Client:
    """Somebody of a tenant."""
    return nobody.as_(name, *roles, tid=tenant)


async def trail(nobody: Client, tenant: str = "t1", **query: str) -> list[dict[str, Any]]:
    """What an auditor reads, oldest first."""
    answer = await of(nobody, "ida", "auditor", tenant=tenant).get("book-audits", orderBy="at", **query)
    assert 200 == answer.status, answer.body
    return list(answer.json["items"])


def told(entries: list[dict[str, Any]], *names: str) -> list[tuple[Any, ...]]:
    """These fields of each entry."""
    return [tuple(each[name] for name in names) for each in entries]


async def test_each_change_is_kept(nobody: Client) -> None:
    """Who, what, which fields and by which part of the rule; of a deletion as well."""
    alice, eve = of(nobody, "alice"), of(nobody, "eve", "editor")
    assert 201 == (await alice.post("books", {"id": "b", "title": "open", "secret": "canary"})).status
    assert 200 == (await eve.patch("books/b", {"secret": "canary2"})).status
    assert 200 == (await alice.patch("books/b", {"title": "mine"})).status
    assert 403 == (await eve.patch("books/b", {"title": "hers"})).status
    assert 422 == (await alice.patch("books/b", {"title": ""})).status
    assert 200 == (await of(nobody, "bob").post("books/b/stamp")).status
    assert 204 == (await alice.delete("books/b")).status
    entries = await trail(nobody)
    assert [
        ("created", "alice", "authenticated()", 1),
        ("updated", "eve", "role('editor') & where(title == \"open\")", 2),
        ("updated", "alice", "owner(ownerId)", 3),
        ("updated", "bob", "authenticated()", 4),
        ("deleted", "alice", "owner(ownerId)", 5),
    ] == told(entries, "operation", "by", "rule", "recordVersion")
    assert [None, None, None, "stamp", None] == [each["action"] for each in entries]
    assert [["secret"], ["title"], ["title"], []] == [each["changed"] for each in entries[1:]]
    assert {"id", "title", "secret", "ownerId"} <= set(entries[0]["changed"])
    assert "canary" not in repr(entries)
    assert 5 == len({each["at"] for each in entries})


async def test_changes_beside_others_are_kept(nobody: Client) -> None:
    """Many at once, in a batch, nested in another, and by on_delete."""
    alice = of(nobody, "alice")
    await alice.post("shelves", {"id": "s"})
    await alice.post("shelves", {"id": "r"})
    await alice.post("books", [{"id": "b1", "title": "x", "shelfId": "s"}, {"id": "b2", "title": "x", "lentTo": "s"}])
    operations = [
        {"method": "PATCH", "path": "/books/b1", "body": {"title": "y"}},
        {"method": "POST", "path": "/books", "body": {"id": "b3", "title": "z", "shelfId": "r"}},
    ]
    assert 200 == (await alice.post("batch", {"atomic": True, "operations": operations})).status
    assert 204 == (await alice.delete("shelves/s")).status
    found = told(await trail(nobody), "recordId", "operation", "rule")
    assert [
        ("b1", "created", "authenticated()"),
        ("b1", "deleted", "on_delete"),
        ("b1", "updated", "owner(ownerId)"),
        ("b2", "created", "authenticated()"),
        ("b2", "updated", "on_delete"),
        ("b3", "created", "authenticated()"),
    ] == sorted(found)


async def test_a_refused_write_leaves_nothing(nobody: Client) -> None:
    """An atomic batch of which one part fails: no record and no entry."""
    alice = of(nobody, "alice")
    operations = [{"method": "POST", "path": "/books", "body": {"id": "b", "title": each}} for each in ("x", "y")]
    assert 409 == (await alice.post("batch", {"atomic": True, "operations": operations})).status
    assert [] == await trail(nobody)
    assert 404 == (await alice.get("books/b")).status


async def test_racers_leave_one_entry_for_each_change(nobody: Client) -> None:
    """Tries that were made again are not kept twice."""
    alice = of(nobody, "alice")
    await alice.post("books", {"id": "b", "title": "x"})
    await asyncio.gather(*(alice.patch("books/b", {"title": f"t{n}"}) for n in range(8)))
    versions = [each["recordVersion"] for each in await trail(nobody)]
    assert list(range(1, (await alice.get("books/b")).json["_version"] + 1)) == sorted(versions)


async def test_only_whom_the_rule_allows_may_read(nobody: Client) -> None:
    """Lists, records, counts, GraphQL; other tenants have a trail of their own."""
    alice = of(nobody, "alice", "editor")
    await alice.post("books", {"id": "b", "title": "x"})
    (entry,) = await trail(nobody)
    for path in ("book-audits", f"book-audits/{entry['id']}", "book-audits/aggregate"):
        assert 403 == (await alice.get(path)).status
    assert 401 == (await nobody.get("book-audits")).status
    answer = await alice.graphql("{ listBookAudits { items { by } } }")
    assert "forbidden" == answer.json["errors"][0]["extensions"]["code"]
    assert [] == await trail(nobody, tenant="t2")
    assert 404 == (await of(nobody, "ida", "auditor", tenant="t2").get(f"book-audits/{entry['id']}")).status
    ida = of(nobody, "ida", "auditor")
    listed = await ida.graphql('{ listBookAudits(filter: {recordId: {eq: "b"}}) { items { by operation } count } }')
    assert {"items": [{"by": "alice", "operation": "created"}], "count": 1} == listed.json["data"]["listBookAudits"]


async def test_what_was_done_stays(nobody: Client) -> None:
    """There is no way to change, add or remove an entry: not for owners of all data, not for the app itself."""
    await of(nobody, "alice").post("books", {"id": "b", "title": "x"})
    (entry,) = await trail(nobody)
    owner = of(nobody, "ida", "auditor", "DataOwner")
    path = f"book-audits/{entry['id']}"
    for method in ("PATCH", "PUT", "DELETE"):
        assert 405 == (await owner.ask(method, path, {} if method != "DELETE" else None)).status
    assert 405 == (await owner.post("book-audits", {})).status
    operations = [{"method": "DELETE", "path": f"/{path}"}]
    refused = await owner.post("batch", {"operations": operations})
    assert 405 == refused.json["results"][0]["status"]
    system = owner.data.as_system()
    with pytest.raises(Forbidden):
        await system["BookAudit"].delete(entry["id"])
    with pytest.raises(Forbidden):
        await system["BookAudit"].update(entry["id"], by="bob")
    assert [entry] == await trail(nobody)


async def test_the_app_itself_is_kept_as_such(nobody: Client) -> None:
    """By nobody, by the rule that binds no system."""
    await nobody.application.start()
    data = of(nobody, "alice").data.as_system()
    await data["Book"].create(id="b", title="x")
    assert [("created", "system")] == told(await trail(nobody), "operation", "rule")


def test_audit_takes_a_rule(tmp_path: Path) -> None:
    """Anything else is refused at load, with file, line and remedy."""
    (tmp_path / "library.py").write_text(SCHEMA.replace('audit = allow.role("auditor")', "audit = True"))
    with pytest.raises(SchemaError, match=r"library\.py:\d+: audit is True, which is no rule\. Say who may read it"):
        load_registry(tmp_path)
