"""Aggregates count and add up what the caller may read, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest

from atakora_data import Authorization, BelongsTo, Entity, Field, FieldRules, HasMany, allow, belongs_to, has_many, this
from atakora_data.authorization.principal import Principal
from atakora_data.errors import InvalidFilter, InvalidLimit, InvalidSelection, QueryTooExpensive, RequestError
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.schema.rules import Rule
from atakora_data.service.aggregating import MAX_GROUPS, MAX_LIMIT, MAX_MEASURES
from atakora_data.service.commands import Aggregate, Create
from atakora_data.service.context import RequestContext
from tests.support.app import Client, running

ANN = RequestContext(principal=Principal(id="ann"))
SYSTEM = RequestContext(principal=Principal(is_system=True))


def is_even(_ctx: Any, record: Any) -> bool:
    """A function that goes by the record."""
    return bool(record.views % 2 == 0)


def shop(may_read: Rule, may_see_price: Rule) -> Registry:
    """Items of shelves under this rule, and with this rule for reading their prices."""

    class Shelf(Entity):
        id: str = Field(primary_key=True)
        state: str = "open"
        items: HasMany["Item"] = has_many("shelf_id")
        authorization = Authorization(read=allow.where(state="open"))

    class Item(Entity):
        id: str = Field(primary_key=True)
        owner_id: str = Field(owner=True)
        kind: Literal["book", "game"] = "book"
        views: int = 0
        weight: float | None = None
        price: Decimal | None = None
        tags: list[str] = Field(default_factory=list)
        shelf_id: str | None = None
        shelf: BelongsTo["Shelf"] = belongs_to("shelf_id")
        authorization = Authorization(read=may_read, fields={"price": FieldRules(read=may_see_price)})

    return build_registry([Shelf, Item])


async def fill(client: Client, random: Random, count: int = 30) -> None:
    """Random items on an open shelf and a closed one."""
    data = client.application.service
    for id, state in (("s0", "open"), ("s1", "shut")):
        await data.create(Create("Shelf", {"id": id, "state": state}), SYSTEM)
    for number in range(count):
        values = {
            "id": str(number),
            "ownerId": random.choice(["ann", "bob"]),
            "kind": random.choice(["book", "game"]),
            "views": random.randint(0, 9),
            "weight": random.choice([None, 0.5, 1.25]),
            "price": random.choice([None, "1.10", "1.1", "20", "-0.5"]),
            "shelfId": random.choice([None, "s0", "s1"]),
        }
        await data.create(Create("Item", values), SYSTEM)


EVERYTHING = Aggregate(
    "Item",
    group_by=("kind",),
    sum=("views", "price"),
    avg=("views",),
    min=("price", "weight"),
    max=("price", "id"),
)


def worked_out(items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The same, in plain Python over what a list shows."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for item in items:
        groups.setdefault(item["kind"], []).append(item)
    found = []
    for kind, members in sorted(groups.items()):
        prices = sorted(
            (each["price"] for each in members if each.get("price") is not None),
            key=lambda text: (Decimal(text), text),
        )
        highest = [text for text in prices if Decimal(text) == Decimal(prices[-1])]
        weights = [each["weight"] for each in members if each["weight"] is not None]
        views = [each["views"] for each in members]
        found.append(
            {
                "group": {"kind": kind},
                "count": len(members),
                "sum": {"views": sum(views), "price": str(sum(map(Decimal, prices), Decimal(0))) if prices else None},
                "avg": {"views": sum(views) / len(views)},
                "min": {"price": prices[0] if prices else None, "weight": min(weights, default=None)},
                "max": {"price": highest[0] if highest else None, "id": max(each["id"] for each in members)},
            }
        )
    return found


RULES: list[Rule] = [
    allow.public(),
    allow.owner(),
    allow.where(this.views > 4),
    allow.where(this.shelf.state == "open"),
    allow.custom(is_even),
    allow.custom(is_even) & allow.owner(),
    allow.where(kind="book") | allow.where(this.shelf.state == "shut"),
]


FUNCTIONS = (4, 5)
CASES = [
    (rule, hidden)
    for rule in range(len(RULES))
    for hidden in range(len(RULES))
    if hidden not in FUNCTIONS or rule in FUNCTIONS
]
"""All but those in which a function decides on a field alone: a store cannot ask it, and the field counts as null."""


@pytest.mark.parametrize(("rule", "hidden"), CASES)
async def test_an_aggregate_is_worked_out_of_what_a_list_shows(rule: int, hidden: int, tmp_path: Path) -> None:
    """Hidden records do not count, hidden prices count as null: under rules of every kind, functions too."""
    random = Random(rule * 10 + hidden)  # noqa: S311  # the same cases every time
    async with running(tmp_path, registry=shop(RULES[rule], RULES[hidden])) as client:
        await fill(client, random)
        shown = (await client.as_("ann").get("items", limit=100)).json["items"]
        assert worked_out(shown) == await client.application.service.aggregate(EVERYTHING, ANN)


async def test_what_only_a_function_could_show_counts_as_null(tmp_path: Path) -> None:
    """A store cannot ask it: no price is added up where the rule of the record itself is no function."""
    async with running(tmp_path, registry=shop(allow.public(), allow.custom(is_even))) as client:
        await fill(client, Random(1))  # noqa: S311  # the same case every time
        [item] = await client.application.service.aggregate(Aggregate("Item", sum=("price",)), ANN)
        assert {"group": {}, "count": 30, "sum": {"price": None}} == item


@pytest.mark.parametrize("rule", [allow.public(), allow.custom(is_even)], ids=["store", "function"])
async def test_sums_beyond_all_floats_are_null_on_the_wire(rule: Rule, tmp_path: Path) -> None:
    """Whether the store or memory adds up."""
    async with running(tmp_path, registry=shop(rule, allow.public())) as client:
        for id in ("1", "2"):
            values = {"id": id, "ownerId": "ann", "weight": 1e308}
            await client.application.service.create(Create("Item", values), SYSTEM)
        answer = await client.as_("ann").get("items/aggregate", sum="weight", avg="weight", max="weight")
        item = {"group": {}, "count": 2, "sum": {"weight": None}, "avg": {"weight": None}, "max": {"weight": 1e308}}
        assert {"items": [item]} == answer.json


async def test_filters_cross_relations_and_groups_may_be_null(tmp_path: Path) -> None:
    """A shelf that may not be read makes no item match."""
    async with running(tmp_path, registry=shop(allow.public(), allow.public())) as client:
        await fill(client, Random(2))  # noqa: S311  # the same case every time
        service = client.application.service
        items = (await client.get("items", limit=100)).json["items"]
        on_open = [each for each in items if each["shelfId"] == "s0"]
        [found] = await service.aggregate(Aggregate("Item", {"shelf": {"isNull": False}}), ANN)
        assert len(on_open) == found["count"]
        groups = await service.aggregate(Aggregate("Item", group_by=("shelfId",)), ANN)
        assert [None, "s0", "s1"] == [each["group"]["shelfId"] for each in groups]
        assert [] == await service.aggregate(Aggregate("Item", {"id": {"eq": "none"}}, group_by=("kind",)), ANN)
        assert [{"group": {}, "count": 0}] == await service.aggregate(Aggregate("Item", {"id": {"eq": "none"}}), ANN)


@pytest.mark.parametrize(
    ("error", "words", "command"),
    [
        (InvalidSelection, "`viws`", Aggregate("Item", sum=("viws",))),
        (InvalidSelection, "sum takes numbers", Aggregate("Item", sum=("kind",))),
        (InvalidSelection, "avg takes numbers", Aggregate("Item", avg=("id",))),
        (InvalidSelection, "no order", Aggregate("Item", min=("tags",))),
        (InvalidSelection, "nothing is grouped", Aggregate("Item", group_by=("tags",))),
        (InvalidSelection, "no nested object `kind`", Aggregate("Item", group_by=("kind.x",))),
        (InvalidFilter, "no field `x`", Aggregate("Item", {"x": {}})),
        (InvalidLimit, "1 to 1000", Aggregate("Item", limit=MAX_LIMIT + 1)),
        (InvalidLimit, "1 to 1000", Aggregate("Item", limit=0)),
        (QueryTooExpensive, "at most 8", Aggregate("Item", group_by=tuple(map(str, range(MAX_GROUPS + 1))))),
        (QueryTooExpensive, "at most 32", Aggregate("Item", sum=tuple(map(str, range(MAX_MEASURES + 1))))),
        (QueryTooExpensive, "more than 2 groups", Aggregate("Item", group_by=("id",), limit=2)),
    ],
)
async def test_what_cannot_be_meant_is_refused(
    error: type[RequestError], words: str, command: Aggregate, tmp_path: Path
) -> None:
    """With the bounds, or with the likely name."""
    async with running(tmp_path, registry=shop(allow.public(), allow.public())) as client:
        await fill(client, Random(3), 3)  # noqa: S311  # the same case every time
        with pytest.raises(error, match=words):
            await client.application.service.aggregate(command, ANN)
