"""Seed files through the service: what refers to later lines, and what nothing helps."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from atakora_data.cli.seeding.load import Loaded, load, load_waiting
from atakora_data.cli.seeding.plan import plan
from atakora_data.registry.loader import load_registry
from tests.support.app import running

SCHEMA = """
from atakora_data import Authorization, BelongsTo, Entity, Field, allow, belongs_to

class Person(Entity):
    id: str = Field(primary_key=True)
    age: int = 0
    manager_id: str | None = None
    house_id: str | None = None
    manager: BelongsTo["Person"] = belongs_to("manager_id")
    house: BelongsTo["House"] = belongs_to("house_id")
    authorization = Authorization(read=allow.public())

class House(Entity):
    id: str = Field(primary_key=True)
    owner_id: str | None = None
    owner: BelongsTo["Person"] = belongs_to("owner_id")
    authorization = Authorization(read=allow.public())
"""


async def seeded(folder: Path, **lines: Iterable[dict[str, Any]]) -> list[tuple[int, int, list[str]]]:
    """For each file by name how many lines were created, how many skipped, and what was wrong."""
    (folder / "schemas").mkdir()
    (folder / "schemas" / "all.py").write_text(SCHEMA)
    (folder / "seed").mkdir()
    for name, records in lines.items():
        (folder / "seed" / f"{name}.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in records))
    registry = load_registry(folder / "schemas")
    files, _ = plan(folder / "seed", registry)
    async with running(folder, registry=registry) as client:
        service = client.application.service
        results: list[Loaded] = [await load(file, service, lambda _: None) for file in files]
        await load_waiting(results, service)
        return [
            (each.created, each.skipped, [f"{fault.pointer}" for fault in each.faults])
            for each in sorted(results, key=lambda each: each.file.entity.name)
        ]


async def test_a_chain_in_reverse_order_is_loaded(tmp_path: Path) -> None:
    """Each line refers to the next, over many batches, and the last to nobody."""
    chain = [{"id": f"p{n}", "managerId": f"p{n + 1}" if n < 999 else None} for n in range(1000)]
    assert [(1000, 0, [])] == await seeded(tmp_path, Person=chain)


async def test_lines_may_refer_to_each_other(tmp_path: Path) -> None:
    """Two that refer to one another are written together."""
    both = [{"id": "a", "managerId": "b"}, {"id": "b", "managerId": "a"}]
    assert [(2, 0, [])] == await seeded(tmp_path, Person=both)


async def test_files_may_refer_to_each_other(tmp_path: Path) -> None:
    """A line waits for the file that comes later."""
    people = [{"id": "a"}, {"id": "b", "houseId": "h"}]
    houses = [{"id": "h", "ownerId": "a"}, {"id": "i", "ownerId": "b"}]
    assert [(2, 0, []), (2, 0, [])] == await seeded(tmp_path, Person=people, House=houses)


async def test_one_bad_line_keeps_no_other_away(tmp_path: Path) -> None:
    """What is wrong is told of the line it is in, and what refers to nothing at all is told in the end."""
    people: list[dict[str, Any]] = [
        {"id": "a"},
        {"id": "b", "age": "old"},
        {"id": "c", "managerId": "nobody"},
        {"id": "d", "managerId": "a"},
    ]
    assert [(2, 0, ["/age", "/managerId"])] == await seeded(tmp_path, Person=people)


async def test_lines_that_are_there_are_skipped(tmp_path: Path) -> None:
    """The same line twice is loaded once; with another value it is a problem."""
    people: list[dict[str, Any]] = [*({"id": f"p{n}"} for n in range(150)), {"id": "p1"}, {"id": "p2", "age": 3}]
    assert [(150, 1, ["/age"])] == await seeded(tmp_path, Person=people)
