"""Foreign keys: which fields hold the ids of which entities, and what becomes of them when such a record is deleted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from atakora_data.registry.entity import EntityModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry


@dataclass(frozen=True, slots=True)
class Reference:
    """Records of `holder` hold the ids of records of `target` in `field` (wire name).

    type_field: the field of the holder that must hold the target's name for it, "" when the key has one target only.
    on_delete: what becomes of the holder when the target's record is deleted: `restrict`, `cascade` or `set_null`.
    """

    holder: str
    field: str
    target: str
    on_delete: str = "restrict"
    type_field: str = ""


def references_of(registry: Registry, entity: EntityModel) -> tuple[Reference, ...]:
    """The foreign keys that this entity holds: one a field and target."""
    return tuple(each for each in references(registry) if each.holder == entity.name)


def references_to(registry: Registry, entity: EntityModel) -> tuple[Reference, ...]:
    """The foreign keys that hold this entity's ids."""
    return tuple(each for each in references(registry) if each.target == entity.name)


def references(registry: Registry) -> tuple[Reference, ...]:
    """All foreign keys. What happens on deletion is said by the side that is referred to; else it is restricted."""
    found: dict[tuple[str, str, str], Reference] = {}
    for entity in registry:
        for relation in entity.relations.values():
            for each in _declared(entity, relation):
                known = found.setdefault((each.holder, each.field, each.target), each)
                if known.on_delete == "restrict":
                    found[each.holder, each.field, each.target] = each
    return tuple(found.values())


def _declared(entity: EntityModel, relation: RelationModel) -> Iterable[Reference]:
    """The foreign keys that a relation goes by."""
    match relation.kind:
        case RelationKind.BELONGS_TO | RelationKind.POLYMORPHIC:
            for target in relation.all_targets:
                yield Reference(entity.name, relation.foreign_key, target, type_field=relation.type_field)
        case RelationKind.HAS_ONE | RelationKind.HAS_MANY:
            yield Reference(relation.target, relation.foreign_key, entity.name, relation.on_delete, relation.type_field)
        case RelationKind.MANY_TO_MANY:
            yield Reference(relation.junction, relation.near, entity.name, relation.on_delete)
            yield Reference(relation.junction, relation.far, relation.target)
