"""Which files of a folder are loaded, and in what order: what others refer to comes first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from atakora_data.errors import Problem, perhaps
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.references import references_of
from atakora_data.registry.registry import Registry

SUFFIX = ".jsonl"


class SeedFile(Struct, frozen=True):
    """The records of one entity."""

    entity: EntityModel
    path: Path


def plan(folder: Path, registry: Registry) -> tuple[list[SeedFile], list[Problem]]:
    """Find the `<Entity>.jsonl` files, in order of dependency, and tell each whose name is no entity's."""
    files = {path.stem: path for path in sorted(folder.glob(f"*{SUFFIX}"))}
    problems = [_unknown(path, registry) for name, path in files.items() if name not in registry.entities]
    if not files:
        problems.append(
            Problem(str(folder), f"holds no {SUFFIX} file.", "Name each after its entity, e.g. Post.jsonl.")
        )
    return [SeedFile(each, files[each.name]) for each in in_order(registry) if each.name in files], problems


def in_order(registry: Registry) -> Iterator[EntityModel]:
    """Go through all entities, each after those its foreign keys lead to; a cycle is entered by name."""
    seen: set[str] = set()
    for entity in registry:
        yield from _after_its_targets(entity, registry, seen)


def _after_its_targets(entity: EntityModel, registry: Registry, seen: set[str]) -> Iterator[EntityModel]:
    if entity.name in seen:
        return
    seen.add(entity.name)
    for reference in references_of(registry, entity):
        yield from _after_its_targets(registry[reference.target], registry, seen)
    yield entity


def _unknown(path: Path, registry: Registry) -> Problem:
    known = ", ".join(registry.entities) or "none"
    return Problem(
        str(path), f"there is no entity {path.stem}.", perhaps(path.stem, registry.entities) or f"Known: {known}."
    )
