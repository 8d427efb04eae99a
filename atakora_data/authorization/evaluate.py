"""Second reading: a decision on one record, straight from the tree and not by way of the compiled condition."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

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
from atakora_data.query.evaluate import Related, matches
from atakora_data.query.filter import Filter, Link
from atakora_data.schema.rules import CustomFunction


class RelatedReader(Protocol):
    """Looks for related records, whatever the caller may read: rules go by the data as it is."""

    async def exists(self, link: Link, value: Any, filter: Filter) -> bool:
        """Whether the link leads from a record with this value in `link.local` to one that matches the filter."""


class CustomContext(Struct, frozen=True):
    """What custom rules are told beside the record: who asks, and the typed data API as that principal.

    related: where rules look for related records. is_gone: the record is stored no more, nor its links.
    """

    principal: Principal
    data: Any
    related: RelatedReader | None = None
    is_gone: bool = False


Outcomes: TypeAlias = Mapping[CustomFunction, bool]
"""What each function said of the record."""


def evaluate(decision: Decision, record: Mapping[str, Any], outcomes: Outcomes, related: Related | None = None) -> bool:
    """Whether the decision allows the record, given what its functions said; KeyError when one still has to say."""
    verdict = judge(decision, record, outcomes, related)
    if isinstance(verdict, Custom):
        raise KeyError(verdict.words)
    return verdict


def judge(
    decision: Decision, record: Mapping[str, Any], outcomes: Outcomes, related: Related | None = None
) -> bool | Custom:
    """Whether the decision allows the record, or the first function on whose word that depends."""
    match decision:
        case Constant(allowed):
            return allowed
        case Predicate(filter):
            return matches(filter, record, related)
        case Custom(function):
            return outcomes.get(function, decision)
        case AnyDecision(items):
            return _first_or(True, [judge(item, record, outcomes, related) for item in items])
        case AllDecision(items):
            return _first_or(False, [judge(item, record, outcomes, related) for item in items])
        case NotDecision(item):
            verdict = judge(item, record, outcomes, related)
            return verdict if isinstance(verdict, Custom) else not verdict


def _first_or(decisive: bool, verdicts: list[bool | Custom]) -> bool | Custom:
    """One verdict decides for all; else the first that is open; else the opposite."""
    if decisive in verdicts:
        return decisive
    return next((verdict for verdict in verdicts if isinstance(verdict, Custom)), not decisive)


async def settle(
    decision: Decision,
    record: Mapping[str, Any],
    instance: Any,
    context: CustomContext,
    related: Related | None = None,
) -> bool:
    """Whether the decision allows the record, asking functions one by one for as long as it depends on them.

    instance: the record as functions get it. What they raise goes on: a fault of the app.
    """
    outcomes: dict[CustomFunction, bool] = {}
    while isinstance(verdict := judge(decision, record, outcomes, related), Custom):
        outcomes[verdict.function] = await _ask(verdict, instance, context)
    return verdict


async def ask(decision: Decision, instance: Any, context: CustomContext) -> dict[CustomFunction, bool]:
    """What every function of the decision says of the record, needed or not. What they raise goes on."""
    return {custom.function: await _ask(custom, instance, context) for custom in customs(decision)}


def customs(decision: Decision) -> Iterator[Custom]:
    """The functions that occur in the decision."""
    return (leaf for leaf in _leaves(decision) if isinstance(leaf, Custom))


def predicates(decision: Decision) -> Iterator[Predicate]:
    """The conditions that occur in the decision."""
    return (leaf for leaf in _leaves(decision) if isinstance(leaf, Predicate))


def _leaves(decision: Decision) -> Iterator[Decision]:
    match decision:
        case AnyDecision(items) | AllDecision(items):
            for item in items:
                yield from _leaves(item)
        case NotDecision(item):
            yield from _leaves(item)
        case _:
            yield decision


async def _ask(custom: Custom, instance: Any, context: CustomContext) -> bool:
    said: Any = custom.function(context, instance)
    if inspect.isawaitable(said):
        said = await said
    if said is not True and said is not False:
        msg = f"The rule {custom.words} answered {type(said).__name__}; a custom rule answers True or False."
        raise TypeError(msg)
    return said
