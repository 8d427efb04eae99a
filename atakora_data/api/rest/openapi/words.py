"""Rules and their conditions in words, for people who read the description."""

from __future__ import annotations

from typing import Any

import orjson

from atakora_data.query.filter import And, Compare, Filter, Not, Operator, Or, Parameter
from atakora_data.registry.entity import BoundOwner, BoundRule, BoundWhere
from atakora_data.schema.rules import (
    AllOf,
    AnyOf,
    AuthenticatedRule,
    Complement,
    CustomRule,
    GroupsRule,
    NeverRule,
    PublicRule,
    RelationshipRule,
    RolesRule,
)

_OPERATORS = {
    Operator.EQ: "is",
    Operator.GT: "is above",
    Operator.GTE: "is at least",
    Operator.LT: "is below",
    Operator.LTE: "is at most",
    Operator.IN: "is one of",
    Operator.CONTAINS: "contains",
    Operator.BEGINS_WITH: "begins with",
    Operator.ENDS_WITH: "ends with",
    Operator.CONTAINS_IGNORE_CASE: "contains (in any case)",
    Operator.BEGINS_WITH_IGNORE_CASE: "begins with (in any case)",
    Operator.ENDS_WITH_IGNORE_CASE: "ends with (in any case)",
    Operator.HAS: "contains",
    Operator.HAS_ANY: "contains one of",
    Operator.HAS_ALL: "contains all of",
}


def rule_in_words(rule: Any) -> str:
    """A sentence that says whom a bound rule allows; None is no rule, which allows nobody."""
    return "Allowed to nobody: there is no rule." if rule is None else f"Allowed to {_rule(rule)}."


def _rule(rule: BoundRule) -> str:  # noqa: C901, PLR0911  # one line per kind of rule
    match rule:
        case PublicRule():
            return "everybody"
        case AuthenticatedRule():
            return "everybody who signed in"
        case BoundOwner(field):
            return f"the owner (`{'.'.join(field.path)}`)"
        case RolesRule(roles):
            return f"the role {_list(roles)}"
        case GroupsRule(groups):
            return f"the group {_list(groups)}"
        case BoundWhere(filter):
            return f"everybody where {condition_in_words(filter)}"
        case RelationshipRule(name):
            return f"whom `{name}` of the record names"
        case CustomRule(function):
            return f"whom the function `{getattr(function, '__name__', 'of the app')}` allows"
        case NeverRule():
            return "nobody"
        case AnyOf(rules):
            return ", or ".join(_rule(each) for each in rules)  # type: ignore[arg-type]  # bound inside as well
        case AllOf(rules):
            return " and also ".join(_nested(each) for each in rules)
        case Complement(inner):
            return f"all but {_nested(inner)}"


def _nested(rule: Any) -> str:
    return f"({_rule(rule)})" if isinstance(rule, AnyOf | AllOf) else _rule(rule)


def condition_in_words(filter: Filter) -> str:
    """A condition such as `status` is "published"."""
    match filter:
        case And(()):
            return "nothing more is asked"
        case Or(()):
            return "nothing would suffice"
        case And(items):
            return " and ".join(_grouped(each) for each in items)
        case Or(items):
            return " or ".join(_grouped(each) for each in items)
        case Not(item):
            return f"not {_grouped(item)}"
        case Compare(field, operator, value):
            name = f"`{'.'.join(field.path)}`" if not field.size else f"the size of `{'.'.join(field.path)}`"
            return f"{name} has no value" if operator is Operator.IS_NULL else _comparison(name, operator, value)


def _comparison(name: str, operator: Operator, value: Any) -> str:
    if isinstance(value, Parameter):
        return f"{name} {_OPERATORS[operator]} the caller's `{value.name.removeprefix('claim:')}`"
    if isinstance(value, tuple):
        return f"{name} {_OPERATORS[operator]} {_list(value)}"
    return f"{name} {_OPERATORS[operator]} {_shown(value)}"


def _grouped(filter: Filter) -> str:
    return f"({condition_in_words(filter)})" if isinstance(filter, And | Or) else condition_in_words(filter)


def _list(values: tuple[Any, ...]) -> str:
    return " or ".join(_shown(value) for value in values)


def _shown(value: Any) -> str:
    return f"`{value}`" if isinstance(value, str) else f"`{orjson.dumps(value).decode()}`"
