"""Between Python values and wire form, type by type: writing, lenient reading, and canonical filter values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from atakora_data.errors import perhaps
from atakora_data.registry.entity import FieldModel, FieldType, TypeName
from atakora_data.schema import formats

Convert = Callable[[Any], Any]

Classes = Mapping[str, type[Any]]
"""The Python classes of nested models and enums, by the names of their types."""


def writer(type: FieldType) -> Convert | None:
    """How a Python value becomes wire form; None when it is the same.

    A value of a wrong type passes as it is: validation refuses it, with its field.
    """
    match type.name:
        case TypeName.LIST:
            return _list_writer(type)
        case TypeName.MAP:
            return _map_writer(type)
        case TypeName.OBJECT if type.object is not None:
            return object_writer(type.object.fields)
    return _WRITERS.get(type.name)


def object_writer(fields: Mapping[str, FieldModel]) -> Convert:
    """How an instance with these fields becomes an object, all fields in order."""
    plan = [(field.name, field.wire, writer(field.type)) for field in fields.values()]

    def write(instance: Any) -> Any:
        if isinstance(instance, dict):
            return instance
        values = instance.__dict__
        record: dict[str, Any] = {}
        for name, wire, convert in plan:
            value = values.get(name)
            record[wire] = value if convert is None or value is None else convert(value)
        return record

    return write


def reader(type: FieldType, classes: Classes) -> Convert | None:
    """How a stored value becomes a Python value; None when it is the same. What cannot be read stays as it is."""
    match type.name:
        case TypeName.LIST if type.item is not None:
            return _list_reader(reader(type.item, classes))
        case TypeName.MAP if type.item is not None:
            return _map_reader(reader(type.item, classes))
        case TypeName.OBJECT if type.object is not None:
            return object_reader(classes[type.object.name], type.object.fields, classes)
        case TypeName.ENUM if type.enum is not None:
            cls = classes.get(type.enum.name)
            return None if cls is None else _lenient(cls)
    return _READERS.get(type.name)


def object_reader(cls: type[BaseModel], fields: Mapping[str, FieldModel], classes: Classes) -> Convert:
    """How a stored object becomes an instance that nobody judges; what is missing gets its default, or None."""
    plan = [(field.name, field.wire, reader(field.type, classes)) for field in fields.values()]
    defaults = cls.__pydantic_fields__
    has_private = cls.__pydantic_post_init__ is not None
    make = cls.__new__
    put = object.__setattr__

    def read(record: Any) -> Any:
        if not isinstance(record, Mapping):
            return record
        values: dict[str, Any] = {}
        for name, wire, convert in plan:
            try:
                value = record[wire]
            except KeyError:
                values[name] = _default(defaults[name])
                continue
            values[name] = value if convert is None or value is None else convert(value)
        instance = make(cls)
        put(instance, "__dict__", values)
        put(instance, "__pydantic_fields_set__", set(values))
        put(instance, "__pydantic_extra__", None)
        put(instance, "__pydantic_private__", None)
        if has_private:
            instance.model_post_init(None)
        return instance

    return read


def canonical(type: FieldType, value: Any) -> Any:
    """A wire value as it is stored; ValueError says what is wrong with it."""
    match type.name:
        case TypeName.ENUM if type.enum is not None:
            return _canonical_enum(type.enum.values, value)
        case TypeName.LIST if type.item is not None:
            return _canonical_list(type.item, value)
        case TypeName.MAP if type.item is not None:
            return _canonical_map(type.item, value)
        case TypeName.OBJECT if type.object is not None:
            return _canonical_object(type.object.fields, value)
    return _CANONICAL[type.name](value)


def _default(field: Any) -> Any:
    return None if field.is_required() else field.get_default(call_default_factory=True, validated_data={})


def _list_writer(type: FieldType) -> Convert:
    convert = writer(type.item) if type.item is not None else None

    def write(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return list(value) if convert is None else [convert(item) for item in value]

    return write


def _map_writer(type: FieldType) -> Convert:
    convert = writer(type.item) if type.item is not None else None

    def write(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return dict(value) if convert is None else {key: convert(item) for key, item in value.items()}

    return write


def _list_reader(convert: Convert | None) -> Convert:
    def read(value: Any) -> Any:
        if not isinstance(value, list):
            return value
        return list(value) if convert is None else [convert(item) for item in value]

    return read


def _map_reader(convert: Convert | None) -> Convert:
    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return dict(value) if convert is None else {key: convert(item) for key, item in value.items()}

    return read


def _lenient(convert: Convert) -> Convert:
    def read(value: Any) -> Any:
        try:
            return convert(value)
        except (ValueError, TypeError, AttributeError, InvalidOperation):
            return value

    return read


def _of(cls: type[Any], convert: Convert) -> Convert:
    def write(value: Any) -> Any:
        return convert(value) if isinstance(value, cls) else value

    return write


def _write_date(value: Any) -> Any:
    is_date = isinstance(value, date) and not isinstance(value, datetime)
    return value.isoformat() if is_date else value


_WRITERS: Final[Mapping[TypeName, Convert]] = {
    TypeName.UUID: _of(UUID, formats.write_uuid),
    TypeName.DATETIME: _of(datetime, formats.write_datetime),
    TypeName.DATE: _write_date,
    TypeName.TIME: _of(time, formats.write_time),
    TypeName.DECIMAL: _of(Decimal, formats.write_decimal),
    TypeName.ENUM: _of(Enum, lambda value: value.value),
    TypeName.FLOAT: _of(int, lambda value: value if isinstance(value, bool) else float(value)),
}

_READERS: Final[Mapping[TypeName, Convert]] = {
    TypeName.UUID: _lenient(UUID),
    TypeName.DATETIME: _lenient(datetime.fromisoformat),
    TypeName.DATE: _lenient(date.fromisoformat),
    TypeName.TIME: _lenient(time.fromisoformat),
    TypeName.DECIMAL: _lenient(Decimal),
}

_CANONICAL: Final[Mapping[TypeName, Convert]] = {
    TypeName.STRING: formats.canonical_string,
    TypeName.UUID: formats.canonical_uuid,
    TypeName.INTEGER: lambda value: formats.canonical_integer(value, formats.INT32),
    TypeName.LONG: lambda value: formats.canonical_integer(value, formats.INT53),
    TypeName.FLOAT: formats.canonical_float,
    TypeName.BOOLEAN: formats.canonical_boolean,
    TypeName.DECIMAL: lambda value: formats.write_decimal(formats.read_decimal(value)),
    TypeName.DATETIME: lambda value: formats.write_datetime(formats.read_datetime(value)),
    TypeName.DATE: lambda value: formats.write_date(formats.read_date(value)),
    TypeName.TIME: lambda value: formats.write_time(formats.read_time(value)),
}


def _canonical_enum(values: tuple[str, ...], value: Any) -> str:
    if isinstance(value, str) and value in values:
        return value
    hint = perhaps(value, values) if isinstance(value, str) else None
    raise ValueError(f"must be one of {', '.join(values)}" + (f". {hint}" if hint else ""))


def _canonical_list(item: FieldType, value: Any) -> list[Any]:
    if not isinstance(value, list | tuple):
        raise ValueError("must be a list")  # noqa: TRY004  # one kind of error for all bad values
    return [canonical(item, each) for each in value]


def _canonical_map(item: FieldType, value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be an object")  # noqa: TRY004  # one kind of error for all bad values
    return {key: canonical(item, each) for key, each in value.items()}


def _canonical_object(fields: Mapping[str, FieldModel], value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("must be an object")  # noqa: TRY004  # one kind of error for all bad values
    unknown = next((name for name in value if name not in fields), None)
    if unknown is not None:
        raise ValueError(f"has no field `{unknown}`. {perhaps(unknown, fields) or ''}".rstrip())
    return {
        name: None if value.get(name) is None else canonical(field.type, value[name]) for name, field in fields.items()
    }
