"""What documents hold beside the record, and that the record comes back as it was."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from atakora_data.errors import ValidationError
from atakora_data.query.decimals import decimal_key
from atakora_data.registry.entity import FieldModel, FieldType, ObjectType, TypeName
from atakora_data.registry.registry import Registry
from atakora_data.schema.storage import Partition, Storage, by_entity, by_hash, by_hierarchy, by_id, by_tenant
from atakora_data.storage.cosmos.documents import Documents, documents_of, public_etag, server_etag
from atakora_data.storage.cosmos.uniques import unique_names
from atakora_data.storage.port import Document, Record, Target
from tests.storage.models import DOGS, METADATA, POST, POSTS, REGISTRY, entity, field

STRATEGIES = [by_entity(), by_tenant(), by_hash(4), by_hierarchy("tenant_id", "authorId"), by_id()]
HOME = Target("Post", "home")
NESTED = ObjectType(
    "Cost", {each.wire: each for each in (field("net", TypeName.DECIMAL), field("unit"), field("days", TypeName.FLOAT))}
)
ITEM = entity(
    "Item",
    FieldModel("cost", "cost", FieldType(TypeName.OBJECT, nullable=True, object=NESTED)),
    field("prices", TypeName.LIST, TypeName.DECIMAL),
    field("names", TypeName.LIST, TypeName.STRING),
)
ITEMS = Target("Item")


def posts(partition: Partition) -> Documents:
    """Posts, partitioned so."""
    model = replace(POST, storage=Storage(partition=partition))
    return Documents(Registry([model]), model)


def there_and_back(documents: Documents, target: Target, record: Record) -> Document:
    """What the server gives for the record: numbers are floats there, and whole ones print as integers."""
    document = documents.encode(target, record["id"], record, METADATA)
    given = json.loads(json.dumps(_floats(document) | {"_etag": '"0-1"', "_rid": "r", "_self": "s", "_ts": 1}))
    return documents.decode(target, given)


def _floats(value: Any) -> Any:
    match value:
        case dict():
            return {name: _floats(each) for name, each in value.items()}
        case list():
            return [_floats(each) for each in value]
        case float() | int() if not isinstance(value, bool) and float(value).is_integer():
            return int(float(value))
    return value


values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("a.$", max_size=2), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from(["title", "slug", "rank", "price", "authorId", "more"]), values))
@pytest.mark.parametrize("partition", STRATEGIES)
def test_a_record_comes_back_as_it_was(partition: Partition, fields: Record) -> None:
    """Whatever it holds: numbers with their types, and no field that it lacked."""
    record = {"id": "1", **fields, "_version": 3}
    back = there_and_back(posts(partition), HOME, record)
    assert Document({**record, "_etag": "0-1"}, METADATA) == back
    assert repr(sorted(record.items())) == repr(sorted((name, back.record[name]) for name in record))


def test_declared_fields_are_there_though_the_record_lacks_them() -> None:
    """They are null, so that an order by them meets no document without."""
    document = posts(by_entity()).encode(POSTS, "1", {"id": "1", "rank": 3}, METADATA)
    assert {**dict.fromkeys(POST.fields), "id": "1", "rank": 3} == {name: document[name] for name in POST.fields}


def test_decimals_have_keys_that_compare() -> None:
    """Also in nested objects and lists; what is no number has none."""
    documents = documents_of(Registry([ITEM]))["Item"]
    keys = {"cost.net": decimal_key("1.1"), "prices": [decimal_key("2"), None]}
    record = {"id": "1", "cost": {"net": "1.10"}, "prices": ["2.0", "cheap"]}
    assert keys == documents.encode(ITEMS, "1", record, METADATA)["_keys"]
    assert {"cost.net": None, "prices": None} == documents.encode(ITEMS, "1", {"id": "1"}, METADATA)["_keys"]


def test_only_text_beyond_ascii_has_a_folded_shadow() -> None:
    """Of other text the server makes the same by itself."""
    documents = documents_of(Registry([ITEM]))["Item"]
    assert "_folded" not in documents.encode(ITEMS, "1", {"id": "1", "cost": {"unit": "KG"}}, METADATA)
    record = {"id": "1", "cost": {"unit": "Straße"}, "names": ["Ä"]}
    assert {"cost.unit": "strasse"} == documents.encode(ITEMS, "1", record, METADATA)["_folded"]
    assert "_folded" not in documents.encode(ITEMS, "1", {"id": "1", "cost": {"unit": "é"}}, METADATA)


def test_every_document_of_a_container_holds_what_is_unique_in_it() -> None:
    """A value with entity and tenant, or something that no other document holds; equal numbers are equal."""
    documents = documents_of(REGISTRY)
    assert ("name",) == unique_names(REGISTRY, "animals")
    assert {"name": '["Dog","home","Rex"]'} == uniquely(documents["Dog"], Target("Dog", "home"), name="Rex")
    assert {"name": "~1"} == uniquely(documents["Dog"], DOGS, name=None)
    assert {"_unique": {"name": "~~journal"}} == documents["Cat"].unclaimed("~journal")
    assert {} == documents["Shelf"].unclaimed("~journal")
    links = [uniquely(documents["Placing"], Target("Placing"), bookId="b", shelfId=shelf) for shelf in ("s", "t", None)]
    assert 3 == len({each["bookId_shelfId"] for each in links})
    long = [uniquely(documents["Dog"], DOGS, name="x" * size)["name"] for size in (1000, 1001)]
    assert 2 == len(set(long))
    assert 100 > max(map(len, long))


@pytest.mark.parametrize("partition", [by_hash(4), by_hierarchy("tenant_id", "authorId"), by_id()])
def test_unique_keys_are_for_partitions_that_hold_a_whole_tenant(partition: Partition) -> None:
    """Elsewhere the container has none, and the writer keeps guards."""
    assert "_unique" not in posts(partition).encode(HOME, "1", {"id": "1", "slug": "a"}, METADATA)


def uniquely(documents: Documents, target: Target, **fields: Any) -> dict[str, str]:
    """What the document of such a record holds for the unique keys."""
    found: dict[str, str] = documents.encode(target, "1", {"id": "1", **fields}, METADATA)["_unique"]
    return found


@pytest.mark.parametrize(
    "id", ["", ".", "..", "~a", "a/b", "a\\b", "a?", "#", "a\0", "a\n", "\ud800", "x" * 1024, "é" * 512]
)
def test_an_id_that_no_document_can_have_is_refused(id: str) -> None:
    """With the field, and what an id may be."""
    with pytest.raises(ValidationError, match="cannot be an id") as caught:
        posts(by_entity()).encode(POSTS, id, {"id": id}, METADATA)
    assert "id" == caught.value.field


@pytest.mark.parametrize("id", ["a", "a b", "%2F", "a~", "...", "日本語", "🦊", "'\"", "x" * 1023])
def test_any_other_text_is_an_id(id: str) -> None:
    """It comes back from the document's."""
    assert id == there_and_back(posts(by_entity()), POSTS, {"id": id}).record["id"]


@pytest.mark.parametrize("value", ["\ud800", 2**70, object()])
def test_what_json_cannot_hold_is_refused(value: Any) -> None:
    """As by every store."""
    with pytest.raises(ValidationError, match="stored as JSON"):
        posts(by_entity()).encode(POSTS, "1", {"id": "1", "title": value}, METADATA)


def test_an_etag_is_shown_without_its_quotes() -> None:
    """And compared with them; one that never had any is told from it."""
    assert ["0-1", ".0-1"] == [public_etag(etag) for etag in ('"0-1"', "0-1")]
    assert ['"0-1"', "0-1"] == [server_etag(etag) for etag in ("0-1", ".0-1")]


def test_only_records_of_the_target_are_held_by_it() -> None:
    """Documents of the store's own, of other entities and of other tenants are not."""
    documents = posts(by_entity())
    document = documents.encode(HOME, "1", {"id": "1"}, METADATA)
    assert documents.holds(HOME, document)
    assert not documents.holds(POSTS, document)
    assert not documents.holds(HOME, {**document, "entityType": "~pending"})
