"""How names and values are written for the app."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from uuid import UUID

_LOGIC = frozenset({"and", "or", "not"})
_QUANTIFIERS = frozenset({"some", "every", "none"})


@dataclass(frozen=True)
class Shape:
    """What stands inside of a record, by the names that Python has for it; anything else is a plain value.

    path: of the collection. objects, maps: the shape of nested objects and of a map's values. relations: the shape of
    the record behind. many: the relations that lead to many.
    """

    path: str = ""
    objects: Mapping[str, str] = field(default_factory=dict)
    maps: Mapping[str, str] = field(default_factory=dict)
    relations: Mapping[str, str] = field(default_factory=dict)
    many: Sequence[str] = ()


Schema = Mapping[str, Shape]


def wire(name: str) -> str:
    """How the app calls it: `published_at` → `publishedAt`; an underscore behind only keeps it off words of Python."""
    if name == "through_":
        return "_through"
    first, *rest = name.rstrip("_").split("_")
    return first + "".join(f"{part[:1].upper()}{part[1:]}" for part in rest)


def path_of(name: str) -> str:
    """The same for a path of names with dots between."""
    return ".".join(map(wire, name.split(".")))


class Writer:
    """Writes inputs and filters with the names of the app."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema

    def input(self, shape: str, value: Any) -> Any:
        """A record to be written, or several."""
        return _each(lambda record: self._input(self._schema[shape], record), value)

    def _input(self, shape: Shape, record: Mapping[str, Any]) -> dict[str, Any]:
        return {wire(name): self._value(shape, name, value) for name, value in record.items()}

    def _value(self, shape: Shape, name: str, value: Any) -> Any:
        if name in shape.objects:
            return self.input(shape.objects[name], value)
        if name in shape.maps:
            inner = shape.maps[name]
            return _each(lambda values: {key: self.input(inner, each) for key, each in values.items()}, value)
        if name in shape.relations:
            inner = shape.relations[name]
            return _each(lambda asked: {verb: self.input(inner, each) for verb, each in asked.items()}, value)
        return value

    def filter(self, shape: str, value: Any) -> Any:
        """What records must be like."""
        return _each(lambda asked: self._filter(shape, asked), value)

    def _filter(self, shape: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        return {wire(name): self._question(shape, name, value) for name, value in asked.items()}

    def _question(self, shape: str, name: str, value: Any) -> Any:
        known = self._schema[shape]
        if name in known.objects:
            return self.filter(known.objects[name], value)
        if name in known.many:
            inner = known.relations[name]
            return _each(lambda asked: {word: self.filter(inner, each) for word, each in asked.items()}, value)
        if name in known.relations:
            return self.filter(known.relations[name], value)
        if name in _LOGIC:
            return self.filter(shape, value)
        return _each(_operators, value)


def _operators(asked: Mapping[str, Any]) -> dict[str, Any]:
    return {wire(word): _each(_operators, each) if word == "size" else each for word, each in asked.items()}


def _each(write: Callable[[Mapping[str, Any]], Any], value: Any) -> Any:
    """Objects as they are to be written, also those in lists; anything else as it is."""
    if isinstance(value, list | tuple):
        return [_each(write, each) for each in value]
    return write(value) if isinstance(value, Mapping) else value


def orders(order: Any, before: str = "") -> Iterator[str]:
    """The fields of an order, those of related records by their path."""
    if isinstance(order, str):
        yield f"{'-' * order.startswith('-')}{before}{path_of(order.removeprefix('-'))}"
        return
    for name, inner in order.items():
        yield from orders(inner, f"{before}{wire(name)}.")


def includes(include: Any, before: str = "") -> Iterator[str]:
    """The paths of relations to answer along."""
    if isinstance(include, str):
        yield f"{before}{wire(include)}"
        return
    for name, inner in include.items():
        yield f"{before}{wire(name)}"
        for each in inner:
            yield from includes(each, f"{before}{wire(name)}.")


def json_of(value: Any) -> str:
    """The value as JSON."""
    return json.dumps(value, default=_plain, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _plain(value: Any) -> Any:
    match value:
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"{value!r} has no time zone: give it one, such as tzinfo=UTC.")
            return value.isoformat()
        case date() | time():
            return value.isoformat()
        case UUID():
            return str(value)
        case Decimal():
            return format(value, "f")
        case Mapping():
            return dict(value)
        case list() | tuple() | set() | frozenset():
            return list(value)
    raise TypeError(f"{value!r} cannot be sent.")


def query_of(**parameters: Any) -> str:
    """Parameters as the query of a URL, with its question mark; those without a value are left out."""
    pairs = [f"{name}={quote(str(value), safe='')}" for name, value in parameters.items() if value not in (None, "")]
    return f"?{'&'.join(pairs)}" if pairs else ""
