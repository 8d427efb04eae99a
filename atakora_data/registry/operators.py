"""The public operators of each type, and how they are written with those a store knows.

`compare` serves rules at load time and filters of clients at run time: both mean the same by the same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from msgspec.structs import replace

from atakora_data.errors import InvalidFilter, perhaps
from atakora_data.query.filter import (
    NOTHING,
    Compare,
    FieldRef,
    Filter,
    Kind,
    Operator,
    Parameter,
    all_of,
    any_of,
    negate,
)
from atakora_data.registry.entity import FieldModel, FieldType, TypeName

Canonical = Callable[[FieldModel, Any], Any]
"""`Codec.canonical`."""

_EQUALITY: Final = ("eq", "ne", "in", "notIn", "isNull")
_RANGE: Final = ("gt", "gte", "lt", "lte", "between")
_TEXT: Final = (
    *("contains", "notContains", "beginsWith", "endsWith"),
    *("containsIgnoreCase", "notContainsIgnoreCase", "beginsWithIgnoreCase", "endsWithIgnoreCase"),
)
_SCALAR_LIST: Final = ("contains", "containsAny", "containsAll", "size")

_BY_TYPE: Final[Mapping[TypeName, tuple[str, ...]]] = {
    TypeName.STRING: (*_EQUALITY, *_RANGE, *_TEXT),
    TypeName.UUID: _EQUALITY,
    TypeName.ENUM: _EQUALITY,
    TypeName.BOOLEAN: _EQUALITY,
    **dict.fromkeys(
        (
            *(TypeName.INTEGER, TypeName.LONG, TypeName.FLOAT, TypeName.DECIMAL),
            *(TypeName.DATETIME, TypeName.DATE, TypeName.TIME),
        ),
        (*_EQUALITY, *_RANGE),
    ),
    TypeName.OBJECT: ("isNull",),
    TypeName.MAP: ("isNull",),
}

_NEGATIVE: Final[Mapping[str, str]] = {
    "ne": "eq",
    "notIn": "in",
    "notContains": "contains",
    "notContainsIgnoreCase": "containsIgnoreCase",
}

_SIZE_TYPE: Final = FieldModel("size", "size", FieldType(TypeName.INTEGER))


def operators_of(type: FieldType) -> tuple[str, ...]:
    """The public operators that a filter may use on a field of this type."""
    if type.name is not TypeName.LIST:
        return _BY_TYPE[type.name]
    if type.item is not None and type.item.name is TypeName.OBJECT:
        return ("isNull", "isEmpty")
    return (*_EQUALITY, *_SCALAR_LIST, "isEmpty")


def compare(field: FieldModel, parents: Sequence[str], operator: str, value: Any, canonical: Canonical) -> Filter:
    """What `{field: {operator: value}}` asks of a store; InvalidFilter names the field and what it takes.

    parents: wire names of the objects around the field. value: in wire form; a `Parameter` stands for a value
    that is put in later, also inside of lists.
    """
    return _Question(field, field.ref(*parents), canonical).ask(operator, value)


class _Question:
    """One field about to be asked."""

    __slots__ = ("_canonical", "_field", "_ref")

    def __init__(self, field: FieldModel, ref: FieldRef, canonical: Canonical) -> None:
        self._field = field
        self._ref = ref
        self._canonical = canonical

    def ask(self, operator: str, value: Any) -> Filter:
        allowed = operators_of(self._field.type)
        if operator not in allowed:
            raise InvalidFilter(
                f"{self._name} has no operator `{operator}`; it takes {', '.join(allowed)}.",
                hint=perhaps(operator, allowed),
            )
        if operator in _NEGATIVE:
            return negate(self._positive(_NEGATIVE[operator], value))
        return self._positive(operator, value)

    def _positive(self, operator: str, value: Any) -> Filter:
        written = _WRITTEN_OUT.get(operator)
        if written is not None:
            return written(self, value)
        if operator == "eq" and value is None:
            return self._null()
        if self._field.type.name is TypeName.LIST and operator != "eq":
            return self._has(operator, value)
        return Compare(self._ref, Operator(operator), self._value(operator, value))

    @property
    def _name(self) -> str:
        return ".".join([*self._ref.path, *(["size"] if self._ref.size else [])])

    def _null(self) -> Filter:
        return Compare(self._ref, Operator.IS_NULL, True)

    def _is_null(self, value: Any) -> Filter:
        return self._truth("isNull", value, self._null())

    def _is_empty(self, value: Any) -> Filter:
        return self._truth("isEmpty", value, self._empty())

    def _truth(self, operator: str, value: Any, item: Filter) -> Filter:
        if not isinstance(value, bool):
            raise InvalidFilter(f"{self._name}.{operator} must be true or false.")
        return item if value else negate(item)

    def _empty(self) -> Filter:
        return any_of(self._null(), Compare(_sized(self._ref), Operator.EQ, 0))

    def _between(self, value: Any) -> Filter:
        if not isinstance(value, list | tuple) or len(value) != len(("lowest", "highest")):
            raise InvalidFilter(f"{self._name}.between must be a list of two values, the lowest and the highest.")
        low, high = (self._value("between", each) for each in value)
        return all_of(Compare(self._ref, Operator.GTE, low), Compare(self._ref, Operator.LTE, high))

    def _in(self, value: Any) -> Filter:
        if isinstance(value, Parameter):
            return Compare(self._ref, Operator.IN, value)
        values = self._values("in", value)
        if self._ref.kind is Kind.LIST:
            return any_of(*(Compare(self._ref, Operator.EQ, each) for each in values))
        return self._any_of(Operator.IN, Operator.EQ, values)

    def _size(self, value: Any) -> Filter:
        if isinstance(value, int) and not isinstance(value, bool):
            value = {"eq": value}
        if not isinstance(value, Mapping):
            raise InvalidFilter(f'{self._name}.size must be a number filter, such as {{"gte": 2}}.')
        sized = _Question(_SIZE_TYPE, _sized(self._ref), self._canonical)
        return all_of(*(sized.ask(operator, operand) for operator, operand in value.items()))

    def _has(self, operator: str, value: Any) -> Filter:
        if operator == "contains":
            return Compare(self._ref, Operator.HAS, self._item(operator, value))
        if isinstance(value, Parameter):
            word = Operator.HAS_ANY if operator == "containsAny" else Operator.HAS_ALL
            return Compare(self._ref, word, value)
        values = tuple(self._item(operator, each) for each in self._list(operator, value))
        if operator == "containsAny":
            return self._any_of(Operator.HAS_ANY, Operator.HAS, values)
        later = [Compare(self._ref, Operator.HAS, each) for each in values if isinstance(each, Parameter)]
        known = tuple(each for each in values if not isinstance(each, Parameter))
        return all_of(*([Compare(self._ref, Operator.HAS_ALL, known)] if known or not later else []), *later)

    def _any_of(self, many: Operator, one: Operator, values: tuple[Any, ...]) -> Filter:
        """Any of the values: those known now in one comparison, each that comes later in its own."""
        known = tuple(each for each in values if not isinstance(each, Parameter))
        later = [Compare(self._ref, one, each) for each in values if isinstance(each, Parameter)]
        return any_of(Compare(self._ref, many, known) if known else NOTHING, *later)

    def _values(self, operator: str, value: Any) -> tuple[Any, ...]:
        return tuple(self._value(operator, each) for each in self._list(operator, value))

    def _list(self, operator: str, value: Any) -> Sequence[Any]:
        if not isinstance(value, list | tuple):
            raise InvalidFilter(f"{self._name}.{operator} must be a list of values.")
        return value

    def _value(self, operator: str, value: Any) -> Any:
        if operator in _TEXT and not isinstance(value, str | Parameter):
            raise InvalidFilter(f"{self._name}.{operator} must be a string.")
        return self._judged(self._field, operator, value)

    def _item(self, operator: str, value: Any) -> Any:
        item = self._field.type.item
        if item is None:
            raise InvalidFilter(f"{self._name} has no items to compare.")
        return self._judged(replace(self._field, type=item), operator, value)

    def _judged(self, field: FieldModel, operator: str, value: Any) -> Any:
        if isinstance(value, Parameter):
            return value
        if value is None:
            raise InvalidFilter(
                f"{self._name}.{operator} must not be null.",
                hint=f'For null write {{"{field.wire}": {{"isNull": true}}}}.',
            )
        try:
            return self._canonical(field, value)
        except ValueError as error:
            raise InvalidFilter(f"{self._name}.{operator} {str(error).rstrip('.')}.") from None


_WRITTEN_OUT: Final[Mapping[str, Callable[[_Question, Any], Filter]]] = {
    "isNull": _Question._is_null,  # noqa: SLF001  # its own table
    "isEmpty": _Question._is_empty,  # noqa: SLF001  # its own table
    "between": _Question._between,  # noqa: SLF001  # its own table
    "in": _Question._in,  # noqa: SLF001  # its own table
    "size": _Question._size,  # noqa: SLF001  # its own table
}
"""The operators that no store knows by name."""


def _sized(ref: FieldRef) -> FieldRef:
    return replace(ref, kind=Kind.NUMBER, item=None, size=True)
