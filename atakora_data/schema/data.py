"""The data API that hooks, actions and custom rules are given: `await ctx.data[Post].query().where(…).all()`.

These are its types; `api/typed` carries them out by asking the same service as every other door. So the same rules
hold: what the caller may not read is not there, and what it may not write is refused with a `RequestError`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from typing import Any, Generic, Protocol, Self, TypeAlias, TypeVar, overload

from msgspec import Struct, field
from pydantic import BaseModel

from atakora_data.schema.conditions import AnyOfPath, Condition, Descending, FieldPath, ListPath

E = TypeVar("E", bound=BaseModel)

Relation: TypeAlias = str | FieldPath | ListPath[Any] | AnyOfPath[Any] | type[Any]
"""A relation by its path, `"comments.user"`, or as it stands on the class, `Post.author`."""

FieldName: TypeAlias = str | FieldPath
"""A field by its path, `"size.in_metres"`, or `col(Parcel.size).in_metres`."""


class Page(Struct, Generic[E], frozen=True):
    """One page of records; `next_token` continues it, None at the end."""

    items: list[E]
    next_token: str | None


class Group(Struct, frozen=True):
    """One group of an aggregate: the values that its records share, how many they are, and what was worked out.

    All by the names that were asked for, with values of the fields' types; without any value `sum` and the like are
    None.
    """

    group: Mapping[str, Any]
    count: int
    sum: Mapping[str, Any] = field(default_factory=dict)
    avg: Mapping[str, Any] = field(default_factory=dict)
    min: Mapping[str, Any] = field(default_factory=dict)
    max: Mapping[str, Any] = field(default_factory=dict)


class Query(Protocol[E]):
    """A query under construction: each call answers a new one, the last runs it."""

    @overload
    def where(self, condition: Condition | bool, /) -> Self: ...
    @overload
    def where(self, field: str, operator: str, value: Any, /) -> Self: ...
    def where(self, condition: Condition | bool | str, operator: str = "", value: Any = None, /) -> Self:
        """Only records for which this holds: `where(Post.status == "draft")` or `where("author.name", "==", "Ada")`.

        Type checkers take such a comparison for a `bool`; a real True or False is refused with TypeError.
        """

    def order_by(self, *fields: FieldName | Descending) -> Self:
        """Order by these fields, also of to-one relations: `order_by("-published_at", "author.name")`."""

    def include(
        self,
        *relations: Relation,
        where: Condition | bool | None = None,
        order_by: str | Sequence[str] = (),
        limit: int | None = None,
    ) -> Self:
        """Load these relations with the records, one round trip each: `include(Post.author, "comments.user")`.

        Of a list come as many records as a page of the target has by default, or `limit`, if the target allows it.
        where, order_by, limit: of the lists that are named, of the last one in a path.
        """

    def limit(self, limit: int, /) -> Self:
        """At most so many records."""

    async def all(self) -> list[E]:
        """All records, or as many as `limit` says; it reads page by page."""

    async def first(self) -> E | None:
        """The first record, or None."""

    async def get(self, id: Any, /) -> E | None:
        """The record with this id, or None when there is none among them."""

    async def count(self) -> int:
        """How many records there are; `limit` does not count."""

    async def page(self, next_token: str | None = None, /) -> Page[E]:
        """One page, and the token of the next."""

    async def aggregate(
        self,
        *,
        group_by: FieldName | Sequence[FieldName] = (),
        sum: FieldName | Sequence[FieldName] = (),
        avg: FieldName | Sequence[FieldName] = (),
        min: FieldName | Sequence[FieldName] = (),
        max: FieldName | Sequence[FieldName] = (),
    ) -> list[Group]:
        """The count of each group, and what else is asked of its values; one group of all without `group_by`."""

    async def update_many(self, changes: Mapping[str, Any], /, *, max_affected: int | None = None) -> list[E]:
        """Change every record of the query, all or none; more than `max_affected` are refused."""

    async def delete_many(self, *, max_affected: int | None = None) -> list[E]:
        """Delete every record of the query, all or none; the answer is the records as they were."""

    def __aiter__(self) -> AsyncIterator[E]:
        """The records one by one, read page by page."""


class EntitySet(Protocol[E]):
    """The records of one entity, as far as the caller may reach them."""

    def query(self) -> Query[E]:
        """All records, to be narrowed by `where`, `order_by` and `limit`."""

    async def get(self, id: Any, /) -> E | None:
        """The record with this id, or None when there is none the caller may read."""

    async def create(self, **values: Any) -> E:
        """Store a new record; values and relations go by Python names: `author={"connect": {"id": "ada"}}`."""

    async def create_many(self, records: Iterable[Mapping[str, Any]], /) -> list[E]:
        """Store new records, all or none."""

    async def update(self, id: Any, /, **changes: Any) -> E:
        """Change some fields of a record."""

    async def upsert(self, id: Any, /, **values: Any) -> E:
        """Replace the record, or create it when there is none with this id."""

    async def delete(self, id: Any, /) -> None:
        """Delete a record."""

    async def link(self, id: Any, relation: Relation, target_id: Any, /, **through: Any) -> None:
        """Link a record to a target of its many-to-many relation, with the through fields of the link."""

    async def unlink(self, id: Any, relation: Relation, target_id: Any, /) -> None:
        """Take such a link away; the records at both ends stay."""


class Data(Protocol):
    """All entities, as the caller may reach them: `data[Post]`, or `data.Post` where the class is not at hand."""

    @overload
    def __getitem__(self, entity: type[E], /) -> EntitySet[E]: ...
    @overload
    def __getitem__(self, entity: str, /) -> EntitySet[Any]: ...
    def __getitem__(self, entity: type[E] | str, /) -> EntitySet[E] | EntitySet[Any]:
        """The records of this entity; TypeError or AttributeError when it is none."""

    def __getattr__(self, name: str, /) -> EntitySet[Any]:
        """The records of the entity of this name, without static types."""

    def as_system(self) -> Data:
        """The same data without rules, in the same tenant: for what the app itself does."""
