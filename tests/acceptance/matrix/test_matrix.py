"""Every kind of rule by every way to a record for everybody, on both stores, against an oracle of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any, get_args
from zlib import crc32

import pytest

from atakora_data.schema.rules import AllOf, AnyOf, Complement, Rule
from tests.acceptance.matrix.abroad import sent_from_abroad
from tests.acceptance.matrix.cell import CANARY, Cell, Way
from tests.acceptance.matrix.explaining import EXPLAINING
from tests.acceptance.matrix.live import LIVE
from tests.acceptance.matrix.oracle import ASPECTS, KINDS, PEOPLE, Rights
from tests.acceptance.matrix.querying import QUERYING
from tests.acceptance.matrix.reading import READING
from tests.acceptance.matrix.relating import RELATING
from tests.acceptance.matrix.repeating import REPEATING
from tests.acceptance.matrix.schema import RULES
from tests.acceptance.matrix.world import World
from tests.acceptance.matrix.writing import WRITING

WAYS = (
    *READING.table,
    *QUERYING.table,
    *WRITING.table,
    *REPEATING.table,
    *RELATING.table,
    *LIVE.table,
    *EXPLAINING.table,
)
STORES = ("sqlite", "cosmos")


def table() -> Iterator[Any]:
    """One test for each store, aspect and way; its cells are the kinds of rules and those who ask."""
    for store in STORES:
        for aspect in ASPECTS:
            for way in WAYS:
                if aspect in way.aspects:
                    group = pytest.mark.xdist_group(f"matrix on {store}, {aspect}")
                    yield pytest.param(store, aspect, way, id=f"{store}-{aspect}-{way.name}", marks=group)


def cells(store: str, aspect: str, way: Way) -> Iterator[Rights]:
    """Who asks for what: everybody; of subscribers, one of those whom the rule treats alike.

    Where the store is slow it is not everybody: for each kind one who may do only some of it, or the next in turn, and
    of reading ways both. So every principal meets every kind, and every way.
    """
    turn = crc32(f"{aspect} {way.name}".encode())
    for number, kind in enumerate(KINDS):
        everybody = [Rights(aspect, kind, who) for who in PEOPLE.values()]
        if store == "sqlite" and way not in LIVE.table:
            yield from everybody
            continue
        alike = [*{each.outcomes: each for each in reversed(everybody)}.values()]
        alike.sort(key=lambda each: each.is_partial, reverse=True)
        if store == "sqlite":
            yield from alike
            continue
        pair = alike[0], everybody[(turn + number) % len(everybody)]
        yield from dict.fromkeys(pair) if way in (*READING.table, *QUERYING.table) else (pair[(turn + number) % 2],)


def test_every_principal_meets_every_kind_and_every_way_on_cosmos() -> None:
    """Though not every combination of the three."""
    met = [
        (rights.kind, way.name, rights.who.name)
        for way in WAYS
        for aspect in way.aspects
        for rights in cells("cosmos", aspect, way)
    ]
    assert {*product(KINDS, PEOPLE)} == {(kind, who) for kind, _, who in met}
    assert {*product((way.name for way in WAYS), PEOPLE)} == {(way, who) for _, way, who in met}


@pytest.mark.parametrize(("store", "aspect", "way"), [*table()])
@pytest.mark.asyncio(loop_scope="module")
async def test_the_oracle_and_the_product_agree(apps: Any, store: str, aspect: str, way: Way) -> None:
    """Whoever asks, whatever the rule, this way shows and changes exactly what the oracle says.

    What one of them sent tells and changes nothing here when a member of another tenant sends it.
    """
    app: World = await apps(store, aspect)
    wrong, chosen = list[str](), [*cells(store, aspect, way)]
    abroad = chosen[crc32(f"{aspect} {way.name}".encode()) % len(chosen)]
    for rights in chosen:
        app.logs.clear()
        before, cell = app.changes(), Cell(app, rights)
        try:
            await way.ask(cell)
            if rights == abroad:
                await sent_from_abroad(cell)
            assert not CANARY.findall("\n".join(app.logs)), "a value stands in the log"
        except Exception as error:  # noqa: BLE001 - all that disagree are told of together
            wrong.append(f"{rights.kind} for {rights.who.name}: {type(error).__name__} {str(error)[:600]}")
        if app.changes() != before:
            app.restore(rights.kind)
    assert not wrong, f"{len(wrong)} cells:\n" + "\n".join(wrong[:8])


def test_every_kind_of_rule_stands_in_the_matrix() -> None:
    """Whoever adds a kind of rule adds an entry to the table."""
    assert [*KINDS] == [*RULES]
    assert {*get_args(Rule)} == {type(each) for rule in RULES.values() for each in parts(rule)}


def parts(rule: Rule) -> Iterator[Rule]:
    """The rule, and those that it is made of."""
    yield rule
    inner = [rule.rule] if isinstance(rule, Complement) else rule.rules if isinstance(rule, AnyOf | AllOf) else ()
    for each in inner:
        yield from parts(each)
