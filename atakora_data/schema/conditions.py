"""Conditions of rules and queries: `this.status == "published"`, `this.author_id == principal.id`.

They are declarations over Python names, also through relations: `this.author.role == "admin"`,
`this.comments.some(this.content.contains("x"))`. The registry binds them to wire names and types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from msgspec import Struct

T_co = TypeVar("T_co", covariant=True)
T_contra = TypeVar("T_contra", contravariant=True)


QUANTIFIERS: Final = ("some", "every", "none")
"""What can be asked of the records of a list."""


class PrincipalValue(Struct, frozen=True):
    """A value of the caller, known only when asked: `principal.id`, `principal.claim("dept")`.

    It compares as null compares in filters: when the caller lacks it, no comparison with it holds.
    """

    name: str


class _PrincipalReference:
    """The caller in a condition; to type checkers a value of any type, so that it compares with every field."""

    id: Any = PrincipalValue("id")
    tenant_id: Any = PrincipalValue("tenant_id")
    email: Any = PrincipalValue("email")
    name: Any = PrincipalValue("name")

    def claim(self, name: str) -> Any:
        """The value of a claim of the caller's token."""
        return PrincipalValue(f"claim:{name}")


principal = _PrincipalReference()


class _Combinable:
    """What `&`, `|` and `~` make of conditions."""

    __slots__ = ()

    def __and__(self, other: Condition) -> AllConditions:
        return AllConditions((self, other))  # type: ignore[arg-type]  # every subclass is a Condition

    def __or__(self, other: Condition) -> AnyCondition:
        return AnyCondition((self, other))  # type: ignore[arg-type]  # every subclass is a Condition

    def __invert__(self) -> NotCondition:
        return NotCondition(self)  # type: ignore[arg-type]  # every subclass is a Condition

    def __bool__(self) -> bool:
        msg = "A condition has no truth value of its own: combine with & | ~ instead of and, or, not."
        raise TypeError(msg)


@dataclass(frozen=True, slots=True)
class FieldCondition(_Combinable):
    """One field, one public operator of contract section 4 (`eq`, `in`, `beginsWith`, …), one operand.

    path: the Python names of to-one relations and nested objects, then of the field; for `isNull` maybe of a relation.
    of: the class whose field it is, where the condition was written with one: `Post.status == "draft"`.
    """

    path: tuple[str, ...]
    operator: str
    operand: Any
    of: type[Any] | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class RelatedCondition(_Combinable):
    """What is asked of the records that a relation leads to; the condition is over their fields.

    path: the Python names of to-one relations, then of the relation. word: `some`, `every` or `none` of a list, of a
    polymorphic relation the name of one of its targets. of: as in `FieldCondition`.
    """

    path: tuple[str, ...]
    word: str
    condition: Condition
    of: type[Any] | None = field(default=None, compare=False, repr=False)


class AllConditions(_Combinable, Struct, frozen=True):
    """Every condition holds."""

    items: tuple[Condition, ...]


class AnyCondition(_Combinable, Struct, frozen=True):
    """At least one condition holds."""

    items: tuple[Condition, ...]


class NotCondition(_Combinable, Struct, frozen=True):
    """The condition does not hold."""

    item: Condition


Condition: TypeAlias = FieldCondition | RelatedCondition | AllConditions | AnyCondition | NotCondition

CONDITIONS: Final = (FieldCondition, RelatedCondition, AllConditions, AnyCondition, NotCondition)


ANYTHING: Final = AllConditions(())
"""What holds for every record."""


def as_condition(value: object) -> Condition:
    """The value, when it is a condition; type checkers take comparisons of fields for `bool`, which is refused here."""
    if isinstance(value, CONDITIONS):
        return value
    if isinstance(value, bool):
        msg = f"The condition was worked out to {value} already: compare a field, such as `this.status == 'draft'`."
        raise TypeError(msg)
    msg = f"A condition is made like `this.status == 'draft'`; an object of type {type(value).__name__} is none."
    raise TypeError(msg)


def not_(condition: Condition | bool) -> NotCondition:
    """The condition does not hold: `~` for what type checkers take for a `bool`."""
    return NotCondition(as_condition(condition))


class FieldPath:
    """A field or relation of the record in a condition; an attribute of it is a field of what it holds or leads to."""

    __slots__ = ("_of", "_path")

    def __init__(self, path: tuple[str, ...], of: type[Any] | None = None) -> None:
        self._path = path
        self._of = of

    def __getattr__(self, name: str) -> FieldPath:
        if name.startswith("__"):
            raise AttributeError(name)
        return FieldPath((*self._path, name), self._of)

    def _ask(self, operator: str, operand: Any) -> FieldCondition:
        return FieldCondition(self._path, operator, operand, self._of)

    def _ask_related(self, word: str, condition: object) -> RelatedCondition:
        return RelatedCondition(self._path, word, as_condition(condition), self._of)

    def __eq__(self, other: object) -> FieldCondition:  # type: ignore[override]  # builds a condition
        return self._ask("isNull", True) if other is None else self._ask("eq", other)

    def __ne__(self, other: object) -> FieldCondition:  # type: ignore[override]  # builds a condition
        return self._ask("isNull", False) if other is None else self._ask("ne", other)

    def __lt__(self, other: Any) -> FieldCondition:
        return self._ask("lt", other)

    def __le__(self, other: Any) -> FieldCondition:
        return self._ask("lte", other)

    def __gt__(self, other: Any) -> FieldCondition:
        return self._ask("gt", other)

    def __ge__(self, other: Any) -> FieldCondition:
        return self._ask("gte", other)

    __hash__ = None  # type: ignore[assignment]  # == does not compare

    def in_(self, values: Any) -> FieldCondition:
        """The field equals one of the values."""
        return self._ask("in", values)

    def not_in(self, values: Any) -> FieldCondition:
        """The field equals none of the values."""
        return self._ask("notIn", values)

    def is_null(self) -> FieldCondition:
        """The field has no value."""
        return self._ask("isNull", True)

    def contains(self, value: Any) -> FieldCondition:
        """The string has this part, or the list this element."""
        return self._ask("contains", value)

    def begins_with(self, value: Any) -> FieldCondition:
        """The string starts with this."""
        return self._ask("beginsWith", value)

    def ends_with(self, value: Any) -> FieldCondition:
        """The string ends with this."""
        return self._ask("endsWith", value)

    startswith = begins_with
    endswith = ends_with

    def __neg__(self) -> Descending:
        return Descending(self)

    def between(self, low: Any, high: Any) -> FieldCondition:
        """The value lies between both ends, both included."""
        return self._ask("between", [low, high])

    def some(self, condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """The condition holds for at least one of the records of this list; without one: the list is not empty."""
        return self._ask_related("some", condition)

    def every(self, condition: Condition | bool) -> RelatedCondition:
        """The condition holds for each of the records of this list, also when there is none."""
        return self._ask_related("every", condition)

    def none(self, condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """The condition holds for no record of this list; without one: the list is empty."""
        return self._ask_related("none", condition)

    def is_a(self, target: type[Any] | str, condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """The polymorphic relation leads to a record of this entity, for which the condition holds."""
        return self._ask_related(target if isinstance(target, str) else target.__name__, condition)


def names_of(path: FieldPath) -> tuple[str, ...]:
    """The Python names that lead to what the path means."""
    return path._path  # noqa: SLF001  # an attribute of a path is another path


def class_of(path: FieldPath) -> type[Any] | None:
    """The class that the path was written with, None for `this`."""
    return path._of  # noqa: SLF001  # an attribute of a path is another path


class Descending(Struct, frozen=True):
    """A field to order by, the highest value first: `-col(Post.published_at)`."""

    field: FieldPath


class ListPath(Protocol[T_co]):
    """A to-many relation on the class, as type checkers see it: `Post.comments.some(Comment.is_spam == True)`."""

    def some(self, condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """The condition holds for at least one of the records; without one: there is one."""

    def every(self, condition: Condition | bool) -> RelatedCondition:
        """The condition holds for each of the records, also when there is none."""

    def none(self, condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """The condition holds for none of the records; without one: there is none."""


class AnyOfPath(Protocol[T_contra]):
    """A polymorphic relation on the class, as type checkers see it: `Note.about.is_a(Post, Post.title == "x")`."""

    def is_a(self, target: type[T_contra], condition: Condition | bool = ANYTHING) -> RelatedCondition:
        """It leads to a record of this entity, for which the condition holds."""

    def is_null(self) -> FieldCondition:
        """It leads to no record."""


class _This:
    """The record in a condition: `this.field`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> FieldPath:
        if name.startswith("__"):
            raise AttributeError(name)
        return FieldPath((name,))


this = _This()


def col(field: object) -> FieldPath:
    """A field of a class with all that can be asked of it: `col(Post.title).contains("x")`.

    For type checkers, which take `Post.title` for the value it has in a record.
    """
    if isinstance(field, FieldPath):
        return field
    msg = f"col takes a field of an entity, such as `col(Post.title)`; this is a {type(field).__name__}."
    raise TypeError(msg)
