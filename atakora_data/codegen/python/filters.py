"""What can be asked of each type and entity: filters, orders and includes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import inflection

from atakora_data.codegen.python.names import attribute
from atakora_data.codegen.python.text import Module, class_, literals, member, typed_dict
from atakora_data.codegen.python.types import Form, typed
from atakora_data.codegen.typescript.filters import filter_of_type, types_asked_for
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, ObjectType, RelationModel, TypeName
from atakora_data.registry.operators import operators_of

__all__ = ["entity_filter", "entity_orders", "filter_of_type", "object_filter", "operators", "types_asked_for"]

_OF_TRUTH = ("isNull", "isEmpty")
_OF_ITEMS = ("containsAny", "containsAll")
_OF_VALUES = ("in", "notIn")
_SIZE = FieldType(TypeName.INTEGER)


def operators(module: Module, type: FieldType) -> dict[str, str]:
    """One key for each operator of a type."""
    return {inflection.underscore(word): _operand(module, word, type) for word in operators_of(type)}


def _operand(module: Module, word: str, type: FieldType) -> str:
    if word in _OF_TRUTH:
        return "bool"
    if word == "size":
        return f"int | {module.use(filter_of_type(_SIZE))}"
    is_element = type.name is TypeName.LIST and word.startswith("contains")
    value = _value(module, type.item if is_element else type)
    if word in _OF_VALUES or (is_element and word in _OF_ITEMS):
        return f"rt.Sequence[{value}]"
    if word == "between":
        return f"tuple[{value}, {value}]"
    return f"{value} | None" if word in ("eq", "ne") else value


def _value(module: Module, type: FieldType | None) -> str:
    if type is None:
        return "rt.Any"
    return typed(module, FieldType(type.name, item=type.item, enum=type.enum, object=type.object), Form.INPUT)


def entity_filter(module: Module, entity: EntityModel) -> Iterator[str]:
    """The filter of an entity: its fields, and what its relations lead to."""
    name = f"{entity.name}Filter"
    crossings = {attribute(each.name): _crossing(module, entity, each) for each in entity.relations.values()}
    yield from _filter(name, name, {**_questions(module, entity.fields), **crossings})
    for relation in entity.relations.values():
        if relation.targets:
            asked = {target: module.use(f"{target}Filter") for target in relation.targets}
            either = {"is_null": "bool", **asked}
            name = any_filter(entity, relation)
            yield class_(f"{name}(rt.TypedDict, total=False)", (member(key, type) for key, type in either.items()))
    said = f"One {entity.name} that others lead to, or nobody."
    yield class_(f"{entity.name}ToOneFilter({entity.name}Filter, total=False)", [member("is_null", "bool")], said)


def any_filter(entity: EntityModel, relation: RelationModel) -> str:
    """The filter of a relation to one of several entities."""
    return f"{entity.name}{relation.wire[:1].upper()}{relation.wire[1:]}Filter"


def object_filter(module: Module, nested: ObjectType) -> Iterator[str]:
    """The filter of a nested object; `is_null` asks of the object itself, so it does not stand inside and, or, not."""
    inside = f"_{nested.name}Filter"
    yield from _filter(inside, nested.name, _questions(module, nested.fields))
    yield class_(f"{nested.name}Filter({inside}, total=False)", [member("is_null", "bool")])


def _filter(name: str, stem: str, questions: Mapping[str, str]) -> Iterator[str]:
    """A filter, and before it what no class can say: the words of Python among its keys."""
    logic = f"_{stem}Logic"
    yield typed_dict(logic, {"and": f"rt.Sequence[{name}]", "or": f"rt.Sequence[{name}]", "not": name})
    yield class_(f"{name}({logic}, total=False)", (member(key, type) for key, type in questions.items()))


def _questions(module: Module, fields: Mapping[str, FieldModel]) -> dict[str, str]:
    return {attribute(each.name): module.use(filter_of_type(each.type)) for each in fields.values()}


def _crossing(module: Module, entity: EntityModel, relation: RelationModel) -> str:
    if relation.targets:
        return any_filter(entity, relation)
    if relation.is_to_many:
        return f"rt.Several[{module.use(f'{relation.target}Filter')}]"
    return module.use(f"{relation.target}ToOneFilter")


def entity_orders(module: Module, entity: EntityModel) -> Iterator[str]:
    """The orders of an entity, also by the record that a relation leads to."""
    name = f"{entity.name}OrderBy"
    paths = [path for path, _, _ in scalars(entity)]
    behind = {
        attribute(each.name): module.use(f"{each.target}OrderBy")
        for each in entity.relations.values()
        if each.is_to_one
    }
    if behind:
        members = (member(key, type) for key, type in behind.items())
        yield class_(f"_{name}Behind(rt.TypedDict, total=False)", members)
    both = [f"{sign}{path}" for path in paths for sign in ("", "-")]
    yield literals(name, both, *([f"_{name}Behind"] if behind else []))


def scalars(entity: EntityModel) -> Iterator[tuple[str, FieldModel, bool]]:
    """The single values of an entity, by path, and whether they may be null for what stands around them."""
    for wire, field in entity.fields.items():
        yield from _scalars_in(field, "", is_nullable=wire in entity.field_read_rules)


def _scalars_in(field: FieldModel, before: str, *, is_nullable: bool) -> Iterator[tuple[str, FieldModel, bool]]:
    path = f"{before}{attribute(field.name)}"
    if field.type.name is TypeName.OBJECT and field.type.object is not None:
        for inner in field.type.object.fields.values():
            yield from _scalars_in(inner, f"{path}.", is_nullable=is_nullable or field.type.nullable)
    elif field.type.is_scalar:
        yield path, field, is_nullable
