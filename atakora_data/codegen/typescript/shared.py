"""`types.ts`: what several entities name: enums, nested objects, and the filters of types."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from atakora_data.codegen.typescript.filters import (
    filter_of_type,
    object_filter,
    object_order,
    operators,
    types_asked_for,
)
from atakora_data.codegen.typescript.inputs import members, patch_members
from atakora_data.codegen.typescript.text import Module, alias, interface, line, union
from atakora_data.codegen.typescript.types import Form, typed
from atakora_data.registry.entity import EntityModel, EnumType, FieldModel, FieldType, ObjectType
from atakora_data.registry.registry import Registry


class Shared:
    """The shared types of a registry, by name."""

    def __init__(self, registry: Registry) -> None:
        self.enums: dict[str, EnumType] = {}
        self.objects: dict[str, ObjectType] = {}
        self.filters: dict[str, FieldType] = {}
        for entity in registry:
            for type in _types(entity):
                self._collect(type)
            self._ask(entity.fields)
        for nested in self.objects.values():
            self._ask(nested.fields)

    def _collect(self, type: FieldType) -> None:
        if type.enum is not None:
            self.enums[type.enum.name] = type.enum
        if type.item is not None:
            self._collect(type.item)
        if type.object is not None and type.object.name not in self.objects:
            self.objects[type.object.name] = type.object
            for field in type.object.fields.values():
                self._collect(field.type)

    def _ask(self, fields: Mapping[str, FieldModel]) -> None:
        for type in types_asked_for(fields):
            self.filters[filter_of_type(type)] = type

    def names(self) -> Iterator[str]:
        """What the file defines."""
        yield from self.enums
        for name in self.objects:
            yield from (name, f"{name}Input", f"Update{name}Input", f"{name}Filter", f"{name}OrderBy")
        yield from self.filters

    def write(self, module: Module) -> None:
        """All definitions, in the order of their names."""
        for _, enum in sorted(self.enums.items()):
            module.add(alias(enum.name, union(json.dumps(value) for value in enum.values), enum.description))
        for _, nested in sorted(self.objects.items()):
            _write_object(module, nested)
        for name, type in sorted(self.filters.items()):
            module.add(interface(name, operators(module, type)))


def _write_object(module: Module, nested: ObjectType) -> None:
    answered = (
        line(wire, typed(module, each.type, Form.ANSWER), each.description) for wire, each in nested.fields.items()
    )
    module.add(interface(nested.name, answered, nested.description))
    module.add(interface(f"{nested.name}Input", members(module, nested.fields), nested.description))
    module.add(interface(f"Update{nested.name}Input", patch_members(module, nested.fields)))
    module.add(object_filter(module, nested))
    module.add(object_order(module, nested))


def _types(entity: EntityModel) -> Iterator[FieldType]:
    """The types that an entity names."""
    fields: list[FieldModel] = list(entity.fields.values())
    for action in entity.actions.values():
        fields.extend(action.parameters.values())
    yield from (each.type for each in fields)
    yield from (each.type for each in entity.computed.values())
