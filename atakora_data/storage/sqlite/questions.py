"""One question of a filter as SQL: a field, an operator, a value; `compile.py` puts guards and logic around it."""

# ruff: noqa: S608 - names come from the registry and are quoted; every value is a parameter

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, Final, TypeAlias

import orjson

from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import FieldRef, Kind, Operator

_LAST_CODE_POINT = 0x10FFFF
_SURROGATES = range(0xD800, 0xE000)

_MANY = 16
"""From how many values on a list becomes one JSON parameter: longer lists need no new statement."""

Question: TypeAlias = Callable[[FieldRef, Any, str, list[Any]], str]
"""What an operator asks: field, value, column of the body, parameters to add to. Null makes it NULL or false."""


def expression(field: FieldRef, body: str = "body") -> str:
    """What queries and expression indexes call this field; the guard is not part of it."""
    return _expression(field.path, field.kind, field.size, body)


@lru_cache(maxsize=4096)
def _expression(path: tuple[str, ...], kind: Kind, size: bool, body: str) -> str:
    place = f"{body},{_json_path(path)}"
    if size:
        return f"CASE json_type({place}) WHEN 'array' THEN json_array_length({place}) END"
    value = f"json_extract({place})"
    return f"decimal_key({value})" if kind is Kind.DECIMAL else value


@lru_cache(maxsize=4096)
def _json_path(path: tuple[str, ...]) -> str:
    """The path as an SQL literal; SQLite has no way to escape the two letters refused here."""
    if any(letter in name for name in path for letter in '"\\'):
        raise ValueError(f"No field of a document can be called {'.'.join(path)}.")
    labels = "".join(f'."{name}"' for name in path).replace("'", "''")
    return f"'${labels}'"


def _is_null(field: FieldRef, _wanted: Any, body: str, _params: list[Any]) -> str:
    return f"({expression(field, body)} IS NULL)"


def _compared(sign: str) -> Question:
    def ask(field: FieldRef, wanted: Any, body: str, params: list[Any]) -> str:
        return f"({expression(field, body)}{sign}{_bound(field.kind, wanted, params)})"

    return ask


def _equal(field: FieldRef, wanted: Any, body: str, params: list[Any]) -> str:
    if field.kind in (Kind.LIST, Kind.OBJECT) and not field.size:
        return _json_equal(field, wanted, body, params)
    return f"({expression(field, body)}={_bound(field.kind, wanted, params)})"


def _json_equal(field: FieldRef, wanted: Any, body: str, params: list[Any]) -> str:
    """Element by element for numbers, whose spelling varies; else the JSON texts are equal."""
    if field.item not in (Kind.NUMBER, Kind.DECIMAL):
        params.append(_json(wanted))
        return f"({expression(field, body)}=?)"
    params += (len(wanted), _json([_key(field.item, each) for each in wanted]))
    size = _expression(field.path, field.kind, True, body)
    return (
        f"({size}=? AND NOT EXISTS (SELECT 1 FROM {_elements(field, body)} AS e JOIN json_each(?) AS w USING (key)"
        f" WHERE {_element(field, 'e.')} IS NOT w.value))"
    )


def _in(field: FieldRef, wanted: Sequence[Any], body: str, params: list[Any]) -> str:
    return f"({expression(field, body)} IN {_options(field.kind, wanted, params)})"


def _has(field: FieldRef, wanted: Any, body: str, params: list[Any]) -> str:
    option = _bound(field.item, wanted, params)
    return f"EXISTS (SELECT 1 FROM {_elements(field, body)} WHERE {_element(field)}={option})"


def _has_any(field: FieldRef, wanted: Sequence[Any], body: str, params: list[Any]) -> str:
    options = _options(field.item, wanted, params)
    return f"EXISTS (SELECT 1 FROM {_elements(field, body)} WHERE {_element(field)} IN {options})"


def _has_all(field: FieldRef, wanted: Sequence[Any], body: str, params: list[Any]) -> str:
    """A list, and none of the wanted is missing in it."""
    params.append(_json([_key(field.item, each) for each in wanted]))
    element = _element(field)
    return (
        f"({expression(field, body)} IS NOT NULL AND NOT EXISTS (SELECT 1 FROM json_each(?) AS w WHERE w.value NOT IN"
        f" (SELECT {element} FROM {_elements(field, body)} WHERE {element} IS NOT NULL)))"
    )


def _contains(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    params.append(wanted)
    return f"(instr({expression(field, body)},?)>0)"


def _begins_with(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    """A range that an index can seek: from the prefix up to the next string that does not begin with it."""
    value, end = expression(field, body), _successor(wanted)
    params += (wanted,) if end is None else (wanted, end)
    return f"({value}>=?)" if end is None else f"({value}>=? AND {value}<?)"


def _ends_with(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    return _ends(expression(field, body), wanted, params)


def _contains_folded(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    params.append(wanted.casefold())
    return f"(instr(casefold({expression(field, body)}),?)>0)"


def _begins_with_folded(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    folded = wanted.casefold()
    params += (len(folded), folded)
    return f"(substr(casefold({expression(field, body)}),1,?)=?)"


def _ends_with_folded(field: FieldRef, wanted: str, body: str, params: list[Any]) -> str:
    return _ends(f"casefold({expression(field, body)})", wanted.casefold(), params)


def _ends(value: str, wanted: str, params: list[Any]) -> str:
    """The empty end has its own question, since `substr(x,0)` is the whole of x."""
    if not wanted:
        return f"({value} IS NOT NULL)"
    params += (-len(wanted), wanted)
    return f"(substr({value},?)=?)"


QUESTIONS: Final[Mapping[Operator, Question]] = {
    Operator.IS_NULL: _is_null,
    Operator.EQ: _equal,
    Operator.GT: _compared(">"),
    Operator.GTE: _compared(">="),
    Operator.LT: _compared("<"),
    Operator.LTE: _compared("<="),
    Operator.IN: _in,
    Operator.CONTAINS: _contains,
    Operator.BEGINS_WITH: _begins_with,
    Operator.ENDS_WITH: _ends_with,
    Operator.CONTAINS_IGNORE_CASE: _contains_folded,
    Operator.BEGINS_WITH_IGNORE_CASE: _begins_with_folded,
    Operator.ENDS_WITH_IGNORE_CASE: _ends_with_folded,
    Operator.HAS: _has,
    Operator.HAS_ANY: _has_any,
    Operator.HAS_ALL: _has_all,
}


def _elements(field: FieldRef, body: str) -> str:
    return f"json_each({body},{_json_path(field.path)})"


def _element(field: FieldRef, alias: str = "") -> str:
    return f"decimal_key({alias}value)" if field.item is Kind.DECIMAL else f"{alias}value"


def _key(kind: Kind | None, value: Any) -> Any:
    return decimal_key(value) if kind is Kind.DECIMAL and value is not None else value


def _bound(kind: Kind | None, value: Any, params: list[Any]) -> str:
    """The value as a parameter. A float goes as JSON, so that SQLite reads it just as it reads those in documents."""
    if isinstance(value, float) and isfinite(value):
        params.append(_json(value))
        return "json_extract(?,'$')"
    params.append(_key(kind, value))
    return "?"


def _options(kind: Kind | None, values: Sequence[Any], params: list[Any]) -> str:
    if len(values) < _MANY:
        return f"({','.join([_bound(kind, each, params) for each in values])})"
    params.append(_json([_key(kind, each) for each in values]))
    return "(SELECT value FROM json_each(?))"


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _successor(prefix: str) -> str | None:
    """The least string above all that begin with the prefix, None when there is none."""
    for index in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[index]) + 1
        if code <= _LAST_CODE_POINT:
            return prefix[:index] + chr(_SURROGATES.stop if code in _SURROGATES else code)
    return None
