"""What is written: inputs of fields and of relations, in GraphQL's schema language.

A foreign key that a relation can fill is optional in `create`, since the relation, or the parent of a nested record,
may give it; the service refuses a record that has it from neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.offers import Offers
from atakora_data.api.graphql.sdl_types import Types, is_optional
from atakora_data.registry.entity import EntityModel, FieldModel, RelationKind, RelationModel
from atakora_data.registry.registry import Registry

_MEANINGS = {
    "create": "New records, which the relation leads to.",
    "connect": "Records that exist, by their ids.",
    "disconnect": "Records that the relation leads to no longer.",
    "set": "The relation leads to exactly these records from now on.",
}
_SINGLE_MEANINGS = {
    "create": "A new record, which the relation leads to.",
    "connect": "A record that exists, by its id.",
    "disconnect": "true: the relation leads nowhere from now on.",
}


class WriteInputs:
    """Writes `CreatePostInput`, `UpdatePostInput` and what they are made of."""

    def __init__(self, definitions: Definitions, types: Types, registry: Registry) -> None:
        self._definitions = definitions
        self._types = types
        self._registry = registry
        self._offers = Offers(registry)
        self._filled = frozenset(_filled(registry))

    def create(self, entity: EntityModel) -> str:
        """The name of the input of a new record; "" when a client can say nothing of it."""
        if not self._offers.can_create(entity):
            return ""
        return self._write(f"Create{entity.name}Input", lambda: self._record(entity))

    def update(self, entity: EntityModel) -> str:
        """The name of the input of a change; "" when nothing can be changed."""
        fields, relations = naming.updatable_fields(entity), self._offers.in_update(entity)
        if not fields and not relations:
            return ""

        def lines() -> Iterable[Line]:
            yield from (self._change(entity, each) for each in fields)
            yield from (self._relation(entity, each, is_update=True) for each in relations)

        return self._write(f"Update{entity.name}Input", lines)

    def update_many(self, entity: EntityModel) -> str:
        """The name of the input of a change of many records, of which relations are no part; "" when there is none."""
        fields = naming.updatable_fields(entity)
        if not fields:
            return ""
        if not self._offers.in_update(entity):
            return self.update(entity)
        return self._write(f"UpdateMany{entity.name}Input", lambda: (self._change(entity, each) for each in fields))

    def through(self, entity: EntityModel, relation: RelationModel) -> str:
        """The name of the input of a link's own fields; "" when a client can set none.

        All are optional: of a link that exists, those that are not named stay.
        """
        junction = self._registry[relation.junction]
        fields = [junction.fields[each] for each in relation.through if not junction.fields[each].read_only]
        if not fields:
            return ""
        name = f"{naming.relation_type(entity, relation)}ThroughInput"
        return self._write(name, lambda: (self._change(junction, each) for each in fields))

    def _record(self, entity: EntityModel) -> Iterable[Line]:
        yield from (self._field(entity, each) for each in entity.fields.values() if not each.read_only)
        yield from (self._relation(entity, each, is_update=False) for each in self._offers.in_create(entity))

    def _field(self, entity: EntityModel, field: FieldModel) -> Line:
        is_nullable = is_optional(field) or (entity.name, field.wire) in self._filled
        kind = self._types.input(field.type, is_id=self._types.is_id(entity, field), is_nullable=is_nullable)
        return Line(f"{field.wire}: {kind}", field.description)

    def _change(self, entity: EntityModel, field: FieldModel) -> Line:
        kind = self._types.patch(field.type, is_id=self._types.is_id(entity, field))
        return Line(f"{field.wire}: {kind}", field.description)

    def _relation(self, entity: EntityModel, relation: RelationModel, *, is_update: bool) -> Line:
        name = f"{naming.relation_type(entity, relation)}{'Update' if is_update else 'Create'}Input"
        meanings = _MEANINGS if relation.is_to_many else _SINGLE_MEANINGS

        def lines() -> Iterable[Line]:
            for word in self._offers.words(entity, relation, is_update=is_update):
                kind = self._operand(entity, relation, word)
                yield Line(f"{word}: {f'[{kind}!]' if relation.is_to_many else kind}", meanings[word])

        return Line(f"{relation.wire}: {self._write(name, lines)}", relation.description)

    def _operand(self, entity: EntityModel, relation: RelationModel, word: str) -> str:
        """The type of what a word takes, or of each of them."""
        if word == "create":
            return self._new(entity, relation)
        if word == "disconnect":
            return self._id() if relation.is_to_many else "Boolean"
        if relation.kind is RelationKind.POLYMORPHIC:
            return self._by_type(entity, relation, "Connect", lambda _: self._id(), list(relation.targets))
        return self._linked(entity, relation, "Connect", lambda: [Line("id: ID!")]) or self._id()

    def _new(self, entity: EntityModel, relation: RelationModel) -> str:
        targets = self._offers.creatable(entity, relation)
        if relation.kind is RelationKind.POLYMORPHIC:
            names = [each.name for each in targets]
            return self._by_type(entity, relation, "Record", lambda each: self.create(self._registry[each]), names)
        [target] = targets
        return self._linked(entity, relation, "Record", lambda: self._record(target)) or self.create(target)

    def _by_type(
        self, entity: EntityModel, relation: RelationModel, kind: str, operand: Callable[[str], str], names: list[str]
    ) -> str:
        """An input with a field for each target, one of which is given."""
        name = f"{naming.relation_type(entity, relation)}{kind}Input"
        return self._write(name, lambda: (Line(f"{each}: {operand(each)}") for each in names))

    def _linked(
        self, entity: EntityModel, relation: RelationModel, kind: str, lines: Callable[[], Iterable[Line]]
    ) -> str:
        """An input with the fields of the link beside those of the record; "" when there are none."""
        through = self.through(entity, relation) if relation.through else ""
        if not through:
            return ""
        name = f"{naming.relation_type(entity, relation)}{kind}Input"
        return self._write(name, lambda: [*lines(), Line(f"_through: {through}", "Fields of the link.")])

    def _id(self) -> str:
        return self._definitions.need("IDInput", lambda: block("input", "IDInput", [Line("id: ID!")]))

    def _write(self, name: str, lines: Callable[[], Iterable[Line]]) -> str:
        return self._definitions.need(name, lambda: block("input", name, lines()))


def _filled(registry: Registry) -> Iterable[tuple[str, str]]:
    """Entity and wire name of each field that a relation can fill."""
    for entity in registry:
        for each in entity.relations.values():
            held_here = each.holds_key
            holder = entity.name if held_here else each.target
            yield from ((holder, name) for name in (each.foreign_key, each.type_field) if name)
