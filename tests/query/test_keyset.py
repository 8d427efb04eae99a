"""What follows a position is what comes behind it in the ordered list, and nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.query.evaluate import matcher
from atakora_data.query.filter import And, Compare, FieldRef, Filter, Kind, Not, Operator, Or, Some
from atakora_data.query.keyset import after
from atakora_data.query.page import Order, OrderKey
from atakora_data.query.sort import position, sort
from tests.support.strategies import ID, orders, record_lists


def size(filter: Filter) -> int:
    """How many comparisons a filter makes."""
    match filter:
        case And(items) | Or(items):
            return sum(map(size, items))
        case Not(item):
            return size(item)
        case Some():
            raise AssertionError("no key of these orders goes by a relation")
    return 1


@settings(max_examples=300, deadline=None)
@given(record_lists(), orders())
def test_after_a_record_come_those_behind_it(records: list[dict[str, Any]], order: Order) -> None:
    """The filter after each record selects exactly the rest of the ordered list."""
    ordered = sort(order, records)
    for place, record in enumerate(ordered, start=1):
        follows = matcher(after(order, position(order, record)))
        assert ordered[place:] == [each for each in ordered if follows(each)]


@given(st.lists(st.tuples(st.booleans(), st.one_of(st.none(), st.text(max_size=3))), max_size=12))
def test_its_size_grows_with_the_number_of_keys(keys: list[tuple[bool, str | None]]) -> None:
    """No key makes more than four comparisons, however many there are."""
    fields = [FieldRef((f"key{place}",), Kind.STRING) for place in range(len(keys))]
    order = (*(OrderKey(field, descending) for field, (descending, _) in zip(fields, keys, strict=True)), OrderKey(ID))
    assert size(after(order, (*(value for _, value in keys), "id"))) <= 4 * len(order)


def test_the_leading_bound_stands_by_itself() -> None:
    """A store that knows ranges only can seek to the first value, ties included."""
    price = FieldRef(("price",), Kind.DECIMAL)
    found = after((OrderKey(price), OrderKey(ID)), ("1.10", "x"))
    assert isinstance(found, And)
    assert Compare(price, Operator.GTE, "1.10") == found.items[0]
