"""From pydantic's errors to ours: JSON pointers in wire names, clear words, stable codes, never the value itself.

Codes: `required unknown_field type enum format pattern too_short too_long too_small too_large not_a_multiple
too_many_digits invalid`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from pydantic_core import ErrorDetails

from atakora_data.errors import Violation, perhaps
from atakora_data.registry.entity import FieldModel, FieldType
from atakora_data.schema.formats import INT32, INT53

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "string_too_short": ("too_short", "must have at least {min_length} character(s)"),
    "string_too_long": ("too_long", "must have at most {max_length} character(s)"),
    "too_short": ("too_short", "must have at least {min_length} item(s)"),
    "too_long": ("too_long", "must have at most {max_length} item(s)"),
    "greater_than": ("too_small", "must be greater than {gt}"),
    "greater_than_equal": ("too_small", "must be at least {ge}"),
    "less_than": ("too_large", "must be less than {lt}"),
    "less_than_equal": ("too_large", "must be at most {le}"),
    "multiple_of": ("not_a_multiple", "must be a multiple of {multiple_of}"),
    "string_pattern_mismatch": ("pattern", "must match the pattern {pattern}"),
    "enum": ("enum", "must be one of {expected}"),
    "literal_error": ("enum", "must be one of {expected}"),
    "decimal_max_digits": ("too_many_digits", "must have at most {max_digits} digits"),
    "decimal_max_places": ("too_many_digits", "must have at most {decimal_places} digits after the point"),
    "decimal_whole_digits": ("too_many_digits", "must have at most {whole_digits} digits before the point"),
    "finite_number": ("type", "must be a finite number"),
    "string_type": ("type", "must be a string"),
    "string_unicode": ("type", "must be valid Unicode"),
    "int_type": ("type", "must be a whole number"),
    "int_from_float": ("type", "must be a whole number"),
    "int_parsing_size": ("too_large", "must be a smaller number"),
    "float_type": ("type", "must be a number"),
    "bool_type": ("type", "must be true or false"),
    "uuid_type": ("type", "must be a UUID in a string"),
    "uuid_parsing": ("format", "must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e"),
    "list_type": ("type", "must be a list"),
    "dict_type": ("type", "must be an object"),
    "model_type": ("type", "must be an object"),
    "model_attributes_type": ("type", "must be an object"),
    "timezone_aware": ("format", "must say its offset from UTC: append Z for UTC, or an offset such as +02:00"),
}


def violation_of(error: ErrorDetails, fields: Mapping[str, FieldModel], owner: str) -> Violation:
    """One of pydantic's errors, told in our words."""
    where = pointer(error["loc"])
    match error["type"]:
        case "missing":
            return Violation(where, "is required", "required")
        case "extra_forbidden":
            return Violation(where, *unknown_field(error["loc"], fields, owner))
        case "format":
            return Violation(where, str(error["ctx"]["said"]), "format")
        case "value_error" | "assertion_error":
            return Violation(where, error["msg"].split(", ", 1)[-1], "invalid")
    return _told(where, error)


def pointer(location: Sequence[str | int]) -> str:
    """The JSON pointer (RFC 6901) of a place: `/tags/0`."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in location)


def unknown_field(location: Sequence[str | int], fields: Mapping[str, FieldModel], owner: str) -> tuple[str, str]:
    """What to say of a name that is no field there, and the code."""
    owner, known = _fields_at(location[:-1], fields, owner)
    name = str(location[-1])
    by_python_name = next((field.wire for field in known.values() if field.name == name), None)
    hint = f"Perhaps you meant `{by_python_name}`." if by_python_name else perhaps(name, known)
    return f"is not a field of {owner}." + (f" {hint}" if hint else ""), "unknown_field"


def _told(where: str, error: ErrorDetails) -> Violation:
    context = error.get("ctx", {})
    if error["type"] in _NOT_WHOLE and isinstance(error.get("input"), float) and error["input"].is_integer():
        return Violation(where, *_whole(error["input"]))
    code, words = _WORDS.get(error["type"], ("invalid", error["msg"][:1].lower() + error["msg"][1:]))
    if error["type"] not in _WORDS:
        return Violation(where, words, code)
    detail = words.format(**context).replace("(s)", "" if 1 in context.values() else "s")
    if error.get("input", ...) is None:
        detail += ", not null"
    return Violation(where, detail + _integer_remedy(error["type"], context), code)


_NOT_WHOLE: Final = ("int_type", "int_from_float")
_BEYOND_INTEGERS: Final = 2.0**63


def _whole(number: float) -> tuple[str, str]:
    """What to say of a whole number that JSON gave as a float: it has a point, or more digits than an integer."""
    if abs(number) >= _BEYOND_INTEGERS:
        return "must be a number of fewer digits", "too_large" if number > 0 else "too_small"
    return "must be a whole number, written without a decimal point", "type"


def _integer_remedy(kind: str, context: Mapping[str, Any]) -> str:
    bound = context.get("le") if kind == "less_than_equal" else context.get("ge")
    if bound in INT32:
        word = "le" if kind == "less_than_equal" else "ge"
        more = INT53[1] if word == "le" else INT53[0]
        return f", as the field holds 32-bit integers; to allow more, declare it with Field({word}={more})"
    if bound in INT53:
        return ", as far as JSON numbers are exact; for more, declare the field as Decimal"
    return ""


def _fields_at(
    location: Sequence[str | int], fields: Mapping[str, FieldModel], owner: str
) -> tuple[str, Mapping[str, FieldModel]]:
    """The fields of the object that a location leads to, and what it is called."""
    type: FieldType | None = None
    for step in location:
        if type is None or type.object is not None:
            known = fields if type is None or type.object is None else type.object.fields
            field = known.get(str(step))
            type = None if field is None else field.type
        else:
            type = type.item
        if type is None:
            return owner, {}
    if type is None:
        return owner, fields
    return (type.object.name, type.object.fields) if type.object is not None else (owner, {})
