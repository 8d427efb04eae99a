"""From a Python annotation to the type the rest of the backend knows."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Final, Literal, Union, get_args, get_origin
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from atakora_data.errors import perhaps
from atakora_data.registry.constraints import bounds_of, declared, misfit
from atakora_data.registry.entity import EnumType, FieldType, ObjectType, TypeName
from atakora_data.registry.names import is_enum_value
from atakora_data.schema.core_schema import integer_bounds
from atakora_data.schema.entity import Entity
from atakora_data.schema.formats import INT53
from atakora_data.schema.model import Model


class UnfitType(Exception):  # a reason, not an error of this program
    """An annotation that cannot be stored, filtered or put in GraphQL: why, and what to write instead."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


_SCALARS: Final[Mapping[Any, TypeName]] = {
    str: TypeName.STRING,
    int: TypeName.INTEGER,
    float: TypeName.FLOAT,
    bool: TypeName.BOOLEAN,
    Decimal: TypeName.DECIMAL,
    UUID: TypeName.UUID,
    datetime: TypeName.DATETIME,
    date: TypeName.DATE,
    time: TypeName.TIME,
}

_REFUSED: Final[Mapping[Any, tuple[str, str]]] = {
    bytes: ("bytes have no JSON form", "Use `str`, for instance with base64 in it."),
    bytearray: ("bytes have no JSON form", "Use `str`, for instance with base64 in it."),
    set: ("a set has no JSON form", "Use `list`, and check in @validate that nothing repeats."),
    frozenset: ("a set has no JSON form", "Use `list`, and check in @validate that nothing repeats."),
    tuple: ("a tuple has no GraphQL type", "Use `list`, or a nested Model with named fields."),
    complex: ("a complex number has no JSON form", "Use a nested Model with two floats."),
    object: ("it could be anything, and GraphQL needs a type", "Name the type: a scalar, or a nested Model."),
    Any: ("it could be anything, and GraphQL needs a type", "Name the type: a scalar, or a nested Model."),
    list: ("the type of its items is not given", "Write for instance `list[str]`."),
    dict: ("the type of its values is not given", "Write for instance `dict[str, str]`."),
}

Describe = Callable[[type[Model]], ObjectType]
"""How the fields of a nested model are found; raises UnfitType for one that contains itself."""


class TypeReader(Struct, frozen=True):
    """Reads annotations. suggested: the name of an enum that has none of its own (`PostStatus`)."""

    describe: Describe
    enum_classes: dict[str, type[Enum]]
    enums: dict[str, EnumType]

    def read(self, annotation: Any, suggested: str, metadata: Sequence[Any] = ()) -> FieldType:
        """The type of an annotation; UnfitType says why there is none, or which constraint it cannot have.

        metadata: what was declared around the annotation, as pydantic keeps it.
        """
        annotation, found = _unwrapped(annotation)
        inner, is_nullable = _without_none(annotation)
        if is_nullable:
            return replace(self.read(inner, suggested, (*metadata, *found)), nullable=True)
        constraints = declared((*metadata, *found))
        type = self._read(inner, suggested, constraints)
        problem = misfit(type, constraints)
        if problem is not None:
            raise UnfitType(*problem)
        return type

    def _read(self, inner: Any, suggested: str, constraints: Mapping[str, Any]) -> FieldType:
        origin = get_origin(inner)
        if origin is Literal:
            return FieldType(TypeName.ENUM, enum=self._remembered(_literal(inner, suggested)))
        if origin is list:
            return FieldType(TypeName.LIST, item=self._item(get_args(inner)[0], suggested, "list"))
        if origin is dict:
            return FieldType(TypeName.MAP, item=self._value(get_args(inner), suggested))
        return self._plain(inner, constraints)

    def _plain(self, annotation: Any, constraints: Mapping[str, Any]) -> FieldType:
        if annotation is int and integer_bounds(bounds_of(constraints)) == INT53:
            return FieldType(TypeName.LONG)
        if isinstance(annotation, typing.Hashable) and annotation in _SCALARS:
            return FieldType(_SCALARS[annotation])
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return FieldType(TypeName.ENUM, enum=self._enum(annotation))
        if isinstance(annotation, type) and issubclass(annotation, Entity):
            name = annotation.__name__
            raise UnfitType(
                f"it is the entity {name}, which has records of its own",
                f'Keep its id in a field and declare a relationship: BelongsTo["{name}"] = belongs_to(…).',
            )
        if isinstance(annotation, type) and issubclass(annotation, Model):
            return FieldType(TypeName.OBJECT, object=self.describe(annotation))
        raise _unfit(annotation)

    def _item(self, annotation: Any, suggested: str, what: str) -> FieldType:
        item = self.read(annotation, suggested)
        if item.nullable:
            raise UnfitType(f"a {what} of optional items cannot be filtered", "Leave None out of the item type.")
        if item.name in (TypeName.LIST, TypeName.MAP):
            raise UnfitType(f"a {what} of {item.name}s cannot be filtered", "Wrap the inner value into a nested Model.")
        return item

    def _value(self, arguments: tuple[Any, ...], suggested: str) -> FieldType:
        key, value = arguments
        if _unwrapped(key)[0] is not str:
            raise UnfitType("the keys of a JSON object are strings", "Use `dict[str, …]`.")
        item = self.read(value, suggested)
        if item.nullable or item.name is TypeName.MAP:
            raise UnfitType(
                "the values of a dict must be scalars, lists or nested Models", "Wrap the value into a nested Model."
            )
        return item

    def _enum(self, cls: type[Enum]) -> EnumType:
        values = tuple(member.value for member in cls)
        known = self.enum_classes.setdefault(cls.__name__, cls)
        if known is not cls:
            raise UnfitType(
                f"another enum is called {cls.__name__}, too", "Rename one, or import the same one in both."
            )
        _check_values(values)
        return self._remembered(EnumType(cls.__name__, values, own_doc(cls)))

    def _remembered(self, enum: EnumType) -> EnumType:
        known = self.enums.setdefault(enum.name, enum)
        if known.values != enum.values:
            raise UnfitType(f"another enum is called {enum.name}, too", "Use an Enum class with a name of its own.")
        return enum


def own_doc(cls: type[Any]) -> str | None:
    """The docstring written in the class itself."""
    text = cls.__dict__.get("__doc__")
    return None if text is None else " ".join(str(text).split()) or None


def _unwrapped(annotation: Any) -> tuple[Any, list[Any]]:
    """Without Annotated, NewType and type aliases; and what stood in Annotated."""
    found: list[Any] = []
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *metadata = get_args(annotation)
            for item in metadata:
                found += item.metadata if isinstance(item, FieldInfo) else [item]
        elif hasattr(annotation, "__supertype__"):
            annotation = annotation.__supertype__
        elif type(annotation).__name__ == "TypeAliasType":
            annotation = annotation.__value__
        else:
            return annotation, found


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation, False
    rest = [each for each in get_args(annotation) if each is not type(None)]
    if len(rest) > 1:
        raise UnfitType(
            "a union of types cannot be filtered or ordered", "Use one type, or `| None` for an optional value."
        )
    return rest[0], len(rest) < len(get_args(annotation))


def _literal(annotation: Any, suggested: str) -> EnumType:
    values = get_args(annotation)
    if None in values:
        raise UnfitType("None is not a value of an enum", "Write `Literal[…] | None`.")
    _check_values(values)
    return EnumType(suggested, values)


def _check_values(values: tuple[Any, ...]) -> None:
    if not values:
        raise UnfitType("the enum has no values", "Give it at least one.")
    for value in values:
        if not isinstance(value, str):
            raise UnfitType(
                f"its value {value!r} is not a string, as the values of a GraphQL enum are",
                "Use strings, or an `int` with bounds.",
            )
        if not is_enum_value(value):
            raise UnfitType(
                f"GraphQL cannot name its value {value!r}",
                "Use letters, digits and underscores, or declare the field as `str` with a pattern.",
            )


def _unfit(annotation: Any) -> UnfitType:
    shown = getattr(annotation, "__name__", None) or str(annotation)
    for each in (annotation, get_origin(annotation)):
        if isinstance(each, typing.Hashable) and each in _REFUSED:
            return UnfitType(*_REFUSED[each])
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return UnfitType(
            f"{shown} is a plain pydantic model, whose names and formats differ from the rest",
            "Derive it from `atakora_data.Model`.",
        )
    near = perhaps(shown, [each.__name__ for each in _SCALARS])
    return UnfitType(
        f"{shown} cannot be stored, filtered or put in GraphQL",
        near
        or "Use str, int, float, bool, Decimal, UUID, datetime, date, time, an Enum, a Literal, a list, "
        "a dict or a nested Model.",
    )
