"""Relations as links between records: what queries, rules and stores follow."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol, TypeAlias

from atakora_data.query.filter import EVERYTHING, Compare, Filter, Link, Operator
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel


class Entities(Protocol):
    """All entities by name, such as a registry."""

    def __getitem__(self, name: str, /) -> EntityModel:
        """The entity of this name."""


class Path(NamedTuple):
    """How a relation leads to one of its targets: over one link, or over two with the junction between.

    here: what must hold of the record that the relation starts from. there: what must hold of the target.
    """

    target: EntityModel
    links: tuple[Link, ...]
    here: Filter = EVERYTHING
    there: Filter = EVERYTHING


class Way(NamedTuple):
    """A `Path` while entities are known by their names and fields only."""

    target: str
    links: tuple[Link, ...]
    here: Filter = EVERYTHING
    there: Filter = EVERYTHING


FieldsOf: TypeAlias = Callable[[str], Mapping[str, FieldModel]]
"""The fields of an entity, by wire name."""


def paths(entities: Entities, entity: EntityModel, relation: RelationModel) -> tuple[Path, ...]:
    """The ways of a relation: one a target."""
    found = ways(lambda name: entities[name].fields, entity.name, relation)
    return tuple(Path(entities[each.target], each.links, each.here, each.there) for each in found)


def path(entities: Entities, entity: EntityModel, relation: RelationModel) -> Path:
    """The way of a relation that has one target: every kind but POLYMORPHIC."""
    (only,) = paths(entities, entity, relation)
    return only


def ways(fields_of: FieldsOf, entity: str, relation: RelationModel) -> tuple[Way, ...]:
    """The ways of a relation of this entity: one a target."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        return (_through_junction(fields_of, entity, relation),)
    return tuple(_direct(fields_of, entity, relation, name) for name in relation.all_targets)


def _direct(fields_of: FieldsOf, entity: str, relation: RelationModel, target: str) -> Way:
    here, there = fields_of(entity), fields_of(target)
    if relation.holds_key:
        link = Link(target, here[relation.foreign_key].ref(), there["id"].ref())
        return Way(target, (link,), here=is_of_type(here, relation.type_field, target))
    link = Link(target, here["id"].ref(), there[relation.foreign_key].ref())
    return Way(target, (link,), there=is_of_type(there, relation.type_field, entity))


def is_of_type(fields: Mapping[str, FieldModel], field: str, name: str) -> Filter:
    """That a record names the entity in its type field, if it has one."""
    return Compare(fields[field].ref(), Operator.EQ, name) if field else EVERYTHING


def _through_junction(fields_of: FieldsOf, entity: str, relation: RelationModel) -> Way:
    between = fields_of(relation.junction)
    near, far = between[relation.near].ref(), between[relation.far].ref()
    to_link = Link(relation.junction, fields_of(entity)["id"].ref(), near)
    return Way(relation.target, (to_link, Link(relation.target, far, fields_of(relation.target)["id"].ref())))
