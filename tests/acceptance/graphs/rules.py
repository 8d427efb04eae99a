"""Random rules as plain data: written as a developer would, and judged in plain Python by the oracle."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any, Protocol, TypeAlias

Rule: TypeAlias = tuple[Any, ...]
"""`("public",)`, `("where", field, operator, value)`, `("via", relation, rule)`, `("any", rule, rule)` and the like."""


class Declared(Protocol):
    """What rules need to know of a relation."""

    @property
    def name(self) -> str:
        """Its Python name."""

    @property
    def kind(self) -> str:
        """How it connects."""


_PLAIN: list[Rule] = [
    ("public",),
    ("public",),
    ("authenticated",),
    ("never",),
    ("owner",),
    ("role", "chief"),
    ("where", "state", "==", "open"),
    ("where", "level", ">", 1),
    ("where", "label", "!=", "x"),
]
_ABROAD: list[Rule] = [
    ("where", "state", "==", "open"),
    ("where", "level", ">", 1),
    ("mine", "owner_id"),
    ("where", "state", "!=", "open"),
]


def any_rule(random: Random, relations: Sequence[Declared], depth: int = 2) -> Rule:
    """Some rule, often one that crosses a relation."""
    if depth and random.random() < 0.4:
        inner = any_rule(random, relations, depth - 1), any_rule(random, relations, depth - 1)
        return random.choice([("any", *inner), ("all", *inner), ("not", inner[0])])
    crossing = [_across(random, each) for each in relations if each.kind != "polymorphic"]
    if crossing and random.random() < 0.4:
        return random.choice(crossing)
    return random.choice(_PLAIN)


def _across(random: Random, relation: Declared) -> Rule:
    if relation.kind in ("belongs_to", "has_one") and random.random() < 0.7:
        return ("via", relation.name, random.choice(_ABROAD))
    return ("relationship", relation.name)


def written(rule: Rule) -> str:  # noqa: PLR0911 - one a kind
    """The rule as a developer would write it."""
    match rule:
        case ("role", name):
            return f"allow.role({name!r})"
        case ("relationship", name):
            return f"allow.relationship({name!r})"
        case ("where" | "mine" | "via", *_):
            return f"allow.where({_condition(rule, 'this')})"
        case ("any", one, other):
            return f"({written(one)} | {written(other)})"
        case ("all", one, other):
            return f"({written(one)} & {written(other)})"
        case ("not", inner):
            return f"~({written(inner)})"
    return f"allow.{rule[0]}()"


def _condition(rule: Rule, where: str) -> str:
    match rule:
        case ("where", field, operator, value):
            return f"{where}.{field} {operator} {value!r}"
        case ("mine", field):
            return f"{where}.{field} == principal.id"
        case ("via", name, inner):
            return _condition(inner, f"{where}.{name}")
    raise AssertionError(rule)
