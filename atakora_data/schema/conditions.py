"""Conditions of `allow.where`: `this.status == "published"`, `this.author_id == principal.id`.

They are declarations over Python field names; the registry binds them to wire names and types.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class PrincipalValue:
    """A value of the caller, known only when asked: `principal.id`, `principal.claim("dept")`.

    It compares as null compares in filters: when the caller lacks it, no comparison with it holds.
    """

    name: str


class _PrincipalReference:
    """The caller in a condition."""

    id = PrincipalValue("id")
    tenant_id = PrincipalValue("tenant_id")
    email = PrincipalValue("email")
    name = PrincipalValue("name")

    def claim(self, name: str) -> PrincipalValue:
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
    """One field, one public operator of contract section 4 (`eq`, `in`, `beginsWith`, …), one operand."""

    path: tuple[str, ...]
    operator: str
    operand: Any


@dataclass(frozen=True, slots=True)
class AllConditions(_Combinable):
    """Every condition holds."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyCondition(_Combinable):
    """At least one condition holds."""

    items: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class NotCondition(_Combinable):
    """The condition does not hold."""

    item: Condition


Condition: TypeAlias = FieldCondition | AllConditions | AnyCondition | NotCondition


class FieldPath:
    """A field of the record in a condition; an attribute of it is a field of a nested object."""

    __slots__ = ("_path",)

    def __init__(self, path: tuple[str, ...]) -> None:
        self._path = path

    def __getattr__(self, name: str) -> FieldPath:
        if name.startswith("__"):
            raise AttributeError(name)
        return FieldPath((*self._path, name))

    def _ask(self, operator: str, operand: Any) -> FieldCondition:
        return FieldCondition(self._path, operator, operand)

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

    def between(self, low: Any, high: Any) -> FieldCondition:
        """The value lies between both ends, both included."""
        return self._ask("between", [low, high])


class _This:
    """The record in a condition: `this.field`."""

    __slots__ = ()

    def __getattr__(self, name: str) -> FieldPath:
        if name.startswith("__"):
            raise AttributeError(name)
        return FieldPath((name,))


this = _This()
