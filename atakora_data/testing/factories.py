"""Records for tests: what is required and not given is filled with valid values, the same in every run."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field
from pydantic import BaseModel

from atakora_data.api.typed.data import ServiceData, entity_of
from atakora_data.api.typed.names import field_of, relation_of
from atakora_data.registry.entity import EntityModel, FieldModel, RelationModel
from atakora_data.schema.data import E
from atakora_data.testing.sample_values import Impossible, sample


class Factory(Struct):
    """Makes records, counting them by entity so that they differ."""

    _made: Counter[str] = field(default_factory=Counter)

    async def make(self, data: ServiceData, entity: type[E], values: Mapping[str, Any]) -> E:
        """Store one record of the class."""
        made: E = await self._make(data, entity_of(data.registry, entity), values, ())
        return made

    async def _make(
        self, data: ServiceData, entity: EntityModel, values: Mapping[str, Any], around: tuple[str, ...]
    ) -> Any:
        """around: the entities whose records wait for this one."""
        if entity.name in around:
            circle = " → ".join((*around, entity.name))
            raise ValueError(f"A record of each requires one of the next: {circle}. Give one of them a record.")
        self._made[entity.name] += 1
        given = _by_foreign_key(entity, values)
        for each in entity.fields.values():
            if each.name not in given and _is_needed(entity, each):
                relation = _leading(entity, each)
                if relation is None:
                    given[each.name] = self._value(entity, each)
                else:
                    await self._fill(data, entity, relation, given, (*around, entity.name))
        return await data[entity.name].create(**given)

    async def _fill(
        self,
        data: ServiceData,
        entity: EntityModel,
        relation: RelationModel,
        given: dict[str, Any],
        around: tuple[str, ...],
    ) -> None:
        """Make a target for a required relation, and name it."""
        target = data.registry[relation.all_targets[0]]
        made = await self._make(data, target, {}, around)
        given[entity.fields[relation.foreign_key].name] = made.id
        if relation.type_field:
            given[entity.fields[relation.type_field].name] = target.name

    def _value(self, entity: EntityModel, each: FieldModel) -> Any:
        try:
            return sample(entity, each, self._made[entity.name])
        except Impossible as error:
            raise ValueError(
                f"{entity.name}.{each.name} {error}: no value was made up. Write make({entity.name}, {each.name}=…)."
            ) from None


def _by_foreign_key(entity: EntityModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values, with a record that was given for a to-one relation as its foreign key."""
    given: dict[str, Any] = {}
    for name, value in values.items():
        relation = relation_of(entity, name) if field_of(entity.fields, name) is None else None
        if relation is None or not relation.holds_key or not isinstance(value, BaseModel):
            given[name] = value
            continue
        given[entity.fields[relation.foreign_key].name] = getattr(value, "id", None)
        if relation.type_field:
            given[entity.fields[relation.type_field].name] = type(value).__name__
    return given


def _is_needed(entity: EntityModel, field: FieldModel) -> bool:
    """Whether a record cannot do without a value of its own: required, or one that must differ."""
    if field.read_only or field.type.nullable:
        return False
    info = entity.record.__pydantic_fields__[field.name]
    return info.is_required() or field.primary_key or (field.unique and info.default_factory is None)


def _leading(entity: EntityModel, field: FieldModel) -> RelationModel | None:
    """The relation whose foreign key, or type, the field is."""
    leading = (each for each in entity.relations.values() if each.holds_key)
    return next((each for each in leading if field.wire in (each.foreign_key, each.type_field)), None)
