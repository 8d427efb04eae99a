"""The GraphQL schema of a registry, as text in GraphQL's schema language: the same registry, the same text.

Naming follows `naming.py`. There is a `Subscription` type when some entity is in real time.
"""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.offers import Offers
from atakora_data.api.graphql.sdl_aggregates import AggregateTypes
from atakora_data.api.graphql.sdl_filters import FilterInputs
from atakora_data.api.graphql.sdl_inputs import WriteInputs
from atakora_data.api.graphql.sdl_records import RecordTypes
from atakora_data.api.graphql.sdl_types import Types, is_optional
from atakora_data.registry.entity import ActionModel, EntityModel
from atakora_data.registry.registry import Registry

_IF_MATCH = "ifMatch: String"
_MAX_AFFECTED = "maxAffected: Int"


def print_sdl(registry: Registry) -> str:
    """The schema of all entities with their queries, mutations, filters, orders and inputs."""
    return _Schema(registry).print()


class _Schema:
    """Writes the root types; everything else is written when it is first named."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._definitions = Definitions()
        self._types = Types(self._definitions, registry)
        self._filters = FilterInputs(self._definitions, self._types, registry)
        self._records = RecordTypes(self._definitions, self._types, self._filters, registry)
        self._inputs = WriteInputs(self._definitions, self._types, registry)
        self._aggregates = AggregateTypes(self._definitions, self._types)
        self._offers = Offers(registry)

    def print(self) -> str:
        self._definitions.need("Query", lambda: block("type", "Query", self._queries()))
        mutations = [line for entity in self._registry for line in self._mutations_of(entity)]
        if mutations:
            self._definitions.need("Mutation", lambda: block("type", "Mutation", mutations))
        subscriptions = [
            line for entity in self._registry if entity.realtime for line in self._subscriptions_of(entity)
        ]
        if subscriptions:
            self._definitions.need("Subscription", lambda: block("type", "Subscription", subscriptions))
        return self._definitions.print()

    def _queries(self) -> Iterable[Line]:
        lines = [line for entity in self._registry for line in self._queries_of(entity)]
        return lines or [Line("_empty: Boolean", "There is nothing to ask for: no entity offers `get` or `list`.")]

    def _queries_of(self, entity: EntityModel) -> Iterable[Line]:
        if "get" in entity.operations:
            about = f"The {entity.name} with this id; null when there is none that you may read."
            yield Line(f"{naming.get_field(entity)}(id: ID!): {self._records.type(entity)}", about)
        if "list" in entity.operations:
            about = f"A page of the {entity.name} records that you may read."
            arguments, kind = self._records.page_arguments(entity), self._records.connection(entity)
            yield Line(f"{naming.list_field(entity)}{arguments}: {kind}!", about)
            yield self._aggregate(entity)

    def _aggregate(self, entity: EntityModel) -> Line:
        about = (
            f"How many {entity.name} records there are that you may read, and what is worked out of their fields:"
            " one entry a group, and a single one without groupBy. More groups than `limit` are an error."
        )
        filter, groups = self._filters.filter(entity), self._aggregates.group_by(entity)
        arguments = f"(filter: {filter}, groupBy: [{groups}!], limit: Int)"
        return Line(f"{naming.aggregate_field(entity)}{arguments}: [{self._aggregates.type(entity)}!]!", about)

    def _mutations_of(self, entity: EntityModel) -> Iterable[Line]:
        if "create" in entity.operations:
            yield from self._creations(entity)
        if "update" in entity.operations:
            yield from self._updates(entity)
        if "replace" in entity.operations and self._inputs.create(entity):
            arguments = f"(id: ID!, input: {self._inputs.create(entity)}!, {_IF_MATCH})"
            about = f"Replace the {entity.name}, or create it when there is none with this id."
            yield Line(f"{naming.upsert_field(entity)}{arguments}: {self._one(entity)}", about)
        if "delete" in entity.operations:
            yield from self._deletions(entity)
        for action in entity.actions.values():
            arguments = f"({', '.join(['id: ID!', *self._parameters(action), _IF_MATCH])})"
            yield Line(f"{naming.action_field(entity, action)}{arguments}: {self._one(entity)}", action.description)
        yield from self._links(entity)

    def _subscriptions_of(self, entity: EntityModel) -> Iterable[Line]:
        for name, operation in naming.subscription_fields(entity).items():
            about = f"Each {entity.name} that is {operation}, of those that match and that you may read."
            yield Line(f"{name}(filter: {self._filters.filter(entity)}): {self._records.type(entity)}", about)

    def _links(self, entity: EntityModel) -> Iterable[Line]:
        for each in self._offers.linkable(entity):
            through = self._inputs.through(entity, each)
            kept = "gets these fields" if through else "stays"
            about = f"Link the {entity.name} to this {each.target}; a link that exists {kept}."
            arguments = f"(id: ID!, {each.far}: ID!{f', _through: {through}' if through else ''})"
            yield Line(f"{naming.link_field(entity, each)}{arguments}: {self._one(entity)}", about)
        for each in self._offers.unlinkable(entity):
            about = f"Take the link to this {each.target} away; both records stay."
            arguments = f"(id: ID!, {each.far}: ID!)"
            yield Line(f"{naming.unlink_field(entity, each)}{arguments}: {self._one(entity)}", about)

    def _creations(self, entity: EntityModel) -> Iterable[Line]:
        name, input = naming.create_field(entity), self._inputs.create(entity)
        arguments = f"(input: {input}!)" if input else ""
        yield Line(f"{name}{arguments}: {self._one(entity)}", f"Store a new {entity.name}.")
        if input:
            about = f"Store new {entity.name} records: all of them, or none."
            yield Line(f"{naming.create_many_field(entity)}(input: [{input}!]!): {self._many(entity)}", about)

    def _updates(self, entity: EntityModel) -> Iterable[Line]:
        input = self._inputs.update(entity)
        if not input:
            return
        arguments = f"(id: ID!, input: {input}!, {_IF_MATCH})"
        about = "Change what `input` names."
        yield Line(f"{naming.update_field(entity)}{arguments}: {self._one(entity)}", about)
        input = self._inputs.update_many(entity)
        if not input:
            return
        arguments = f"(filter: {self._filters.filter(entity)}!, input: {input}!, {_MAX_AFFECTED})"
        about = f"Change what `input` names in every {entity.name} that matches: in all of them, or in none."
        yield Line(f"{naming.update_many_field(entity)}{arguments}: {self._many(entity)}", about)

    def _deletions(self, entity: EntityModel) -> Iterable[Line]:
        about = f"Delete the {entity.name}; the answer is the record as it was."
        yield Line(f"{naming.delete_field(entity)}(id: ID!, {_IF_MATCH}): {self._one(entity)}", about)
        arguments = f"(filter: {self._filters.filter(entity)}!, {_MAX_AFFECTED})"
        about = f"Delete every {entity.name} that matches, or none; the answers are the records as they were."
        yield Line(f"{naming.delete_many_field(entity)}{arguments}: {self._many(entity)}", about)

    def _one(self, entity: EntityModel) -> str:
        return f"{self._records.type(entity)}!"

    def _many(self, entity: EntityModel) -> str:
        return f"[{self._records.type(entity)}!]!"

    def _parameters(self, action: ActionModel) -> Iterable[str]:
        for each in action.parameters.values():
            yield f"{each.wire}: {self._types.input(each.type, is_nullable=is_optional(each))}"
