"""What every store keeps of the journal. A store is judged by a subclass with a `store` fixture and `entries`."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from atakora_data.errors import AlreadyExists, NotFound, PreconditionFailed, RequestError, UniqueViolation
from atakora_data.query.aggregate import Aggregation, Function, Measure
from atakora_data.storage.port import (
    Change,
    Children,
    EntityStore,
    Insert,
    JournalEntry,
    Record,
    Remove,
    Replace,
    Target,
)
from tests.storage.models import CATS, DOGS, METADATA, POSTS, ids, insert, query, ref


def entry(operation: str, record: Record, version: int = 1, *changed: str) -> JournalEntry:
    """An entry about a record as it is given."""
    return JournalEntry(operation, version, "2024-05-01T00:00:00.000000Z", "alice", changed, record)


def created(id: str, target: Target = POSTS, **fields: Any) -> Insert:
    """The insertion of a record with its entry."""
    change = insert(id, target, **fields)
    return replace(change, journal=entry("created", change.record, 1, *fields))


def updated(record: Record, **fields: Any) -> Replace:
    """The replacement of a post with its entry."""
    state = {**record, **fields, "_version": record["_version"] + 1}
    shown = {name: value for name, value in state.items() if name != "_etag"}
    return Replace(
        POSTS, record["id"], state, METADATA, record["_etag"], entry("updated", shown, state["_version"], *fields)
    )


def deleted(record: Record) -> Remove:
    """The removal of a post with its entry."""
    shown = {name: value for name, value in record.items() if name != "_etag"}
    return Remove(POSTS, record["id"], record["_etag"], entry("deleted", shown, record["_version"] + 1))


class JournalContract:
    """Everything that is expected of a journal."""

    async def entries(self, store: EntityStore) -> list[tuple[Target, str, JournalEntry]]:
        """All entries, those of one record in the order in which they were written."""
        raise NotImplementedError

    async def of(self, store: EntityStore, id: str, target: Target = POSTS) -> list[JournalEntry]:
        """The entries of one record."""
        return [found for each, record, found in await self.entries(store) if (each, record) == (target, id)]

    async def test_every_change_has_its_entry(self, store: EntityStore) -> None:
        """Target, id, operation, version, time, principal, changed fields and record come back as they were given."""
        [first] = await store.apply([creation := created("1", title="é", price="1.50", rank=2**60)])
        assert first is not None
        [second] = await store.apply([update := updated(first, title="new", tags=["a"])])
        assert second is not None
        await store.apply([removal := deleted(second)])
        assert [creation.journal, update.journal, removal.journal] == await self.of(store, "1")
        assert 3 == len(await self.entries(store))

    async def test_entries_of_one_call_are_in_its_order(self, store: EntityStore) -> None:
        """Of several changes each has its entry, if it comes with one; those of one record are in order."""
        [first] = await store.apply([created("1", slug="a")])
        assert first is not None
        await store.apply([deleted(first), created("2", slug="a"), created("1", slug="b"), insert("3", slug="c")])
        assert ["created", "deleted", "created"] == [each.operation for each in await self.of(store, "1")]
        assert ["created"] == [each.operation for each in await self.of(store, "2")]
        assert 4 == len(await self.entries(store))

    async def test_a_refused_change_has_no_entry(self, store: EntityStore) -> None:
        """Whatever the reason, and also for the other changes of its call."""
        [first, _] = await store.apply([created("1", slug="a"), created("2", slug="b")])
        assert first is not None
        refused: list[tuple[Change, type[RequestError]]] = [
            (created("1"), AlreadyExists),
            (created("3", slug="a"), UniqueViolation),
            (updated(first, slug="b"), UniqueViolation),
            (replace(updated(first), etag="stale"), PreconditionFailed),
            (replace(deleted(first), etag="stale"), PreconditionFailed),
            (replace(deleted(first), id="none"), NotFound),
        ]
        for change, error in refused:
            for changes in ([change], [created("4"), change]):
                with pytest.raises(error):
                    await store.apply(changes)
        assert 2 == len(await self.entries(store))

    async def test_nobody_finds_entries_among_records(self, store: EntityStore) -> None:
        """Reads, lists, counts, children and aggregates know records only, and their ids find nothing."""
        changes = [created(str(number), slug=str(number), authorId="x", rank=1) for number in range(3)]
        records = [record for record in await store.apply(changes) if record is not None]
        await store.apply([updated(record, rank=2) for record in records])
        assert ["0", "1", "2"] == ids(await store.select(POSTS, query()))
        assert 3 == await store.count(POSTS)
        children = Children(ref("authorId"), ("x",), query())
        assert ["0", "1", "2"] == ids((await store.select_children(POSTS, children))["x"])
        assert {"x": 3} == await store.count_children(POSTS, children)
        [row] = await store.aggregate(POSTS, Aggregation((Measure(Function.SUM, ref("rank")), Measure(Function.COUNT))))
        assert (6, 3) == row.results
        assert await store.get(POSTS, "~0:1") is None
        assert {} == await store.get_many(POSTS, ["~0:1", "~1:2"])

    async def test_entries_never_stand_against_a_record(self, store: EntityStore) -> None:
        """Neither unique values, which their records name, nor many of them in one place, collide with anything."""
        [first] = await store.apply([created("1", slug="a")])
        assert first is not None
        for number in range(3):
            [first] = await store.apply([updated(first, slug=str(number))])
            assert first is not None
        await store.apply([created("2", slug="a"), created("3", slug=None), created("4", slug="1")])
        await store.apply([created("1", CATS, name="Rex"), created("1", DOGS, name="Rex")])
        with pytest.raises(UniqueViolation):
            await store.apply([created("5", slug="2")])
        assert 4 == await store.count(POSTS)
        assert ["created"] == [each.operation for each in await self.of(store, "1", CATS)]

    async def test_a_record_that_comes_again_goes_on_in_the_journal(self, store: EntityStore) -> None:
        """The id of a deleted record may come back, with versions that were there before."""
        for _ in range(2):
            [first] = await store.apply([created("1", slug="a")])
            assert first is not None
            await store.apply([deleted(first)])
        assert ["created", "deleted"] * 2 == [each.operation for each in await self.of(store, "1")]

    async def test_tenants_have_entries_of_their_own(self, store: EntityStore) -> None:
        """The same id in two tenants is two records, in the journal too."""
        one, two = Target("Post", "one"), Target("Post", "two")
        await store.apply([created("1", one, slug="a"), created("1", two, slug="a")])
        assert [1, 1] == [len(await self.of(store, "1", target)) for target in (one, two)]
