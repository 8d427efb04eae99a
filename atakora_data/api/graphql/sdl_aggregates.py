"""What is worked out of many records: the types of `aggregatePosts`, in GraphQL's schema language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from atakora_data.api.graphql import naming
from atakora_data.api.graphql.definitions import Definitions, Line, block
from atakora_data.api.graphql.sdl_types import Types
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, TypeName

_SUMS = {
    TypeName.INTEGER: FieldType(TypeName.LONG),
    TypeName.LONG: FieldType(TypeName.LONG),
    TypeName.FLOAT: FieldType(TypeName.FLOAT),
    TypeName.DECIMAL: FieldType(TypeName.DECIMAL),
}
_MEANINGS = {
    "sum": "Sums; null where there is no value.",
    "avg": "Averages of the values that are not null.",
    "min": "Smallest values.",
    "max": "Largest values.",
}


class AggregateTypes:
    """Writes `PostAggregate`, `PostGroupBy` and what they are made of."""

    def __init__(self, definitions: Definitions, types: Types) -> None:
        self._definitions = definitions
        self._types = types

    def type(self, entity: EntityModel) -> str:
        """The name of the type of one group."""

        def write() -> str:
            about = f"What is worked out of {entity.name} records: of all of them, or of those of one group."
            return block("type", f"{entity.name}Aggregate", self._lines(entity), about)

        return self._definitions.need(f"{entity.name}Aggregate", write)

    def group_by(self, entity: EntityModel) -> str:
        """The name of the enum of fields by which records can be grouped."""
        name = f"{entity.name}GroupBy"
        about = "Fields to group by; those of nested objects follow an underscore."
        lines = [Line(each) for each in naming.group_terms(entity.fields)]
        return self._definitions.need(name, lambda: block("enum", name, lines, about))

    def _lines(self, entity: EntityModel) -> Iterable[Line]:
        group = self._object(entity.name, entity.fields, "Group", _same, entity)
        yield Line(f"group: {group}!", "The values of the fields in groupBy; all others are null.")
        yield Line("count: Int!", "How many records there are.")
        for word, kind in (("sum", _sum), ("avg", _average), ("min", _ordered), ("max", _ordered)):
            name = self._object(entity.name, entity.fields, word.capitalize(), kind, entity)
            if name:
                yield Line(f"{word}: {name}", _MEANINGS[word])

    def _object(
        self,
        name: str,
        fields: Mapping[str, FieldModel],
        word: str,
        result: Callable[[FieldType], FieldType | None],
        entity: EntityModel | None = None,
    ) -> str:
        """The name of a type with the results of all fields that have one; "" when none has."""
        lines = [*self._results(fields, word, result, entity)]
        full = f"{name}Aggregate{word}"
        return self._definitions.need(full, lambda: block("type", full, lines)) if lines else ""

    def _results(
        self,
        fields: Mapping[str, FieldModel],
        word: str,
        result: Callable[[FieldType], FieldType | None],
        entity: EntityModel | None,
    ) -> Iterable[Line]:
        for each in fields.values():
            nested, found = each.type.object, result(each.type)
            if nested is not None and each.type.name is TypeName.OBJECT:
                name = self._object(nested.name, nested.fields, word, result)
                if name:
                    yield Line(f"{each.wire}: {name}")
            elif found is not None:
                is_id = found is each.type and entity is not None and self._types.is_id(entity, each)
                yield Line(f"{each.wire}: {self._types.output(found, is_id=is_id, is_nullable=True)}")


def _same(kind: FieldType) -> FieldType | None:
    return kind if kind.is_scalar else None


def _ordered(kind: FieldType) -> FieldType | None:
    return None if kind.name is TypeName.BOOLEAN else _same(kind)


def _sum(kind: FieldType) -> FieldType | None:
    return _SUMS.get(kind.name)


def _average(kind: FieldType) -> FieldType | None:
    if kind.name not in _SUMS:
        return None
    return kind if kind.name is TypeName.DECIMAL else FieldType(TypeName.FLOAT)
