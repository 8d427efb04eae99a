"""Random rules, records, callers and requests: apps that differ only in what the caller may not see answer alike."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

import orjson
import pytest

from atakora_data.query.filter import EVERYTHING, FieldRef, Kind
from atakora_data.query.page import OrderKey, Query
from atakora_data.schema.naming import camel
from atakora_data.storage.port import Insert, Target
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.acceptance.leaks.asking import Asker, is_nested, named
from tests.acceptance.leaks.library import (
    CALLERS,
    GIVEN,
    MARKER,
    TEAMS,
    Rulebook,
    any_file,
    any_folder,
    any_rulebook,
    make_registry,
    wire,
)
from tests.acceptance.leaks.oracle import Caller, permits
from tests.support.app import Answer, Client, running
from tests.support.told import Way, raw, told

FILES, FOLDERS = 6, 3
SEEDS, READS, WRITES = 40, 25, 12

Records: TypeAlias = dict[str, dict[str, Any]]
"""Records by id, under the Python names of their fields."""


@dataclass(frozen=True)
class Case:
    """What one caller may do in one app, as the oracle says, and another app that must look the same to the caller."""

    books: Mapping[str, Rulebook]
    caller: Caller
    data: Mapping[str, Records]
    other: Mapping[str, Records]

    def may(self, entity: str, operation: str, record: Mapping[str, Any]) -> bool:
        """Whether the caller may do this with the record."""
        return permits(self.books[entity].operations.get(operation), self.caller, record)

    def seen(self, entity: str, record: Mapping[str, Any]) -> dict[str, Any]:
        """What the caller may see of a record."""
        rules = self.books[entity].readable
        return {
            name: value
            for name, value in record.items()
            if name not in rules or permits(rules[name], self.caller, record)
        }

    def visible(self) -> list[dict[str, Any]]:
        """Everything the caller may see."""
        return [
            self.seen(entity, record)
            for entity, records in self.data.items()
            for record in records.values()
            if self.may(entity, "read", record)
        ]

    def verdicts(self, entity: str, record: Mapping[str, Any]) -> list[bool]:
        """All that the rules say of the record."""
        book = self.books[entity]
        all_rules = (*book.operations.values(), *book.readable.values(), *book.writable.values())
        return [permits(rule, self.caller, record) for rule in all_rules]


def any_caller(random: Random) -> Caller:
    """Somebody with some claims, fitting or not, or nobody."""
    if random.random() < 0.15:
        return Caller()
    claims = {
        "team": random.choice([*TEAMS, "ann", 1, True, ["red"], ""]),
        "level": random.choice([0, 1, 2, "1", True, [1], None]),
        "teams": random.choice([["red"], ["red", "blue"], [None], "red", [], {"red": 1}]),
    }
    held = {name: value for name, value in claims.items() if random.random() < 0.7}
    return Caller(random.choice(CALLERS), random.choice([(), (), ("chief",)]), held)


def any_case(random: Random) -> Case:
    """Rules, records and a caller; and the same with other values wherever the caller may not look."""

    def records(world: str) -> dict[str, Records]:
        made = {
            "File": [any_file(random, number, FOLDERS, world) for number in range(FILES)],
            "Folder": [any_folder(random, number, world) for number in range(FOLDERS)],
        }
        return {entity: {record["id"]: record for record in each} for entity, each in made.items()}

    books = {entity: any_rulebook(random, entity) for entity in ("File", "Folder")}
    case, drawn = Case(books, any_caller(random), records(""), {}), records("other")
    changed = {
        entity: {id: _elsewhere(case, entity, record, drawn[entity][id], random) for id, record in each.items()}
        for entity, each in case.data.items()
    }
    present = {entity: {id: each for id, each in found.items() if each} for entity, found in changed.items()}
    return replace(case, other=present)


def _elsewhere(
    case: Case, entity: str, record: dict[str, Any], drawn: dict[str, Any], random: Random
) -> dict[str, Any] | None:
    """What stands in the other app in the place of a record: it may differ as far as no rule tells the difference."""
    if not case.may(entity, "read", record):
        return drawn if random.random() < 0.5 and not case.may(entity, "read", drawn) else None
    seen = case.seen(entity, record)
    made = {name: drawn[name] if name not in seen and name not in GIVEN else value for name, value in record.items()}
    for name in GIVEN:
        tried = {**made, name: drawn[name]}
        if name not in seen and case.verdicts(entity, tried) == case.verdicts(entity, record):
            made = tried
    return made


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_nothing_is_told_or_changed_that_the_rules_do_not_allow(seed: int) -> None:
    """Every answer is the same in both apps, holds only values the caller may see, and no write goes too far."""
    random = Random(seed)  # noqa: S311  # the same cases every time
    case = any_case(random)
    registry = make_registry(case.books["File"], case.books["Folder"])
    stores = [SqliteEntityStore(registry, MEMORY), SqliteEntityStore(registry, MEMORY)]
    asker = Asker.about(random, case.data)
    with tempfile.TemporaryDirectory() as folder:
        async with (
            running(Path(folder), registry=registry, store=stores[0]) as one,
            running(Path(folder), registry=registry, store=stores[1]) as other,
        ):
            await _fill(stores[0], case.data)
            await _fill(stores[1], case.other)
            clients = [_as(one, case.caller), _as(other, case.caller)]
            for _ in range(READS):
                way = asker.read()
                _check_values(way, await _compare(case, clients, way), case.visible())
            for _ in range(WRITES):
                await _judge_write(case, stores[0], clients, asker.write(case.visible()))
            for _ in range(WRITES):
                await _judge_write(case, stores[0], clients[:1], asker.wild_write())


def _as(client: Client, caller: Caller) -> Client:
    return client if caller.id is None else client.as_(caller.id, *caller.roles, **caller.claims)


_METADATA = {"createdAt": "2026-01-01T00:00:00Z", "createdBy": None}


async def _fill(store: SqliteEntityStore, data: Mapping[str, Records]) -> None:
    changes = [
        Insert(Target(entity), id, wire(record), _METADATA)
        for entity, records in data.items()
        for id, record in records.items()
    ]
    if changes:
        await store.apply(changes)


async def _stored(store: SqliteEntityStore) -> dict[tuple[str, str], dict[str, Any]]:
    query = Query(EVERYTHING, (OrderKey(FieldRef(("id",), Kind.STRING)),), 100)
    found = {entity: await store.select(Target(entity), query) for entity in ("File", "Folder")}
    return {(entity, record["id"]): record for entity, records in found.items() for record in records}


async def _compare(case: Case, clients: Sequence[Client], way: Way) -> Answer:
    """The same answer from all, with no value in it but those the caller may see or has sent."""
    answers = [await way.ask(client) for client in clients]
    for answer in answers[1:]:
        assert told(answer) == told(answers[0]), way
    assert answers[0].status != 500, way
    return answers[0]


async def _judge_write(case: Case, store: SqliteEntityStore, clients: Sequence[Client], way: Way) -> None:
    before = await _stored(store)
    answer = await _compare(case, clients, way)
    after = await _stored(store)
    _check_change(case, way, before, after)
    _check_values(way, answer, [*_seen(case, before), *_seen(case, after)])


def _check_values(way: Way, answer: Answer, visible: Sequence[Mapping[str, Any]]) -> None:
    sent = orjson.dumps([way.path, way.body, way.parameters])
    known = {*MARKER.findall(sent), *MARKER.findall(orjson.dumps(visible))}
    assert set(MARKER.findall(raw(answer))) <= known, way


def _seen(case: Case, stored: Mapping[tuple[str, str], Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the caller may see of what is stored."""
    records = [(entity, _python(record)) for (entity, _), record in stored.items()]
    return [case.seen(entity, record) for entity, record in records if case.may(entity, "read", record)]


def _check_change(case: Case, way: Way, before: dict[Any, Any], after: dict[Any, Any]) -> None:
    """Whatever changed was the caller's to change."""
    for key in before.keys() | after.keys():
        old, new = before.get(key), after.get(key)
        if old != new:
            assert _is_allowed(case, key[0], way, old, new), way


def _is_allowed(case: Case, entity: str, way: Way, old: dict[str, Any] | None, new: dict[str, Any] | None) -> bool:
    book = case.books[entity]
    states = [_python(record) for record in (old, new) if record is not None]
    operation = "create" if old is None else "delete" if new is None else "update"
    is_seen = old is None or case.may(entity, "read", states[0])
    if not is_seen or not all(case.may(entity, operation, state) for state in states):
        return False
    if new is None:
        return True
    sent = named(way)
    changed = (
        sent & states[0].keys() if old is None else {name for name in states[0] if states[0][name] != states[1][name]}
    )
    rights = {
        name: name in book.writable and all(permits(book.writable[name], case.caller, state) for state in states)
        for name in states[-1]
    }
    owner = case.caller.id if old is None else states[0]["owner_id"]
    return (
        (states[-1]["owner_id"] == owner or rights["owner_id"])
        and (way.method == "PUT" or changed <= sent)
        and all(rights[name] for name in (changed if is_nested(way) else sent | changed) & book.writable.keys())
    )


def _python(record: Mapping[str, Any]) -> dict[str, Any]:
    names = {camel(name): name for name in (*GIVEN, "id", "alpha", "beta", "delta", "place", "folder_id", "label")}
    return {names[name]: value for name, value in record.items() if name in names}
