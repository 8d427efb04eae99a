"""The one fold over rules: what a rule comes to for one principal. Everything else reads the result.

    Decision = Constant(allowed) | Predicate(filter) | Custom(function) | AnyDecision | AllDecision | NotDecision

Each carries the words of its rule, so that compiling, evaluating and explaining tell of the same thing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias, assert_never

from atakora_data.authorization.principal import Principal
from atakora_data.authorization.wording import describe_filter
from atakora_data.query.filter import Compare, FieldRef, Filter, Kind, Operator, Parameter, substitute, transform
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere
from atakora_data.schema.rules import (
    AllOf,
    AnyOf,
    AuthenticatedRule,
    Complement,
    CustomFunction,
    CustomRule,
    GroupsRule,
    NeverRule,
    PublicRule,
    RelationshipRule,
    RolesRule,
)


@dataclass(frozen=True, slots=True)
class Constant:
    """Allowed or not whatever the record."""

    allowed: bool
    words: str


@dataclass(frozen=True, slots=True)
class Predicate:
    """Allowed for the records that match."""

    filter: Filter
    words: str


@dataclass(frozen=True, slots=True)
class Custom:
    """Allowed as the function says."""

    function: CustomFunction
    words: str


@dataclass(frozen=True, slots=True)
class AnyDecision:
    """Allowed when one of them allows."""

    items: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class AllDecision:
    """Allowed when all of them allow."""

    items: tuple[Decision, ...]


@dataclass(frozen=True, slots=True)
class NotDecision:
    """Allowed when it does not allow."""

    item: Decision


Decision: TypeAlias = Constant | Predicate | Custom | AnyDecision | AllDecision | NotDecision


def decide(  # noqa: C901, PLR0911, PLR0912 - one line a rule kind
    rule: BoundRule | None, principal: Principal
) -> Decision:
    """What the rule comes to for this principal; no rule denies.

    A relationship rule is refused when schemas load; should one come here it denies.
    """
    match rule:
        case None:
            return Constant(allowed=False, words="no rule: denied by default")
        case PublicRule():
            return Constant(allowed=True, words="public()")
        case AuthenticatedRule():
            return Constant(principal.is_authenticated, "authenticated()")
        case RolesRule(roles):
            return Constant(not principal.roles.isdisjoint(roles), f"role({_names(roles)})")
        case GroupsRule(groups):
            return Constant(not principal.groups.isdisjoint(groups), f"group({_names(groups)})")
        case BoundOwner(field):
            return _owner(field, principal)
        case BoundWhere(filter):
            return Predicate(_put_in(filter, principal), f"where({describe_filter(filter)})")
        case CustomRule(function):
            return Custom(function, f"custom({getattr(function, '__name__', 'function')})")
        case NeverRule():
            return Constant(allowed=False, words="never()")
        case RelationshipRule(name):
            return Constant(allowed=False, words=f"relationship({name!r})")
        case AnyOf(rules):
            return AnyDecision(tuple(decide(each, principal) for each in rules))  # type: ignore[arg-type]  # bound inside
        case AllOf(rules):
            return AllDecision(tuple(decide(each, principal) for each in rules))  # type: ignore[arg-type]  # bound inside
        case Complement(inner):
            return NotDecision(decide(inner, principal))  # type: ignore[arg-type]  # bound inside
    assert_never(rule)


def _owner(field: FieldRef, principal: Principal) -> Decision:
    words = f"owner({'.'.join(field.path)})"
    if principal.id is None:
        return Constant(allowed=False, words=words)
    return Predicate(Compare(field, Operator.EQ, principal.id), words)


def _put_in(filter: Filter, principal: Principal) -> Filter:
    """The filter with the caller's values, each of which must be of the kind that its field compares as."""

    def checked(leaf: Compare) -> Filter:
        if not isinstance(leaf.value, Parameter):
            return leaf
        value = _principal_value(principal, leaf.value.name)
        fitting = value if _fits(leaf, value) else None
        return substitute(leaf, lambda _name: fitting)

    return transform(filter, checked)


def _principal_value(principal: Principal, name: str) -> Any:
    kind, _, claim = name.partition(":")
    return principal.claim(claim) if kind == "claim" else getattr(principal, name)


def _fits(leaf: Compare, value: Any) -> bool:
    if leaf.operator in (Operator.IN, Operator.HAS_ANY, Operator.HAS_ALL):
        kind = leaf.field.kind if leaf.operator is Operator.IN else leaf.field.item
        return isinstance(value, list | tuple) and all(_is_of(kind, each) for each in value)
    return _is_of(leaf.field.item if leaf.operator is Operator.HAS else leaf.field.kind, value)


def _is_of(kind: Kind | None, value: Any) -> bool:
    if kind is Kind.BOOLEAN:
        return isinstance(value, bool)
    if kind is Kind.NUMBER:
        return isinstance(value, int | float) and not isinstance(value, bool)
    return isinstance(value, str) and kind in _TEXTUAL


_TEXTUAL: frozenset[Kind | None] = frozenset({Kind.STRING})


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(map(repr, names))
