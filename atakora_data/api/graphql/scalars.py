"""The scalars of our own: what they accept as input. In answers they are what the record holds."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from ariadne import ScalarType
from graphql import GraphQLError

from atakora_data.api.graphql.sdl_types import SCALARS

_LARGEST = 2**53 - 1
_EXAMPLES = {
    "Decimal": '"9.99"',
    "DateTime": '"2026-01-31T12:00:00Z"',
    "Date": '"2026-01-31"',
    "Time": '"12:00:00"',
}


def scalars(sdl: str) -> list[ScalarType]:
    """Those of our scalars that the schema uses, for Ariadne."""
    return [
        ScalarType(name, serializer=_as_it_is, value_parser=_parser(name))
        for name in SCALARS
        if f"\nscalar {name}\n" in sdl
    ]


def _parser(name: str) -> Callable[[Any], Any]:
    return {"Long": _parse_long, "JSON": _parse_json}.get(name) or _text_parser(name)


def _as_it_is(value: Any) -> Any:
    return value


def _text_parser(name: str) -> Callable[[Any], str]:
    """Takes any string; what it must look like is the service's to judge, with the field it is meant for."""

    def parse(value: Any) -> str:
        if not isinstance(value, str):
            raise GraphQLError(f"{name} is written as a string, such as {_EXAMPLES[name]}.")
        return value

    return parse


def _parse_long(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
        raise GraphQLError("Long is a whole number from -9007199254740991 to 9007199254740991.")
    return value


def _parse_json(value: Any) -> Any:
    """Any JSON value; numbers a JSON document could not keep are refused, as are those no store would."""
    pending = [value]
    while pending:
        each = pending.pop()
        if isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list | tuple):
            pending.extend(each)
        elif isinstance(each, float) and not math.isfinite(each):
            raise GraphQLError("A number in the JSON is too large.")
        elif isinstance(each, int) and abs(each) > _LARGEST:
            raise GraphQLError("A whole number in the JSON exceeds ±9007199254740991; send it as a string.")
    return value
