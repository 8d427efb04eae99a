"""Filter and order inputs: what contract section 4 offers for each type of field, in GraphQL's schema language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.sdl_types import Types
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, ObjectType, TypeName

_ORDERED = ("gt", "gte", "lt", "lte")
_TEXT = ("contains", "notContains", "beginsWith", "endsWith")
_UNORDERED = (TypeName.LIST, TypeName.OBJECT, TypeName.MAP)
_WITHOUT_ORDER = (TypeName.UUID, TypeName.BOOLEAN, TypeName.ENUM)


class FilterInputs:
    """Writes `PostFilter`, `PostOrderBy` and what they are made of."""

    def __init__(self, definitions: Definitions, types: Types) -> None:
        self._definitions = definitions
        self._types = types

    def filter(self, entity: EntityModel) -> str:
        """The name of the filter over one entity's fields."""
        name = f"{entity.name}Filter"
        about = f"Which {entity.name} records: every field named must match."
        return self._definitions.need(
            name, lambda: block("input", name, self._conditions(name, entity.fields, entity), about)
        )

    def order_by(self, entity: EntityModel) -> str:
        """The name of the order over one entity's fields."""
        name = f"{entity.name}OrderBy"
        about = "One field to order by; several are given as a list, in order of weight."
        return self._definitions.need(name, lambda: block("input", name, self._keys(entity.fields), about))

    def _conditions(
        self, name: str, fields: Mapping[str, FieldModel], entity: EntityModel | None = None
    ) -> Iterable[Line]:
        for each in fields.values():
            yield Line(f"{each.wire}: {self._field_filter(each, entity)}", each.description)
        yield Line(f"and: [{name}!]", "All of these must match; an empty list always does.")
        yield Line(f"or: [{name}!]", "At least one of these must match; an empty list never does.")
        yield Line(f"not: {name}", "This must not match.")

    def _field_filter(self, field: FieldModel, entity: EntityModel | None) -> str:
        kind = field.type
        if kind.name is TypeName.LIST and kind.item is not None:
            return self._list_filter(kind.item)
        if kind.object is not None and self._types.is_object(kind):
            return self._object_filter(kind.object)
        base = self._types.base(kind, is_id=entity is not None and self._types.is_id(entity, field))
        return self._scalar_filter(base, kind)

    def _scalar_filter(self, base: str, kind: FieldType) -> str:
        name = f"{base}Filter"
        return self._definitions.need(name, lambda: block("input", name, _operators(base, kind)))

    def _object_filter(self, nested: ObjectType) -> str:
        name = f"{nested.name}Filter"

        def write() -> str:
            return block("input", name, [*self._conditions(name, nested.fields), Line("isNull: Boolean")])

        return self._definitions.need(name, write)

    def _list_filter(self, item: FieldType) -> str:
        if item.name in _UNORDERED:
            return self._definitions.need("ListFilter", lambda: block("input", "ListFilter", self._sizes()))
        base = self._types.base(item)
        name = f"{base}ListFilter"
        elements = [
            Line(f"contains: {base}", "Has this element."),
            Line(f"containsAny: [{base}!]", "Has at least one of these elements."),
            Line(f"containsAll: [{base}!]", "Has all of these elements."),
        ]
        return self._definitions.need(name, lambda: block("input", name, [*elements, *self._sizes()]))

    def _sizes(self) -> list[Line]:
        number = self._scalar_filter("Int", FieldType(TypeName.INTEGER))
        return [
            Line(f"size: {number}", "How many elements it has."),
            Line("isEmpty: Boolean", "Has no elements."),
            Line("isNull: Boolean"),
        ]

    def _keys(self, fields: Mapping[str, FieldModel]) -> Iterable[Line]:
        for each in fields.values():
            if each.type.object is not None and self._types.is_object(each.type):
                nested = self._nested_order(each.type.object)
                if nested is not None:
                    yield Line(f"{each.wire}: {nested}", each.description)
            elif each.type.name not in _UNORDERED:
                yield Line(f"{each.wire}: {self._direction()}", each.description)

    def _nested_order(self, nested: ObjectType) -> str | None:
        if all(each.type.name in _UNORDERED for each in nested.fields.values()):
            return None
        name = f"{nested.name}OrderBy"
        return self._definitions.need(name, lambda: block("input", name, self._keys(nested.fields)))

    def _direction(self) -> str:
        lines = [Line("ASC", "Smallest first, nulls before all."), Line("DESC", "Largest first, nulls after all.")]
        return self._definitions.need("OrderDirection", lambda: block("enum", "OrderDirection", lines))


def _operators(base: str, kind: FieldType) -> Iterable[Line]:
    if kind.name is TypeName.MAP:
        return [Line("isNull: Boolean")]
    lines = [Line(f"{word}: {base}") for word in ("eq", "ne")]
    lines += [Line(f"{word}: [{base}!]") for word in ("in", "notIn")]
    if kind.name not in _WITHOUT_ORDER:
        lines += [Line(f"{word}: {base}") for word in _ORDERED]
        lines.append(Line(f"between: [{base}!]", "Exactly two values; both ends are included."))
    if kind.name is TypeName.STRING:
        lines += [Line(f"{word}: {base}") for word in _TEXT]
        lines += [Line(f"{word}IgnoreCase: {base}") for word in _TEXT]
    return [*lines, Line("isNull: Boolean")]
