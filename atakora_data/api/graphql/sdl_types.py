"""Types of fields as GraphQL names them: scalars, enums, nested objects and their inputs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from atakora_data.api.graphql.definitions import Definitions, Line, block, scalar
from atakora_data.registry.entity import EntityModel, EnumType, FieldModel, FieldType, ObjectType, TypeName
from atakora_data.registry.references import references
from atakora_data.registry.registry import Registry

_NAMES = {
    TypeName.STRING: "String",
    TypeName.UUID: "ID",
    TypeName.INTEGER: "Int",
    TypeName.LONG: "Long",
    TypeName.FLOAT: "Float",
    TypeName.BOOLEAN: "Boolean",
    TypeName.DECIMAL: "Decimal",
    TypeName.DATETIME: "DateTime",
    TypeName.DATE: "Date",
    TypeName.TIME: "Time",
    TypeName.MAP: "JSON",
}

SCALARS = {
    "Long": "A whole number up to ±(2^53-1), as a JSON number.",
    "Decimal": 'A decimal number of any size, exact, as a string: "9.99".',
    "DateTime": 'A moment in UTC, in RFC 3339: "2026-01-31T12:00:00.000000Z".',
    "Date": 'A calendar date: "2026-01-31".',
    "Time": 'A time of day: "12:00:00.000000".',
    "JSON": "An object with free keys, as JSON.",
}
"""The scalars of our own, and what they mean."""


class Types:
    """Writes the types of fields, each when it is first named."""

    def __init__(self, definitions: Definitions, registry: Registry) -> None:
        self._definitions = definitions
        self._ids = frozenset((each.holder, each.field) for each in references(registry))

    def is_id(self, entity: EntityModel, field: FieldModel) -> bool:
        """Whether the field holds the id of a record, and so is an `ID` even if it is a plain string."""
        return field.primary_key or (entity.name, field.wire) in self._ids

    @staticmethod
    def is_object(kind: FieldType) -> bool:
        """Whether the type is a nested object of its own in GraphQL; one without any field is JSON there."""
        return kind.object is not None and bool(kind.object.fields)

    def base(self, kind: FieldType, *, is_id: bool = False) -> str:
        """The name of a scalar or enum type."""
        if is_id:
            return "ID"
        if kind.enum is not None:
            return self._enum(kind.enum)
        name = _NAMES.get(kind.name, "JSON")
        return self._definitions.need(name, lambda: scalar(name, SCALARS[name])) if name in SCALARS else name

    def output(self, kind: FieldType, *, is_id: bool = False, is_nullable: bool | None = None) -> str:
        """The type of an answer. is_nullable: says otherwise than the type."""
        return self._reference(kind, self._output_object, is_id=is_id, is_nullable=is_nullable)

    def input(self, kind: FieldType, *, is_id: bool = False, is_nullable: bool | None = None) -> str:
        """The type of a whole value that is sent."""
        return self._reference(kind, self._input_object, is_id=is_id, is_nullable=is_nullable)

    def patch(self, kind: FieldType, *, is_id: bool = False) -> str:
        """The type of a change: nested objects merge, so that all their fields are optional; lists are whole."""
        write = self._input_object if kind.name is TypeName.LIST else self._patch_object
        return self._reference(kind, write, is_id=is_id, is_nullable=True)

    def _reference(
        self, kind: FieldType, write: Callable[[ObjectType], str], *, is_id: bool = False, is_nullable: bool | None
    ) -> str:
        if kind.name is TypeName.LIST and kind.item is not None:
            inner = f"[{self._reference(kind.item, write, is_nullable=None)}]"
        elif kind.object is not None and self.is_object(kind):
            inner = write(kind.object)
        else:
            inner = self.base(kind, is_id=is_id)
        optional = kind.nullable if is_nullable is None else is_nullable
        return inner if optional else f"{inner}!"

    def _output_object(self, nested: ObjectType) -> str:
        def lines() -> Iterable[Line]:
            for each in nested.fields.values():
                yield Line(f"{each.wire}: {self.output(each.type)}", each.description)

        return self._write("type", nested.name, lines, nested.description)

    def _input_object(self, nested: ObjectType) -> str:
        def lines() -> Iterable[Line]:
            for each in nested.fields.values():
                yield Line(f"{each.wire}: {self.input(each.type, is_nullable=is_optional(each))}", each.description)

        return self._write("input", f"{nested.name}Input", lines, nested.description)

    def _patch_object(self, nested: ObjectType) -> str:
        def lines() -> Iterable[Line]:
            for each in nested.fields.values():
                yield Line(f"{each.wire}: {self.patch(each.type)}", each.description)

        return self._write("input", f"Update{nested.name}Input", lines, nested.description)

    def _write(self, keyword: str, name: str, lines: Callable[[], Iterable[Line]], description: str | None) -> str:
        return self._definitions.need(name, lambda: block(keyword, name, lines(), description))

    def _enum(self, enum: EnumType) -> str:
        lines = [Line(value) for value in enum.values]
        return self._definitions.need(enum.name, lambda: block("enum", enum.name, lines, enum.description))


def is_optional(field: FieldModel) -> bool:
    """Whether a new value may leave the field out or set it to null."""
    return field.type.nullable or not field.required
