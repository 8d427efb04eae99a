"""Relations as links between records: what queries, rules and stores follow."""

from __future__ import annotations

from typing import NamedTuple, Protocol

from atakora_data.query.filter import EVERYTHING, Compare, Filter, Link, Operator
from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel


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


def paths(entities: Entities, entity: EntityModel, relation: RelationModel) -> tuple[Path, ...]:
    """The ways of a relation: one a target."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        return (_through_junction(entities, entity, relation),)
    return tuple(_direct(entity, relation, entities[name]) for name in relation.all_targets)


def path(entities: Entities, entity: EntityModel, relation: RelationModel) -> Path:
    """The way of a relation that has one target: every kind but POLYMORPHIC."""
    (only,) = paths(entities, entity, relation)
    return only


def _direct(entity: EntityModel, relation: RelationModel, target: EntityModel) -> Path:
    if relation.kind in (RelationKind.BELONGS_TO, RelationKind.POLYMORPHIC):
        link = Link(target.name, entity.fields[relation.foreign_key].ref(), target.primary_key.ref())
        return Path(target, (link,), here=_is_type(entity, relation.type_field, target.name))
    link = Link(target.name, entity.primary_key.ref(), target.fields[relation.foreign_key].ref())
    return Path(target, (link,), there=_is_type(target, relation.type_field, entity.name))


def _is_type(holder: EntityModel, field: str, name: str) -> Filter:
    return Compare(holder.fields[field].ref(), Operator.EQ, name) if field else EVERYTHING


def _through_junction(entities: Entities, entity: EntityModel, relation: RelationModel) -> Path:
    target, junction = entities[relation.target], entities[relation.junction]
    near, far = junction.fields[relation.near].ref(), junction.fields[relation.far].ref()
    links = (Link(junction.name, entity.primary_key.ref(), near), Link(target.name, far, target.primary_key.ref()))
    return Path(target, links)
