"""A decision, prepared for use: its bounds, and whether a record in memory passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.authorization.compile import compile_decision, is_exact
from atakora_data.authorization.decision import Constant, Decision
from atakora_data.authorization.evaluate import CustomContext, ask, evaluate
from atakora_data.query.evaluate import Matcher, matcher
from atakora_data.query.filter import EVERYTHING, NOTHING, Filter
from atakora_data.registry.entity import EntityModel


class Ruling:
    """What one rule means for one principal.

    upper: what a store is asked for. lower: what is allowed whatever functions say. exact: no function has a say.
    """

    __slots__ = ("_entity", "decision", "is_exact", "is_impossible", "lower", "passes", "surely", "upper")

    def __init__(self, entity: EntityModel, decision: Decision) -> None:
        self._entity = entity
        self.decision = decision
        self.is_exact = is_exact(decision)
        self.lower, self.upper = compile_decision(decision)
        self.is_impossible = self.upper == NOTHING
        self.passes: Matcher = _matcher(self.upper)
        self.surely: Matcher = _matcher(self.lower)

    @property
    def constant(self) -> bool | None:
        """The outcome when it is the same for every record."""
        if self.lower == EVERYTHING:
            return True
        return False if self.is_impossible else None

    async def allows(self, record: Mapping[str, Any], context: CustomContext | None) -> bool:
        """Whether the record is allowed; functions are asked only when the bounds leave it open."""
        if self.is_exact or not self.passes(record):
            return self.passes(record)
        if self.surely(record):
            return True
        if context is None:
            msg = "A rule with a custom function needs the context to ask it with."
            raise TypeError(msg)
        outcomes = await ask(self.decision, self._entity.codec.load(record), context)
        return evaluate(self.decision, record, outcomes)


def constant(entity: EntityModel, words: str, *, allowed: bool) -> Ruling:
    """A ruling that is the same for every record."""
    return Ruling(entity, Constant(allowed, words))


def _matcher(filter: Filter) -> Matcher:
    if filter == EVERYTHING:
        return _always
    return _never if filter == NOTHING else matcher(filter)


def _always(_record: Mapping[str, Any]) -> bool:
    return True


def _never(_record: Mapping[str, Any]) -> bool:
    return False
