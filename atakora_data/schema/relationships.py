"""Relationships as declared: `author: BelongsTo["User"] = belongs_to("author_id")`.

The annotation names the target and makes `post.author` statically typed; the call says how records are connected.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final, Generic, Literal, TypeVar, cast, overload

from atakora_data.schema.conditions import AnyOfPath, FieldPath, ListPath
from atakora_data.schema.naming import variable

OnDelete = Literal["restrict", "cascade", "set_null"]
"""What becomes of the related records: refuse the deletion, delete them too, or empty their foreign key."""

LinksOnDelete = Literal["cascade", "restrict"]
"""What becomes of the links of a many-to-many: they go, or the deletion is refused. The targets always stay."""

THROUGH: Final = "_through"
"""Where an instance keeps the through fields of the link over which it was loaded."""

T = TypeVar("T")


class NotLoaded(AttributeError):  # says what happened, as `errors` does
    """The related record was not loaded with the instance; the message says how to read it."""


class Relationship(Generic[T]):
    """What all relationships share: where they stand, what they lead to, and reading from an instance.

    On the class it is the path of the relation, for conditions and `include`; the value of a loaded relationship
    stands in the instance's `__dict__`, which Python looks into first.
    on_delete: as declared; None leaves it to what else is declared over the same key, else to the kind's default.
    """

    kind: ClassVar[str]
    name: str = ""
    target: str | None = None
    foreign_key: str = ""
    on_delete: OnDelete | None = None

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.name = name

    def not_loaded(self, instance: object) -> NotLoaded:
        """The error that says how to read what was not loaded."""
        owner = type(instance).__name__
        return NotLoaded(
            f"{owner}.{self.name} is not loaded. "
            f"Include it: `await ctx.data.{owner}.query().include({owner}.{self.name}).get({variable(owner)}.id)`."
        )


class _ToOne(Relationship[T]):
    """Reads as a record or None; on the class the target's fields are at hand: `Post.author.name == "Ada"`."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> type[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T | None: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> type[T] | T | None:
        if instance is None:
            return cast("type[T]", FieldPath((self.name,), owner))
        raise self.not_loaded(instance)


class _ToMany(Relationship[T]):
    """Reads as a list."""

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> ListPath[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> list[T]: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> ListPath[T] | list[T]:
        if instance is None:
            return cast("ListPath[T]", FieldPath((self.name,), owner))
        raise self.not_loaded(instance)


class BelongsTo(_ToOne[T]):
    """Leads to one record of the target, whose id this entity's foreign key holds."""

    kind = "belongs_to"

    def __init__(self, foreign_key: str) -> None:
        self.foreign_key = foreign_key


class HasOne(_ToOne[T]):
    """Leads to the one record of the target whose foreign key holds this record's id."""

    kind = "has_one"

    def __init__(self, foreign_key: str, on_delete: OnDelete | None) -> None:
        self.foreign_key = foreign_key
        self.on_delete = on_delete


class HasMany(_ToMany[T]):
    """Leads to the records of the target whose foreign key holds this record's id."""

    kind = "has_many"

    def __init__(self, foreign_key: str, on_delete: OnDelete | None) -> None:
        self.foreign_key = foreign_key
        self.on_delete = on_delete


class ManyToMany(_ToMany[T]):
    """Leads to records of the target through the records of a junction entity."""

    kind = "many_to_many"

    def __init__(
        self, junction: str, through: Any, on_delete: LinksOnDelete | None, near: str | None, far: str | None
    ) -> None:
        self.junction = junction
        self.through = through
        self.on_delete = on_delete
        self.near = near
        self.far = far


class Polymorphic(Relationship[T]):
    """Leads to one record of one of several targets: one field holds its id, another its type."""

    kind = "polymorphic"

    def __init__(self, targets: tuple[str, ...], id: str, type: str) -> None:
        self.targets = targets
        self.foreign_key = id
        self.type_field = type

    @overload
    def __get__(self, instance: None, owner: type[Any]) -> AnyOfPath[T]: ...
    @overload
    def __get__(self, instance: object, owner: type[Any]) -> T | None: ...
    def __get__(self, instance: object | None, owner: type[Any]) -> AnyOfPath[T] | T | None:
        if instance is None:
            return cast("AnyOfPath[T]", FieldPath((self.name,), owner))
        raise self.not_loaded(instance)


def belongs_to(foreign_key: str) -> BelongsTo[Any]:
    """One record of the target; `foreign_key` is the field of this entity that holds its id."""
    return BelongsTo(foreign_key)


def has_one(foreign_key: str, *, on_delete: OnDelete | None = None) -> HasOne[Any]:
    """The one record of the target whose field `foreign_key` holds this record's id; a second one is refused.

    on_delete: what becomes of it when this record is deleted; left out, the deletion is refused (`restrict`).
    """
    return HasOne(foreign_key, on_delete)


def has_many(foreign_key: str, *, on_delete: OnDelete | None = None) -> HasMany[Any]:
    """The records of the target whose field `foreign_key` holds this record's id.

    on_delete: what becomes of them when this record is deleted; left out, the deletion is refused (`restrict`).
    """
    return HasMany(foreign_key, on_delete)


def many_to_many(
    junction: str,
    *,
    through: Any = None,
    on_delete: LinksOnDelete | None = None,
    near: str | None = None,
    far: str | None = None,
) -> ManyToMany[Any]:
    """Records of the target that the records of a junction link; the framework makes it unless it is an entity.

    through: a `Model` of further fields of each link. near, far: the junction's fields that hold this record's id and
    the target's, `<entity>_id` when left out. on_delete: what becomes of the links when this record is deleted; left
    out, they go (`cascade`).
    """
    return ManyToMany(junction, through, on_delete, near, far)


def polymorphic(targets: Sequence[str], *, id: str, type: str) -> Polymorphic[Any]:
    """One record of one of the targets; `id` and `type` are the fields that hold its id and its entity's name."""
    if isinstance(targets, str):
        msg = f"polymorphic takes a list of entities, not one string: [{targets!r}]."
        raise TypeError(msg)
    return Polymorphic(tuple(targets), id, type)


def through(record: object) -> Mapping[str, Any]:
    """The through fields of the link over which this record was loaded, by Python name.

    record: an item of an included many-to-many relation: `through(post.categories[0])["added_at"]`.
    """
    found: Mapping[str, Any] | None = getattr(record, "__dict__", {}).get(THROUGH)
    if found is None:
        owner = type(record).__name__
        raise NotLoaded(
            f"This {owner} was not loaded over a many-to-many relation. Include that relation and ask its items."
        )
    return found
