"""Rules: who may do what, as declared. `authorization/` decides by them, this file only writes them down.

Rule = PublicRule | AuthenticatedRule | OwnerRule | RolesRule | GroupsRule | WhereRule
     | RelationshipRule | CustomRule | NeverRule | AnyOf | AllOf | Complement
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, TypeAlias

from msgspec import Struct, field

from atakora_data.schema.conditions import AllConditions, Condition, FieldCondition, as_condition

CustomFunction: TypeAlias = Callable[[Any, Any], bool | Awaitable[bool]]
"""`(ctx, record) -> bool`, sync or async; the record is a typed instance of the entity."""


class _Rule:
    """What `|`, `&`, `~` and their named forms make of rules."""

    __slots__ = ()

    def __or__(self, other: Rule) -> AnyOf:
        return AnyOf((self, other))  # type: ignore[arg-type]  # every subclass is a Rule

    def __and__(self, other: Rule) -> AllOf:
        return AllOf((self, other))  # type: ignore[arg-type]  # every subclass is a Rule

    def __invert__(self) -> Complement:
        return Complement(self)  # type: ignore[arg-type]  # every subclass is a Rule

    def or_(self, other: Rule) -> AnyOf:
        """Either rule allows it."""
        return self | other

    def and_(self, other: Rule) -> AllOf:
        """Both rules must allow it."""
        return self & other

    def __bool__(self) -> bool:
        msg = "A rule has no truth value of its own: combine with | & ~ instead of or, and, not."
        raise TypeError(msg)


class PublicRule(_Rule, Struct, frozen=True):
    """Everybody, also without signing in."""


class AuthenticatedRule(_Rule, Struct, frozen=True):
    """Everybody who signed in."""


class OwnerRule(_Rule, Struct, frozen=True):
    """The caller whose id the owner field holds; `field` None means the entity's field declared `owner=True`."""

    field: str | None = None


class RolesRule(_Rule, Struct, frozen=True):
    """Callers with any of these roles."""

    roles: tuple[str, ...]


class GroupsRule(_Rule, Struct, frozen=True):
    """Callers in any of these groups."""

    groups: tuple[str, ...]


class WhereRule(_Rule, Struct, frozen=True):
    """Records for which the condition holds."""

    condition: Condition


class RelationshipRule(_Rule, Struct, frozen=True):
    """Callers whom the record reaches through the relationship of this name."""

    relationship: str


class CustomRule(_Rule, Struct, frozen=True):
    """Whatever the function says, asked for each record: it cannot be compiled."""

    function: CustomFunction


class NeverRule(_Rule, Struct, frozen=True):
    """Nobody."""


class AnyOf(_Rule, Struct, frozen=True):
    """At least one of the rules."""

    rules: tuple[Rule, ...]


class AllOf(_Rule, Struct, frozen=True):
    """All of the rules."""

    rules: tuple[Rule, ...]


class Complement(_Rule, Struct, frozen=True):
    """Exactly those whom the rule does not allow."""

    rule: Rule


Rule: TypeAlias = (
    PublicRule
    | AuthenticatedRule
    | OwnerRule
    | RolesRule
    | GroupsRule
    | WhereRule
    | RelationshipRule
    | CustomRule
    | NeverRule
    | AnyOf
    | AllOf
    | Complement
)


class _Allow:
    """The words rules are written with."""

    __slots__ = ()

    def public(self) -> PublicRule:
        """Everybody, also without signing in."""
        return PublicRule()

    def authenticated(self) -> AuthenticatedRule:
        """Everybody who signed in."""
        return AuthenticatedRule()

    def owner(self, field: str | None = None) -> OwnerRule:
        """The caller whose id stands in the owner field (or in the field named)."""
        return OwnerRule(field)

    def role(self, name: str) -> RolesRule:
        """Callers with this role."""
        return RolesRule((name,))

    def roles(self, names: Iterable[str]) -> RolesRule:
        """Callers with any of these roles."""
        return RolesRule(_names(names))

    def group(self, name: str) -> GroupsRule:
        """Callers in this group."""
        return GroupsRule((name,))

    def groups(self, names: Iterable[str]) -> GroupsRule:
        """Callers in any of these groups."""
        return GroupsRule(_names(names))

    def where(self, condition: Condition | None = None, /, **equals: Any) -> WhereRule:
        """Records for which the condition holds; keywords are equalities, all of which must hold."""
        items: list[Condition] = [] if condition is None else [as_condition(condition)]
        for name, value in equals.items():
            operator, operand = ("isNull", True) if value is None else ("eq", value)
            items.append(FieldCondition((name,), operator, operand))
        if not items:
            msg = "allow.where needs a condition; for every record use allow.public()."
            raise TypeError(msg)
        return WhereRule(items[0] if len(items) == 1 else AllConditions(tuple(items)))

    def relationship(self, name: str) -> RelationshipRule:
        """Callers whom the record reaches through this relationship."""
        return RelationshipRule(name)

    def custom(self, function: CustomFunction) -> CustomRule:
        """Whatever the function says; it is asked for each record, so lists read on until the page is full."""
        return CustomRule(function)

    def never(self) -> NeverRule:
        """Nobody."""
        return NeverRule()


def _names(names: object) -> tuple[str, ...]:
    if isinstance(names, str) or not isinstance(names, Iterable):
        msg = f"Give a list of names, not one string: [{names!r}]."
        raise TypeError(msg)
    return tuple(names)


allow = _Allow()


class FieldRules(Struct, frozen=True):
    """Who may read and who may write one field; None leaves it to the rules of the record."""

    read: Rule | None = None
    write: Rule | None = None


class Authorization(Struct, frozen=True):
    """The rules of an entity: an operation without a rule is refused.

    fields: Python field name to `FieldRules`, or to one rule for reading and writing.
    """

    create: Rule | None = None
    read: Rule | None = None
    update: Rule | None = None
    delete: Rule | None = None
    fields: Mapping[str, FieldRules | Rule] = field(default_factory=dict)
