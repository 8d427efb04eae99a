"""Which writes of relations the schema offers: what could never succeed is not in it.

It depends on whether a client may set the foreign key, and on the `operations` of the entities that are written. Rules
are not asked: they differ by caller.
"""

from __future__ import annotations

from msgspec import Struct

from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry


class Offers(Struct, frozen=True):
    """Judges the relations of one registry."""

    registry: Registry

    def can_create(self, entity: EntityModel) -> bool:
        """Whether there is anything that a client can say of a new record."""
        return any(not each.read_only for each in entity.fields.values()) or bool(self.in_create(entity))

    def in_create(self, entity: EntityModel) -> list[RelationModel]:
        """The relations that a new record can be given."""
        return [each for each in entity.relations.values() if self._is_written(entity, each, is_update=False)]

    def in_update(self, entity: EntityModel) -> list[RelationModel]:
        """The relations that a change can name."""
        return [each for each in entity.relations.values() if self._is_written(entity, each, is_update=True)]

    def linkable(self, entity: EntityModel) -> list[RelationModel]:
        """The relations whose links can be made by themselves."""
        return [each for each in self._many_to_many(entity) if self._connects(entity, each)]

    def unlinkable(self, entity: EntityModel) -> list[RelationModel]:
        """The relations whose links can be taken away by themselves."""
        return [each for each in self._many_to_many(entity) if self._disconnects(entity, each)]

    def words(self, entity: EntityModel, relation: RelationModel, *, is_update: bool) -> list[str]:
        """Which of `create`, `connect`, `disconnect` and `set` the relation takes."""
        connects, disconnects = self._connects(entity, relation), self._disconnects(entity, relation)
        offered = {
            "create": bool(self.creatable(entity, relation)),
            "connect": connects,
            "disconnect": is_update and disconnects,
            "set": is_update and relation.is_to_many and connects and disconnects,
        }
        return [word for word, is_offered in offered.items() if is_offered]

    def creatable(self, entity: EntityModel, relation: RelationModel) -> list[EntityModel]:
        """The targets of which a new record can be made within the relation."""
        targets = [each for each in map(self.registry.__getitem__, relation.all_targets) if "create" in each.operations]
        if relation.kind is RelationKind.MANY_TO_MANY and not self._connects(entity, relation):
            return []
        if relation.kind in (RelationKind.HAS_ONE, RelationKind.HAS_MANY):
            return [each for each in targets if not any(key.read_only for key in self._keys(entity, relation))]
        return [each for each in targets if self.can_create(each)]

    def _is_written(self, entity: EntityModel, relation: RelationModel, *, is_update: bool) -> bool:
        """Whether there is a word for it. Only where keys are held elsewhere is `creatable` asked: it asks back."""
        if relation.holds_key:
            return not any(each.read_only or (is_update and each.immutable) for each in self._keys(entity, relation))
        if relation.kind is RelationKind.MANY_TO_MANY:
            return self._connects(entity, relation) or (is_update and self._disconnects(entity, relation))
        return bool(self.words(entity, relation, is_update=is_update))

    def _connects(self, entity: EntityModel, relation: RelationModel) -> bool:
        """Whether it can be made to lead to a record that exists."""
        if relation.holds_key:
            return True
        if relation.kind is RelationKind.MANY_TO_MANY:
            return self._writes_links(relation, "create")
        keys = self._keys(entity, relation)
        is_fixed = any(each.read_only or each.immutable for each in keys)
        return "update" in self.registry[relation.target].operations and not is_fixed

    def _disconnects(self, entity: EntityModel, relation: RelationModel) -> bool:
        """Whether it can be made to lead to a record no longer."""
        if relation.kind is RelationKind.MANY_TO_MANY:
            return self._writes_links(relation, "delete")
        return self._connects(entity, relation) and all(each.type.nullable for each in self._keys(entity, relation))

    def _writes_links(self, relation: RelationModel, operation: str) -> bool:
        """Links are records of the junction: one of the schema's own says what is offered."""
        junction = self.registry[relation.junction]
        return junction.is_junction or operation in junction.operations

    def _keys(self, entity: EntityModel, relation: RelationModel) -> list[FieldModel]:
        """The fields that say where the relation leads."""
        holder = entity if relation.holds_key else self.registry[relation.target]
        return [holder.fields[each] for each in (relation.foreign_key, relation.type_field) if each]

    def _many_to_many(self, entity: EntityModel) -> list[RelationModel]:
        """To link by the framework's junction is to change the record; one of the schema's own speaks for itself."""
        found = [each for each in entity.relations.values() if each.kind is RelationKind.MANY_TO_MANY]
        may_update = "update" in entity.operations
        return [each for each in found if may_update or not self.registry[each.junction].is_junction]
