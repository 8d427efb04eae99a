"""How long it takes to generate everything for 100 entities: a target of two seconds, without loading the schemas."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from atakora_data.codegen.generators import GENERATORS, Generator
from atakora_data.registry.loader import load_registry
from atakora_data.registry.registry import Registry

ENTITIES = 100
TARGET_SECONDS = 2.0
ROUNDS = 5

SCHEMA = '''
from datetime import datetime
from decimal import Decimal
from typing import Literal
from atakora_data import BelongsTo, Entity, Field, HasMany, ManyToMany, Model, belongs_to, has_many, many_to_many

class Detail{number}(Model):
    note: str = ""
    at: datetime | None = None

class Thing{number}(Entity):
    """Thing number {number}."""

    id: str = Field(primary_key=True)
    title: str = Field(min_length=1, max_length=200)
    status: Literal["draft", "published"] = "draft"
    price: Decimal | None = None
    views: int = 0
    tags: list[str] = Field(default_factory=list)
    detail: Detail{number} | None = None
    published_at: datetime | None = None
    parent_id: str | None = None
    realtime = True

    parent: BelongsTo["Thing{parent}"] = belongs_to("parent_id")
    children: HasMany["Thing{child}"] = has_many("parent_id")
    friends: ManyToMany["Thing{parent}"] = many_to_many("Friends{number}")
'''


def registry() -> Registry:
    """As many entities, each with relations to its neighbours."""
    with tempfile.TemporaryDirectory() as folder:
        for number in range(ENTITIES):
            around = {"parent": (number - 1) % ENTITIES, "child": (number + 1) % ENTITIES}
            (Path(folder) / f"thing{number}.py").write_text(SCHEMA.format(number=number, **around))
        return load_registry(Path(folder))


def main() -> None:
    """Print what each generator takes, at best of several rounds, and whether all of them meet the target."""
    entities = registry()
    total = 0.0
    for kind, generator in GENERATORS.items():
        seconds, size = min(_timed(generator, entities) for _ in range(ROUNDS))
        total += seconds
        print(f"{kind:<12} {seconds * 1000:7.1f} ms  {size / 1000:7.1f} kB")
    print(f"{'all':<12} {total * 1000:7.1f} ms  target {TARGET_SECONDS * 1000:.0f} ms: {total < TARGET_SECONDS}")


def _timed(generator: Generator, entities: Registry) -> tuple[float, int]:
    began = time.perf_counter()
    made = generator.files(entities, "Bench")
    return time.perf_counter() - began, sum(map(len, made.values()))


if __name__ == "__main__":
    main()
