"""Random relations, records and deletions: what is left is what a naive reading of the declarations says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Literal, cast

import pytest

from atakora_data import (
    Authorization,
    Entity,
    Field,
    HasMany,
    ManyToMany,
    Polymorphic,
    allow,
    has_many,
    many_to_many,
    polymorphic,
)
from atakora_data.errors import StillReferenced
from atakora_data.registry.build import build_registry
from atakora_data.registry.registry import Registry
from atakora_data.service.commands import DeleteMany
from atakora_data.storage.sqlite.connection import MEMORY
from atakora_data.storage.sqlite.store import SqliteEntityStore
from tests.service.publishing import Writer
from tests.support.app import running

NAMES = ("Red", "Green", "Blue")
SEEDS, RECORDS, DELETIONS = 40, 5, 8
OnDelete = Literal["restrict", "cascade", "set_null"]
CHOICES: tuple[OnDelete, ...] = ("cascade", "cascade", "set_null", "restrict")
Data = dict[str, dict[str, dict[str, Any]]]


@dataclass(frozen=True)
class Key:
    """Records of the holder refer to records of the target by this field, where `type` (if any) names the target."""

    holder: str
    field: str
    target: str
    on_delete: OnDelete
    type: str = ""


def any_keys(random: Random) -> list[Key]:
    """Each entity refers to each, itself too, and one to all by a key with a type."""

    def choose() -> OnDelete:
        return random.choice(CHOICES)

    plain = [Key(holder, f"{target.lower()}Id", target, choose()) for holder in NAMES for target in NAMES]
    typed = [Key("Blue", "anyId", target, choose(), "anyType") for target in NAMES]
    links = [Key("Mixture", f"{name.lower()}Id", name, "cascade") for name in ("Red", "Green")]
    return [*plain, *typed, *links]


def make(keys: list[Key]) -> Registry:
    """Three entities that refer to each other in these ways."""
    said = {(key.holder, key.field, key.target): key.on_delete for key in keys}

    class Coloured(Entity, abstract=True):
        id: str = Field(primary_key=True)
        red_id: str | None = None
        green_id: str | None = None
        blue_id: str | None = None
        authorization = Authorization(create=allow.public(), read=allow.public(), delete=allow.public())

    class Red(Coloured):
        in_red: HasMany["Red"] = has_many("red_id", on_delete=said["Red", "redId", "Red"])
        in_green: HasMany["Green"] = has_many("red_id", on_delete=said["Green", "redId", "Red"])
        in_blue: HasMany["Blue"] = has_many("red_id", on_delete=said["Blue", "redId", "Red"])
        any: HasMany["Blue"] = has_many("any_id", on_delete=said["Blue", "anyId", "Red"])
        mixed: ManyToMany["Green"] = many_to_many("Mixture")

    class Green(Coloured):
        in_red: HasMany["Red"] = has_many("green_id", on_delete=said["Red", "greenId", "Green"])
        in_green: HasMany["Green"] = has_many("green_id", on_delete=said["Green", "greenId", "Green"])
        in_blue: HasMany["Blue"] = has_many("green_id", on_delete=said["Blue", "greenId", "Green"])
        any: HasMany["Blue"] = has_many("any_id", on_delete=said["Blue", "anyId", "Green"])

    class Blue(Coloured):
        any_id: str | None = None
        any_type: str | None = None
        all: Polymorphic["Red | Green | Blue"] = polymorphic(NAMES, id="any_id", type="any_type")
        in_red: HasMany["Red"] = has_many("blue_id", on_delete=said["Red", "blueId", "Blue"])
        in_green: HasMany["Green"] = has_many("blue_id", on_delete=said["Green", "blueId", "Blue"])
        in_blue: HasMany["Blue"] = has_many("blue_id", on_delete=said["Blue", "blueId", "Blue"])
        any: HasMany["Blue"] = has_many("any_id", on_delete=said["Blue", "anyId", "Blue"])

    return build_registry([Red, Green, Blue])


def any_data(random: Random) -> Data:
    """A few records of each colour, which refer to some others; the same ids occur in all colours."""
    ids = [f"r{number}" for number in range(RECORDS)]

    def somebody() -> str | None:
        return random.choice(ids) if random.random() < 0.3 else None

    data: Data = {
        name: {id: {"redId": somebody(), "greenId": somebody(), "blueId": somebody()} for id in ids} for name in NAMES
    }
    for record in data["Blue"].values():
        id = somebody()
        record |= {"anyId": id, "anyType": random.choice(NAMES) if id else None}
    pairs = {(random.choice(ids), random.choice(ids)) for _ in range(RECORDS)}
    data["Mixture"] = {
        f"00000000-0000-4000-8000-00000000000{number}": {"redId": red, "greenId": green}
        for number, (red, green) in enumerate(sorted(pairs))
    }
    return data


def referring(data: Data, keys: list[Key], gone: set[tuple[str, str]]) -> Iterator[tuple[Key, str]]:
    """Which records refer to what is gone, and by what."""
    for key in keys:
        for id, record in data[key.holder].items():
            is_meant = not key.type or record[key.type] == key.target
            if is_meant and (key.target, record[key.field]) in gone:
                yield key, id


def without(data: Data, keys: list[Key], roots: set[tuple[str, str]]) -> Data | None:
    """What is left when these are deleted; None when something restricts that."""
    gone = set(roots)
    while more := {(key.holder, id) for key, id in referring(data, keys, gone) if key.on_delete == "cascade"} - gone:
        gone |= more
    left = {
        name: {id: dict(each) for id, each in records.items() if (name, id) not in gone}
        for name, records in data.items()
    }
    if any(key.on_delete == "restrict" for key, _ in referring(left, keys, gone)):
        return None
    for key, id in list(referring(left, keys, gone)):
        left[key.holder][id] |= {key.field: None, **({key.type: None} if key.type else {})}
    return left


async def stored(writer: Writer) -> Data:
    """All records as the store has them, by their keys."""
    found = await writer.everything()
    hidden = ("id", "_etag", "_version")
    return {
        name: {id: {key: value for key, value in each.items() if key not in hidden} for id, each in records.items()}
        for name, records in found.items()
    }


@pytest.mark.parametrize("seed", range(SEEDS))
async def test_deletions_leave_what_the_declarations_say(seed: int, tmp_path: Path) -> None:
    """One by one or many at once: the same end state as the naive reading, or the same refusal with nothing changed."""
    random = Random(seed)  # noqa: S311  # the same cases every time
    keys = any_keys(random)
    registry, data = make(keys), any_data(random)
    store = SqliteEntityStore(registry, MEMORY)
    async with running(tmp_path, registry=registry, store=store) as client:
        writer = Writer(client.application.service, store, client).as_system()
        for name, records in data.items():
            for id, record in records.items():
                await writer.put_in(name, {"id": id, **record})
        data = await stored(writer)
        for _ in range(DELETIONS):
            name = random.choice(NAMES)
            roots = random.sample(sorted(data[name]), min(len(data[name]), random.choice([1, 1, 1, 2])))
            expected = without(data, keys, {(name, id) for id in roots})
            try:
                if len(roots) == 1:
                    await writer.delete(name, roots[0])
                else:
                    filter = {"id": {"in": roots}}
                    await writer.service.delete_many(DeleteMany(name, filter), writer.context)
                refused = False
            except StillReferenced:
                refused = True
            assert refused == (expected is None)
            data = data if expected is None else expected
            assert data == await stored(writer)
            assert [] == _dangling(data, keys)


def _dangling(data: Data, keys: list[Key]) -> list[tuple[str, str, str]]:
    """Keys that lead nowhere."""
    return [
        (key.holder, id, key.field)
        for key in keys
        for id, record in data[key.holder].items()
        if record[key.field] is not None
        and (not key.type or record[key.type] == key.target)
        and cast("str", record[key.field]) not in data[key.target]
    ]
