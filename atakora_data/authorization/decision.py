"""The one fold over rules: what a rule comes to for one principal. Everything else reads the result.

    Decision = Constant(allowed) | Predicate(filter) | Custom(function) | AnyDecision | AllDecision | NotDecision

Each leaf carries the words of its rule, so that compiling, evaluating and explaining tell of the same thing.
"""

from __future__ import annotations

from collections.abc import Collection
from types import MappingProxyType
from typing import Final, TypeAlias, assert_never

from msgspec import Struct

from atakora_data.authorization.principal import Principal
from atakora_data.authorization.values import NO_ENTITIES, Entities, Fields, own_id, put_in
from atakora_data.authorization.wording import describe_filter
from atakora_data.query.filter import Compare, FieldRef, Filter, Operator
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
    RolesRule,
)


class Constant(Struct, frozen=True):
    """Allowed or not whatever the record. reason: why, of this caller."""

    allowed: bool
    words: str
    reason: str = ""


class Predicate(Struct, frozen=True):
    """Allowed for the records that match."""

    filter: Filter
    words: str


class Custom(Struct, frozen=True):
    """Allowed as the function says."""

    function: CustomFunction
    words: str


class AnyDecision(Struct, frozen=True):
    """Allowed when one of them allows."""

    items: tuple[Decision, ...]


class AllDecision(Struct, frozen=True):
    """Allowed when all of them allow."""

    items: tuple[Decision, ...]


class NotDecision(Struct, frozen=True):
    """Allowed when it does not allow."""

    item: Decision


Decision: TypeAlias = Constant | Predicate | Custom | AnyDecision | AllDecision | NotDecision

_ANY_FIELDS: Final[Fields] = MappingProxyType({})


def decide(  # noqa: C901, PLR0911 - one line a rule kind
    rule: BoundRule | None, principal: Principal, fields: Fields = _ANY_FIELDS, entities: Entities = NO_ENTITIES
) -> Decision:
    """What the rule comes to for this principal; no rule denies.

    fields: of the entity, so that the caller's values are compared in the form in which they are stored.
    entities: those whose records the rule may cross over to.
    """
    match rule:
        case None:
            return Constant(allowed=False, words="no rule", reason="denied by default")
        case PublicRule():
            return Constant(allowed=True, words="public()", reason="everybody is")
        case AuthenticatedRule():
            return _authenticated(principal)
        case RolesRule(roles):
            return _membership("role", roles, principal.roles)
        case GroupsRule(groups):
            return _membership("group", groups, principal.groups)
        case BoundOwner(field):
            return _owner(field, principal, fields)
        case BoundWhere(filter, words):
            return Predicate(put_in(filter, principal, fields, entities), words or f"where({describe_filter(filter)})")
        case CustomRule(function):
            return Custom(function, f"custom({getattr(function, '__name__', type(function).__name__)})")
        case NeverRule():
            return Constant(allowed=False, words="never()", reason="nobody is")
        case AnyOf(rules):
            return any_decision(*(decide(each, principal, fields, entities) for each in rules))  # type: ignore[arg-type]  # bound inside
        case AllOf(rules):
            return all_decision(*(decide(each, principal, fields, entities) for each in rules))  # type: ignore[arg-type]  # bound inside
        case Complement(inner):
            return NotDecision(decide(inner, principal, fields, entities))  # type: ignore[arg-type]  # bound inside
    assert_never(rule)


def any_decision(*items: Decision) -> AnyDecision:
    """Any of them, flat: `a | b | c` is one choice of three."""
    nested = [item.items if isinstance(item, AnyDecision) else (item,) for item in items]
    return AnyDecision(tuple(item for each in nested for item in each))


def all_decision(*items: Decision) -> AllDecision:
    """All of them, flat."""
    nested = [item.items if isinstance(item, AllDecision) else (item,) for item in items]
    return AllDecision(tuple(item for each in nested for item in each))


def _authenticated(principal: Principal) -> Constant:
    known = principal.is_authenticated
    return Constant(known, "authenticated()", "the caller is signed in" if known else "the caller is anonymous")


def _membership(word: str, wanted: tuple[str, ...], held: Collection[str]) -> Constant:
    words = f"{word if len(wanted) == 1 else word + 's'}({', '.join(map(repr, wanted))})"
    found = next((each for each in wanted if each in held), None)
    if found is None:
        return Constant(allowed=False, words=words, reason=f"the caller has no such {word}")
    return Constant(allowed=True, words=words, reason=f"the caller has the {word} {found!r}")


def _owner(field: FieldRef, principal: Principal, fields: Fields) -> Decision:
    words = f"owner({'.'.join(field.path)})"
    if principal.id is None:
        return Constant(allowed=False, words=words, reason="the caller is anonymous")
    held = own_id(principal, field, fields)
    if held is None:
        return Constant(allowed=False, words=words, reason="the field cannot hold the caller's id")
    return Predicate(Compare(field, Operator.EQ, held), words)
