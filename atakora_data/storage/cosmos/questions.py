"""One question of a filter as Cosmos SQL: a field, an operator, a value; `compile.py` puts guards and logic around it.

Where the value is absent, null or of another type, a question is false or undefined, never true.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from math import isinf
from typing import Any, Final, TypeAlias

import orjson

from atakora_data.errors import MalformedRequest, QueryTooExpensive
from atakora_data.query.decimals import decimal_key
from atakora_data.query.filter import FieldRef, Kind, Operator
from atakora_data.storage.port import ID

MOST_TOGETHER: Final = 500
"""How many values a list may be asked to have all of; how many alternatives are asked for one by one."""


class Parameters:
    """The values of a query, and what comes before the ids of its records in those of their documents."""

    def __init__(self, prefix: str = "") -> None:
        self.prefix = prefix
        self._values: list[Any] = []

    def bind(self, value: Any) -> str:
        """The name that stands for the value."""
        self._values.append(value)
        return f"@p{len(self._values) - 1}"

    def listed(self) -> list[dict[str, Any]]:
        """All of them as the SDK takes them. MalformedRequest: JSON cannot hold one."""
        try:
            orjson.dumps(self._values)
        except orjson.JSONEncodeError as error:
            detail = "A value cannot be stored: a whole number beyond 64 bits, or text that is no Unicode."
            raise MalformedRequest(detail) from error
        return [{"name": f"@p{index}", "value": value} for index, value in enumerate(self._values)]


Question: TypeAlias = Callable[[FieldRef, Any, Parameters], tuple[str, str]]
"""What an operator asks: field, value, parameters to add to. The SQL, and the word that joins its parts, if any."""


def expression(field: FieldRef) -> str:
    """What queries call this field, as it compares; the guard is not part of it."""
    return _expression(field.path, field.kind, field.item, field.size)


@lru_cache(maxsize=4096)
def _expression(path: tuple[str, ...], kind: Kind, item: Kind | None, size: bool) -> str:
    if size:
        return f"ARRAY_LENGTH({quoted(path)})"
    return quoted(sort_path(FieldRef(path, kind, item)))


def sort_path(field: FieldRef) -> tuple[str, ...]:
    """Where documents hold what the field compares by: names that lead there."""
    is_decimal = Kind.DECIMAL in (field.kind, field.item)
    return ("_keys", ".".join(field.path)) if is_decimal else field.path


def quoted(path: Iterable[str]) -> str:
    """A place in the document, whatever letters its names have."""
    return "c" + "".join([f"[{orjson.dumps(name).decode()}]" for name in path])


def _is_null(field: FieldRef, _wanted: Any, _params: Parameters) -> tuple[str, str]:
    if field.size:
        return f"NOT IS_ARRAY({quoted(field.path)})", ""
    return f"IS_NULL({expression(field)}) OR NOT IS_DEFINED({expression(field)})", "OR"


def _compared(sign: str) -> Question:
    def ask(field: FieldRef, wanted: Any, params: Parameters) -> tuple[str, str]:
        if _is_infinite(wanted):
            return _beside_infinity(field, sign, wanted), ""
        return f"{expression(field)}{sign}{_bound(field, wanted, params)}", ""

    return ask


def _beside_infinity(field: FieldRef, sign: str, wanted: float) -> str:
    """JSON has no infinity, and so no document holds it: all numbers are on one side."""
    is_everything = sign.startswith("<") if wanted > 0 else sign.startswith(">")
    return f"IS_NUMBER({expression(field)})" if is_everything else "false"


def _in(field: FieldRef, wanted: Sequence[Any], params: Parameters) -> tuple[str, str]:
    """One by one an index serves; very many are one value."""
    finite = [_comparable(field, each, params) for each in wanted if not _is_infinite(each)]
    if len(finite) > MOST_TOGETHER:
        return f"ARRAY_CONTAINS({params.bind(finite)},{expression(field)})", ""
    return f"{expression(field)} IN ({','.join(map(params.bind, finite))})" if finite else "false", ""


def _has(field: FieldRef, wanted: Any, params: Parameters) -> tuple[str, str]:
    return f"ARRAY_CONTAINS({expression(field)},{params.bind(_key(field.item, wanted))})", ""


def _has_any(field: FieldRef, wanted: Sequence[Any], params: Parameters) -> tuple[str, str]:
    """One by one an index serves; very many are one value."""
    if len(wanted) > MOST_TOGETHER:
        options = params.bind([_key(field.item, each) for each in wanted])
        return f"EXISTS(SELECT VALUE e FROM e IN {expression(field)} WHERE ARRAY_CONTAINS({options},e))", ""  # noqa: S608
    return " OR ".join([_has(field, each, params)[0] for each in wanted]) or "false", "OR"


def _has_all(field: FieldRef, wanted: Sequence[Any], params: Parameters) -> tuple[str, str]:
    if len(wanted) > MOST_TOGETHER:
        raise QueryTooExpensive(
            f"A list is asked to contain more than {MOST_TOGETHER} values.", hint="Ask for fewer of them."
        )
    return " AND ".join([_has(field, each, params)[0] for each in wanted]) or f"IS_ARRAY({expression(field)})", "AND"


def _text(function: str) -> Question:
    def ask(field: FieldRef, wanted: str, params: Parameters) -> tuple[str, str]:
        return f"{function}({_own_text(field, params)},{params.bind(wanted)})", ""

    return ask


def _begins_with(field: FieldRef, wanted: str, params: Parameters) -> tuple[str, str]:
    return f"STARTSWITH({expression(field)},{_bound(field, wanted, params)})", ""


def _folded(function: str) -> Question:
    """Folded text has a shadow where it is more than lower-case ASCII."""

    def ask(field: FieldRef, wanted: str, params: Parameters) -> tuple[str, str]:
        shadow, text = quoted(("_folded", ".".join(field.path))), _own_text(field, params)
        return f"{function}(({shadow} ?? LOWER({text})),{params.bind(wanted.casefold())})", ""

    return ask


QUESTIONS: Final[Mapping[Operator, Question]] = {
    Operator.IS_NULL: _is_null,
    Operator.EQ: _compared("="),
    Operator.GT: _compared(">"),
    Operator.GTE: _compared(">="),
    Operator.LT: _compared("<"),
    Operator.LTE: _compared("<="),
    Operator.IN: _in,
    Operator.CONTAINS: _text("CONTAINS"),
    Operator.BEGINS_WITH: _begins_with,
    Operator.ENDS_WITH: _text("ENDSWITH"),
    Operator.CONTAINS_IGNORE_CASE: _folded("CONTAINS"),
    Operator.BEGINS_WITH_IGNORE_CASE: _folded("STARTSWITH"),
    Operator.ENDS_WITH_IGNORE_CASE: _folded("ENDSWITH"),
    Operator.HAS: _has,
    Operator.HAS_ANY: _has_any,
    Operator.HAS_ALL: _has_all,
}


def _is_infinite(value: Any) -> bool:
    return isinstance(value, float) and isinf(value)


def _own_text(field: FieldRef, params: Parameters) -> str:
    """The text of the field; of the id what follows the prefix that documents put before it."""
    if field.path != ID.path or not params.prefix:
        return expression(field)
    return f"SUBSTRING({expression(field)},{len(params.prefix)},LENGTH({expression(field)}))"


def _bound(field: FieldRef, value: Any, params: Parameters) -> str:
    return params.bind(_comparable(field, value, params))


def _comparable(field: FieldRef, value: Any, params: Parameters) -> Any:
    """The value as it compares with what documents hold."""
    if field.path == ID.path:
        return params.prefix + value
    if field.size:
        return value
    if field.kind is Kind.LIST:
        return [_key(field.item, each) for each in value]
    return _key(field.kind, value)


def _key(kind: Kind | None, value: Any) -> Any:
    return decimal_key(str(value)) if kind is Kind.DECIMAL and value is not None else value
