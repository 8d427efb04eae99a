"""The GraphQL schema of a registry, as text in GraphQL's schema language: the same registry, the same text.

Naming follows `naming.py`. A field with a read rule is nullable whatever its type, so that hiding it never voids its
parent. A nested model without fields is `JSON`.
Relations other than `belongs_to` and `has_many` are left out until the service loads them. There is no `Subscription`
type: it belongs to real time.
"""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.sdl_filters import FilterInputs
from atakora_data.api.graphql.sdl_types import Types, is_optional
from atakora_data.registry.entity import ActionModel, ComputedModel, EntityModel, FieldModel, RelationModel
from atakora_data.registry.registry import Registry

_IF_MATCH = "ifMatch: String"
_ETAG = Line("_etag: String!", "Changes with every change of the record; send it as `ifMatch`.")
_VERSION = Line("_version: Int!", "How often the record was written.")


def print_sdl(registry: Registry) -> str:
    """The schema of all entities with their queries, mutations, filters, orders and inputs."""
    return _Schema(registry).print()


class _Schema:
    """Writes the root types; everything else is written when it is first named."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._definitions = Definitions()
        self._types = Types(self._definitions, registry)
        self._filters = FilterInputs(self._definitions, self._types)

    def print(self) -> str:
        self._definitions.need("Query", lambda: block("type", "Query", self._queries()))
        mutations = list(self._mutations())
        if mutations:
            self._definitions.need("Mutation", lambda: block("type", "Mutation", mutations))
        return self._definitions.print()

    def _queries(self) -> Iterable[Line]:
        lines = [line for entity in self._registry for line in self._queries_of(entity)]
        return lines or [Line("_empty: Boolean", "There is nothing to ask for: no entity offers `get` or `list`.")]

    def _queries_of(self, entity: EntityModel) -> Iterable[Line]:
        if "get" in entity.operations:
            about = f"The {entity.name} with this id; null when there is none that you may read."
            yield Line(f"{naming.get_field(entity)}(id: ID!): {self._type(entity)}", about)
        if "list" in entity.operations:
            about = f"A page of the {entity.name} records that you may read."
            yield Line(f"{naming.list_field(entity)}{self._page_arguments(entity)}: {self._connection(entity)}!", about)

    def _mutations(self) -> Iterable[Line]:
        for entity in self._registry:
            yield from self._mutations_of(entity)

    def _mutations_of(self, entity: EntityModel) -> Iterable[Line]:
        kind = f"{self._type(entity)}!"
        if "create" in entity.operations:
            arguments = self._create_arguments(entity)
            yield Line(f"{naming.create_field(entity)}{arguments}: {kind}", f"Store a new {entity.name}.")
        if naming.updatable_fields(entity):
            arguments = f"(id: ID!, input: {self._update_input(entity)}!, {_IF_MATCH})"
            yield Line(f"{naming.update_field(entity)}{arguments}: {kind}", "Change the fields that `input` names.")
        if "delete" in entity.operations:
            about = f"Delete the {entity.name}; the answer is the record as it was."
            yield Line(f"{naming.delete_field(entity)}(id: ID!, {_IF_MATCH}): {kind}", about)
        for action in entity.actions.values():
            arguments = ", ".join(["id: ID!", *self._parameters(action), _IF_MATCH])
            yield Line(f"{naming.action_field(entity, action)}({arguments}): {kind}", action.description)

    def _type(self, entity: EntityModel) -> str:
        def write() -> str:
            return block("type", entity.name, self._fields(entity), entity.description)

        return self._definitions.need(entity.name, write)

    def _fields(self, entity: EntityModel) -> Iterable[Line]:
        for field in entity.fields.values():
            yield self._field(entity, field)
        for computed in entity.computed.values():
            yield self._computed(entity, computed)
        for relation in naming.relations(entity).values():
            yield self._relation(relation)
        yield _ETAG
        yield _VERSION

    def _field(self, entity: EntityModel, field: FieldModel) -> Line:
        is_nullable = field.type.nullable or field.wire in entity.field_read_rules
        kind = self._types.output(field.type, is_id=self._types.is_id(entity, field), is_nullable=is_nullable)
        return Line(f"{field.wire}: {kind}", field.description)

    def _computed(self, entity: EntityModel, computed: ComputedModel) -> Line:
        may_be_hidden = any(name in entity.field_read_rules for name in computed.reads)
        kind = self._types.output(computed.type, is_nullable=computed.type.nullable or may_be_hidden)
        return Line(f"{computed.wire}: {kind}", computed.description)

    def _relation(self, relation: RelationModel) -> Line:
        target = self._registry[relation.target]
        if not relation.is_to_many:
            return Line(f"{relation.wire}: {self._type(target)}", relation.description)
        kind = f"{self._page_arguments(target)}: {self._connection(target)}!"
        return Line(f"{relation.wire}{kind}", relation.description)

    def _page_arguments(self, entity: EntityModel) -> str:
        arguments = [
            f"filter: {self._filters.filter(entity)}",
            f"orderBy: [{self._filters.order_by(entity)}!]",
            "limit: Int",
            "nextToken: String",
        ]
        return f"({', '.join(arguments)})"

    def _connection(self, entity: EntityModel) -> str:
        name = f"{entity.name}Connection"
        lines = [
            Line(f"items: [{self._type(entity)}!]!"),
            Line("nextToken: String", "Continues after this page; null at the end."),
            Line("count: Int", "How many records match in all; counted only when selected."),
        ]
        about = f"A page of {entity.name} records."
        return self._definitions.need(name, lambda: block("type", name, lines, about))

    def _create_arguments(self, entity: EntityModel) -> str:
        """The arguments of `create…`; none when a client can set nothing."""
        fields = [each for each in entity.fields.values() if not each.read_only]
        if not fields:
            return ""
        name = f"Create{entity.name}Input"
        lines = [self._input(entity, each) for each in fields]
        return f"(input: {self._definitions.need(name, lambda: block('input', name, lines))}!)"

    def _input(self, entity: EntityModel, field: FieldModel) -> Line:
        is_id = self._types.is_id(entity, field)
        kind = self._types.input(field.type, is_id=is_id, is_nullable=is_optional(field))
        return Line(f"{field.wire}: {kind}", field.description)

    def _update_input(self, entity: EntityModel) -> str:
        name = f"Update{entity.name}Input"
        lines = [self._change(entity, each) for each in naming.updatable_fields(entity)]
        return self._definitions.need(name, lambda: block("input", name, lines))

    def _change(self, entity: EntityModel, field: FieldModel) -> Line:
        kind = self._types.patch(field.type, is_id=self._types.is_id(entity, field))
        return Line(f"{field.wire}: {kind}", field.description)

    def _parameters(self, action: ActionModel) -> Iterable[str]:
        for each in action.parameters.values():
            yield f"{each.wire}: {self._types.input(each.type, is_nullable=is_optional(each))}"
