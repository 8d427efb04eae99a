"""From pydantic's fields to ours."""

from __future__ import annotations

import re
import sys
import typing
from collections.abc import Callable, Mapping
from enum import Enum
from types import SimpleNamespace
from typing import Any, Final

from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from atakora_data.errors import perhaps
from atakora_data.registry.conversion import writer
from atakora_data.registry.entity import EnumType, FieldModel, FieldType, ObjectType, TypeName
from atakora_data.registry.findings import Findings, place
from atakora_data.registry.names import is_field_name, snake
from atakora_data.registry.types import TypeReader, UnfitType, own_doc
from atakora_data.schema.fields import options_of
from atakora_data.schema.formats import INT53
from atakora_data.schema.model import Model
from atakora_data.schema.naming import camel, pascal

Fields = dict[str, FieldModel]
"""By wire name."""


class FieldReader:
    """Reads the fields of entities and nested models; each nested model once."""

    def __init__(self, findings: Findings, names: Mapping[str, Any]) -> None:
        self._names = names
        self._where: str | None = None
        self.enum_classes: dict[str, type[Enum]] = {}
        self.object_classes: dict[str, type[Model]] = {}
        self.enum_origins: dict[str, tuple[type[Any], str]] = {}
        self._enums: dict[str, EnumType] = {}
        self._objects: dict[type[Model], ObjectType] = {}
        self._open: list[type[Model]] = []
        self._findings = findings
        self._types = TypeReader(self._describe, self.enum_classes, self._enums)

    @property
    def classes(self) -> Mapping[str, type[Any]]:
        """The Python classes of all nested models and enums read so far, by type name."""
        return {**self.enum_classes, **self.object_classes}

    def read(self, cls: type[Model], where: str | None = None) -> Fields:
        """The fields of a class, in order of declaration; what is wrong with them is reported.

        where: the place to report, when the class has no source of its own.
        """
        before, self._where = self._where, where
        try:
            return self._read_all(cls)
        finally:
            self._where = before

    def _read_all(self, cls: type[Model]) -> Fields:
        fields: Fields = {}
        for name, info in cls.__pydantic_fields__.items():
            field = self._read_one(cls, name, info)
            if field is None:
                continue
            if field.wire in fields:
                self._refuse(
                    cls,
                    name,
                    f"`{fields[field.wire].name}` and `{name}` are both `{field.wire}` on the wire.",
                    "Rename one.",
                )
            fields[field.wire] = field
        return fields

    def evaluated(self, annotation: Any, cls: type[Any], function: Callable[..., Any] | None = None) -> Any:
        """The annotation with the names in it looked up; raises UnfitType."""
        return evaluated(annotation, _namespace(cls, function, self._names))

    def type_of(
        self, annotation: Any, suggested: str, cls: type[Any], name: str, function: Callable[..., Any]
    ) -> FieldType | None:
        """The type that a function of the class says it answers; None, and reported, when it cannot be one."""
        try:
            return self._noted(self._types.read(self.evaluated(annotation, cls, function), suggested), cls, name)
        except UnfitType as error:
            self._refuse(cls, name, f"`{name}` cannot be {shown(annotation)}: {error.reason}.", error.remedy)
            return None

    def _read_one(self, cls: type[Model], name: str, info: FieldInfo) -> FieldModel | None:
        if not self._is_fit_name(cls, name):
            return None
        try:
            suggested = cls.__name__ + pascal(name)
            annotation = self._annotation(cls, info)
            type = self._noted(self._types.read(annotation, suggested, info.metadata), cls, name)
        except UnfitType as error:
            self._refuse(cls, name, f"`{name}` cannot be {shown(info.annotation)}: {error.reason}.", error.remedy)
            return None
        return _field_model(name, info, type)

    def _annotation(self, cls: type[Model], info: FieldInfo) -> Any:
        """What the field was annotated with; pydantic leaves names alone that it cannot find."""
        if info._complete:  # noqa: SLF001  # only pydantic knows whether it found them all
            return info.annotation
        return self.evaluated(info._original_annotation, cls)  # noqa: SLF001  # as it was written

    def _noted(self, type: FieldType, cls: type[Any], name: str) -> FieldType:
        """The type itself; where its enum was first named is remembered."""
        enum = type.enum or (type.item.enum if type.item is not None else None)
        if enum is not None:
            self.enum_origins.setdefault(enum.name, (cls, name))
        return type

    def _is_fit_name(self, cls: type[Model], name: str) -> bool:
        if not is_field_name(name):
            self._refuse(
                cls, name, f"The field name `{name}` is not snake_case.", f"Call it `{snake(name) or 'value'}`."
            )
            return False
        if hasattr(Model, name):
            self._refuse(
                cls, name, f"The field name `{name}` is taken by pydantic.", f"Call it for instance `{name}_value`."
            )
            return False
        return True

    def _describe(self, cls: type[Model]) -> ObjectType:
        if cls in self._open:
            raise UnfitType(
                f"{cls.__name__} contains itself, and a nested object has an end",
                "Make it an entity and declare a relationship.",
            )
        known = self._objects.get(cls)
        return self._read_object(cls) if known is None else known

    def _read_object(self, cls: type[Model]) -> ObjectType:
        if self.object_classes.setdefault(cls.__name__, cls) is not cls:
            raise UnfitType(
                f"another model is called {cls.__name__}, too", "Rename one, or import the same one in both."
            )
        self._open.append(cls)
        try:
            fields = self.read(cls)
        finally:
            self._open.pop()
        if not cls.__pydantic_fields__:
            raise UnfitType(f"{cls.__name__} has no fields", "Declare at least one.")
        self._check_options(cls, fields)
        found = self._objects[cls] = ObjectType(cls.__name__, fields, own_doc(cls))
        return found

    def _check_options(self, cls: type[Model], fields: Fields) -> None:
        """A nested object is written as a whole: what makes sense for a record's fields makes none for its."""
        for field in fields.values():
            if field.wire == _NULL_OPERATOR:
                self._refuse(cls, field.name, f"{cls.__name__}.{field.name} is an operator in filters.", "Rename it.")
            meant = [word for word in _ENTITY_ONLY if getattr(field, word)]
            for word in meant:
                self._refuse(
                    cls,
                    field.name,
                    f"{cls.__name__}.{field.name} is declared {word}, which only a field of an entity can be.",
                    f"Leave out {word}.",
                )

    def _refuse(self, cls: type[Any], name: str, message: str, remedy: str) -> None:
        self._findings.add(self._where or place(cls, name), message, remedy)


_NULL_OPERATOR: Final = "isNull"
_ENTITY_ONLY: Final = ("primary_key", "unique", "owner", "read_only", "immutable", "on_update", "searchable")


def shown(annotation: Any) -> str:
    """An annotation as it was written, more or less."""
    is_class = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    text = annotation.__name__ if is_class else _PLACES.sub("", str(annotation))
    return f"`{text.replace('NoneType', 'None')}`"


_PLACES: Final = re.compile(r"\b(?:typing\.|_atakora_schemas_\d+\.\w+\.|ForwardRef\('|'\))")


def _namespace(cls: type[Any], function: Callable[..., Any] | None, names: Mapping[str, Any]) -> dict[str, Any]:
    """The names an annotation may use: of the schema folder, of its module, and around the class."""
    module = sys.modules.get(cls.__module__)
    own = vars(module) if module is not None else {}
    around = getattr(cls, "__pydantic_parent_namespace__", None) or {}
    return {**names, **own, **getattr(function, "__globals__", {}), **around}


def evaluated(annotation: Any, known: Mapping[str, Any]) -> Any:
    """The annotation with the names in it looked up; raises UnfitType."""
    try:
        return typing.get_type_hints(
            SimpleNamespace(__annotations__={"it": annotation}), dict(known), include_extras=True
        )["it"]
    except NameError as error:
        near = perhaps(error.name or "", known)
        raise UnfitType(
            f"`{error.name}` is not defined", near or "Import it, or declare it in a module of the schema folder."
        ) from None
    except (SyntaxError, TypeError) as error:
        raise UnfitType(f"it cannot be read ({error})", "Write a type.") from None


def _field_model(name: str, info: FieldInfo, type: FieldType) -> FieldModel:
    options = options_of(info)
    return FieldModel(
        name=name,
        wire=camel(name),
        type=type,
        required=info.is_required() and not options.owner,
        default=_default(info, type),
        description=info.description,
        constraints=_constraints(info, type),
        primary_key=options.primary_key,
        unique=options.unique,
        owner=options.owner,
        read_only=options.read_only,
        immutable=options.immutable,
        sensitive=options.sensitive,
        searchable=options.searchable,
        on_update=options.on_update,
    )


def _default(info: FieldInfo, type: FieldType) -> Any:
    """The constant default in wire form; None when there is none, or none that can be written."""
    if info.default is PydanticUndefined or info.default is None:
        return None
    convert = writer(type)
    try:
        return info.default if convert is None else convert(info.default)
    except (ValueError, AttributeError):
        return None


_KEYWORDS: Final[Mapping[str, str]] = {
    "ge": "minimum",
    "gt": "exclusiveMinimum",
    "le": "maximum",
    "lt": "exclusiveMaximum",
    "multiple_of": "multipleOf",
    "pattern": "pattern",
}
_NUMERIC: Final = frozenset({TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT})


def _constraints(info: FieldInfo, type: FieldType) -> dict[str, Any]:
    """The declared bounds as JSON Schema keywords; those of dates and decimals are strings there and have none."""
    found: dict[str, Any] = {}
    for item in info.metadata:
        for name, keyword in _KEYWORDS.items():
            value = getattr(item, name, None)
            if value is not None and (name == "pattern" or type.name in _NUMERIC):
                found[keyword] = _held(value, type)
        for name, side in (("min_length", "min"), ("max_length", "max")):
            value = getattr(item, name, None)
            if value is not None:
                found[side + _MEASURES.get(type.name, "Length")] = value
    return found


def _held(bound: Any, type: FieldType) -> Any:
    """A bound as far as it can be met: no integer goes beyond what JSON numbers hold exactly."""
    return max(INT53[0], min(INT53[1], bound)) if type.name is TypeName.LONG else bound


_MEASURES: Final[Mapping[TypeName, str]] = {TypeName.LIST: "Items", TypeName.MAP: "Properties"}
