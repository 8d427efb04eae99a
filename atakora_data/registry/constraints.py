"""Which constraints a field of each type can have; pydantic itself notices misuse only when a value comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Final

from atakora_data.registry.entity import FieldType, TypeName

_ORDER: Final = ("ge", "gt", "le", "lt")
_LENGTH: Final = ("min_length", "max_length")
_KNOWN: Final = (*_ORDER, *_LENGTH, "multiple_of", "pattern", "max_digits", "decimal_places")
_NUMBERS: Final = (int, float, Decimal)

_ALLOWED: Final[Mapping[TypeName, tuple[str, ...]]] = {
    TypeName.STRING: (*_LENGTH, "pattern"),
    **dict.fromkeys((TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT), (*_ORDER, "multiple_of")),
    TypeName.DECIMAL: (*_ORDER, "multiple_of", "max_digits", "decimal_places"),
    **dict.fromkeys((TypeName.DATETIME, TypeName.DATE, TypeName.TIME), _ORDER),
    **dict.fromkeys((TypeName.LIST, TypeName.MAP), _LENGTH),
}

PATTERN_REMEDY: Final = "Give the text of the expression, such as pattern=r'[a-z]+': it is matched in linear time."

_BOUNDS: Final[Mapping[TypeName, tuple[tuple[type[Any], ...], str]]] = {
    **dict.fromkeys((TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT, TypeName.DECIMAL), (_NUMBERS, "a number")),
    TypeName.DATETIME: ((datetime,), "a datetime with its time zone, such as datetime(2024, 1, 31, tzinfo=UTC)"),
    TypeName.DATE: ((date,), "a date"),
    TypeName.TIME: ((time,), "a time without a time zone"),
}


def declared(metadata: Iterable[Any]) -> dict[str, Any]:
    """The constraints in what pydantic keeps of a field, by name."""
    found: dict[str, Any] = {}
    for item in metadata:
        for name in _KNOWN:
            value = getattr(item, name, None)
            if value is not None:
                found[name] = value
    return found


def bounds_of(constraints: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the constraints that bound a number."""
    return {name: constraints[name] for name in _ORDER if isinstance(constraints.get(name), int | float)}


def misfit(type: FieldType, constraints: Mapping[str, Any]) -> tuple[str, str] | None:
    """Why the type cannot have one of these constraints, and what to do; None when it can have them all."""
    allowed = _ALLOWED.get(type.name, ())
    for name, value in constraints.items():
        if name not in allowed:
            remedy = f"Take it out; it can have {', '.join(allowed)}." if allowed else "Take it out."
            return f"a field of type {type.name} cannot have the constraint `{name}`", remedy
        if name == "pattern" and not isinstance(value, str):
            return "its `pattern` is compiled: Python's engine would try it for ever on some texts", PATTERN_REMEDY
        if name in _ORDER and not _is_bound(type.name, value):
            return f"its values cannot be compared with `{name}={value!r}`", f"Give {_BOUNDS[type.name][1]}."
    return None


def _is_bound(type: TypeName, value: Any) -> bool:
    classes, _ = _BOUNDS[type]
    if isinstance(value, bool) or not isinstance(value, classes):
        return False
    if isinstance(value, datetime):
        return type is TypeName.DATETIME and value.tzinfo is not None
    return not (isinstance(value, time) and value.tzinfo is not None)
