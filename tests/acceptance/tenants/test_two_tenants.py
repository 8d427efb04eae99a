"""Random doings of two tenants: what one is told is the same whether the other is there or not, and without tenancy."""

from __future__ import annotations

import os
from functools import cache
from random import Random

import pytest

from atakora_data.registry.registry import Registry
from tests.acceptance.tenants.asking import Asker
from tests.acceptance.tenants.library import PARTITIONS, registry_of
from tests.acceptance.tenants.worlds import Turn, world

TURNS = 60
SEEDS = int(os.environ.get("TENANT_SEEDS", "12"))
FIRST = int(os.environ.get("TENANT_FIRST", "0"))

PAIRS = [
    ("a", "b"),
    ("a", "A"),
    ("a", "a "),
    ("a", "a~0"),
    ("a/b", "a"),
    ("a.b", "a"),
    ('["a"', "a"),
    ("$a", "a"),
    ("ä", "a\N{COMBINING DIAERESIS}"),
    ("Member", "a"),
    ("0", "00"),
    ("t" * 128, "t" * 127),
]


@cache
def _registry(partition: str) -> Registry:
    return registry_of(PARTITIONS[partition])


def any_turns(random: Random) -> list[Turn]:
    """What both do, one after the other or at once."""
    own, other = Asker(random, "mkown"), Asker(random, "mkother")
    late = random.random() < 0.5
    found = [Turn(*each, other_first=late) for each in zip(own.beginning(), other.beginning(), strict=True)]
    for _ in range(TURNS):
        kind = random.random()
        steps = own.step() if kind < 0.6 else None, other.step() if kind > 0.4 else None
        found.append(Turn(*steps, other_first=random.random() < 0.5))
    return found


async def _judge(seed: int, store: str, partition: str) -> None:
    random = Random(seed)  # noqa: S311  # the same cases every time
    one, two = PAIRS[(seed + [*PARTITIONS].index(partition)) % len(PAIRS)]
    tenants = random.choice([(one, two), (two, one)])
    turns = any_turns(random)
    registry = _registry(partition)
    async with world(registry, store, tenants) as both, world(registry, store, tenants, tenancy=None) as alone:
        told, expected = await both.told(turns, alone=False), await alone.told(turns, alone=True)
        _compare(turns, expected, told)


def _compare(turns: list[Turn], expected: list[object], told: list[object]) -> None:
    assert len(expected) == len(told)
    steps = [turn.own for turn in turns if turn.own is not None]
    for number, (wanted, found) in enumerate(zip(expected, told, strict=True)):
        what = steps[number] if number < len(steps) else "deliveries"
        assert wanted == found, (number, what)
        assert "mkother" not in str(found), (number, what)


@pytest.mark.parametrize("seed", range(FIRST, FIRST + SEEDS))
async def test_a_tenant_is_told_the_same_without_the_other(seed: int) -> None:
    """By every door, on the embedded store: as if there were no tenants, and nobody else."""
    await _judge(seed, "memory", "by_entity")


@pytest.mark.parametrize("partition", PARTITIONS)
@pytest.mark.parametrize("seed", range(FIRST, FIRST + max(1, SEEDS // 12)))
async def test_on_cosmos_too(seed: int, partition: str) -> None:
    """However the containers are partitioned."""
    await _judge(seed, "cosmos", partition)


async def test_what_is_compared_is_worth_comparing() -> None:
    """The steps meet every kind of answer, errors of every kind, events, what was done before, and fields of links."""
    statuses, deliveries, seen = set[int](), 0, ""
    for seed in range(12):
        turns = any_turns(Random(seed))  # noqa: S311  # the same cases every time
        async with world(_registry("by_entity"), "memory", ("a", "b")) as found:
            *answers, delivered = await found.told(turns, alone=False)
        statuses |= {each[0] for each in answers if isinstance(each, tuple) and isinstance(each[0], int)}
        deliveries += sum(map(len, delivered))
        seen += str(answers)
    assert {200, 201, 204, 400, 403, 404, 409, 412, 422} <= statuses
    assert deliveries > 20
    assert min(seen.count(each) for each in ("'recordVersion'", "'since': 'note")) > 10
