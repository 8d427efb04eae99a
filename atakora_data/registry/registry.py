"""All entities, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from types import MappingProxyType

from atakora_data.errors import Problem
from atakora_data.registry.entity import EntityModel
from atakora_data.registry.references import References, find_references


class Registry:
    """The frozen set of entities, junctions among them; iteration goes by name.

    collections: by path segment, of those that have doors. warnings: what is allowed but hardly meant.
    """

    def __init__(self, entities: Iterable[EntityModel], warnings: Iterable[Problem] = ()) -> None:
        self.warnings = tuple(warnings)
        ordered = sorted(entities, key=lambda each: each.name)
        self.entities: Mapping[str, EntityModel] = MappingProxyType({each.name: each for each in ordered})
        self.collections: Mapping[str, EntityModel] = MappingProxyType(
            {each.collection: each for each in ordered if not each.is_junction}
        )

    @cached_property
    def references(self) -> References:
        """The foreign keys of all entities."""
        return find_references(self)

    @cached_property
    def realtime(self) -> frozenset[str]:
        """The names of the entities whose changes go into the journal."""
        return frozenset(model.name for model in self if model.realtime)

    def __iter__(self) -> Iterator[EntityModel]:
        return iter(self.entities.values())

    def __len__(self) -> int:
        return len(self.entities)

    def __getitem__(self, name: str) -> EntityModel:
        return self.entities[name]
