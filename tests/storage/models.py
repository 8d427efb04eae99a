"""A small registry made by hand, and the records that the storage tests store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from atakora_data.query.filter import EVERYTHING, Compare, FieldRef, Filter, Operator
from atakora_data.query.page import Order, OrderKey, Position, Query
from atakora_data.registry.entity import (
    ActionModel,
    EntityModel,
    FieldModel,
    FieldType,
    IndexKey,
    IndexModel,
    RelationKind,
    RelationModel,
    TypeName,
)
from atakora_data.registry.registry import Registry
from atakora_data.storage.port import Insert, Record, Target


class PlainCodec:
    """A codec for entities that are plain dicts: no store ever asks it anything."""

    def parse(self, data: Mapping[str, Any]) -> Any:
        """The same data."""
        return dict(data)

    def judge(self, part: Mapping[str, Any]) -> None:
        """Nothing is wrong."""

    def load(self, record: Mapping[str, Any]) -> Any:
        """The record without the store's names."""
        return {name: value for name, value in record.items() if not name.startswith("_")}

    def dump(self, instance: Any) -> dict[str, Any]:
        """The same data."""
        return dict(instance)

    def parse_parameters(self, action: ActionModel, input: Mapping[str, Any]) -> dict[str, Any]:
        """The same input."""
        return dict(input)

    def canonical(self, field: FieldModel, value: Any) -> Any:
        """The same value."""
        return value


def field(wire: str, type: TypeName = TypeName.STRING, item: TypeName | None = None, **options: Any) -> FieldModel:
    """A nullable field."""
    return FieldModel(wire, wire, FieldType(type, nullable=True, item=FieldType(item) if item else None), **options)


def entity(
    name: str,
    *fields: FieldModel,
    container: str | None = None,
    indexes: Sequence[IndexModel] = (),
    belongs_to: Mapping[str, str] | None = None,
    relations: Sequence[RelationModel] = (),
) -> EntityModel:
    """An entity with an `id` and these fields. belongs_to: foreign keys to the entities they name."""
    key = FieldModel("id", "id", FieldType(TypeName.STRING), primary_key=True)
    to_one = [
        RelationModel(target.lower(), target.lower(), RelationKind.BELONGS_TO, target, key)
        for key, target in (belongs_to or {}).items()
    ]
    return EntityModel(
        name=name,
        record=object,
        collection=name.lower() + "s",
        container=container or name.lower() + "s",
        fields={each.wire: each for each in (key, *fields)},
        codec=PlainCodec(),
        relations={each.wire: each for each in (*to_one, *relations)},
        indexes=tuple(indexes),
    )


def index(name: str, *keys: OrderKey) -> IndexModel:
    """A declared index over these keys."""
    return IndexModel(name, tuple(IndexKey(key.field, key.descending) for key in keys))


def plain(*names: str) -> Order:
    """Keys over text fields of any entity, without the id."""
    return tuple(OrderKey(field(name).ref()) for name in names)


_POST_FIELDS = (
    field("title"),
    field("slug", unique=True),
    field("status"),
    field("authorId"),
    field("rank", TypeName.INTEGER),
    field("price", TypeName.DECIMAL),
    field("featured", TypeName.BOOLEAN),
    field("tags", TypeName.LIST, TypeName.STRING),
    field("publishedAt", TypeName.DATETIME),
)
_BY_WIRE = {each.wire: each.ref() for each in _POST_FIELDS}


def ref(wire: str) -> FieldRef:
    """A field of `Post`."""
    return field("id").ref() if wire == "id" else _BY_WIRE[wire]


def guarded(wire: str, guard: Filter) -> FieldRef:
    """A field of `Post` that only records matching the guard show."""
    return replace(ref(wire), guard=guard)


def by(*names: str) -> Order:
    """A complete order: names of fields, a leading `-` for descending."""
    keys = [OrderKey(ref(name.removeprefix("-")), name.startswith("-")) for name in names]
    return (*keys, OrderKey(ref("id")))


POST = entity(
    "Post",
    *_POST_FIELDS,
    indexes=[
        index("by_status", *by("status", "-publishedAt")[:-1]),
        index("by_date", *by("-publishedAt")[:-1]),
        index("by_rank", *by("rank")[:-1]),
        index("by_price", *by("price")[:-1]),
    ],
    belongs_to={"authorId": "User"},
)
USER = entity("User", field("email", unique=True))
CAT = entity("Cat", field("name", unique=True), container="animals")
DOG = entity("Dog", field("name", unique=True), container="animals")
PERSON = entity(
    "Person",
    field("name"),
    field("age", TypeName.FLOAT),
    field("mentorId"),
    indexes=[index("by_name", *plain("name"))],
    belongs_to={"mentorId": "Person"},
)
BOOK = entity(
    "Book",
    field("title"),
    field("authorId"),
    field("rank", TypeName.INTEGER),
    field("price", TypeName.DECIMAL),
    field("open", TypeName.BOOLEAN),
    indexes=[index("by_rank", *by("rank")[:-1]), index("by_price", *by("price")[:-1])],
    belongs_to={"authorId": "Person"},
    relations=[
        RelationModel(
            "shelves",
            "shelves",
            RelationKind.MANY_TO_MANY,
            "Shelf",
            "",
            junction="Placing",
            near="bookId",
            far="shelfId",
            through=("rank",),
        )
    ],
)
SHELF = entity("Shelf", field("name"))
PLACING = entity("Placing", field("bookId"), field("shelfId"), field("rank", TypeName.INTEGER))
WORLD = Registry([PERSON, BOOK, SHELF, PLACING])
REGISTRY = Registry([POST, USER, CAT, DOG, *WORLD])

POSTS, USERS, CATS, DOGS = Target("Post"), Target("User"), Target("Cat"), Target("Dog")
METADATA = {
    "entityType": "Post",
    "version": 1,
    "schemaVersion": 1,
    "createdAt": "2024-05-01T00:00:00Z",
    "updatedAt": "2024-05-01T00:00:00Z",
    "createdBy": "alice",
    "updatedBy": "alice",
}


def insert(id: str, target: Target = POSTS, **fields: Any) -> Insert:
    """The insertion of a record with these fields."""
    return Insert(target, id, {"id": id, **fields, "_version": 1}, METADATA)


def eq(wire: str, value: Any) -> Filter:
    """That a field of `Post` has this value."""
    return Compare(ref(wire), Operator.EQ, value)


def query(*order: str, filter: Filter = EVERYTHING, limit: int = 100, after: Position | None = None) -> Query:
    """A query of posts."""
    return Query(filter, by(*order), limit, after)


def ids(records: Sequence[Record]) -> list[str]:
    """The ids of the records, in their order."""
    return [record["id"] for record in records]
