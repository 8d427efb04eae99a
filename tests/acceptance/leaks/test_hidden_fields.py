"""Two apps whose records differ only in fields that the caller may not read: no way to ask may tell them apart."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from atakora_data import (
    ActionContext,
    Authorization,
    BelongsTo,
    Entity,
    Field,
    FieldRules,
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
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.support.app import Client, running
from tests.support.told import Way, graphql, listing, raw, told

MARKER = "XHIDDENX"


def nobody(_ctx: Any, _record: Any) -> bool:
    """A function that hides."""
    return False


RULES: dict[str, Rule] = {
    "role": allow.role("office"),
    "never": allow.never(),
    "where": allow.where(state="shared"),
    "where the caller": allow.where(this.keeper_id == principal.id),
    "where another field that is hidden": allow.where(this.grade == "A"),
    "owner of a named field": allow.owner("keeper_id"),
    "custom": allow.custom(nobody),
    "custom and where": allow.custom(nobody) | allow.where(state="shared"),
}


class Detail(Model):
    """Something nested; what is in it is needed."""

    colour: str
    size: int = 0


def schema(hidden: Rule) -> Registry:
    """Items with a field of each kind, hidden by the rule; some of them alice may write all the same."""
    unseen = FieldRules(read=hidden)

    class Item(Entity):
        id: str = Field(primary_key=True)
        owner_id: str = Field(owner=True)
        keeper_id: str = "nobody"
        state: str = "private"
        title: str = "t"
        grade: str = "F"
        text: str | None = None
        number: int = 0
        price: Decimal = Decimal(0)
        flag: bool = False
        words: list[str] = Field(default_factory=list)
        detail: Detail | None = None
        labels: dict[str, str] = Field(default_factory=dict)
        sealed: str | None = None
        fixed: str = Field(default="", immutable=True)
        box_id: str | None = None

        box: BelongsTo["Box"] = belongs_to("box_id")

        authorization = Authorization(
            create=allow.role("maker"),
            read=allow.public(),
            update=allow.authenticated(),
            delete=allow.never(),
            fields={
                **dict.fromkeys(("owner_id", "text", "number", "price", "flag", "words", "detail", "labels"), unseen),
                **dict.fromkeys(("fixed", "box_id"), unseen),
                "sealed": FieldRules(read=hidden, write=allow.role("maker")),
                "grade": allow.role("maker"),
            },
        )

        @computed
        def summary(self) -> str:
            return f"{self.text}{self.number}"

        @computed(reads=("words",))
        def first(self) -> str:
            return self.words[0] if self.words else ""

        @computed
        def everything(self) -> str:
            return str(self.__dict__)

        @action(allow=allow.authenticated())
        async def touch(record: "Item", ctx: ActionContext, text: str = "") -> "Item":
            record.title = "touched"
            return record

    class Box(Entity):
        id: str = Field(primary_key=True)
        items: HasMany["Item"] = has_many("box_id")
        authorization = Authorization(create=allow.role("maker"), read=allow.public())

    return build_registry([Item, Box])


HIDDEN: list[dict[str, Any]] = [
    {
        "text": MARKER, "number": 7, "price": "7.70", "flag": True, "words": [MARKER, "b"], "boxId": "b1",
        "detail": {"colour": MARKER, "size": 7}, "labels": {"k": MARKER}, "sealed": MARKER, "fixed": MARKER,
        "ownerId": "carol",
    },
    {"boxId": "b2", "ownerId": "dave"},
]  # fmt: skip
"""What differs between the two apps."""

TARGETS: dict[str, list[Any]] = {
    "text": [{"eq": MARKER}, {"ne": MARKER}, {"isNull": True}, {"contains": "X"}, {"gt": ""}, {"in": [MARKER]}],
    "number": [{"eq": 7}, {"between": [1, 9]}, {"notIn": [7]}, {"isNull": False}],
    "price": [{"gte": "1"}, {"lt": "1"}, {"eq": None}],
    "flag": [{"eq": True}, {"ne": True}],
    "words": [{"contains": "b"}, {"containsAll": []}, {"size": {"gte": 1}}, {"isEmpty": True}, {"eq": []}],
    "detail": [
        {"colour": {"eq": MARKER}}, {"isNull": True}, {"not": {"size": {"gt": 1}}}, {"or": [{"size": {"eq": 7}}]}
    ],
    "labels": [{"isNull": False}],
    "sealed": [{"beginsWith": ""}, {"notContains": "X"}],
    "fixed": [{"endsWithIgnoreCase": "x"}],
    "boxId": [{"eq": "b1"}, {"in": ["b2"]}],
    "ownerId": [{"eq": "carol"}],
}  # fmt: skip
"""Filters on what is hidden."""

ORDERS = [*(name for name in TARGETS if name not in ("words", "detail", "labels")), "detail.size", "detail.colour"]

READS = [
    "items",
    "items?include=box&count=true",
    "items/i0",
    "items/i0?include=box",
    "items/i0/box",
    "items?fields=id,text",
]

PATCHES: list[dict[str, Any]] = [
    {"title": "x"},
    {"ownerId": "carol"},
    {"ownerId": "dave"},
    {"ownerId": None},
    {"fixed": MARKER},
    {"fixed": ""},
    {"sealed": MARKER},
    {"sealed": None},
    {"text": MARKER},
    {"text": None},
    {"detail": {}},
    {"detail": {"size": 1}},
    {"detail": {"colour": "red"}},
    {"detail": {"colour": None}},
    {"detail": {"colour": 7}},
    {"detail": None},
    {"labels": {"k": None}},
    {"labels": {"k": 1}},
    {"words": ["b"]},
    {"boxId": "b1"},
    {"grade": "A"},
    {"number": "7"},
    {"summary": f"{MARKER}7"},
]
"""Changes that may hit upon a hidden value; each is tried on a record of its own, by PATCH, PUT and GraphQL."""

WHOLE = """id title text number price flag words detail { colour size } labels sealed fixed ownerId boxId grade
    summary first everything box { id } _version"""
QUERIES = [
    f"{{ listItems({arguments}) {{ count nextToken items {{ {WHOLE} }} }} }}"
    for arguments in (
        'filter: {text: {contains: "X"}}',
        "filter: {not: {detail: {size: {gt: 1}}}}",
        "orderBy: [{number: DESC}, {detail: {colour: ASC}}], limit: 2",
    )
]
NESTED = "{ listBoxes { items { id items { count items { id } } more: items(filter: {flag: {eq: true}}) { count } } } }"


async def filled(client: Client, values: dict[str, Any]) -> None:
    """Two boxes, and items with these values: one for each write, and some more."""
    office = client.as_(values["ownerId"], "maker", "DataOwner")
    for id in ("b1", "b2"):
        assert 201 == (await office.ask("POST", "boxes", {"id": id})).status
    for number in range(3 * len(PATCHES) + 3):
        given = values if number % 2 == 0 or number > 4 else {"ownerId": values["ownerId"]}
        answer = await office.ask("POST", "items", {**given, "id": f"i{number}"})
        assert 201 == answer.status, answer.body


@asynccontextmanager
async def two_apps(folder: Path, rule: Rule) -> AsyncIterator[list[Client]]:
    """The apps that differ in what is hidden, both asked by alice."""
    registry = schema(rule)
    async with AsyncExitStack() as stack:
        clients = []
        for number, values in enumerate(HIDDEN):
            store = SqliteEntityStore(registry, MEMORY)
            client = await stack.enter_async_context(running(folder / str(number), registry=registry, store=store))
            await filled(client, values)
            clients.append(client.as_("alice"))
        yield clients


def reads() -> Iterator[Way]:
    """Every way to read."""
    yield from (Way("GET", path) for path in READS)
    for name, filters in TARGETS.items():
        yield from (listing("items", filter={name: each}, count="true", limit=3) for each in filters)
    yield from (listing("items", orderBy=f"{sign}{name}", limit=3) for name in ORDERS for sign in ("", "-"))
    yield from (listing(f"boxes/{box}/items", count="true") for box in ("b1", "b2"))
    yield listing("boxes", include="items")
    yield from map(graphql, (*QUERIES, NESTED))


def writes() -> Iterator[Way]:
    """Every way to write, each on a record of its own."""
    for number, patch in enumerate(PATCHES):
        yield Way("PATCH", f"items/i{number + 3}", patch)
        yield Way("PUT", f"items/i{number + 3 + len(PATCHES)}", {"title": "y", **patch})
        yield graphql(UPDATE, id=f"i{number + 3 + 2 * len(PATCHES)}", input=patch)
    yield Way("POST", "items/i1/touch", {"text": "x"})
    yield Way("PATCH", "items/i2", {"title": 7, "number": "x"})


UPDATE = f"mutation($id: ID!, $input: UpdateItemInput!) {{ updateItem(id: $id, input: $input) {{ {WHOLE} }} }}"


@pytest.mark.parametrize("kind", RULES)
async def test_a_hidden_field_tells_nothing(tmp_path: Path, kind: str) -> None:
    """Whatever the rule, reading, filtering, ordering, relating and writing are answered alike for any value."""
    async with two_apps(tmp_path, RULES[kind]) as (one, other):
        assert not [way for way in reads() if b'"errors"' in (await way.ask(one)).body]
        for way in (*reads(), *writes()):
            answer = await way.ask(one)
            assert MARKER.encode() not in raw(answer), way
            assert told(await way.ask(other)) == told(answer), way
