"""Foreign keys: which fields hold the ids of which entities, and what becomes of them when such a record is deleted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from msgspec import Struct

from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel


class Reference(Struct, frozen=True):
    """Records of `holder` hold the ids of records of `target` in `field` (wire name).

    type_field: the field of the holder that must hold the target's name for it, "" when the key has one target only.
    on_delete: what becomes of the holder when the target's record is deleted: `restrict`, `cascade` or `set_null`.
    """

    holder: str
    field: str
    target: str
    on_delete: str = "restrict"
    type_field: str = ""


class References(Struct, frozen=True):
    """All foreign keys, by the entity that holds them and by the entity they lead to."""

    all: tuple[Reference, ...]
    held: Mapping[str, tuple[Reference, ...]]
    leading: Mapping[str, tuple[Reference, ...]]


class Referring(Protocol):
    """What knows all foreign keys, such as a registry."""

    @property
    def references(self) -> References:
        """The foreign keys of all its entities."""


def references_of(registry: Referring, entity: EntityModel) -> tuple[Reference, ...]:
    """The foreign keys that this entity holds: one a field and target."""
    return registry.references.held.get(entity.name, ())


def references_to(registry: Referring, entity: EntityModel) -> tuple[Reference, ...]:
    """The foreign keys that hold this entity's ids."""
    return registry.references.leading.get(entity.name, ())


def references(registry: Referring) -> tuple[Reference, ...]:
    """All foreign keys. What happens on deletion is said by the side that is referred to; else it is restricted."""
    return registry.references.all


def find_references(entities: Iterable[EntityModel]) -> References:
    """The foreign keys that the relations of these entities go by."""
    found: dict[tuple[str, str, str], Reference] = {}
    for rank in (_said, _opposite, _unsaid):
        for entity in entities:
            for relation in entity.relations.values():
                for each in rank(entity, relation):
                    found.setdefault((each.holder, each.field, each.target), each)
    ordered = tuple(found.values())
    return References(
        ordered,
        {name: tuple(each for each in ordered if each.holder == name) for name in {each.holder for each in ordered}},
        {name: tuple(each for each in ordered if each.target == name) for name in {each.target for each in ordered}},
    )


def linked_pairs(entities: Iterable[EntityModel], model: EntityModel) -> frozenset[tuple[str, str]]:
    """The fields of a junction that hold the ids of both its ends, as each relation over it sees them."""
    relations = (relation for entity in entities for relation in entity.relations.values())
    return frozenset(
        (each.near, each.far)
        for each in relations
        if each.kind is RelationKind.MANY_TO_MANY and each.junction == model.name
    )


def _said(entity: EntityModel, relation: RelationModel) -> Iterator[Reference]:
    """By the side that is referred to."""
    match relation.kind:
        case RelationKind.HAS_ONE | RelationKind.HAS_MANY:
            yield Reference(relation.target, relation.foreign_key, entity.name, relation.on_delete, relation.type_field)
        case RelationKind.MANY_TO_MANY:
            yield Reference(relation.junction, relation.near, entity.name, relation.on_delete)


def _opposite(_entity: EntityModel, relation: RelationModel) -> Iterator[Reference]:
    """By the other end of a junction: what becomes of the links holds for both ends, unless both say."""
    if relation.kind is RelationKind.MANY_TO_MANY:
        yield Reference(relation.junction, relation.far, relation.target, relation.on_delete)


def _unsaid(entity: EntityModel, relation: RelationModel) -> Iterator[Reference]:
    """By the side that refers, which says nothing of deletion."""
    if relation.holds_key:
        for target in relation.all_targets:
            yield Reference(entity.name, relation.foreign_key, target, type_field=relation.type_field)
