"""The module of one entity: its record, what it is asked and written with, and what can be done with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping

from atakora_data.api.rest.offered import linking
from atakora_data.api.rest.openapi.writes import through_fields
from atakora_data.codegen.python.filters import any_filter, entity_filter, entity_orders, scalars
from atakora_data.codegen.python.inputs import input_names, input_types
from atakora_data.codegen.python.inputs import members as input_members
from atakora_data.codegen.python.names import attribute, method, stem
from atakora_data.codegen.python.text import Module, applied, class_, docstring, exploded, literals, member, typed_dict
from atakora_data.codegen.python.types import Form, optional, typed
from atakora_data.registry.entity import (
    ActionModel,
    EntityModel,
    FieldModel,
    FieldType,
    RelationKind,
    RelationModel,
    TypeName,
)
from atakora_data.registry.registry import Registry

_INDENT = 4
_BASE = len("    ,")
_CLASS = len("class :")


def entity_names(entity: EntityModel) -> Iterator[str]:
    """The names of the types that GraphQL has as well: nothing else is called so."""
    name = entity.name
    yield from (name, f"{name}Filter", f"{name}ToOneFilter", f"{name}OrderBy")
    yield from (any_filter(entity, each) for each in entity.relations.values() if each.targets)
    yield from input_names(entity)


def further_names(entity: EntityModel) -> Iterator[str]:
    """The names of the types that only this client has."""
    name = entity.name
    yield from (f"{name}Field", f"{name}Include", f"{name}GroupBy", f"{name}Collection")
    for relation in entity.relations.values():
        begins = stem(name, relation.name)
        if relation.kind is RelationKind.MANY_TO_MANY:
            yield f"{begins}Collection"
        if relation.through:
            yield from (f"{begins}Through", f"{begins}Item")
        if relation.targets:
            yield f"{begins}Record"
    yield from (f"{stem(name, each.name)}Parameters" for each in entity.actions.values() if each.parameters)


class EntityWriter:
    """Writes one module. called: what types of `further_names` are called, by entity."""

    def __init__(
        self, module: Module, registry: Registry, entity: EntityModel, called: Mapping[str, Mapping[str, str]]
    ) -> None:
        self._module = module
        self._registry = registry
        self._entity = entity
        self._called = called[entity.name]
        self._others = called
        self._name = entity.name

    def write(self) -> None:
        """All definitions of the entity: first what other modules need."""
        for block in self._first():
            self._module.add(block)
        for block in self._last():
            self._module.add_last(block)

    def _first(self) -> Iterator[str]:
        entity, module = self._entity, self._module
        yield self._record()
        stored = [attribute(each.name) for each in entity.fields.values()]
        fields = [*stored, *(attribute(each.name) for each in entity.computed.values())]
        yield literals(self._called[f"{self._name}Field"], fields)
        yield from self._includes()
        yield from input_types(module, self._registry, entity)
        yield from entity_filter(module, entity)
        yield from entity_orders(module, entity)
        yield from self._values()
        for action in entity.actions.values():
            if action.parameters:
                name = self._called[f"{stem(self._name, action.name)}Parameters"]
                yield class_(f"{name}(rt.TypedDict, total=False)", input_members(module, action.parameters))

    def _last(self) -> Iterator[str]:
        for relation in self._entity.relations.values():
            yield from self._behind(relation)
        yield self._collection()

    def _record(self) -> str:
        entity = self._entity
        fields = [*self._answered(entity.fields, entity.field_read_rules)]
        for wire, each in entity.computed.items():
            is_hidden = not each.reads.isdisjoint(entity.field_read_rules)
            fields.append(self._attribute(each.name, wire, each.type, each.description, is_hidden=is_hidden))
        for wire, relation in entity.relations.items():
            type = self._type_behind(relation)
            name = attribute(relation.name)
            fields.append(member(name, f"rt.Behind[{type}]", f"rt.field({json.dumps(wire)})", relation.description))
        return class_(f"{self._name}(rt.Record, frozen=True)", fields, entity.description)

    def _answered(self, fields: Mapping[str, FieldModel], hidden: Iterable[str]) -> Iterator[str]:
        for wire, field in fields.items():
            yield self._attribute(field.name, wire, field.type, field.description, is_hidden=wire in hidden)

    def _attribute(self, name: str, wire: str, type: FieldType, description: str | None, *, is_hidden: bool) -> str:
        found = typed(self._module, type, Form.ANSWER)
        value = f"rt.{'hidden' if is_hidden else 'field'}({json.dumps(wire)})"
        return member(attribute(name), optional(found) if is_hidden else found, value, description)

    def _type_behind(self, relation: RelationModel) -> str:
        if relation.targets:
            return f"{self._called[f'{stem(self._name, relation.name)}Record']} | None"
        record = self._record_behind(relation)
        return f"rt.Page[{record}]" if relation.is_to_many else f"{record} | None"

    def _record_behind(self, relation: RelationModel) -> str:
        """One record that a relation leads to, with what their link says."""
        if relation.targets:
            return self._called[f"{stem(self._name, relation.name)}Record"]
        if relation.through:
            return self._called[f"{stem(self._name, relation.name)}Item"]
        return self._module.use(relation.target)

    def _includes(self) -> Iterator[str]:
        relations = self._entity.relations.values()
        behind = {attribute(each.name): self._include_behind(each) for each in relations}
        name = self._called[f"{self._name}Include"]
        if not behind:
            yield literals(name, ())
            return
        members = (member(key, f"rt.Sequence[{type}]") for key, type in behind.items())
        yield class_(f"_{name}Behind(rt.TypedDict, total=False)", members)
        yield literals(name, behind, f"_{name}Behind")

    def _include_behind(self, relation: RelationModel) -> str:
        return " | ".join(self._module.use(self._others[each][f"{each}Include"]) for each in relation.all_targets)

    def _values(self) -> Iterator[str]:
        """What aggregates can name, and the values they have."""
        found = [*scalars(self._entity)]
        types = {path: typed(self._module, field.type, Form.ANSWER) for path, field, _ in found}
        nullable = {path for path, _, is_nullable in found if is_nullable}
        numbers = {path: field for path, field, _ in found if field.type.is_number}
        decimals = {path for path, field in numbers.items() if field.type.name is TypeName.DECIMAL}
        yield literals(self._called[f"{self._name}GroupBy"], types)
        yield literals(f"_{self._name}Number", numbers)
        groups = {path: optional(type) if path in nullable else type for path, type in types.items()}
        yield typed_dict(f"_{self._name}Groups", groups, total=True)
        yield typed_dict(f"_{self._name}Sums", {path: optional(types[path]) for path in numbers}, total=True)
        averages = {path: "rt.Decimal | None" if path in decimals else "float | None" for path in numbers}
        yield typed_dict(f"_{self._name}Averages", averages, total=True)
        yield typed_dict(f"_{self._name}Extremes", {path: optional(type) for path, type in types.items()}, total=True)

    def _behind(self, relation: RelationModel) -> Iterator[str]:
        """What stands behind a relation beside the records of another module."""
        begins = stem(self._name, relation.name)
        if relation.targets:
            tagged = [f'rt.Annotated[{self._module.use(each)}, rt.Tag("{each}")]' for each in relation.targets]
            either = exploded("rt.Union", "[", tagged, "]").rstrip()
            yield exploded(
                f"{self._called[f'{begins}Record']}: rt.TypeAlias = rt.Annotated",
                "[",
                [either, "rt.Discriminator(rt.type_of)"],
                "]",
            )
        if relation.through:
            junction = self._registry[relation.junction]
            fields = {wire: junction.fields[wire] for wire in relation.through}
            answered = self._answered(fields, junction.field_read_rules)
            through = self._called[f"{begins}Through"]
            yield class_(f"{through}(rt.Answered, frozen=True)", answered, f"What {relation.name} says of each link.")
            target = self._module.use(relation.target)
            said = f"A {relation.target} among the {relation.name}."
            item = member("through_", through, 'rt.field("_through")')
            yield class_(f"{self._called[f'{begins}Item']}({target}, frozen=True)", [item], said)
        if relation.kind is RelationKind.MANY_TO_MANY:
            yield self._links(relation)

    def _links(self, relation: RelationModel) -> str:
        """The records that a many-to-many leads to, with what can be done with the links."""
        bases = [applied("rt.Listing", self._listing(relation), _BASE)]
        offered = linking(self._registry, self._entity, relation)
        if offered.link and relation.through:
            says = f"{self._name}{relation.wire[:1].upper()}{relation.wire[1:]}ThroughInput"
            is_needed = any(each.required for each in through_fields(self._registry, relation).values())
            bases.append(f"rt.{'LinkingOnlyWith' if is_needed else 'LinkingWith'}[{says}]")
        elif offered.link:
            bases.append("rt.Linking")
        bases += ["rt.Unlinking"] * offered.unlink
        name = self._called[f"{stem(self._name, relation.name)}Collection"]
        head = exploded(name, "(", bases, ")", within=_CLASS).rstrip()
        said = docstring(f"The {relation.name} of one {self._name}.")
        return class_(
            head, [said, *([f'\n_says = "{relation.junction}"\n'] if offered.link and relation.through else [])]
        )

    def _listing(self, relation: RelationModel) -> list[str]:
        """The types of a list behind a relation."""
        target, use = relation.target, self._module.use
        types = [self._record_behind(relation), use(f"{target}Filter"), use(f"{target}OrderBy")]
        types += [use(self._others[target][f"{target}{each}"]) for each in ("Field", "Include")]
        return types

    def _collection(self) -> str:
        name, offered = self._name, self._entity.operations
        field, include = (self._called[f"{name}{each}"] for each in ("Field", "Include"))
        filter, order, groups = f"{name}Filter", f"{name}OrderBy", self._called[f"{name}GroupBy"]
        values = [f"_{name}{each}" for each in ("Groups", "Sums", "Averages", "Extremes")]
        by_operation = {
            "list": [
                ("Listing", [name, filter, order, field, include]),
                ("Aggregating", [filter, groups, f"_{name}Number", *values]),
            ],
            "get": [("Getting", [name, field, include])],
            "create": [("Creating", [name, f"Create{name}Input", field, include])],
            "update": [
                ("Updating", [name, f"Update{name}Input", field, include]),
                ("UpdatingMany", [name, filter, f"UpdateMany{name}Input", field, include]),
            ],
            "replace": [("Replacing", [name, f"Replace{name}Input", field, include])],
            "delete": [("Deleting", [name, filter, field, include])],
        }
        able = [each for operation, all in by_operation.items() if operation in offered for each in all]
        if self._entity.realtime:
            able.append(("Subscribing", [name, filter]))
        bases = [applied(f"rt.{kind}", types, _BASE) for kind, types in able]
        called = self._called[f"{name}Collection"]
        head = exploded(called, "(", bases or ["rt.Records"], ")", within=_CLASS).rstrip()
        said = docstring(f"What can be done with {name} records.")
        kinds = [f"\n{exploded('_kinds = ', '(', values, ')', within=_INDENT)}"] if "list" in offered else []
        kinds += [f"\n{self._relations()}"] if self._entity.relations else []
        actions = [f"\n{self._action(each)}" for each in self._entity.actions.values()]
        return class_(head, [said, *kinds, *actions, *self._related()])

    def _action(self, action: ActionModel) -> str:
        called = self._called.get(f"{stem(self._name, action.name)}Parameters")
        is_needed = any(each.required for each in action.parameters.values())
        given = [f"input: {called}" if is_needed else f"input: {called} = rt.NOTHING"] if action.parameters else []
        selection = [
            "if_match: str | None = None",
            f"include: rt.Sequence[{self._called[f'{self._name}Include']}] = ()",
            f"fields: rt.Sequence[{self._called[f'{self._name}Field']}] | None = None",
        ]
        name, result = method(action.name), f"rt.Call[{self._name}]"
        head = _def(name, ["self", "id: rt.Id", *given, "*", *selection], [result])
        input = "input" if action.parameters else "None"
        body = f'return self._act("{action.wire}", id, {input}, if_match, include, fields)\n'
        return f"{head}\n{_indented(docstring(action.description or '') + body)}"

    def _related(self) -> Iterator[str]:
        relations = list(self._entity.relations.values())
        if not relations:
            return
        ways = [(attribute(each.name), *self._led(each)) for each in relations]
        said = docstring("What a relation leads to.")
        for number, (name, result, *_) in enumerate(ways):
            parameters = ["self", "id: rt.Id", f'relation: rt.Literal["{name}"]']
            body = f"\n{_indented(said + _found(result))}" if len(ways) == 1 else " ...\n"
            decorator = "@rt.overload\n" if len(ways) > 1 else ""
            yield f"{'' if number else chr(10)}{decorator}{_def('related', parameters, result)}{body}"
        if len(ways) > 1:
            head = _def("related", ["self", "id: rt.Id", "relation: str"], ["rt.Any"])
            yield f"{head}\n{_indented(said + _found(['rt.Any']))}"

    def _relations(self) -> str:
        """What `related` makes."""
        ways = [(attribute(each.name), *self._led(each)) for each in self._entity.relations.values()]
        kinds = "".join(
            exploded(f'"{name}": ', "(", [kind, f'"{entity}"', record], ")", within=9).rstrip() + ",\n"
            for name, (kind, *_), entity, record in ways
        )
        return f"_relations = {{\n{_indented(kinds)}}}\n"

    def _led(self, relation: RelationModel) -> tuple[list[str], str, str]:
        """What `related` gives, with the types it is made of, the entity, and the type of its records."""
        record = self._record_behind(relation)
        target = relation.target or self._name
        if not relation.is_to_many:
            return ["rt.RelatedOne", record], target, record
        if relation.kind is RelationKind.MANY_TO_MANY:
            return [self._called[f"{stem(self._name, relation.name)}Collection"]], target, record
        return ["rt.Listing", *self._listing(relation)], target, record


def _def(name: str, parameters: list[str], result: list[str]) -> str:
    """The head of a method; result: a type, and the types it is applied to."""
    type = _type(result, len("    ) -> : ..."))
    return exploded(f"def {name}", "(", parameters, f") -> {type}:", within=len("     ...")).rstrip()


def _found(result: list[str]) -> str:
    type = _type(result, len("        found:  = self._related(id, relation)"))
    return f"found: {type} = self._related(id, relation)\nreturn found\n"


def _type(parts: list[str], within: int) -> str:
    kind, *types = parts
    return applied(kind, types, within) if types else kind


def _indented(text: str) -> str:
    return "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))
