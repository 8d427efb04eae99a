"""Between wire form and typed instances: parse judges, load trusts, dump is canonical."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from typing import Any

import orjson
import pydantic
from pydantic import BaseModel

from atakora_data.errors import ValidationError, Violation
from atakora_data.registry.conversion import Classes, canonical, object_reader, object_writer, writer
from atakora_data.registry.entity import ActionModel, FieldModel, FieldType, TypeName
from atakora_data.registry.violations import pointer, violation_of

Check = Callable[[Any], Any]


class ModelCodec:
    """Converts the records of one entity, or the parameters of one action.

    Every method but `canonical` is made of plans laid once, so that a record costs a few microseconds.
    """

    def __init__(
        self,
        cls: type[BaseModel],
        fields: Mapping[str, FieldModel],
        classes: Classes,
        *,
        owner: str | None = None,
        checks: tuple[Check, ...] = (),
        parameters: Mapping[str, ModelCodec] | None = None,
    ) -> None:
        self._fields = fields
        self._owner = cls.__name__ if owner is None else owner
        self._validate = cls.__pydantic_validator__.validate_json
        self._checks = checks
        self._parameters = parameters or {}
        self._has_floats = any(_holds_float(field.type) for field in fields.values())
        self._write = object_writer(fields)
        self.load = object_reader(cls, fields, classes)

    def parse(self, data: Mapping[str, Any]) -> Any:
        """A typed instance from a whole record in wire form, strictly: `ValidationError` names every field."""
        content = self._encode(data)
        try:
            instance = self._validate(content, strict=True, by_alias=True, by_name=False)
        except pydantic.ValidationError as error:
            raise self._refusal(error) from None
        if self._checks:
            self._check(instance)
        return instance

    def judge(self, part: Mapping[str, Any]) -> None:
        """Raise the `ValidationError` of what is wrong with part of a record, whatever the rest of it may be."""
        content = self._encode(part)
        try:
            self._validate(content, strict=True, by_alias=True, by_name=False)
        except pydantic.ValidationError as error:
            _refuse([each for each in self._refusal(error).errors if each.code != "required"])

    def dump(self, instance: Any) -> dict[str, Any]:
        """The record in canonical wire form: all declared fields, in order of declaration."""
        try:
            record: dict[str, Any] = self._write(instance)
        except (ValueError, OverflowError):
            raise self._unwritable(instance) from None
        return record

    def canonical(self, field: FieldModel, value: Any) -> Any:
        """A wire value as it is stored, e.g. a datetime in UTC with microseconds; ValueError says what is wrong."""
        return canonical(field.type, value)

    def parse_parameters(self, action: ActionModel, input: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters of an action by their Python names, judged like a record."""
        return dict(self._parameters[action.wire].parse(input).__dict__)

    def _encode(self, data: Mapping[str, Any]) -> bytes:
        try:
            content = orjson.dumps(data)
        except TypeError:
            _refuse(_unfit(data, ()))
            content = json.dumps(data).encode()
        if b"\\u0000" in content or self._has_floats:
            _refuse(_unfit(data, ()))
        return content

    def _check(self, instance: Any) -> None:
        found: list[Violation] = []
        for check in self._checks:
            try:
                check(instance)
            except ValidationError as error:
                found.extend(self._in_wire_names(error))
            except ValueError as error:
                found.append(Violation("", str(error), "invalid"))
        _refuse(found)

    def _in_wire_names(self, error: ValidationError) -> list[Violation]:
        if error.field is None:
            return list(error.errors) or [Violation("", error.detail, "invalid")]
        wire = next((field.wire for field in self._fields.values() if field.name == error.field), error.field)
        return [
            Violation(pointer((wire,)), each.detail, each.code) if each.pointer == f"/{error.field}" else each
            for each in error.errors
        ]

    def _refusal(self, error: pydantic.ValidationError) -> ValidationError:
        details = error.errors(include_url=False)
        return _refused([violation_of(each, self._fields, self._owner) for each in details])

    def _unwritable(self, instance: Any) -> ValidationError:
        found: list[Violation] = []
        for field in self._fields.values():
            value, convert = instance.__dict__.get(field.name), writer(field.type)
            try:
                if convert is not None and value is not None:
                    convert(value)
            except (ValueError, OverflowError) as error:
                found.append(Violation(pointer((field.wire,)), str(error), "format"))
        return _refused(found)


def _refuse(found: list[Violation]) -> None:
    if found:
        raise _refused(found)


def _refused(found: list[Violation]) -> ValidationError:
    first = found[0]
    what = f"{first.pointer} {first.detail}" if first.pointer else first.detail
    more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
    return ValidationError(f"{what}{more}", errors=found)


def _holds_float(type: FieldType) -> bool:
    if type.object is not None:
        return any(_holds_float(field.type) for field in type.object.fields.values())
    return type.name is TypeName.FLOAT or (type.item is not None and _holds_float(type.item))


def _unfit(data: Any, location: tuple[str | int, ...]) -> list[Violation]:
    """What is in the data that JSON, or a store, cannot hold."""
    match data:
        case Mapping():
            keys = [found for key in data for found in _unfit_text(key, (*location, key))]
            return keys + [found for key, value in data.items() for found in _unfit(value, (*location, key))]
        case list() | tuple():
            return [found for index, value in enumerate(data) for found in _unfit(value, (*location, index))]
        case str():
            return _unfit_text(data, location)
        case float() if not math.isfinite(data):
            return [Violation(pointer(location), "must be a finite number", "type")]
        case None | bool() | int() | float():
            return []
    return [Violation(pointer(location), f"must be JSON data, not a Python {type(data).__name__}", "type")]


def _unfit_text(text: Any, location: tuple[str | int, ...]) -> list[Violation]:
    if not isinstance(text, str):
        return [Violation(pointer(location), "must have a string as its name", "type")]
    if "\0" in text:
        shown = tuple(str(step).replace("\0", "\\u0000") for step in location)
        return [Violation(pointer(shown), "must not contain the character U+0000", "invalid")]
    if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
        shown = tuple(str(step).encode("utf-8", "replace").decode() for step in location)
        return [Violation(pointer(shown), "must be valid Unicode, without lone surrogates", "invalid")]
    return []
