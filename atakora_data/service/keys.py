"""What the schemas say of foreign keys, grouped as writes ask for it and worked out once."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from atakora_data.query.filter import Compare, Filter, Operator, all_of
from atakora_data.registry.entity import EntityModel, RelationKind
from atakora_data.registry.links import is_of_type
from atakora_data.registry.references import Reference, references_of, references_to
from atakora_data.registry.registry import Registry


class Key(Struct, frozen=True):
    """A field that holds the id of a record of one of the targets; `type_field` ("" for one target) tells of which."""

    field: str
    type_field: str
    targets: tuple[str, ...]


class Single(Struct, frozen=True):
    """Fields whose values together occur in one record at most: the key of a `has_one` that leads to several."""

    field: str
    type_field: str


class Keys:
    """The foreign keys of a registry, by entity."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._held: dict[str, tuple[Key, ...]] = {}

    def held_by(self, entity: EntityModel) -> tuple[Key, ...]:
        """The keys that records of the entity hold."""
        found = self._held.get(entity.name)
        if found is None:
            found = self._held[entity.name] = tuple(self._keys(entity))
        return found

    def referring_to(self, entity: EntityModel) -> tuple[Reference, ...]:
        """The keys that hold ids of the entity's records."""
        return references_to(self._registry, entity)

    def singles_of(self, entity: EntityModel) -> tuple[Single, ...]:
        """What has to be looked after, so that a `has_one` that leads to this entity leads to one record at most."""
        return self._singles.get(entity.name, ())

    def _keys(self, entity: EntityModel) -> Iterator[Key]:
        found: dict[tuple[str, str], list[str]] = {}
        for each in references_of(self._registry, entity):
            alone = "" if each.type_field else each.target
            found.setdefault((each.field, each.type_field or f":{alone}"), []).append(each.target)
        for (field, type_field), targets in found.items():
            yield Key(field, "" if type_field.startswith(":") else type_field, tuple(sorted(targets)))

    @cached_property
    def _singles(self) -> dict[str, tuple[Single, ...]]:
        found: dict[str, dict[Single, None]] = {}
        for entity in self._registry:
            for relation in entity.relations.values():
                if relation.kind is RelationKind.HAS_ONE and not self._is_unique(relation.target, relation.foreign_key):
                    found.setdefault(relation.target, {})[Single(relation.foreign_key, relation.type_field)] = None
        return {name: tuple(singles) for name, singles in found.items()}

    def _is_unique(self, entity: str, field: str) -> bool:
        return self._registry[entity].fields[field].unique


def holds_target(holder: EntityModel, field: str, type_field: str, target: str, ids: tuple[str, ...]) -> Filter:
    """Which records of the holder refer by the field to one of these records of the target, as parts of a filter."""
    key = holder.fields[field].ref()
    wanted = Compare(key, Operator.EQ, ids[0]) if len(ids) == 1 else Compare(key, Operator.IN, ids)
    return all_of(wanted, is_of_type(holder.fields, type_field, target))


def emptied(holder: EntityModel, field: str, type_field: str) -> dict[str, None]:
    """The values of a key that leads nowhere; a type that cannot be empty stays, and means nothing."""
    is_typed = bool(type_field) and holder.fields[type_field].type.nullable
    return dict.fromkeys([field, type_field] if is_typed else [field])
