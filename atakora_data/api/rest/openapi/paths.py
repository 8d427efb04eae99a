"""The names that parameters can take: fields to order by and to work out of, relations to include."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from atakora_data.api.rest.selection import MAX_INCLUDE_DEPTH
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.service.ordering import MAX_ORDER_HOPS

_MOST_PATHS = 200
"""How many names are listed; more are described by their form."""


def orderable(registry: Registry, entity: EntityModel) -> tuple[list[str], bool]:
    """The names to order by, and whether they are all: far away over relations there may be too many to list."""
    found: list[str] = []
    level: list[tuple[str, EntityModel]] = [("", entity)]
    for _ in range(MAX_ORDER_HOPS + 1):
        here = [f"{prefix}{path}" for prefix, each in level for path, _ in scalar_paths(each.fields)]
        if found and len(found) + len(here) > _MOST_PATHS:
            return found, False
        found += here
        level = [
            (f"{prefix}{name}.", registry[relation.target])
            for prefix, each in level
            for name, relation in each.relations.items()
            if relation.is_to_one
        ]
    return found, True


def scalar_paths(fields: Mapping[str, FieldModel]) -> Iterator[tuple[str, FieldType]]:
    """The wire names, with dots into nested objects, of single values, and their types."""
    for name, field in fields.items():
        if field.type.name is TypeName.OBJECT and field.type.object is not None:
            yield from ((f"{name}.{inner}", type) for inner, type in scalar_paths(field.type.object.fields))
        elif field.type.is_scalar:
            yield name, field.type


def relation_paths(registry: Registry, entities: Sequence[EntityModel]) -> list[str] | None:
    """All that `include` can name, or None when it would be too many to list."""
    paths: list[str] = []
    level: list[tuple[str, Sequence[EntityModel]]] = [("", entities)]
    for _ in range(MAX_INCLUDE_DEPTH):
        level = [
            (f"{prefix}.{name}" if prefix else name, targets)
            for prefix, entities in level
            for name, targets in _relations_of(registry, entities).items()
        ]
        paths.extend(path for path, _ in level)
        if len(paths) > _MOST_PATHS:
            return None
    return sorted(paths)


def _relations_of(registry: Registry, entities: Sequence[EntityModel]) -> dict[str, list[EntityModel]]:
    """The relations that at least one of the entities has, with what they lead to."""
    found: dict[str, list[EntityModel]] = {}
    for entity in entities:
        for name, relation in entity.relations.items():
            found.setdefault(name, []).extend(registry[target] for target in relation.all_targets)
    return found
