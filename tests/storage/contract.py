"""What every `EntityStore` keeps, whatever its engine. A store is judged by a subclass with a `store` fixture."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from msgspec.structs import replace
from orjson import loads

from atakora_data.errors import (
    AlreadyExists,
    NotFound,
    PreconditionFailed,
    RequestError,
    UniqueViolation,
    ValidationError,
    WriteContention,
)
from atakora_data.query.filter import NOTHING, Compare, Not, Operator, any_of
from atakora_data.query.page import Order, OrderKey, Position, Query
from atakora_data.storage.port import (
    Change,
    Children,
    Document,
    EntityStore,
    Insert,
    Keep,
    Record,
    Remove,
    Replace,
    Target,
)
from tests.storage.models import CATS, DOGS, METADATA, POSTS, REGISTRY, by, eq, guarded, ids, insert, query, ref
from tests.storage.relations import RelationsContract

_HEADER_AND_URL_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


async def put(store: EntityStore, *changes: Change) -> list[Record]:
    """Apply insertions and replacements; the stored records."""
    return [record for record in await store.apply(changes) if record is not None]


def edited(record: Record, **fields: Any) -> Replace:
    """The replacement of a post that was read."""
    return Replace(POSTS, record["id"], {**record, **fields}, METADATA, record["_etag"])


def full(id: str) -> Insert:
    """The insertion of a post that holds every declared field."""
    record = {**dict.fromkeys(REGISTRY["Post"].fields), "id": id, "_version": 1}
    return Insert(POSTS, id, record, METADATA)


class StoreContract(RelationsContract):
    """Everything that is expected of a store. impossible_ids: what its documents say no document can be called."""

    impossible_ids: frozenset[str] = frozenset()

    async def test_a_record_is_read_as_it_was_stored(self, store: EntityStore) -> None:
        """What comes back by id is the stored record with its etag, and its metadata."""
        record = {"id": "1", "title": "Hi", "rank": 3, "tags": ["a"], "more": {"x": [1, 2.5, None]}, "_version": 7}
        [stored] = await put(store, Insert(POSTS, "1", record, METADATA))
        assert {**record, "_etag": stored["_etag"]} == stored
        assert Document(stored, METADATA) == await store.get(POSTS, "1")

    async def test_an_absent_record_is_none(self, store: EntityStore) -> None:
        """Absence is None, also for ids that no record could have."""
        await put(store, insert("1"))
        assert [None] * 5 == [await store.get(POSTS, id) for id in ("2", "", "1\0", "'", "x" * 10_000)]

    @pytest.mark.parametrize("id", ["ü/ö?#%", "日本語", "🦊", "a b", "'\"", "-", "..", "x" * 1000])
    async def test_any_text_is_an_id(self, store: EntityStore, id: str) -> None:
        """A record is found by its id whatever characters it has, by every way; where it cannot be, it is refused."""
        if id in self.impossible_ids:
            with pytest.raises(ValidationError) as caught:
                await store.apply([insert(id)])
            assert "id" == caught.value.field
            assert (None, {}, 0) == (
                await store.get(POSTS, id),
                await store.get_many(POSTS, [id]),
                await store.count(POSTS),
            )
            return
        [stored] = await put(store, insert(id, title="here"))
        document = await store.get(POSTS, id)
        assert document is not None
        assert stored == document.record
        assert {id: stored} == await store.get_many(POSTS, [id])
        assert [stored] == await store.select(POSTS, query(filter=eq("id", id)))

    async def test_a_large_document_is_kept_whole(self, store: EntityStore) -> None:
        """A record of about a megabyte comes back as it went in."""
        [stored] = await put(store, insert("1", title='é🦊\\"\n' * 100_000))
        assert [stored] == await store.select(POSTS, query())

    async def test_many_records_are_read_by_id_at_once(self, store: EntityStore) -> None:
        """Those that exist come back by id; no ids, no records."""
        stored = await put(store, *(insert(str(number)) for number in range(5)))
        assert {"1": stored[1], "4": stored[4]} == await store.get_many(POSTS, ["4", "none", "1", "1"])
        assert {} == await store.get_many(POSTS, [])

    async def test_a_list_is_filtered_ordered_and_cut(self, store: EntityStore) -> None:
        """The filter, the order with the id as tie-breaker and the limit all hold."""
        await put(
            store,
            insert("d", status="new", rank=1),
            insert("a", status="new", rank=1),
            insert("b", status="new", rank=2),
            insert("c", status="old", rank=3),
        )
        found = await store.select(POSTS, query("-rank", filter=eq("status", "new"), limit=2))
        assert ["b", "a"] == ids(found)
        assert [] == await store.select(POSTS, query(filter=NOTHING))

    async def test_a_list_may_come_as_text(self, store: EntityStore) -> None:
        """The same records in the same order; one that holds an undeclared name never comes as text."""
        await put(store, full("1"), insert("2", stray="x"), full("3"), insert("4", rank=1))
        asked = query("-rank", limit=3)
        found = await store.select_stored(POSTS, asked)
        parsed = [loads(each) if isinstance(each, bytes) else each for each in found.values()]
        assert await store.select(POSTS, asked) == parsed
        assert [record["id"] for record in parsed] == list(found)
        assert [False] == [
            isinstance(each, bytes) for each, record in zip(found.values(), parsed, strict=True) if "stray" in record
        ]

    async def test_a_value_is_kept_with_the_changes_or_refuses_them(self, store: EntityStore) -> None:
        """A second value of the id refuses what comes with it; one that came with a refused change is not kept."""
        refusal = WriteContention("kept already")
        kept = Keep("test", "someone", "key", {"of": "mine"}, 60, refusal)
        assert [True, False] == [each is not None for each in await store.apply([insert("1"), kept])]
        with pytest.raises(WriteContention):
            await store.apply([insert("2"), kept])
        assert await store.get(POSTS, "2") is None
        other = replace(kept, id="other")
        with pytest.raises(AlreadyExists):
            await store.apply([insert("1"), other])
        await store.apply([insert("3"), other])
        assert ["1", "3"] == ids(await store.select(POSTS, query()))

    async def test_nulls_come_first_when_ascending_and_last_when_descending(self, store: EntityStore) -> None:
        """An absent field orders as null does."""
        await put(store, insert("1", rank=1), insert("2", rank=None), insert("3", rank=0), insert("4"))
        assert ["2", "4", "3", "1"] == ids(await store.select(POSTS, query("rank")))
        assert ["1", "3", "2", "4"] == ids(await store.select(POSTS, query("-rank")))

    async def test_text_orders_by_code_point_and_decimals_by_number(self, store: EntityStore) -> None:
        """Neither case nor length nor spelling decides."""
        for number, (title, price) in enumerate([("b", "9.5"), ("é", "10"), ("B", "-3"), ("🦊", "9.50"), ("", "1e1")]):
            await put(store, insert(str(number), title=title, price=price))
        assert ["4", "2", "0", "1", "3"] == ids(await store.select(POSTS, query("title")))
        assert ["2", "0", "3", "1", "4"] == ids(await store.select(POSTS, query("price")))

    @pytest.mark.parametrize("limit", [1, 3, 7])
    @pytest.mark.parametrize(
        "names", [(), ("rank",), ("-rank",), ("status", "-publishedAt"), ("-status", "rank", "-price"), ("featured",)]
    )
    async def test_walking_the_pages_yields_each_record_once(
        self, store: EntityStore, names: tuple[str, ...], limit: int
    ) -> None:
        """Pages put together are the whole list, with ties, nulls and mixed directions."""
        await put(store, *scattered())
        whole = await store.select(POSTS, query(*names, filter=Not(eq("title", "hidden"))))
        order, walked, after = by(*names), list[Record](), None
        while page := await store.select(POSTS, Query(Not(eq("title", "hidden")), order, limit, after)):
            walked += page
            after = position(order, page[-1])
        assert 24 == len(whole)
        assert ids(whole) == ids(walked)

    async def test_a_page_follows_its_position_while_records_come_and_go(self, store: EntityStore) -> None:
        """The record of the position may be gone, and records inserted before it are not seen."""
        stored = await put(store, *(insert(str(number), rank=number) for number in range(6)))
        await store.apply([Remove(POSTS, "2", stored[2]["_etag"]), insert("new", rank=1)])
        assert ["3", "4"] == ids(await store.select(POSTS, query("rank", limit=2, after=(2, "2"))))

    async def test_a_field_held_by_the_filter_does_not_hinder_paging(self, store: EntityStore) -> None:
        """Ordering and paging by a field of one value goes on with the other keys; other positions keep their sense."""
        await put(store, *(insert(str(number), status="new", rank=-number) for number in range(4)))
        wanted = query("status", "rank", filter=eq("status", "new"), limit=2)
        assert ["3", "2"] == ids(await store.select(POSTS, wanted))
        for after, expected in [(("new", -2, "2"), ["1", "0"]), (("m", 0, "9"), ["3", "2"]), (("old", -9, ""), [])]:
            page = query("status", "rank", filter=eq("status", "new"), limit=2, after=after)
            assert expected == ids(await store.select(POSTS, page))
        single = query(filter=eq("id", "1"), after=("1",))
        assert [] == await store.select(POSTS, single)

    async def test_a_hidden_value_orders_and_pages_as_null(self, store: EntityStore) -> None:
        """A guarded field counts as null where the guard does not hold."""
        await put(store, *(insert(str(n), status="open" if n % 2 else "secret", rank=n) for n in range(6)))
        order = (OrderKey(guarded("rank", eq("status", "open")), descending=True), by()[0])
        walked, after = list[str](), None
        for _ in range(3):
            page = await store.select(POSTS, Query(order=order, limit=2, after=after))
            walked += ids(page)
            last = page[-1]
            after = (last["rank"] if last["status"] == "open" else None, last["id"])
        assert ["5", "3", "1", "0", "2", "4"] == walked

    async def test_children_are_read_per_parent(self, store: EntityStore) -> None:
        """Filter, order and limit hold for each parent by itself."""
        await put(
            store, *(insert(f"{a}{n}", authorId=a, rank=-n, status=s) for a in "xyz" for n, s in enumerate("ooco"))
        )
        wanted = Children(ref("authorId"), ("y", "x", "nobody"), query("rank", filter=eq("status", "o"), limit=2))
        found = await store.select_children(POSTS, wanted)
        assert {"y": ["y3", "y1"], "x": ["x3", "x1"]} == {id: ids(records) for id, records in found.items() if records}

    async def test_children_may_come_as_text(self, store: EntityStore) -> None:
        """A parent's records may come as one text if they are fewer than the limit and hold declared names only."""
        changes = [full("1"), full("2"), full("3"), insert("4", stray="x")]
        for change, author in zip(changes, "xxyz", strict=True):
            change.record["authorId"] = author
        await put(store, *changes)
        wanted = Children(ref("authorId"), ("x", "y", "z"), query(limit=2))
        pages = await store.select_children_stored(POSTS, wanted)
        parsed = {parent: loads(page) if isinstance(page, bytes) else page for parent, page in pages.items()}
        assert await store.select_children(POSTS, wanted) == parsed
        assert [False, False] == [isinstance(pages[parent], bytes) for parent in "xz"]

    async def test_children_may_be_asked_for_again(self, store: EntityStore) -> None:
        """The same query serves other parents, keys, limits and tenants, each with what is there by then."""
        away, asked = Target("Post", "away"), query("rank", filter=eq("status", "o"), limit=1)
        await put(store, *(insert(f"{a}{n}", authorId=a, status="o", rank=-n) for a in "xy" for n in range(2)))
        await put(store, insert("far", away, authorId="x", status="o"))

        async def found(target: Target, key: str, parent: str, limit: int = 1) -> list[str]:
            wanted = Children(ref(key), (parent,), replace(asked, limit=limit))
            stored = (await store.select_children_stored(target, wanted)).get(parent, [])
            records = (await store.select_children(target, wanted)).get(parent, [])
            assert records == (loads(stored) if isinstance(stored, bytes) else stored)
            return ids(records)

        assert [["x1"], ["y1"], ["far"]] == [
            await found(POSTS, "authorId", "x"),
            await found(POSTS, "authorId", "y"),
            await found(away, "authorId", "x"),
        ]
        assert ["x0"] == await found(POSTS, "id", "x0")
        await put(store, insert("x9", authorId="x", status="o", rank=-9))
        assert ["x9", "x1", "x0"] == await found(POSTS, "authorId", "x", limit=3)

    async def test_children_go_on_after_a_position(self, store: EntityStore) -> None:
        """A page of children follows its position, nulls included."""
        await put(store, *(insert(f"{n}", authorId="x", rank=None if n > 2 else n) for n in range(5)))
        for after, expected in [((2, "2"), ["1", "0"]), ((0, "0"), ["3", "4"]), ((None, "3"), ["4"])]:
            wanted = Children(ref("authorId"), ("x",), query("-rank", limit=2, after=after))
            assert {"x": expected} == {
                id: ids(found) for id, found in (await store.select_children(POSTS, wanted)).items()
            }

    async def test_children_are_found_by_their_own_id(self, store: EntityStore) -> None:
        """The key may be the primary key, and parents may have none."""
        await put(store, insert("1"), insert("2"))
        found = await store.select_children(POSTS, Children(ref("id"), ("2", "3"), query()))
        assert {"2": ["2"]} == {id: ids(records) for id, records in found.items() if records}
        assert {} == await store.select_children(POSTS, Children(ref("id"), (), query()))

    async def test_a_hidden_key_has_no_children(self, store: EntityStore) -> None:
        """Where the guard of the key does not hold, the record is nobody's child."""
        await put(store, insert("1", authorId="x", status="open"), insert("2", authorId="x", status="secret"))
        wanted = Children(guarded("authorId", eq("status", "open")), ("x",), query())
        assert ["1"] == ids((await store.select_children(POSTS, wanted))["x"])
        assert 1 == (await store.count_children(POSTS, wanted))["x"]

    async def test_children_are_counted_per_parent(self, store: EntityStore) -> None:
        """Every match counts, whatever limit and position say."""
        await put(store, *(insert(f"{a}{n}", authorId=a, rank=n) for a in "xy" for n in range(4)))
        matching = Not(eq("rank", 0))
        wanted = Children(ref("authorId"), ("x", "y", "z"), query("rank", filter=matching, limit=1, after=(2, "x2")))
        counts = await store.count_children(POSTS, wanted)
        assert {"x": 3, "y": 3} == {id: count for id, count in counts.items() if count}

    async def test_matching_records_are_counted(self, store: EntityStore) -> None:
        """The count is of the records that match, all of them by default."""
        await put(store, *(insert(str(number), rank=number % 3) for number in range(10)))
        assert 10 == await store.count(POSTS)
        assert 4 == await store.count(POSTS, eq("rank", 0))
        assert 7 == await store.count(POSTS, any_of(eq("rank", 0), Compare(ref("rank"), Operator.GT, 1)))

    async def test_what_is_read_belongs_to_the_reader(self, store: EntityStore) -> None:
        """Changing a record that was read, or that was stored, changes nothing stored."""
        change = insert("1", tags=["a"])
        [stored] = await put(store, change)
        change.record["tags"].append("b")
        stored["title"] = "changed"
        [read] = await store.select(POSTS, query())
        read["tags"].append("c")
        assert ["a"] == (await store.select(POSTS, query()))[0]["tags"]
        assert "_etag" not in change.record

    async def test_every_write_has_an_etag_of_its_own(self, store: EntityStore) -> None:
        """Etags differ from write to write and fit into a header and a URL as they are."""
        [first] = await put(store, insert("1"))
        [second] = await put(store, edited(first))
        [other] = await put(store, insert("2"))
        etags = {first["_etag"], second["_etag"], other["_etag"]}
        assert 3 == len(etags)
        assert _HEADER_AND_URL_SAFE >= set("".join(etags))

    async def test_a_replaced_record_is_the_new_one(self, store: EntityStore) -> None:
        """Replacing stores the record and metadata given, and says what is stored."""
        [first] = await put(store, insert("1", title="old", rank=1))
        metadata = {**METADATA, "version": 2}
        [second] = await put(store, Replace(POSTS, "1", {"id": "1", "title": "new"}, metadata, first["_etag"]))
        assert {"id": "1", "title": "new", "_etag": second["_etag"]} == second
        assert Document(second, metadata) == await store.get(POSTS, "1")

    async def test_a_removed_record_is_gone(self, store: EntityStore) -> None:
        """Removing answers None, and the id is free again."""
        [first] = await put(store, insert("1", slug="a"))
        assert [None] == await store.apply([Remove(POSTS, "1", first["_etag"])])
        assert await store.get(POSTS, "1") is None
        assert 1 == len(await put(store, insert("1", slug="a")))

    async def test_only_the_current_etag_writes(self, store: EntityStore) -> None:
        """A stale etag is refused and changes nothing."""
        [first] = await put(store, insert("1"))
        [second] = await put(store, edited(first, title="second"))
        for change in (edited(first, title="third"), Remove(POSTS, "1", first["_etag"])):
            with pytest.raises(PreconditionFailed):
                await store.apply([change])
        assert [second] == await store.select(POSTS, query())

    async def test_what_is_gone_cannot_be_changed(self, store: EntityStore) -> None:
        """Replacing or removing an absent record is NotFound."""
        for change in (edited({"id": "1", "_etag": "x"}), Remove(POSTS, "1", "x")):
            with pytest.raises(NotFound):
                await store.apply([change])

    async def test_an_id_is_inserted_once(self, store: EntityStore) -> None:
        """Inserting an existing id is AlreadyExists, even if a unique field collides as well."""
        [first] = await put(store, insert("1", slug="a"))
        for change in (insert("1"), insert("1", slug="a")):
            with pytest.raises(AlreadyExists):
                await store.apply([change])
        assert [first] == await store.select(POSTS, query())

    async def test_a_unique_field_names_itself_when_taken(self, store: EntityStore) -> None:
        """Inserting or replacing with a taken value is refused with entity and field, and changes nothing."""
        [first, second] = await put(store, insert("1", slug="a"), insert("2", slug="b"))
        for change in (insert("3", slug="a"), edited(second, slug="a")):
            with pytest.raises(UniqueViolation) as caught:
                await store.apply([change])
            assert ("Post", "slug") == (caught.value.entity, caught.value.field)
        assert [first, second] == await store.select(POSTS, query())

    async def test_nulls_and_the_record_itself_never_collide(self, store: EntityStore) -> None:
        """Any number of records lack a unique value, and a record keeps its own; a freed one may be taken."""
        [first, *_] = await put(
            store, insert("1", slug="a"), insert("2", slug=None), insert("3"), insert("4", slug=None)
        )
        [kept] = await put(store, edited(first, title="same slug"))
        await put(store, edited(kept, slug="z"))
        await put(store, insert("5", slug="a"))
        assert 5 == await store.count(POSTS)

    async def test_one_of_forty_racers_takes_a_unique_value(self, store: EntityStore) -> None:
        """Under concurrency exactly one insertion of the same value succeeds."""
        outcomes = await asyncio.gather(
            *(store.apply([insert(str(n), slug="same")]) for n in range(40)), return_exceptions=True
        )
        told = Counter(type(outcome).__name__ for outcome in outcomes)
        assert {"list": 1, "UniqueViolation": 39} == told
        assert 1 == await store.count(POSTS)

    async def test_one_of_forty_racers_changes_the_version_it_read(self, store: EntityStore) -> None:
        """Under concurrency exactly one replacement of the same etag succeeds."""
        [first] = await put(store, insert("1"))
        outcomes = await asyncio.gather(
            *(store.apply([edited(first, rank=n)]) for n in range(40)), return_exceptions=True
        )
        assert 39 == sum(isinstance(outcome, PreconditionFailed) for outcome in outcomes)
        [winner] = [number for number, outcome in enumerate(outcomes) if isinstance(outcome, list)]
        assert [winner] == [record["rank"] for record in await store.select(POSTS, query())]

    async def test_changes_are_all_made_or_none(self, store: EntityStore) -> None:
        """When one change of several cannot be made, none is, whatever the reason."""
        [first] = await put(store, insert("1", slug="a"))
        hopeless: list[tuple[Change, type[RequestError]]] = [
            (insert("1"), AlreadyExists),
            (insert("9", slug="a"), UniqueViolation),
            (Remove(POSTS, "1", "stale"), PreconditionFailed),
            (Remove(POSTS, "none", "x"), NotFound),
        ]
        for change, error in hopeless:
            with pytest.raises(error):
                await store.apply([insert("2"), edited(first, title="changed"), change, insert("3")])
        assert [first] == await store.select(POSTS, query())

    async def test_changes_are_made_in_their_order(self, store: EntityStore) -> None:
        """A later change sees what an earlier one of the same call did; the answers stand in the same order."""
        [first] = await put(store, insert("1", slug="a"))
        stored = await store.apply([Remove(POSTS, "1", first["_etag"]), insert("2", slug="a"), insert("1", slug="b")])
        assert [None, "2", "1"] == [record and record["id"] for record in stored]
        assert ["b", "a"] == [record["slug"] for record in await store.select(POSTS, query())]

    async def test_no_changes_are_no_work(self, store: EntityStore) -> None:
        """An empty call answers an empty list."""
        assert [] == await store.apply([])

    async def test_what_no_json_can_hold_is_refused(self, store: EntityStore) -> None:
        """A value that cannot be stored fails its own call only, with an error of ours."""
        outcomes = await asyncio.gather(
            store.apply([insert("1", title="\ud800")]), store.apply([insert("2")]), return_exceptions=True
        )
        assert isinstance(outcomes[0], RequestError)
        assert ["2"] == ids(await store.select(POSTS, query()))

    async def test_what_no_record_can_hold_is_refused_in_queries(self, store: EntityStore) -> None:
        """Text that is no Unicode is an error of the request, not of the store."""
        with pytest.raises(RequestError) as caught:
            await store.select(POSTS, query(filter=eq("title", "\ud800")))
        assert 400 == caught.value.status

    async def test_tenants_do_not_see_each_other(self, store: EntityStore) -> None:
        """Ids, unique values, lists, counts, children and writes are a tenant's own."""
        one, two = Target("Post", "one"), Target("Post", "two")
        [mine] = await put(store, insert("1", one, slug="a", authorId="x"))
        await put(store, insert("1", two, slug="a", authorId="x", title="two"), insert("2", two, authorId="x"))
        assert [mine] == await store.select(one, query())
        assert [1, 2, 0] == [await store.count(target) for target in (one, two, POSTS)]
        assert {} == await store.get_many(one, ["2"])
        assert await store.get(one, "2") is None
        assert {"x": [mine]} == await store.select_children(one, Children(ref("authorId"), ("x",), query()))
        assert {"x": 1} == await store.count_children(one, Children(ref("authorId"), ("x",), query()))
        with pytest.raises(PreconditionFailed):
            await store.apply([Remove(two, "1", mine["_etag"])])

    async def test_entities_of_one_container_do_not_see_each_other(self, store: EntityStore) -> None:
        """Sharing a container shares neither ids nor unique values nor lists."""
        [cat] = await put(store, insert("1", CATS, name="Rex"))
        [dog] = await put(store, insert("1", DOGS, name="Rex"))
        assert [[cat], [dog]] == [await store.select(target, query()) for target in (CATS, DOGS)]
        assert [1, 1] == [await store.count(target) for target in (CATS, DOGS)]
        with pytest.raises(UniqueViolation, match="Cat"):
            await store.apply([insert("2", CATS, name="Rex")])
        await store.apply([Remove(DOGS, "1", dog["_etag"])])
        assert await store.get(CATS, "1") is not None

    async def test_changes_of_several_entities_are_one(self, store: EntityStore) -> None:
        """One call may change several entities of a container, all or nothing."""
        await put(store, insert("1", CATS), insert("1", DOGS))
        with pytest.raises(AlreadyExists):
            await store.apply([insert("2", CATS), insert("1", DOGS)])
        assert [1, 1] == [await store.count(target) for target in (CATS, DOGS)]


def scattered() -> list[Insert]:
    """Posts with ties and nulls in every field, two of them to be filtered out."""
    return [
        insert(
            f"{(number * 7) % 26:02}",
            status=[None, "a", "b"][number % 3],
            rank=[1, 2, None, 2.5][number % 4],
            price=["1.0", "1", None, "-2", "10"][number % 5],
            featured=[True, False, None][number // 3 % 3],
            publishedAt=[None, "2024-01-02", "2024-01-01"][number // 2 % 3],
            title="hidden" if number < 2 else "shown",
        )
        for number in range(26)
    ]


def position(order: Order, record: Record) -> Position:
    """Where the record stands in the order."""
    return tuple(record.get(key.field.path[0]) for key in order)
