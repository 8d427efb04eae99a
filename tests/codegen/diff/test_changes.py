"""Each kind of change between two schemas, how much it matters, and for whom."""

from __future__ import annotations

from pathlib import Path

import pytest

from atakora_data.codegen.diff.change import Area, Change, Severity
from atakora_data.codegen.diff.compare import Difference, compare
from atakora_data.codegen.diff.side import side_of
from atakora_data.registry.loader import load_registry

SHOP = '''
from datetime import date
from typing import Literal

from atakora_data import *


class Size(Model):
    width: int | None = None
    depth: int | None = None


class Maker(Entity):
    """Who makes things."""
    id: str = Field(primary_key=True)
    name: str | None = None
    things: HasMany["Thing"] = has_many("maker_id", on_delete="set_null")
    authorization = Authorization(read=allow.public(), create=allow.role("admin"))


class Thing(Entity):
    """What is sold."""
    id: str = Field(primary_key=True)
    code: str | None = None
    label: str | None = Field(default=None, max_length=50)
    count: int = 0
    made: date | None = None
    state: Literal["new", "old"] = "new"
    size: Size | None = None
    owner_id: str = Field(owner=True)
    maker_id: str | None = None
    maker: BelongsTo["Maker"] = belongs_to("maker_id")
    storage = Storage()
    realtime = False
    indexes = []
    authorization = Authorization(
        read=allow.owner() | allow.role("clerk"),
        create=allow.authenticated(),
        update=allow.owner(),
        fields={"count": FieldRules(read=allow.role("clerk"))},
    )

    @action
    async def sell(record, ctx):
        return record
'''

BREAKING, DANGEROUS, SAFE = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE
LABEL = "    label: str | None = Field(default=None, max_length=50)\n"

EDITS: dict[str, tuple[str, str, list[tuple[Severity, Area, str]]]] = {
    "a field is removed": (
        LABEL,
        "",
        [
            (BREAKING, Area.REST, "`label` was removed"),
            (BREAKING, Area.REST, "parameter `fields` lost the value 'label'"),
            (BREAKING, Area.GRAPHQL, "Field Thing.label was removed"),
            (DANGEROUS, Area.RECORDS, "`label`: stored values are not told any more"),
        ],
    ),
    "an optional field is added": (
        LABEL,
        LABEL + "    hue: str | None = None\n",
        [
            (SAFE, Area.REST, "`hue` was added"),
            (SAFE, Area.GRAPHQL, "Field Thing.hue was added"),
            (DANGEROUS, Area.GRAPHQL, "An optional field CreateThingInput.hue was added"),
        ],
    ),
    "a required field is added": (
        LABEL,
        LABEL + "    hue: str\n",
        [
            (BREAKING, Area.REST, "`hue` was added and is required"),
            (BREAKING, Area.GRAPHQL, "A required field CreateThingInput.hue was added"),
            (BREAKING, Area.RECORDS, "`hue`: records stored before have none"),
        ],
    ),
    "a type changes": (
        "    code: str | None",
        "    code: int | None",
        [
            (BREAKING, Area.REST, "`code` is integer:int32 instead of string"),
            (BREAKING, Area.GRAPHQL, "Field Thing.code changed type from String to Int"),
            (BREAKING, Area.RECORDS, "`code`: stored values are of type string, not integer"),
        ],
    ),
    "a field may be null": (
        "    count: int = 0",
        "    count: int | None = 0",
        [
            (BREAKING, Area.REST, "`count` may be null"),
            (SAFE, Area.REST, "`count` may be null"),
        ],
    ),
    "a field may no longer be null": (
        "    made: date | None = None",
        "    made: date",
        [
            (BREAKING, Area.REST, "`made` is not null any more"),
            (SAFE, Area.REST, "`made` is not null any more"),
            (BREAKING, Area.REST, "`made` is required"),
            (BREAKING, Area.GRAPHQL, "CreateThingInput.made"),
            (DANGEROUS, Area.RECORDS, "`made`: stored values may be null"),
        ],
    ),
    "a value is added": (
        '["new", "old"]',
        '["new", "old", "lost"]',
        [
            (DANGEROUS, Area.REST, "has the new value 'lost'"),
            (SAFE, Area.REST, "has the new value 'lost'"),
            (DANGEROUS, Area.GRAPHQL, "ThingState.lost was added"),
        ],
    ),
    "a value is removed": (
        '["new", "old"]',
        '["new"]',
        [
            (BREAKING, Area.REST, "lost the value 'old'"),
            (BREAKING, Area.GRAPHQL, "ThingState.old was removed"),
            (DANGEROUS, Area.RECORDS, "`state`: stored values may be 'old'"),
        ],
    ),
    "a default changes": (
        'Literal["new", "old"] = "new"',
        'Literal["new", "old"] = "old"',
        [(DANGEROUS, Area.REST, "has another default: 'new' becomes 'old'")],
    ),
    "a bound is tightened": (
        "max_length=50",
        "max_length=40",
        [
            (BREAKING, Area.REST, "another maxLength: 50 becomes 40"),
            (DANGEROUS, Area.RECORDS, "`label`: stored values beyond its bounds (maxLength)"),
        ],
    ),
    "a bound is loosened": ("max_length=50", "max_length=60", [(SAFE, Area.REST, "another maxLength: 50 becomes 60")]),
    "a nested field is removed": (
        "    depth: int | None = None\n",
        "",
        [
            (BREAKING, Area.REST, "`depth` was removed"),
            (BREAKING, Area.GRAPHQL, "Field Size.depth was removed"),
            (DANGEROUS, Area.RECORDS, "`size.depth`: stored values"),
        ],
    ),
    "a field becomes unique": (
        "    code: str | None = None",
        "    code: str | None = Field(default=None, unique=True)",
        [
            (BREAKING, Area.CONTAINERS, "the unique keys: none becomes /_unique/code"),
            (DANGEROUS, Area.RECORDS, "`code`: stored values may occur more than once"),
        ],
    ),
    "another partition": (
        "    storage = Storage()",
        "    storage = Storage(partition=by_hash(4))",
        [
            (BREAKING, Area.CONTAINERS, "the partition key: /entityType becomes /partitionKey"),
            (BREAKING, Area.RECORDS, "is partitioned `ByHash(buckets=4)` instead of `ByEntity()`"),
        ],
    ),
    "another container": (
        "    storage = Storage()",
        '    storage = Storage(container="goods")',
        [
            (DANGEROUS, Area.CONTAINERS, "is not used any more"),
            (SAFE, Area.CONTAINERS, "is made by the next deployment"),
            (BREAKING, Area.RECORDS, "lives in the container `goods` instead of `things`"),
        ],
    ),
    "throughput": (
        "    storage = Storage()",
        "    storage = Storage(throughput=autoscale(2000))",
        [(SAFE, Area.CONTAINERS, "the throughput: changed in place")],
    ),
    "an index": (
        "    indexes = []",
        '    indexes = [Index("state", "-count", name="stock")]',
        [(SAFE, Area.CONTAINERS, "the indexes: changed in place")],
    ),
    "records vanish": (
        "    storage = Storage()",
        "    storage = Storage(ttl=60)",
        [(DANGEROUS, Area.RECORDS, "records vanish 60 seconds after")],
    ),
    "an operation is switched off": (
        "    realtime = False\n",
        '    realtime = False\n    operations = {"list", "get", "create", "update", "replace"}\n',
        [(BREAKING, Area.REST, "was removed"), (BREAKING, Area.GRAPHQL, "Field Mutation.deleteThing was removed")],
    ),
    "real time": ("    realtime = False", "    realtime = True", [(SAFE, Area.GRAPHQL, "Subscription was added")]),
    "an action is removed": (
        "    @action\n",
        "",
        [(BREAKING, Area.REST, "was removed"), (BREAKING, Area.GRAPHQL, "Field Mutation.sellThing was removed")],
    ),
    "deletion": (
        'on_delete="set_null"',
        'on_delete="cascade"',
        [(DANGEROUS, Area.RECORDS, "deleting along `things` is `cascade` instead of `set_null`")],
    ),
    "a rule is wider": (
        "        update=allow.owner(),",
        '        update=allow.owner() | allow.role("boss"),',
        [
            (DANGEROUS, Area.RULES, "update is allowed to more: the role `boss`"),
            (DANGEROUS, Area.RULES, "the action `sell` is allowed to more: the role `boss`"),
        ],
    ),
    "a rule is narrower": (
        '        read=allow.owner() | allow.role("clerk"),',
        "        read=allow.owner(),",
        [(DANGEROUS, Area.RULES, "read is no longer allowed to the role `clerk`")],
    ),
    "a rule is another": (
        "        create=allow.authenticated(),",
        '        create=allow.role("clerk"),',
        [(DANGEROUS, Area.RULES, "create is allowed to the role `clerk` instead of everybody who signed in")],
    ),
    "a function decides otherwise": (
        "        update=allow.owner(),",
        "        update=allow.custom(lambda ctx, record: record.count > 1),",
        [(DANGEROUS, Area.RULES, "update is allowed to whom the function `<lambda>` allows instead of the owner")],
    ),
    "a bound of a number": (
        "    count: int = 0",
        "    count: int = Field(default=0, ge=0, lt=9)",
        [
            (BREAKING, Area.REST, "`count` has another minimum"),
            (DANGEROUS, Area.RECORDS, "`count`: stored values beyond its bounds (exclusiveMaximum, minimum)"),
        ],
    ),
    "a number grows": (
        "    count: int = 0",
        "    count: float = 0",
        [
            (BREAKING, Area.REST, "`count` is number"),
            (BREAKING, Area.GRAPHQL, "Field Thing.count changed type from Int to Float"),
        ],
    ),
    "another key": (
        '    maker: BelongsTo["Maker"] = belongs_to("maker_id")',
        '    firm_id: str | None = None\n    maker: BelongsTo["Maker"] = belongs_to("firm_id")',
        [
            (BREAKING, Area.RECORDS, "`maker` goes by `firmId` instead of `makerId`"),
            (BREAKING, Area.REST, "`create` is"),
        ],
    ),
    "everybody may": (
        "        create=allow.authenticated(),",
        "        create=allow.public(),",
        [(DANGEROUS, Area.RULES, "create is allowed to more: everybody")],
    ),
    "a field is open": (
        '        fields={"count": FieldRules(read=allow.role("clerk"))},\n',
        "",
        [(DANGEROUS, Area.RULES, "reading `count` is allowed to more: everybody")],
    ),
    "a field is closed": (
        'FieldRules(read=allow.role("clerk"))',
        'FieldRules(read=allow.role("clerk"), write=allow.never())',
        [(DANGEROUS, Area.RULES, "writing `count` is no longer allowed to everybody; allowed to nobody")],
    ),
}


def difference(folder: Path, old: str, new: str) -> Difference:
    """What changed between two schemas."""
    sides = []
    for name, text in (("old", old), ("new", new)):
        (folder / name).mkdir()
        (folder / name / "shop.py").write_text(text)
        sides.append(side_of(load_registry(folder / name)))
    return compare(*sides)


def told(change: Change) -> tuple[Severity, Area]:
    """What the table says of a change, its words apart."""
    return change.severity, change.area


def test_nothing_changed(tmp_path: Path) -> None:
    """The same schema twice, loaded twice, differs in nothing."""
    assert Difference([], []) == difference(tmp_path, SHOP, SHOP)


@pytest.mark.parametrize("kind", EDITS)
def test_each_kind_of_change(tmp_path: Path, kind: str) -> None:
    """It is told in each area that it matters in, no worse and no better than it is, with what to do about it."""
    old, new, expected = EDITS[kind]
    assert 1 == SHOP.count(old)
    found = difference(tmp_path, SHOP, SHOP.replace(old, new)).changes
    for severity, area, words in expected:
        assert any((severity, area) == told(each) and words in each.what for each in found), (
            severity,
            area,
            words,
            found,
        )
    worst = {(area, severity) for severity, area, _ in expected}
    beyond = [
        each
        for each in found
        if (each.area, each.severity) not in worst
        and (each.severity is BREAKING or (each.severity is DANGEROUS and each.area in (Area.RECORDS, Area.RULES)))
    ]
    assert [] == [each for each in beyond if kind != "a field may be null"]
    assert all(each.remedy or each.severity is SAFE for each in found)


def test_an_entity_that_goes_and_one_that_comes(tmp_path: Path) -> None:
    """Its operations, its types, its container, and the records that nobody serves any more."""
    new = SHOP.replace("class Maker(", "class Firm(").replace('BelongsTo["Maker"]', 'BelongsTo["Firm"]')
    found = difference(tmp_path, SHOP, new).changes
    assert {"GET /makers", "POST /makers"} <= {each.place for each in found if told(each) == (BREAKING, Area.REST)}
    assert {"GET /firms", "POST /firms"} <= {each.place for each in found if told(each) == (SAFE, Area.REST)}
    stay = [each for each in found if each.area is Area.RECORDS and "nothing serves them" in each.what]
    assert ["Maker"] == [each.place for each in stay]


def test_the_worst_comes_first(tmp_path: Path) -> None:
    """And the same changes are told in the same order, each once."""
    found = difference(tmp_path, SHOP, SHOP.replace(LABEL, "    hue: str\n")).changes
    order = [[*Severity].index(each.severity) for each in found]
    assert sorted(order) == order
    assert len({(*told(each), each.place, each.what) for each in found}) == len(found)


def test_functions_that_are_called_alike_are_compared_by_their_text(tmp_path: Path) -> None:
    """The same lambda twice is no change; another one is told, though it reads the same."""
    one, two = (f"allow.custom(lambda ctx, record: record.count > {number})" for number in (1, 2))
    old, new = (SHOP.replace("        update=allow.owner(),", f"        update={each},") for each in (one, two))
    (tmp_path / "same").mkdir()
    assert [] == difference(tmp_path / "same", old, old).changes
    found = [each.what for each in difference(tmp_path, old, new).changes]
    assert "update is allowed to whom the function `<lambda>` allows, which means something else than before" in found
