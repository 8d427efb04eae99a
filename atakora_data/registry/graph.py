"""All entities with their fields and relations, as the rules of each go through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from atakora_data.registry.entity import FieldModel, RelationModel
from atakora_data.registry.links import Way, ways
from atakora_data.registry.neighbours import Neighbours


class ToldAlready(Exception):  # a reason, not an error of this program
    """A rule over a relationship that is wrong itself, which was reported."""


class Graph(Struct, frozen=True):
    """All entities with their fields and relations, as rules go through them."""

    neighbours: Neighbours
    relations: Mapping[str, Mapping[str, RelationModel]]

    def fields_of(self, entity: str) -> dict[str, FieldModel]:
        """The fields by Python name."""
        return {field.name: field for field in self.neighbours.fields[entity].values()}

    def relation(self, entity: str, name: str) -> RelationModel | None:
        """The relation of this Python name; raises ToldAlready when it was declared, but wrongly."""
        found = next((each for each in self.relations[entity].values() if each.name == name), None)
        if found is None and name in self.neighbours.declared[entity].relationships:
            raise ToldAlready(name)
        return found

    def ways(self, entity: str, relation: RelationModel) -> tuple[Way, ...]:
        """Where the relation leads: one way a target."""
        return ways(self.neighbours.fields.__getitem__, entity, relation)

    def is_of(self, entity: str, cls: type[Any]) -> bool:
        """Whether the fields of the class are the entity's."""
        return any(cls.__name__ == each.__name__ for each in self.neighbours.declared[entity].cls.__mro__)
