"""The file of one entity: its record, what it is asked and written with, and the type that holds them together."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from atakora_data.api.rest.offered import linking
from atakora_data.api.rest.openapi.writes import through_fields
from atakora_data.codegen.typescript import names
from atakora_data.codegen.typescript.filters import entity_filter, entity_order
from atakora_data.codegen.typescript.inputs import input_names, input_types, members
from atakora_data.codegen.typescript.text import Module, braced, comment, interface, line, union
from atakora_data.codegen.typescript.types import Form, typed
from atakora_data.registry.entity import (
    ActionModel,
    ComputedModel,
    EntityModel,
    FieldModel,
    RelationKind,
    RelationModel,
    TypeName,
)
from atakora_data.registry.registry import Registry

_METHODS: Mapping[str, tuple[str, ...]] = {
    "list": ("list", "all", "aggregate"),
    "get": ("get",),
    "create": ("create", "createMany"),
    "update": ("update", "updateMany"),
    "replace": ("replace",),
    "delete": ("delete", "deleteMany"),
}
"""What each operation that an entity offers lets a client do."""


def entity_names(entity: EntityModel) -> Iterator[str]:
    """The names of the types that the file defines."""
    yield from (entity.name, f"{entity.name}Filter", f"{entity.name}OrderBy")
    yield from input_names(entity)
    yield from (input_of(entity, each) for each in entity.actions.values() if each.parameters)
    yield from (_through_name(entity, each) for each in entity.relations.values() if each.through)
    yield names.shape(entity.name)
    if entity.actions:
        yield names.actions(entity.name)


def input_of(entity: EntityModel, action: ActionModel) -> str:
    """The type of an action's parameters; no entity has a name with `$`."""
    return f"{names.stem(names.shape(entity.name), action.wire)}Input"


def write_entity(module: Module, registry: Registry, entity: EntityModel) -> None:
    """All definitions of an entity."""
    module.add(_record(module, entity))
    for block in input_types(module, registry, entity):
        module.add(block)
    module.add(entity_filter(module, entity))
    module.add(entity_order(module, entity))
    for action in entity.actions.values():
        if action.parameters:
            module.add(interface(input_of(entity, action), members(module, action.parameters)))
    for block in _throughs(module, registry, entity):
        module.add(block)
    module.add(_shape(module, registry, entity))
    if entity.actions:
        module.add(interface(names.actions(entity.name), _actions(entity)))


def _record(module: Module, entity: EntityModel) -> str:
    """A record as answered: what a rule may hide is optional."""
    listed = [*_answered(module, entity.fields, entity.field_read_rules), *_computed(module, entity)]
    etag = line("_etag", "string", "Changes with every change of the record: for `ifMatch`.")
    return interface(entity.name, [*listed, etag, line("_version", "number")], entity.description)


def _answered(module: Module, fields: Mapping[str, FieldModel], hidden: Iterable[str]) -> Iterator[str]:
    for wire, field in fields.items():
        yield line(wire, typed(module, field.type, Form.ANSWER), field.description, optional=wire in hidden)


def _computed(module: Module, entity: EntityModel) -> Iterator[str]:
    for wire, each in entity.computed.items():
        yield line(wire, typed(module, each.type, Form.ANSWER), each.description, optional=_is_hidden(entity, each))


def _is_hidden(entity: EntityModel, computed: ComputedModel) -> bool:
    return not computed.reads.isdisjoint(entity.field_read_rules)


def _shape(module: Module, registry: Registry, entity: EntityModel) -> str:
    """What the types of the runtime are applied to."""
    name = entity.name
    relations = [
        line(wire, _relation(module, registry, entity, each), each.description, indent=4)
        for wire, each in entity.relations.items()
    ]
    said = [
        line("record", name),
        f"relations: {braced(relations)};",
        *(line(verb.lower(), f"{verb}{name}Input") for verb in ("Create", "Replace", "Update")),
        line("updateMany", f"UpdateMany{name}Input"),
        line("filter", f"{name}Filter"),
        line("orderBy", f"{name}OrderBy"),
        f"groups: {braced(_groups(module, entity))};",
        f"numbers: {braced(_numbers(entity))};",
        line("methods", union(json.dumps(each) for each in _methods(registry, entity))),
    ]
    return interface(names.shape(name), said, f"What the client's types know of a {name}.")


def _relation(module: Module, registry: Registry, entity: EntityModel, relation: RelationModel) -> str:
    if relation.targets:
        targets = "; ".join(f"{name}: {module.use(names.shape(name))}" for name in relation.targets)
        return f"rt.ToAny<{{ {targets} }}>"
    target = module.use(names.shape(relation.target))
    if relation.kind is RelationKind.MANY_TO_MANY:
        return _links(registry, entity, relation, target)
    return f"rt.ToMany<{target}>" if relation.is_to_many else f"rt.ToOne<{target}>"


def _links(registry: Registry, entity: EntityModel, relation: RelationModel, target: str) -> str:
    """What links add to the records of a list, and what can be said when linking."""
    says = [_link(registry, entity, relation)] if linking(registry, entity, relation).link else []
    if not relation.through:
        return f"rt.ToMany<{', '.join([target, *(['unknown', *says] if says else [])])}>"
    return f"rt.ToLinked<{', '.join([target, _through_name(entity, relation), *says])}>"


def _link(registry: Registry, entity: EntityModel, relation: RelationModel) -> str:
    input = f"{names.stem(entity.name, relation.wire)}ThroughInput" if relation.through else "{}"
    is_needed = any(each.required for each in through_fields(registry, relation).values())
    return input if is_needed else f"{input} | undefined"


def _through_name(entity: EntityModel, relation: RelationModel) -> str:
    return f"{names.shape(names.stem(entity.name, relation.wire))}Through"


def _throughs(module: Module, registry: Registry, entity: EntityModel) -> Iterator[str]:
    """What the links of each relation say, as answered."""
    for relation in entity.relations.values():
        if relation.through:
            junction = registry[relation.junction]
            fields = {wire: junction.fields[wire] for wire in relation.through}
            said = f"What {relation.wire} says of each link."
            answered = _answered(module, fields, junction.field_read_rules)
            yield interface(_through_name(entity, relation), answered, said)


def _groups(module: Module, entity: EntityModel) -> Iterator[str]:
    for path, field, is_nullable in _scalars(entity):
        type = typed(module, field.type, Form.ANSWER)
        yield line(path, f"{type} | null" if is_nullable and not field.type.nullable else type)


def _numbers(entity: EntityModel) -> Iterator[str]:
    for path, field, _ in _scalars(entity):
        if field.type.is_number:
            yield line(path, "string" if field.type.name is TypeName.DECIMAL else "number")


def _scalars(entity: EntityModel) -> Iterator[tuple[str, FieldModel, bool]]:
    """The single values of an entity, by path, and whether they may be null for what stands around them."""
    for wire, field in entity.fields.items():
        yield from _scalars_in(field, (wire,), is_nullable=wire in entity.field_read_rules)


def _scalars_in(
    field: FieldModel, path: tuple[str, ...], *, is_nullable: bool
) -> Iterator[tuple[str, FieldModel, bool]]:
    if field.type.name is TypeName.OBJECT and field.type.object is not None:
        for wire, inner in field.type.object.fields.items():
            yield from _scalars_in(inner, (*path, wire), is_nullable=is_nullable or field.type.nullable)
    elif field.type.is_scalar:
        name = ".".join(path)
        yield name if len(path) == 1 else json.dumps(name), field, is_nullable


def _methods(registry: Registry, entity: EntityModel) -> Iterator[str]:
    for operation, methods in _METHODS.items():
        if operation in entity.operations:
            yield from methods
    if any(each.is_to_many for each in entity.relations.values()):
        yield "related"
    if not all(each.is_to_many for each in entity.relations.values()):
        yield "relatedOne"
    many = [each for each in entity.relations.values() if each.kind is RelationKind.MANY_TO_MANY]
    offered = [linking(registry, entity, each) for each in many]
    yield from (name for name in ("link", "unlink") if any(getattr(each, name) for each in offered))
    if entity.realtime:
        yield "subscribe"


def _actions(entity: EntityModel) -> Iterator[str]:
    shape = names.shape(entity.name)
    for action in entity.actions.values():
        said = comment(action.description)
        if not action.parameters:
            yield f"{said}{names.method(action.wire)}: rt.Action<{shape}>;"
            continue
        is_needed = any(each.required for each in action.parameters.values())
        input = f"[input{'' if is_needed else '?'}: {input_of(entity, action)}]"
        yield f"{said}{names.method(action.wire)}: rt.ActionWith<{shape}, {input}>;"
