"""Two apps, one with a record that the caller may not read, one without it: no way to ask may tell them apart."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    HasMany,
    Model,
    action,
    allow,
    belongs_to,
    computed,
    has_many,
    principal,
    this,
)
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.rules import Rule
from atakora_data.storage.port import Remove, Target
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.support.app import Client, running
from tests.support.told import Way, graphql, listing, raw, told

MARKER = "XHIDDENX"


async def is_open(_ctx: Any, record: Any) -> bool:
    """A function that goes by the state."""
    return bool(record.state == "open")


def is_mine(ctx: Any, record: Any) -> bool:
    """A function that goes by the caller."""
    return bool(record.keeper_id == ctx.principal.id)


class Place(Model):
    """Where something is."""

    room: str
    notes: str = ""


RULES: dict[str, Rule] = {
    "owner": allow.owner(),
    "owner of a named field": allow.owner("keeper_id"),
    "where": allow.where(state="open"),
    "where not": allow.where(this.state != "closed"),
    "where nested": allow.where(this.place.room == "lobby"),
    "where a range": allow.where(this.level.between(1, 3)),
    "where null": allow.where(this.closed_by == None),  # noqa: E711  # builds a condition
    "where the caller": allow.where(this.keeper_id == principal.id),
    "where a claim": allow.where(this.team == principal.claim("team")),
    "where a claim among others": allow.where(this.team.in_(["t0", principal.claim("team")])),
    "where a list has a claim": allow.where(this.tags.contains(principal.claim("team"))),
    "where text begins with a claim": allow.where(this.code.begins_with(principal.claim("team"))),
    "not": ~allow.where(state="closed"),
    "both": allow.authenticated() & allow.where(state="open"),
    "either": allow.role("chief") | allow.owner(),
    "group or": allow.group("g") | allow.where(state="open"),
    "never or": allow.never() | allow.where(state="open"),
    "custom": allow.custom(is_open),
    "custom and where": allow.custom(is_mine) & allow.where(this.level < 9),
    "custom or owner": allow.custom(is_mine) | allow.owner(),
    "not custom": ~allow.custom(lambda _ctx, record: record.state == "closed"),
}

SEEN = {
    "keeperId": "alice", "state": "open", "team": "red", "level": 2, "code": "red-1", "tags": ["red"],
    "place": {"room": "lobby"}, "boxId": "b",
}  # fmt: skip
HIDDEN = {
    "keeperId": "bob", "state": "closed", "team": f"blue{MARKER}", "level": 9, "code": f"x{MARKER}", "tags": [MARKER],
    "place": {"room": "vault", "notes": MARKER}, "closedBy": MARKER, "title": MARKER, "boxId": "b",
}  # fmt: skip


def schema(read: Rule) -> Registry:
    """Items under this rule, in boxes and with notes that all may read."""

    class Item(Entity):
        id: str = Field(primary_key=True)
        owner_id: str = Field(owner=True)
        keeper_id: str
        title: str = "t"
        state: str
        team: str
        level: int
        code: str
        closed_by: str | None = None
        tags: list[str] = Field(default_factory=list)
        place: Place
        box_id: str

        box: BelongsTo["Box"] = belongs_to("box_id")
        notes: HasMany["Note"] = has_many("item_id")

        authorization = Authorization(
            create=allow.role("maker"), read=read, update=allow.authenticated(), delete=allow.authenticated()
        )

        @computed
        def loud(self) -> str:
            return self.title.upper()

        @action(allow=allow.authenticated())
        async def touch(record: "Item", ctx: ActionContext) -> "Item":
            return record

    class Box(Entity):
        id: str = Field(primary_key=True)
        items: HasMany["Item"] = has_many("box_id")
        authorization = Authorization(create=allow.role("maker"), read=allow.public())

    class Note(Entity):
        id: str = Field(primary_key=True)
        item_id: str
        item: BelongsTo["Item"] = belongs_to("item_id")
        authorization = Authorization(create=allow.role("maker"), read=allow.public())

    return build_registry([Item, Box, Note])


WHOLE = "id ownerId keeperId title state team level code closedBy tags place { room notes } boxId loud _etag _version"
PART = f"fragment P on ItemConnection {{ count nextToken items {{ {WHOLE} }} }}"
PAGE = f"count nextToken items {{ {WHOLE} }}"
MANY: list[dict[str, Any]] = [
    {},
    {"filter": {"id": {"eq": "h"}}},
    {"filter": {"title": {"contains": MARKER}}},
    {"filter": {"not": {"title": {"eq": "t"}}}},
    {"filter": {"or": [{"closedBy": {"isNull": False}}, {"tags": {"contains": MARKER}}]}},
    {"filter": {"place": {"room": {"in": ["vault", "lobby"]}}}},
    {"filter": {"level": {"gt": 5}}},
    {"orderBy": "-level", "limit": 1},
    {"orderBy": "place.room,-team", "limit": 1},
]
"""Ways to ask for many."""

ONE = [
    Way("GET", "items/h"),
    Way("HEAD", "items/h"),
    Way("GET", "items/h?fields=id"),
    Way("GET", "items/h?include=box,notes"),
    Way("GET", "items/h", None, {"if-none-match": "*"}),
    Way("GET", "items/h", None, {"if-match": "*"}),
    Way("GET", "items/h", None, {"if-match": '"x"'}),
    Way("GET", "items/h/notes?count=true"),
    Way("GET", "items/h/box"),
    Way("PATCH", "items/h", {"title": "x"}),
    Way("PATCH", "items/h", {"title": 7, "id": "other", "ownerId": "alice"}),
    Way("PATCH", "items/h", {"title": "x"}, {"if-match": "*"}),
    Way("PATCH", "items/h", {"title": "x"}, {"if-match": '"x"'}),
    Way("PUT", "items/h", {**SEEN, "title": "x"}),
    Way("PUT", "items/h", {"title": 7}, {"if-match": '"x"'}),
    Way("PUT", "items/h", {**SEEN, "title": "x"}, {"if-none-match": "*"}),
    Way("DELETE", "items/h"),
    Way("DELETE", "items/h", None, {"if-match": '"x"'}),
    Way("POST", "items/h/touch"),
    Way("POST", "items/h/touch", {"more": 1}, {"if-match": '"x"'}),
    Way("POST", "items", {**SEEN, "id": "h", "title": "x"}),
    Way("GET", "notes/of-h?include=item.box.items"),
    Way("GET", "notes/of-h/item"),
]
"""Ways to ask for one by its id."""

QUERIES = [
    f'{{ one: getItem(id: "h") {{ {WHOLE} box {{ id }} notes {{ count }} }} two: getItem(id: "v") {{ title }} }}',
    f"{{ listItems {{ {PAGE} }} }}",
    f'{{ a: listItems(filter: {{title: {{contains: "{MARKER}"}}}}) {{ ...P }} b: listItems {{ ...P }} }} {PART}',
    f"{{ listItems(orderBy: [{{level: DESC}}], limit: 1) {{ x: items {{ ... on Item {{ {WHOLE} }} }} nextToken }} }}",
    f"{{ listBoxes {{ items {{ items {{ {PAGE} }} two: items(limit: 1) {{ {PAGE} }} }} }} }}",
    f"{{ listNotes {{ items {{ id itemId item {{ {WHOLE} box {{ items {{ count }} }} }} }} }} }}",
    'mutation { updateItem(id: "h", input: {title: "x"}) { id } }',
    'mutation { updateItem(id: "h", input: {title: "x"}, ifMatch: "*") { id } }',
    'mutation { deleteItem(id: "h", ifMatch: "x") { id } }',
    f'mutation {{ touchItem(id: "h") {{ {WHOLE} }} }}',
]


async def filled(client: Client, store: SqliteEntityStore, *, hidden: bool) -> None:
    """A box with an item the caller may read, maybe one it may not, and a note of each: maybe of one that is gone."""
    maker, keeper = client.as_("alice", "maker", "DataOwner"), client.as_("bob", "maker", "DataOwner")
    assert 201 == (await maker.ask("POST", "boxes", {"id": "b"})).status
    assert 201 == (await maker.ask("POST", "items", {**SEEN, "id": "v"})).status
    kept = await keeper.ask("POST", "items", {**HIDDEN, "id": "h"})
    assert 201 == kept.status
    for who, id in ((keeper, "h"), (maker, "v")):
        assert 201 == (await who.ask("POST", "notes", {"id": f"of-{id}", "itemId": id})).status
    if not hidden:
        await store.apply([Remove(Target("Item"), "h", kept.json["_etag"])])


@asynccontextmanager
async def two_apps(folder: Path, read: Rule) -> AsyncIterator[list[Client]]:
    """The app with the hidden record, and the app without it, both asked by alice."""
    registry = schema(read)
    async with AsyncExitStack() as stack:
        clients = []
        for name in ("with", "without"):
            store = SqliteEntityStore(registry, MEMORY)
            client = await stack.enter_async_context(running(folder / name, registry=registry, store=store))
            await filled(client, store, hidden=name == "with")
            clients.append(client.as_("alice", team="red"))
        yield clients


WAYS = [
    *ONE,
    *(listing(path, count="true", **each) for path in ("items", "boxes/b/items") for each in MANY),
    listing("boxes", include="items.notes"),
    listing("notes", include="item"),
    *map(graphql, QUERIES),
]


@pytest.mark.parametrize("kind", RULES)
async def test_a_hidden_record_tells_nothing(tmp_path: Path, kind: str) -> None:
    """Whatever the rule, every answer is the same, with and without the record that it hides."""
    async with two_apps(tmp_path, RULES[kind]) as (with_it, without_it):
        assert 200 == (await with_it.get("items/v")).status
        for query in QUERIES[:-4]:
            assert b'"errors"' not in (await with_it.graphql(query)).body
        for way in WAYS:
            answer = await way.ask(with_it)
            assert MARKER.encode() not in raw(answer), way
            assert told(await way.ask(without_it)) == told(answer), way
