"""Values that a field accepts, made from its type and bounds: those of the n-th record are the same in every run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from msgspec import Struct
from msgspec.structs import replace

from atakora_data.registry.constraints import declared
from atakora_data.registry.entity import EntityModel, FieldModel, FieldType, TypeName

_START: Final = datetime.fromisoformat("2026-01-01T09:00:00+00:00")
_LETTERS: Final = 26
_FORMS: Final = (
    *("{word}-{n}", "{word}{n}", "{word}_{n}", "{word}{n}@example.com", "https://example.com/{word}/{n}"),
    *("{n}", "{n:02d}", "{n:03d}", "{n:04d}", "{n:05d}", "+4912345{n:04d}", "#{n:06x}"),
    *("{capitals}", "{capitals}{n}", "{capitals}-{n}", "{capitals}-{n:03d}", "{capitals}-{n:04d}", "{small}"),
    *("en", "en-GB", "EUR", "A", "a"),
)
"""What is tried for a pattern, most telling first."""

_BOUNDS: Final = {
    "minimum": "ge",
    "exclusiveMinimum": "gt",
    "maximum": "le",
    "exclusiveMaximum": "lt",
    "multipleOf": "multiple_of",
}


class Impossible(Exception):  # control flow of the factories: they say what to do
    """No value can be made up; the text says why."""


class _Wanted(Struct, frozen=True):
    """A value of the n-th record of an entity. bounds: of numbers and moments, by pydantic's words."""

    entity: str
    number: int
    name: str
    type: FieldType
    constraints: Mapping[str, Any]
    bounds: Mapping[str, Any]
    is_key: bool = False
    is_unique: bool = False

    def make(self) -> Any:
        """The value in wire form; raises Impossible."""
        return _MAKERS[self.type.name](self)

    def item(
        self, type: FieldType | None, name: str | None = None, constraints: Mapping[str, Any] | None = None
    ) -> Any:
        """A value inside of this one."""
        known = constraints or {}
        bounds = {_BOUNDS[word]: bound for word, bound in known.items() if word in _BOUNDS}
        inner = replace(self, name=name or self.name, type=type or self.type, constraints=known, bounds=bounds)
        return replace(inner, is_key=False, is_unique=False).make()


def sample(entity: EntityModel, field: FieldModel, number: int) -> Any:
    """A value in wire form for the field of the n-th record; raises Impossible."""
    bounds = declared(entity.record.__pydantic_fields__[field.name].metadata)
    wanted = _Wanted(entity.name, number, field.name, field.type, field.constraints, bounds)
    return replace(wanted, is_key=field.primary_key, is_unique=field.unique).make()


def _text(wanted: _Wanted) -> str:
    """What it is called, with the number at the end, as long as it may be."""
    if "pattern" in wanted.constraints:
        return _matching(wanted)
    least, most = _lengths(wanted)
    is_name = wanted.is_key or wanted.name.endswith("_id")
    separator = "-" if is_name else " "
    word = wanted.entity.lower() if wanted.is_key else wanted.name.removesuffix("_id").replace("_", separator)
    tail = f"{separator}{wanted.number}"
    while len(word) + len(tail) < least:
        word = f"{word}{separator}{word}"
    if most is not None and most <= len(tail):
        return str(wanted.number)[-most:].rjust(least, "0") if most else ""
    return word[: None if most is None else most - len(tail)] + tail


def _matching(wanted: _Wanted) -> str:
    least, most = _lengths(wanted)
    capitals = chr(ord("A") + wanted.number % _LETTERS) * 3
    values = {"word": wanted.name.replace("_", "-"), "capitals": capitals, "small": capitals.lower()}
    made = (form.format(n=wanted.number, **values) for form in _FORMS)
    pattern = wanted.constraints["pattern"]
    for text in made:
        if re.search(pattern, text) and least <= len(text) <= (len(text) if most is None else most):
            return text
    raise Impossible(f"must match {pattern}")


def _lengths(wanted: _Wanted) -> tuple[int, int | None]:
    return wanted.constraints.get("minLength", 0), wanted.constraints.get("maxLength")


def _number(wanted: _Wanted) -> Any:
    """The multiple nearest to one step within the bounds; of a unique field the n-th from there."""
    of = Decimal if wanted.type.name is TypeName.DECIMAL else float if wanted.type.name is TypeName.FLOAT else int
    bounds = {word: of(bound) for word, bound in wanted.bounds.items() if word in _BOUNDS.values()}
    step = bounds.get("multiple_of", of(1))
    value = max(step, -(-_lowest(bounds, step) // step) * step)
    if not _is_below(value, bounds):
        value = _highest(bounds, step) // step * step
    value += step * (wanted.number - 1) if wanted.is_unique else 0
    if not _is_below(value, bounds) or value < bounds.get("ge", value) or ("gt" in bounds and value <= bounds["gt"]):
        raise Impossible("has bounds that leave no room")
    return str(value) if of is Decimal else value


def _lowest(bounds: Mapping[str, Any], step: Any) -> Any:
    """The least value, or the step where there is none."""
    return bounds.get("ge", bounds["gt"] + step if "gt" in bounds else step)


def _highest(bounds: Mapping[str, Any], step: Any) -> Any:
    return bounds.get("le", bounds["lt"] - step if "lt" in bounds else step)


def _is_below(value: Any, bounds: Mapping[str, Any]) -> bool:
    return bool(value <= bounds.get("le", value) and ("lt" not in bounds or value < bounds["lt"]))


def _moment(wanted: _Wanted) -> str:
    """One day after the other, from 2026 on or wherever the bounds allow."""
    days = timedelta(days=wanted.number)
    start: Any = _START.date() if wanted.type.name is TypeName.DATE else _START
    low = wanted.bounds.get("ge", wanted.bounds.get("gt"))
    high = wanted.bounds.get("le", wanted.bounds.get("lt"))
    value = start + days
    if low is not None and value <= low:
        value = low + days
    if high is not None and value >= high:
        value = high - days
    if low is not None and value < low:
        raise Impossible("has bounds that leave no room")
    return str(value.isoformat())


def _list(wanted: _Wanted) -> list[Any]:
    return [wanted.item(wanted.type.item) for _ in range(wanted.constraints.get("minItems", 0))]


def _map(wanted: _Wanted) -> dict[str, Any]:
    count = wanted.constraints.get("minProperties", 0)
    return {f"key{index}": wanted.item(wanted.type.item) for index in range(count)}


def _object(wanted: _Wanted) -> dict[str, Any]:
    fields = wanted.type.object.fields.values() if wanted.type.object is not None else ()
    return {each.name: wanted.item(each.type, each.name, each.constraints) for each in fields if each.required}


_MAKERS: Final[Mapping[TypeName, Callable[[_Wanted], Any]]] = {
    TypeName.STRING: _text,
    TypeName.UUID: lambda wanted: str(uuid5(NAMESPACE_URL, f"{wanted.entity}.{wanted.name}.{wanted.number}")),
    TypeName.INTEGER: _number,
    TypeName.LONG: _number,
    TypeName.FLOAT: _number,
    TypeName.DECIMAL: _number,
    TypeName.BOOLEAN: lambda _: False,
    TypeName.DATETIME: _moment,
    TypeName.DATE: _moment,
    TypeName.TIME: lambda _: "09:00:00",
    TypeName.ENUM: lambda wanted: wanted.type.enum.values[0] if wanted.type.enum is not None else None,
    TypeName.LIST: _list,
    TypeName.MAP: _map,
    TypeName.OBJECT: _object,
}
