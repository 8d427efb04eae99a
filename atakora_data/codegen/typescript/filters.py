"""What can be asked of each type and entity: filters and orders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atakora_data.codegen.typescript.text import Module, interface, line
from atakora_data.codegen.typescript.types import Form, array, typed
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, ObjectType, RelationModel, TypeName
from atakora_data.registry.operators import operators_of

_LABELS = {
    TypeName.UUID: "UUID",
    TypeName.INTEGER: "Int",
    TypeName.DATETIME: "DateTime",
    TypeName.MAP: "JSON",
}
_OF_TRUTH = ("isNull", "isEmpty")
_OF_ITEMS = ("containsAny", "containsAll")
_OF_VALUES = ("in", "notIn")
_SIZE = FieldType(TypeName.INTEGER)


def filter_of_type(type: FieldType) -> str:
    """The name of the filter of a field: `StringFilter`, `PostStatusListFilter`."""
    return f"{_label(type)}Filter"


def _label(type: FieldType) -> str:
    if type.name is TypeName.LIST:
        return f"{_label(type.item)}List" if type.item is not None else "JSONList"
    if type.enum is not None:
        return type.enum.name
    if type.object is not None:
        return type.object.name
    return _LABELS.get(type.name, type.name.value.capitalize())


def operators(module: Module, type: FieldType) -> Iterator[str]:
    """One member for each operator of a type."""
    for word in operators_of(type):
        yield line(word, _operand(module, word, type), optional=True)


def _operand(module: Module, word: str, type: FieldType) -> str:
    if word in _OF_TRUTH:
        return "boolean"
    if word == "size":
        return f"number | {module.use(filter_of_type(_SIZE))}"
    is_element = type.name is TypeName.LIST and word.startswith("contains")
    value = _value(module, type.item if is_element else type)
    if word in _OF_VALUES or (is_element and word in _OF_ITEMS):
        return array(value)
    if word == "between":
        return f"readonly [{value}, {value}]"
    return f"{value} | null" if word in ("eq", "ne") else value


def _value(module: Module, type: FieldType | None) -> str:
    if type is None:
        return "unknown"
    return typed(module, FieldType(type.name, item=type.item, enum=type.enum, object=type.object), Form.INPUT)


def types_asked_for(fields: Mapping[str, FieldModel]) -> Iterator[FieldType]:
    """The types whose filters such fields need, each as often as it is needed; nested objects are not among them."""
    for field in fields.values():
        if field.type.name is TypeName.OBJECT and field.type.object is not None:
            continue
        yield field.type
        if "size" in operators_of(field.type):
            yield _SIZE


def entity_filter(module: Module, entity: EntityModel) -> str:
    """The filter of an entity: its fields, and what its relations lead to."""
    name = f"{entity.name}Filter"
    members = [*_logic(name), *_questions(module, entity.fields), *_crossings(module, entity)]
    return interface(name, members, f"Which {entity.name} records: every member must hold.")


def object_filter(module: Module, nested: ObjectType) -> str:
    """The filter of a nested object; `isNull` asks of the object itself, so it does not stand inside and, or, not."""
    name = f"{nested.name}Filter"
    members = [line("isNull", "boolean", optional=True), *_logic(f"rt.Inside<{name}>")]
    return interface(name, [*members, *_questions(module, nested.fields)])


def _logic(name: str) -> Iterator[str]:
    yield line("and", f"readonly {name}[]", optional=True)
    yield line("or", f"readonly {name}[]", optional=True)
    yield line("not", name, optional=True)


def _questions(module: Module, fields: Mapping[str, FieldModel]) -> Iterator[str]:
    for wire, field in fields.items():
        yield line(wire, module.use(filter_of_type(field.type)), optional=True)


def _crossings(module: Module, entity: EntityModel) -> Iterator[str]:
    for wire, relation in entity.relations.items():
        yield line(wire, _crossing(module, relation), optional=True)


def _crossing(module: Module, relation: RelationModel) -> str:
    if relation.targets:
        asked = "; ".join(f"{name}?: {module.use(f'{name}Filter')}" for name in relation.targets)
        return f"{{ isNull?: boolean; {asked} }}"
    return f"rt.{'Several' if relation.is_to_many else 'One'}<{module.use(f'{relation.target}Filter')}>"


def entity_order(module: Module, entity: EntityModel) -> str:
    """The orders of an entity, also by the record that a relation leads to."""
    to_one = [each for each in entity.relations.values() if each.is_to_one]
    behind = [line(each.wire, module.use(f"{each.target}OrderBy"), optional=True) for each in to_one]
    return interface(f"{entity.name}OrderBy", [*_orders(module, entity.fields), *behind])


def object_order(module: Module, nested: ObjectType) -> str:
    """The orders by fields of a nested object."""
    return interface(f"{nested.name}OrderBy", _orders(module, nested.fields))


def _orders(module: Module, fields: Mapping[str, FieldModel]) -> Iterator[str]:
    for wire, field in fields.items():
        if field.type.name is TypeName.OBJECT and field.type.object is not None:
            yield line(wire, module.use(f"{field.type.object.name}OrderBy"), optional=True)
        elif field.type.is_scalar:
            yield line(wire, "rt.Direction", optional=True)
