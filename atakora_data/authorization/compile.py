"""First reading: a decision as a condition that a store can apply."""

from __future__ import annotations

from typing import NamedTuple

from atakora_data.authorization.decision import (
    AllDecision,
    AnyDecision,
    Constant,
    Custom,
    Decision,
    NotDecision,
    Predicate,
)
from atakora_data.query.filter import EVERYTHING, NOTHING, Filter, all_of, any_of, negate


class Bounds(NamedTuple):
    """lower: surely allowed. upper: perhaps allowed, which is what a store is asked for."""

    lower: Filter
    upper: Filter

    @property
    def is_exact(self) -> bool:
        """Whether the bounds are the decision itself, because no function has a say in it."""
        return self.lower == self.upper


def compile_decision(decision: Decision) -> Bounds:
    """The bounds of a decision: a function may say anything, and a complement swaps the bounds."""
    match decision:
        case Constant(allowed):
            return Bounds(EVERYTHING, EVERYTHING) if allowed else Bounds(NOTHING, NOTHING)
        case Predicate(filter):
            return Bounds(filter, filter)
        case Custom():
            return Bounds(NOTHING, EVERYTHING)
        case AnyDecision(items):
            bounds = [compile_decision(item) for item in items]
            return Bounds(any_of(*(each.lower for each in bounds)), any_of(*(each.upper for each in bounds)))
        case AllDecision(items):
            bounds = [compile_decision(item) for item in items]
            return Bounds(all_of(*(each.lower for each in bounds)), all_of(*(each.upper for each in bounds)))
        case NotDecision(item):
            inner = compile_decision(item)
            return Bounds(negate(inner.upper), negate(inner.lower))
