"""All entities, in a stable order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType

from atakora_data.errors import Problem
from atakora_data.registry.entity import EntityModel


class Registry:
    """The frozen set of entities; iteration goes by name. warnings: what is allowed but hardly meant."""

    def __init__(self, entities: Iterable[EntityModel], warnings: Iterable[Problem] = ()) -> None:
        self.warnings = tuple(warnings)
        ordered = sorted(entities, key=lambda each: each.name)
        self.entities: Mapping[str, EntityModel] = MappingProxyType({each.name: each for each in ordered})
        self.collections: Mapping[str, EntityModel] = MappingProxyType({each.collection: each for each in ordered})

    def __iter__(self) -> Iterator[EntityModel]:
        return iter(self.entities.values())

    def __len__(self) -> int:
        return len(self.entities)

    def __getitem__(self, name: str) -> EntityModel:
        return self.entities[name]
