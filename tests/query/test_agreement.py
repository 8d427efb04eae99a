"""SQLite and memory are two readings of the same query."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from atakora_data.query.filter import Filter, Not
from atakora_data.query.page import Order, OrderKey, Query
from atakora_data.query.sort import position, run
from tests.support.documents import Documents
from tests.support.strategies import ID, filters, orders, record_lists

BY_ID = (OrderKey(ID),)


@settings(max_examples=400, deadline=None)
@given(record_lists(), filters(), orders(), st.integers(1, 4))
def test_sqlite_and_memory_agree_on_every_page(
    records: list[dict[str, Any]], filter: Filter, order: Order, limit: int
) -> None:
    """Any filter, order and page selects the same records in the same order; walking pages yields each once."""
    whole = run(Query(filter, order, 1000), records)
    walked: list[Any] = []
    with closing(Documents(records)) as documents:
        assert whole == documents.run(Query(filter, order, 1000))
        query = Query(filter, order, limit)
        while True:
            page = documents.run(query)
            assert run(query, records) == page
            walked += page
            if len(page) < limit:
                break
            query = Query(filter, order, limit, position(order, page[-1]))
    assert whole == walked


@settings(max_examples=300, deadline=None)
@given(record_lists(), filters(2))
def test_negation_selects_exactly_the_others(records: list[dict[str, Any]], filter: Filter) -> None:
    """Logic has two values: each record matches either the filter or its negation, in memory and in SQLite."""
    ids = [record["id"] for record in records]
    with closing(Documents(records)) as documents:
        found = [record["id"] for each in (filter, Not(filter)) for record in documents.run(Query(each, BY_ID, 1000))]
    assert sorted(ids) == sorted(found)
