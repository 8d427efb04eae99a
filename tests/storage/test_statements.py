"""How the embedded store asks, as explanations tell it."""

from __future__ import annotations

from atakora_data.query.filter import Compare, Operator, any_of, negate
from atakora_data.storage.observed import ObservedStore
from atakora_data.storage.sqlite.store import SqliteEntityStore
from atakora_data.storage.statements import tells
from tests.storage.contract import put
from tests.storage.models import POSTS, REGISTRY, insert, query
from tests.storage.test_observed import Deaf

SLUG = REGISTRY["Post"].fields["slug"].ref()


async def test_the_statement_finds_what_the_store_finds() -> None:
    """With the values in place of its marks; it holds none itself, and an observer is no obstacle."""
    filter = any_of(Compare(SLUG, Operator.EQ, "s-1s"), negate(Compare(SLUG, Operator.GT, "s-")))
    store = SqliteEntityStore(REGISTRY, ":memory:")
    observed = ObservedStore(store, Deaf())
    await store.start()
    try:
        await put(store, *(insert(id, slug=f"{id[1]}-{id}") for id in ("0s", "1s", "2a")))
        assert tells(observed)
        statement = observed.statement(POSTS, filter)
        assert statement is not None
        assert "s-" not in statement
        found = [each["id"] for each in await store.select(POSTS, query(filter=filter))]
        assert ["1s", "2a"] == found
        assert [each[0].decode() for each in store.ask(statement, (POSTS.tenant, "s-", "s-1s", 20))] == found
    finally:
        await store.stop()
