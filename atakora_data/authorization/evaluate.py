"""Second reading: a decision on one record, straight from the tree and not by way of the compiled condition."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from atakora_data.authorization.decision import (
    AllDecision,
    AnyDecision,
    Constant,
    Custom,
    Decision,
    NotDecision,
    Predicate,
)
from atakora_data.authorization.principal import Principal
from atakora_data.query.evaluate import matches
from atakora_data.schema.rules import CustomFunction


@dataclass(frozen=True, slots=True)
class CustomContext:
    """What custom rules are told beside the record: who asks, and the typed data API as that principal."""

    principal: Principal
    data: Any


Outcomes: TypeAlias = Mapping[CustomFunction, bool]
"""What each function said of the record."""


def evaluate(decision: Decision, record: Mapping[str, Any], outcomes: Outcomes) -> bool:
    """Whether the decision allows the record, given what its functions said."""
    match decision:
        case Constant(allowed):
            return allowed
        case Predicate(filter):
            return matches(filter, record)
        case Custom(function):
            return outcomes[function]
        case AnyDecision(items):
            return any(evaluate(item, record, outcomes) for item in items)
        case AllDecision(items):
            return all(evaluate(item, record, outcomes) for item in items)
        case NotDecision(item):
            return not evaluate(item, record, outcomes)


def customs(decision: Decision) -> Iterator[Custom]:
    """The functions that have a say in the decision."""
    match decision:
        case Custom():
            yield decision
        case AnyDecision(items) | AllDecision(items):
            for item in items:
                yield from customs(item)
        case NotDecision(item):
            yield from customs(item)
        case _:
            return


async def ask(decision: Decision, instance: Any, context: CustomContext) -> dict[CustomFunction, bool]:
    """What every function of the decision says of the record. What they raise goes on: a fault of the app."""
    return {custom.function: await _ask(custom, instance, context) for custom in customs(decision)}


async def _ask(custom: Custom, instance: Any, context: CustomContext) -> bool:
    said = custom.function(context, instance)
    if inspect.isawaitable(said):
        said = await said
    if not isinstance(said, bool):
        msg = f"The rule {custom.words} answered {type(said).__name__}; a custom rule answers True or False."
        raise TypeError(msg)
    return said
