"""Tables and indexes follow the registry, and nothing stored is ever lost by it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from msgspec.structs import replace

from atakora_data.errors import SchemaError, SettingsError, UniqueViolation
from atakora_data.query.page import Query
from atakora_data.registry.entity import EntityModel, FieldType, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Target
from atakora_data.storage.sqlite.layout import APPLICATION, VERSION
from tests.storage.contract import put
from tests.storage.files import asked, connected, started
from tests.storage.models import POSTS, REGISTRY, by, entity, field, ids, index, insert, plain, query

ITEMS = Target("Item")


def item(*indexes: str, unique: tuple[str, ...] = (), sensitive: bool = False) -> Registry:
    """A registry of `Item` with indexes over, and unique values in, the fields named."""
    fields = [field(name, unique=name in unique, sensitive=sensitive) for name in ("name", "code")]
    return Registry([entity("Item", *fields, indexes=[index(f"by_{name}", *plain(name)) for name in indexes])])


def indexes(file: Path) -> set[str]:
    """The names of the indexes that are ours, without their digests."""
    rows = asked(file, "SELECT name FROM sqlite_schema WHERE type='index' AND name LIKE 'atakora:%'")
    return {name.rpartition(":")[0].removeprefix("atakora:") for (name,) in rows}


async def start(file: Path, registry: Registry) -> None:
    """Start a store with this registry, and stop it."""
    async with started(file, registry):
        pass


async def test_indexes_follow_the_registry(tmp_path: Path) -> None:
    """Declared indexes, foreign keys and unique fields get an index each; those no longer declared go."""
    file = tmp_path / "data.db"
    await start(file, item("name", "code", unique=("code",)))
    assert {"Item:declared:by_name", "Item:declared:by_code", "Item:unique:code"} == indexes(file)
    with connected(file) as other:
        other.execute("CREATE INDEX mine ON items(etag)")
    await start(file, item("name"))
    assert {"Item:declared:by_name"} == indexes(file)
    assert [("mine",)] == asked(file, "SELECT name FROM sqlite_schema WHERE name='mine'")
    await start(tmp_path / "posts.db", REGISTRY)
    assert {"Post:relation:authorId", "Post:unique:slug", "Cat:unique:name"} <= indexes(tmp_path / "posts.db")


async def test_a_changed_index_is_made_anew(tmp_path: Path) -> None:
    """The same name over other fields is another index; the same definition stays as it is."""
    file, statement = tmp_path / "data.db", "SELECT name, sql FROM sqlite_schema WHERE name LIKE '%by_name%'"
    await start(file, item("name"))
    [(first, _)] = asked(file, statement)
    await start(file, item("name"))
    assert [first] == [name for name, _ in asked(file, statement)]
    other = entity("Item", field("name"), indexes=[index("by_name", *plain("name", "code"))])
    await start(file, Registry([other]))
    [(second, sql)] = asked(file, statement)
    assert first != second
    assert "code" in sql


async def test_a_uniqueness_that_stored_records_break_is_refused_and_nothing_is_lost(tmp_path: Path) -> None:
    """The error names entity, field and an example for each field; records and indexes stay as they were."""
    file = tmp_path / "data.db"
    async with started(file, item("name")) as store:
        await put(store, *(insert(str(n), ITEMS, name="Rex" if n < 3 else str(n), code="c") for n in range(5)))
    before = indexes(file)
    with pytest.raises(SchemaError) as caught:
        await start(file, item(unique=("name", "code")))
    first, second = sorted(problem.message for problem in caught.value.problems)
    assert first.startswith("Item.code is to be unique, but 5 stored records have 'c': ")
    assert second.startswith("Item.name is to be unique, but 3 stored records have 'Rex': ")
    assert before == indexes(file)
    async with started(file, item("name")) as store:
        assert 5 == await store.count(ITEMS)


async def test_a_sensitive_value_is_not_shown(tmp_path: Path) -> None:
    """An error about a sensitive field names records, never the value."""
    file = tmp_path / "data.db"
    async with started(file, item()) as store:
        await put(store, insert("first", ITEMS, name="secret"), insert("second", ITEMS, name="secret"))
    with pytest.raises(SchemaError) as caught:
        await start(file, item(unique=("name",), sensitive=True))
    assert "first, second" in str(caught.value)
    assert "secret" not in str(caught.value)


async def test_a_uniqueness_is_added_over_good_records(tmp_path: Path) -> None:
    """Records of other tenants and nulls do not stand against it, and from then on it holds."""
    file = tmp_path / "data.db"
    async with started(file, item()) as store:
        await put(
            store,
            insert("1", ITEMS, name="Rex"),
            insert("1", Target("Item", "other"), name="Rex"),
            insert("2", ITEMS, name=None),
            insert("3", ITEMS),
        )
    async with started(file, item(unique=("name",))) as store:
        with pytest.raises(UniqueViolation):
            await store.apply([insert("4", ITEMS, name="Rex")])


async def test_an_entity_without_a_module_keeps_its_records(tmp_path: Path) -> None:
    """Records of an entity that left the registry are there when it comes back."""
    file = tmp_path / "data.db"
    async with started(file, item("name")) as store:
        await put(store, insert("1", ITEMS, name="Rex"))
    await start(file, Registry([]))
    async with started(file, item("name")) as store:
        assert 1 == await store.count(ITEMS)


async def test_a_file_of_the_first_layout_is_brought_up(tmp_path: Path) -> None:
    """What an older version stored is there, and can be written."""
    file = tmp_path / "data.db"
    async with started(file, item("name")) as store:
        await put(store, insert("1", ITEMS, name="Rex", code=None))
    with connected(file) as other:
        other.execute("ALTER TABLE items DROP COLUMN shape")
        other.execute("PRAGMA user_version=1")
    async with started(file, item("name")) as store:
        await put(store, insert("2", ITEMS, name="Tom", code=None))
        old, new = (await store.select_stored(ITEMS, query())).values()
        assert ["Rex", True] == [old["name"] if isinstance(old, dict) else old, isinstance(new, bytes)]
    assert [(VERSION,)] == asked(file, "PRAGMA user_version")


async def test_a_container_may_be_called_anything(tmp_path: Path) -> None:
    """Words of SQL, quotes and blanks are names like others."""
    for number, container in enumerate(["select", 'a "quoted" name', "it's", "Größe", "a:b"]):
        model = entity("Item", field("name", unique=True), container=container, indexes=[index("x", *plain("name"))])
        async with started(tmp_path / f"{number}.db", Registry([model])) as store:
            await put(store, insert("1", ITEMS, name="Rex"))
            with pytest.raises(UniqueViolation):
                await store.apply([insert("2", ITEMS, name="Rex")])
            assert ["1"] == ids(await store.select(ITEMS, Query(order=by())))


async def test_ids_that_are_numbers_order_as_numbers(tmp_path: Path) -> None:
    """Where the id is no text, the order goes by the field and not by its text."""
    model = entity("Item")
    key = replace(model.fields["id"], type=FieldType(TypeName.INTEGER))
    numbered: EntityModel = replace(model, fields={"id": key})
    async with started(tmp_path / "data.db", Registry([numbered])) as store:
        for number in (10, 9, 100):
            await store.apply([replace(insert(str(number), ITEMS), record={"id": number})])
        assert [9, 10, 100] == [record["id"] for record in await store.select(ITEMS, Query(order=by()))]
    assert {"Item:id:id"} == indexes(tmp_path / "data.db")


async def test_the_file_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    """A layout this version does not know is left alone, with the remedy."""
    file = tmp_path / "data.db"
    await start(file, REGISTRY)
    with connected(file) as other:
        other.execute(f"PRAGMA user_version={VERSION + 1}")
    with pytest.raises(SettingsError, match="Upgrade atakora-data"):
        await start(file, REGISTRY)


async def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    """A file that holds somebody else's tables is refused and not changed."""
    file = tmp_path / "other.db"
    with connected(file) as other:
        other.execute("CREATE TABLE theirs(x)")
    with pytest.raises(SettingsError, match="another program"):
        await start(file, REGISTRY)
    assert [("theirs",)] == asked(file, "SELECT name FROM sqlite_schema")


async def test_an_empty_file_becomes_a_database(tmp_path: Path) -> None:
    """A file without content is as good as none; what is made is marked as ours."""
    file = tmp_path / "data.db"
    file.touch()
    await start(file, REGISTRY)
    assert [(APPLICATION,)] == asked(file, "PRAGMA application_id")
    assert [("wal",)] == asked(file, "PRAGMA journal_mode")


async def test_several_stores_may_start_at_once(tmp_path: Path) -> None:
    """Stores that begin with the same new file in several threads all come up."""

    def work(number: int) -> None:
        async def once() -> None:
            async with started(tmp_path / "data.db") as store:
                await store.apply([insert(str(number))])

        asyncio.run(once())

    await asyncio.gather(*(asyncio.to_thread(work, number) for number in range(8)))
    async with started(tmp_path / "data.db") as store:
        assert 8 == len(await store.select(POSTS, query()))
