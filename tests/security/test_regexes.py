"""No text that a caller sends keeps an expression busy: judged by npm `recheck`, and by the clock."""

from __future__ import annotations

import asyncio
import json
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.security.expressions import Expression, expressions
from tests.support.app import Client, running
from tests.support.node import has_node, node_modules

ROOT = Path(__file__).parents[2]
RECHECK = "recheck@4.5.0"

WRITTEN_BY_DEVELOPERS = {
    "atakora_data/devhost/routes.py: pattern + end": "made of the route of a function, each part of which is escaped",
    "atakora_data/testing/sample_values.py: pattern": "the test kit tries its own short samples with it",
}
"""Expressions that are not written down in the package, and why that is harmless."""

BOUNDED = {
    "atakora_data/api/graphql/problems.py: _ECHO": "the message is cut to 500 characters before",
    "atakora_data/api/http/json_text.py: _STRING": "the text was read as JSON before: each quote has its partner",
}
"""Expressions that may take quadratic time on some texts, and why they meet none of those."""


async def judge(asked: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """The complexity of each pattern, and a text that shows it."""
    if not has_node():
        pytest.skip("node and npm are not installed: recheck cannot run")
    modules = await node_modules(RECHECK)
    command = ["node", str(Path(__file__).parent / "recheck.mjs"), str(modules)]
    process = await asyncio.create_subprocess_exec(*command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    async with asyncio.timeout(120):
        printed, _ = await process.communicate(json.dumps(asked).encode())
    return [(complexity, attack) for complexity, attack in json.loads(printed)]


def every_pattern() -> list[tuple[Expression, str]]:
    """Each expression that is written down, in each way it is used."""
    return [(each, pattern) for each in expressions() if each.text is not None for pattern in each.patterns()]


async def test_no_expression_takes_exponential_time() -> None:
    """Nor quadratic time, but for those that never meet a long text of a caller."""
    found = every_pattern()
    judged = await judge([(pattern, expression.flags) for expression, pattern in found])
    told = {each.place: complexity for (each, _), complexity in zip(found, judged, strict=True)}
    slow = {place: each for place, each in told.items() if each[0] not in {"safe", "linear"}}
    assert {} == {place: each for place, each in slow.items() if each[0] != "polynomial"}
    assert set(BOUNDED) == set(slow), slow


async def test_the_judge_knows_what_is_slow() -> None:
    """It tells linear, polynomial and exponential time apart."""
    judged = await judge([("^(?:[a-z]+)$", ""), (r"\s+$", ""), ("^(?:(a|a)*b)", ""), ("^(?:(?<x>\\w+\\s?)*)$", "")])
    assert ["linear", "polynomial", "exponential", "exponential"] == [complexity for complexity, _ in judged]


def test_every_expression_is_found() -> None:
    """All are written down, and said how they are used, but for those that developers write."""
    found = expressions()
    assert len(found) > 30
    assert set(WRITTEN_BY_DEVELOPERS) == {each.place for each in found if each.text is None}
    written = "".join(path.read_text("utf-8") for path in (ROOT / "atakora_data").rglob("*.py"))
    assert written.count("re.compile(") == len([each for each in found if each.name or "pattern + end" in each.place])


LONG = 10_900


async def answered(client: Client, query: str) -> float:
    """The seconds until an invalid query is refused, the best of three."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        answer = await client.graphql(query)
        best = min(best, time.perf_counter() - start)
        assert "Cannot query field" in answer.json["errors"][0]["message"]
    return best


async def test_long_words_in_messages_are_not_searched(tmp_path: Path) -> None:
    """A name that repeats what an echo begins with is refused as quickly as any other of its length."""
    async with running(tmp_path, schemas=ROOT / "schemas") as client:
        other = await answered(client, "{ " + "presented" * LONG + " }")
        assert await answered(client, "{ " + "represent" * LONG + " }") < 20 * other + 0.05
