"""Which links of a many-to-many relation may be made and undone at all, before any rule is asked."""

from __future__ import annotations

from typing import NamedTuple

from atakora_data.registry.entity import EntityModel, RelationModel
from atakora_data.registry.registry import Registry


class Linking(NamedTuple):
    """Whether there is a door to link, and one to unlink."""

    link: bool
    unlink: bool


def linking(registry: Registry, entity: EntityModel, relation: RelationModel) -> Linking:
    """What `operations` leave open: those of an entity of one's own as junction, else those of the declaring one."""
    junction = registry[relation.junction]
    if junction.is_junction:
        return Linking("update" in entity.operations, "update" in entity.operations)
    return Linking("create" in junction.operations, "delete" in junction.operations)
