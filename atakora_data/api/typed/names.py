"""What Python names stand for: a path of them, walked through nested objects and relations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.errors import RequestError, perhaps_one_of
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, RelationKind, RelationModel, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.schema.naming import camel

_SIZE: Final = FieldModel("size", "size", FieldType(TypeName.INTEGER))


class Found(Struct, frozen=True):
    """Where a path has led. wires: the wire names so far. entity: the one whose records hold what was found.

    field or relation: what the last name stands for; both None at the beginning and at a target that was named.
    """

    registry: Registry
    entity: EntityModel
    error: type[RequestError]
    wires: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    field: FieldModel | None = None
    relation: RelationModel | None = None

    def nested(self, value: Any) -> dict[str, Any]:
        """The value below the wire names."""
        for name in reversed(self.wires):
            value = {name: value}
        return dict(value)

    def step(self, name: str) -> Found:
        """What the next name stands for; the error says what is there instead."""
        if self.relation is not None:
            return self._cross(self.relation, name)
        if self.field is not None:
            return self._within(self.field, name)
        field = field_of(self.entity.fields, name)
        if field is not None:
            return self._at(name, field.wire, field=field)
        relation = relation_of(self.entity, name)
        if relation is not None:
            return self._at(name, relation.wire, relation=relation)
        raise self._unknown(name)

    def _at(self, name: str, wire: str, **found: Any) -> Found:
        return replace(
            self, wires=(*self.wires, wire), names=(*self.names, name), **{"field": None, "relation": None, **found}
        )

    def _cross(self, relation: RelationModel, name: str) -> Found:
        if relation.kind is RelationKind.POLYMORPHIC:
            if name not in relation.targets:
                raise self.error(
                    f"{self._said} leads to {' or '.join(relation.targets)}; say which before `{name}`.",
                    hint=f'Write `this.{".".join(self.names)}.is_a("{relation.targets[0]}", this.{name} == …)`.',
                )
            return replace(self._at(name, name), entity=self.registry[name])
        if relation.is_to_many:
            raise self.error(
                f"{self._said} is a list of records.",
                hint=f"Write `this.{'.'.join(self.names)}.some(this.{name} == …)`, or every or none.",
            )
        return replace(self, entity=self.registry[relation.target], field=None, relation=None).step(name)

    def _within(self, field: FieldModel, name: str) -> Found:
        if field.type.name is TypeName.LIST and name == "size":
            return self._at(name, "size", field=_SIZE)
        fields = field.type.object.fields if field.type.object is not None else {}
        found = field_of(fields, name)
        if found is None:
            raise self.error(f"{self._said} has no field `{name}`.", hint=perhaps_one_of(name, names_in(fields)))
        return self._at(name, found.wire, field=found)

    def _unknown(self, name: str) -> RequestError:
        if any(each.name == name for each in self.entity.computed.values()):
            return self.error(f"{self.entity.name}.{name} is computed, which no query can ask for.")
        known = [*names_in(self.entity.fields), *(each.name for each in self.entity.relations.values())]
        return self.error(f"{self.entity.name} has no field `{name}`.", hint=perhaps_one_of(name, known))

    @property
    def _said(self) -> str:
        return f"{self.entity.name}.{self.names[-1]}"


def find(registry: Registry, entity: EntityModel, path: Sequence[str], error: type[RequestError]) -> Found:
    """What the path stands for, from the entity on."""
    found = Found(registry, entity, error)
    for name in path:
        found = found.step(name)
    return found


def field_of(fields: Mapping[str, FieldModel], name: str) -> FieldModel | None:
    """The field of this Python name."""
    found = fields.get(camel(name))
    return found if found is not None and found.name == name else None


def relation_of(entity: EntityModel, name: str) -> RelationModel | None:
    """The relation of this Python name."""
    found = entity.relations.get(camel(name))
    return found if found is not None and found.name == name else None


def names_in(fields: Mapping[str, FieldModel]) -> list[str]:
    """The Python names of the fields."""
    return [each.name for each in fields.values()]
