"""Rules read once more, straight from their declarations and in plain Python: what the product is compared with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from atakora_data.schema import rules
from atakora_data.schema.conditions import (
    AllConditions,
    AnyCondition,
    Condition,
    FieldCondition,
    NotCondition,
    PrincipalValue,
)


@dataclass(frozen=True)
class Caller:
    """Who asks. id: None for nobody."""

    id: str | None = None
    roles: tuple[str, ...] = ()
    claims: Mapping[str, Any] = field(default_factory=dict)


def permits(rule: rules.Rule | None, caller: Caller, record: Mapping[str, Any]) -> bool:  # noqa: PLR0911 - one a kind
    """Whether the rule allows the record, whose fields go by their Python names."""
    match rule:
        case rules.PublicRule():
            return True
        case rules.AuthenticatedRule():
            return caller.id is not None
        case rules.OwnerRule(name):
            return caller.id is not None and record[name or "owner_id"] == caller.id
        case rules.RolesRule(names):
            return any(name in caller.roles for name in names)
        case rules.WhereRule(condition):
            return holds(condition, caller, record)
        case rules.CustomRule(function):
            return bool(function(caller, record))
        case rules.AnyOf(parts):
            return any(permits(part, caller, record) for part in parts)
        case rules.AllOf(parts):
            return all(permits(part, caller, record) for part in parts)
        case rules.Complement(inner):
            return not permits(inner, caller, record)
    return False


def holds(condition: Condition, caller: Caller, record: Mapping[str, Any]) -> bool:
    """Whether the condition holds: with two values, where nothing but `isNull` and denials hold of null."""
    match condition:
        case AllConditions(items):
            return all(holds(item, caller, record) for item in items)
        case AnyCondition(items):
            return any(holds(item, caller, record) for item in items)
        case NotCondition(item):
            return not holds(item, caller, record)
        case FieldCondition((name,), operator, operand):
            return _asked(operator, record[name], operand, caller)
    raise AssertionError(condition)


def _asked(operator: str, value: Any, operand: Any, caller: Caller) -> bool:
    if operator in ("ne", "notIn"):
        return not _asked({"ne": "eq", "notIn": "in"}[operator], value, operand, caller)
    if operator == "isNull":
        return (value is None) is operand
    wanted = _known(operand, caller)
    match operator:
        case "eq":
            return _same(value, wanted)
        case "in":
            return isinstance(wanted, list) and any(_same(value, _known(each, caller)) for each in wanted)
        case "contains":
            return any(_same(each, wanted) for each in value or ())
        case "gt":
            return isinstance(value, int) and isinstance(wanted, int) and value > wanted
    raise AssertionError(operator)


def _known(operand: Any, caller: Caller) -> Any:
    if not isinstance(operand, PrincipalValue):
        return operand
    kind, _, name = operand.name.partition(":")
    return caller.claims.get(name) if kind == "claim" else getattr(caller, kind)


def _same(value: Any, wanted: Any) -> bool:
    """Equal and of one type, and not null; what is no text or number equals nothing."""
    return value is not None and type(value) is type(wanted) and value == wanted
