"""Filter and order inputs: the operators of each type, in GraphQL's schema language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.sdl_types import Types
from atakora_data.registry.entity import (
    EntityModel,
    FieldModel,
    FieldType,
    ObjectType,
    RelationKind,
    RelationModel,
    TypeName,
)
from atakora_data.registry.operators import operators_of
from atakora_data.registry.registry import Registry

_OF_VALUES = ("in", "notIn", "between")
_OF_ITEMS = ("containsAny", "containsAll")
_OF_TRUTH = ("isNull", "isEmpty")
_MEANINGS = {
    "between": "Exactly two values; both ends are included.",
    "isEmpty": "Has no elements, or is null.",
    "size": "How many elements it has.",
}
_LIST_MEANINGS = {
    **_MEANINGS,
    "contains": "Has this element.",
    "containsAny": "Has at least one of these elements.",
    "containsAll": "Has all of these elements.",
}


_NOWHERE = Line("isNull: Boolean", "It leads to no record that you may read.")


class FilterInputs:
    """Writes `PostFilter`, `PostOrderBy` and what they are made of."""

    def __init__(self, definitions: Definitions, types: Types, registry: Registry) -> None:
        self._definitions = definitions
        self._types = types
        self._registry = registry

    def filter(self, entity: EntityModel) -> str:
        """The name of the filter over one entity's fields and relations."""
        name = f"{entity.name}Filter"
        about = f"Which {entity.name} records: every field named must match."
        return self._write(name, lambda: self._record(name, entity), about)

    def order_by(self, entity: EntityModel) -> str:
        """The name of the order over one entity's fields, and over those of single records it leads to."""
        about = "One field to order by; several are given as a list, in order of weight."
        return self._write(f"{entity.name}OrderBy", lambda: self._orders(entity), about)

    def _record(self, name: str, entity: EntityModel) -> Iterable[Line]:
        yield from self._fields(entity.fields, entity)
        for each in entity.relations.values():
            yield Line(f"{each.wire}: {self._related(entity, each)}")
        yield from _logic(name)

    def _related(self, entity: EntityModel, relation: RelationModel) -> str:
        """The name of what a relation is asked."""
        if relation.kind is RelationKind.POLYMORPHIC:
            name = f"{naming.relation_type(entity, relation)}Filter"
            about = f"Which records `{relation.wire}` may lead to, by their type."
            return self._write(name, lambda: self._typed(relation), about)
        target = self._registry[relation.target]
        if relation.is_to_many:
            about = f"Which {target.name} records must be among those that a relation leads to."
            return self._write(f"{target.name}ToManyFilter", lambda: self._quantified(target), about)
        about = f"Which {target.name} a relation must lead to: every field named must match."
        return self._write(f"{target.name}ToOneFilter", lambda: self._single(target), about)

    def _single(self, target: EntityModel) -> Iterable[Line]:
        yield from self._record(self.filter(target), target)
        yield _NOWHERE

    def _typed(self, relation: RelationModel) -> Iterable[Line]:
        for each in relation.targets:
            yield Line(f"{each}: {self.filter(self._registry[each])}", f"It leads to such a {each}.")
        yield _NOWHERE

    def _quantified(self, target: EntityModel) -> Iterable[Line]:
        filter = self.filter(target)
        yield Line(f"some: {filter}", "At least one matches.")
        yield Line(f"every: {filter}", "All match, or there are none.")
        yield Line(f"none: {filter}", "None matches, or there are none.")

    def _orders(self, entity: EntityModel) -> Iterable[Line]:
        yield from self._keys(entity.fields)
        for each in entity.relations.values():
            if each.is_to_one:
                yield Line(f"{each.wire}: {self.order_by(self._registry[each.target])}")

    def _fields(self, fields: Mapping[str, FieldModel], entity: EntityModel | None = None) -> Iterable[Line]:
        for each in fields.values():
            is_id = entity is not None and self._types.is_id(entity, each)
            yield Line(f"{each.wire}: {self._field_filter(each.type, is_id=is_id)}")

    def _field_filter(self, kind: FieldType, *, is_id: bool = False) -> str:
        if kind.object is not None and self._types.is_object(kind):
            return self._object_filter(kind, kind.object)
        return self._write(f"{self._label(kind, is_id=is_id)}Filter", lambda: self._operators(kind, is_id=is_id))

    def _object_filter(self, kind: FieldType, nested: ObjectType) -> str:
        name = f"{nested.name}Filter"
        return self._write(name, lambda: [*self._fields(nested.fields), *_logic(name), *self._operators(kind)])

    def _label(self, kind: FieldType, *, is_id: bool = False) -> str:
        """What the type is called in the name of its filter; ids that are plain strings have more operators."""
        if kind.item is not None and kind.name is TypeName.LIST:
            return f"{self._label(kind.item)}List"
        if kind.object is not None:
            return kind.object.name
        return "StringID" if is_id and kind.name is TypeName.STRING else self._types.base(kind, is_id=is_id)

    def _operators(self, kind: FieldType, *, is_id: bool = False) -> Iterable[Line]:
        meanings = _LIST_MEANINGS if kind.name is TypeName.LIST else _MEANINGS
        for word in operators_of(kind):
            yield Line(f"{word}: {self._operand(kind, word, is_id=is_id)}", meanings.get(word))

    def _operand(self, kind: FieldType, word: str, *, is_id: bool) -> str:
        if word in _OF_TRUTH:
            return "Boolean"
        if word == "size":
            return self._field_filter(FieldType(TypeName.INTEGER))
        if kind.item is not None and word == "contains":
            return self._types.input(kind.item, is_nullable=True)
        if kind.item is not None and word in _OF_ITEMS:
            return f"[{self._types.input(kind.item, is_nullable=False)}]"
        value = self._types.input(kind, is_id=is_id, is_nullable=True)
        return f"[{value}!]" if word in _OF_VALUES else value

    def _keys(self, fields: Mapping[str, FieldModel]) -> Iterable[Line]:
        for each in fields.values():
            if each.type.object is not None and self._types.is_object(each.type):
                nested = self._nested_order(each.type.object)
                if nested is not None:
                    yield Line(f"{each.wire}: {nested}")
            elif each.type.is_scalar:
                yield Line(f"{each.wire}: {self._direction()}")

    def _nested_order(self, nested: ObjectType) -> str | None:
        if all(not each.type.is_scalar for each in nested.fields.values()):
            return None
        return self._write(f"{nested.name}OrderBy", lambda: self._keys(nested.fields))

    def _direction(self) -> str:
        lines = [Line("ASC", "Smallest first, nulls before all."), Line("DESC", "Largest first, nulls after all.")]
        return self._definitions.need("OrderDirection", lambda: block("enum", "OrderDirection", lines))

    def _write(self, name: str, lines: Callable[[], Iterable[Line]], description: str | None = None) -> str:
        return self._definitions.need(name, lambda: block("input", name, lines(), description))


def _logic(name: str) -> Iterable[Line]:
    yield Line(f"and: [{name}!]", "All of these must match; an empty list always does.")
    yield Line(f"or: [{name}!]", "At least one of these must match; an empty list never does.")
    yield Line(f"not: {name}", "This must not match.")
