"""The ranges a page is read by are the page: whatever filter, order and position."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.query.filter import Compare, FieldRef, Filter, Kind, Operator, all_of
from atakora_data.query.page import Order, Query
from atakora_data.query.sort import position, run
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Children, Insert, Target
from atakora_data.storage.sqlite.changing import Changes
from atakora_data.storage.sqlite.connection import MEMORY, open_sessions
from atakora_data.storage.sqlite.layout import prepare
from atakora_data.storage.sqlite.reader import Reader
from tests.storage.models import entity, field, index, plain
from tests.support.strategies import filters, orders, record_lists

THING = entity("Thing", field("text"), indexes=[index("by_text", *plain("text"))])
REGISTRY = Registry([THING])
THINGS = Target("Thing")
TEXT = FieldRef(("text",), Kind.STRING)
PARENTS = ("a", "ab", "", "nobody")


def reader(records: list[dict[str, Any]]) -> Reader:
    """A reader of a store in memory that holds these records."""
    session, _ = open_sessions(MEMORY)
    prepare(session.connection, REGISTRY)
    Changes(session.connection, REGISTRY).apply([Insert(THINGS, each["id"], each, {}) for each in records])
    return Reader(session, REGISTRY)


def ids(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """The ids of the records."""
    return [record["id"] for record in records]


@settings(max_examples=300, deadline=None)
@given(record_lists(), filters(2), orders(), st.integers(1, 4), st.data())
def test_a_page_is_what_the_oracle_says(
    records: list[dict[str, Any]], filter: Filter, order: Order, limit: int, data: st.DataObject
) -> None:
    """After any record's position, matching or not, come the same records in the same order."""
    start = data.draw(st.one_of(st.none(), st.sampled_from(records))) if records else None
    query = Query(filter, order, limit, None if start is None else position(order, start))
    with closing(reader(records)) as store:
        assert ids(run(query, records)) == ids(store.select(THINGS, query))


@settings(max_examples=150, deadline=None)
@given(record_lists(), filters(1), orders(), st.integers(1, 3), st.data())
def test_each_parents_page_is_what_the_oracle_says(
    records: list[dict[str, Any]], filter: Filter, order: Order, limit: int, data: st.DataObject
) -> None:
    """Children are, for each parent, the page of the records that name it."""
    start = data.draw(st.one_of(st.none(), st.sampled_from(records))) if records else None
    query = Query(filter, order, limit, None if start is None else position(order, start))
    with closing(reader(records)) as store:
        found = store.select_children(THINGS, Children(TEXT, PARENTS, query))
        for parent in PARENTS:
            mine = all_of(Compare(TEXT, Operator.EQ, parent), filter)
            expected = run(Query(mine, order, limit, query.after), records)
            assert ids(expected) == ids(found.get(parent, []))
