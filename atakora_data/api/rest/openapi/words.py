"""Rules in words, for people who read the description."""

from __future__ import annotations

from typing import Any

from atakora_data.authorization.wording import describe_filter
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
    RolesRule,
)


def rule_in_words(rule: Any) -> str:
    """A sentence that says whom a bound rule allows; None is no rule, which allows nobody."""
    return "Allowed to nobody: there is no rule." if rule is None else f"Allowed to {whom(rule)}."


def whom(rule: BoundRule) -> str:  # noqa: C901, PLR0911  # one line per kind of rule
    """Whom the rule allows: `the owner (`authorId`), or the role `admin``."""
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
        case BoundWhere(filter, words):
            return f"everybody where `{words or describe_filter(filter)}`"
        case CustomRule(function):
            return f"whom the function `{getattr(function, '__name__', 'of the app')}` allows"
        case NeverRule():
            return "nobody"
        case AnyOf(rules):
            return ", or ".join(whom(each) for each in rules)  # type: ignore[arg-type]  # bound inside as well
        case AllOf(rules):
            return " and also ".join(_nested(each) for each in rules)
        case Complement(inner):
            return f"all but {_nested(inner)}"


def _nested(rule: Any) -> str:
    return f"({whom(rule)})" if isinstance(rule, AnyOf | AllOf) else whom(rule)


def _list(names: tuple[str, ...]) -> str:
    return " or ".join(f"`{name}`" for name in names)
