"""Random records, filters and orders over one made-up shape."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data.query.filter import And, Compare, FieldRef, Filter, Kind, Not, Operator, Or
from atakora_data.query.page import Order, OrderKey

ID = FieldRef(("id",), Kind.STRING)
FIELDS = {
    "text": FieldRef(("text",), Kind.STRING),
    "number": FieldRef(("number",), Kind.NUMBER),
    "flag": FieldRef(("flag",), Kind.BOOLEAN),
    "price": FieldRef(("price",), Kind.DECIMAL),
    "tags": FieldRef(("tags",), Kind.LIST, Kind.STRING),
    "when": FieldRef(("when",), Kind.STRING),
    "scores": FieldRef(("scores",), Kind.LIST, Kind.NUMBER),
    "switches": FieldRef(("switches",), Kind.LIST, Kind.BOOLEAN),
    "prices": FieldRef(("prices",), Kind.LIST, Kind.DECIMAL),
    "inner text": FieldRef(("inner", "text"), Kind.STRING),
    "inner number": FieldRef(("inner", "number"), Kind.NUMBER),
    "inner tags": FieldRef(("inner", "tags"), Kind.LIST, Kind.STRING),
}
INNER = FieldRef(("inner",), Kind.OBJECT)

_SPECIAL_TEXTS = ["a", "A", "ab", "ß", "SS", "é", "é", "", "b", "aB\U0010ffff", "z\ud7ff", "İ", "%_"]
texts = st.one_of(
    st.sampled_from(_SPECIAL_TEXTS),
    st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=4),
)
small = st.integers(-3, 3)
numbers: st.SearchStrategy[int | float] = st.one_of(
    small, st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False)
)
few_numbers = st.one_of(small, st.sampled_from([1.0, -2.0, 0.5, -0.0, 0.1 + 0.2, 0.3, 2**53]))
decimals = st.one_of(
    st.sampled_from(["1.10", "1.1", "0", "-0", "1E+2", "100", "99.99", "-3", "0.001", "-0.001"]),
    st.decimals(allow_nan=False, allow_infinity=False).map(str),
)
moments = st.datetimes().map(lambda moment: moment.isoformat(timespec="microseconds") + "Z")
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": texts,
    "number": numbers,
    "flag": st.booleans(),
    "price": decimals,
    "when": moments,
    "tags": texts,
    "scores": few_numbers,
    "switches": st.booleans(),
    "prices": decimals,
    "inner text": texts,
    "inner number": numbers,
    "inner tags": texts,
}


def _or_null(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), values)


def _lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return _or_null(st.lists(_or_null(values), max_size=3))


_inner = {"text": _or_null(texts), "number": _or_null(numbers), "tags": _lists(texts)}
records: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"id": st.uuids().map(str)},
    optional={
        "text": _or_null(texts),
        "number": _or_null(numbers),
        "flag": _or_null(st.booleans()),
        "price": _or_null(decimals),
        "when": _or_null(moments),
        "tags": _lists(texts),
        "scores": _lists(few_numbers),
        "switches": _lists(st.booleans()),
        "prices": _lists(decimals),
        "inner": _or_null(st.fixed_dictionaries({}, optional=_inner)),
    },
)
"""Records with values, nulls and absent fields."""


def record_lists(largest: int = 8) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Some records with different ids."""
    return st.lists(records, max_size=largest, unique_by=lambda record: record["id"])


def _list_comparison(name: str, field: FieldRef) -> st.SearchStrategy[Compare]:
    sized = replace(field, size=True)
    value = _VALUES[name]
    some, many = st.lists(value, max_size=3), st.lists(value, min_size=10, max_size=20)
    return st.one_of(
        st.builds(
            Compare, st.just(sized), st.sampled_from([Operator.EQ, Operator.GT, Operator.LTE]), st.integers(0, 3)
        ),
        st.builds(Compare, st.just(field), st.just(Operator.HAS), value),
        st.builds(
            Compare,
            st.just(field),
            st.sampled_from([Operator.HAS_ANY, Operator.HAS_ALL]),
            st.one_of(some, many).map(tuple),
        ),
        st.builds(Compare, st.just(field), st.just(Operator.EQ), st.lists(_or_null(value), max_size=3)),
    )


_RANGES = [Operator.GT, Operator.GTE, Operator.LT, Operator.LTE]
_TEXTUAL = [each for each in Operator if "ontains" in each.value or "With" in each.value]


def _scalar_comparison(name: str, field: FieldRef) -> st.SearchStrategy[Compare]:
    operators = [Operator.EQ]
    if field.kind is not Kind.BOOLEAN:
        operators += _RANGES
    if field.kind is Kind.STRING:
        operators += _TEXTUAL
    value = _VALUES[name]
    return st.one_of(
        st.builds(Compare, st.just(field), st.sampled_from(operators), value),
        st.builds(Compare, st.just(field), st.just(Operator.IN), st.lists(value, max_size=20).map(tuple)),
    )


@st.composite
def comparisons(draw: st.DrawFn, *, guarded: bool = True) -> Compare:
    """One comparison with any operator its field has; sometimes the field is guarded."""
    name = draw(st.sampled_from(sorted(FIELDS)))
    field = FIELDS[name]
    if guarded and draw(st.integers(0, 4)) == 0:
        field = replace(field, guard=draw(filters(1, guarded=False)))
    if draw(st.integers(0, 5)) == 0:
        return Compare(draw(st.sampled_from([field, replace(INNER, guard=field.guard)])), Operator.IS_NULL, value=True)
    made = _list_comparison(name, field) if field.kind is Kind.LIST else _scalar_comparison(name, field)
    return draw(made)


def filters(depth: int = 3, *, guarded: bool = True) -> st.SearchStrategy[Filter]:
    """Filters that nest at most so deep."""
    leaf = comparisons(guarded=guarded)
    if depth == 0:
        return leaf
    several = st.lists(filters(depth - 1, guarded=guarded), max_size=3).map(tuple)
    return st.one_of(
        leaf, st.builds(And, several), st.builds(Or, several), st.builds(Not, filters(depth - 1, guarded=guarded))
    )


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Complete orders by up to three fields, some of them guarded."""
    sortable = sorted(name for name, field in FIELDS.items() if field.kind is not Kind.LIST)
    keys = []
    for name in draw(st.lists(st.sampled_from(sortable), unique=True, max_size=3)):
        field = FIELDS[name]
        if draw(st.integers(0, 3)) == 0:
            field = replace(field, guard=draw(filters(1, guarded=False)))
        keys.append(OrderKey(field, descending=draw(st.booleans())))
    return (*keys, OrderKey(ID))
