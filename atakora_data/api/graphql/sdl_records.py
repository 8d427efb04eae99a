"""What is answered: the types of records, their pages, the unions and edges of their relations.

A field with a read rule is nullable whatever its type, so that hiding it never voids its parent. A nested model without
fields is `JSON`. Every many-to-many has a connection of its own, `PostToTagsConnection`, whose edges show the links.
"""

from __future__ import annotations

from collections.abc import Iterable

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block, union
from atakora_data.api.graphql.sdl_filters import FilterInputs
from atakora_data.api.graphql.sdl_types import Types
from atakora_data.registry.entity import ComputedModel, EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_ETAG = Line("_etag: String!", "Changes with every change of the record; send it as `ifMatch`.")
_VERSION = Line("_version: Int!", "How often the record was written.")
_TOKEN = Line("nextToken: String", "Continues after this page; null at the end.")
_COUNT = Line("count: Int", "How many records match in all; counted only when selected.")


class RecordTypes:
    """Writes `Post`, `PostConnection`, `PostToTagsConnection` and `CommentCommentable`, each when it is first named."""

    def __init__(self, definitions: Definitions, types: Types, filters: FilterInputs, registry: Registry) -> None:
        self._definitions = definitions
        self._types = types
        self._filters = filters
        self._registry = registry

    def type(self, entity: EntityModel) -> str:
        """The name of the type of one record."""

        def write() -> str:
            return block("type", entity.name, self._fields(entity), entity.description)

        return self._definitions.need(entity.name, write)

    def connection(self, entity: EntityModel) -> str:
        """The name of the type of a page."""
        name = f"{entity.name}Connection"
        lines = [self._items(entity), _TOKEN, _COUNT]
        return self._definitions.need(name, lambda: block("type", name, lines, f"A page of {entity.name} records."))

    def page_arguments(self, entity: EntityModel) -> str:
        """What a list takes."""
        arguments = [
            f"filter: {self._filters.filter(entity)}",
            f"orderBy: [{self._filters.order_by(entity)}!]",
            "limit: Int",
            "nextToken: String",
        ]
        return f"({', '.join(arguments)})"

    def _items(self, entity: EntityModel) -> Line:
        return Line(f"items: [{self.type(entity)}!]!")

    def _fields(self, entity: EntityModel) -> Iterable[Line]:
        for field in entity.fields.values():
            yield self._field(entity, field)
        for computed in entity.computed.values():
            yield self._computed(entity, computed)
        for relation in entity.relations.values():
            yield Line(f"{relation.wire}{self._relation(entity, relation)}", relation.description)
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

    def _relation(self, entity: EntityModel, relation: RelationModel) -> str:
        """What follows the name of the relation: its arguments and its type."""
        if relation.kind is RelationKind.POLYMORPHIC:
            return f": {self._union(entity, relation)}"
        target = self._registry[relation.target]
        if not relation.is_to_many:
            return f": {self.type(target)}"
        is_linked = relation.kind is RelationKind.MANY_TO_MANY
        kind = self._linked(entity, relation) if is_linked else self.connection(target)
        return f"{self.page_arguments(target)}: {kind}!"

    def _union(self, entity: EntityModel, relation: RelationModel) -> str:
        name = naming.relation_type(entity, relation)
        about = f"What `{relation.wire}` of a {entity.name} leads to."
        return self._definitions.need(name, lambda: union(name, self._members(relation), about))

    def _members(self, relation: RelationModel) -> list[str]:
        return [self.type(self._registry[each]) for each in relation.targets]

    def _linked(self, entity: EntityModel, relation: RelationModel) -> str:
        """The page of a many-to-many: the records, and the same records with their links."""
        name, target = naming.connection(entity, relation), self._registry[relation.target]

        def write() -> str:
            edges = Line(f"edges: [{self._edge(entity, relation)}!]!", "The same records, each with its link.")
            lines = [self._items(target), edges, _TOKEN, _COUNT]
            return block("type", name, lines, f"A page of {target.name} records that a {entity.name} is linked to.")

        return self._definitions.need(name, write)

    def _edge(self, entity: EntityModel, relation: RelationModel) -> str:
        name, junction = naming.edge(entity, relation), self._registry[relation.junction]

        def write() -> str:
            through = [self._field(junction, junction.fields[each]) for each in relation.through]
            lines = [Line(f"node: {self.type(self._registry[relation.target])}!"), *through]
            return block("type", name, lines, f"A link of a {entity.name} to a {relation.target}.")

        return self._definitions.need(name, write)
