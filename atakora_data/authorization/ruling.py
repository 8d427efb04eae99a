"""A decision, prepared for use: its bounds, and whether a record in memory passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import Decision
from atakora_data.authorization.evaluate import CustomContext, ask, settle
from atakora_data.authorization.explain import Explanation, explain
from atakora_data.query.evaluate import Matcher, matcher
from atakora_data.query.filter import EVERYTHING, NOTHING, Filter
from atakora_data.registry.entity import EntityModel


class Ruling:
    """What one rule means for one principal.

    upper: what a store is asked for. lower: what is allowed whatever functions say. is_exact: no function has a say.
    passes, surely: whether a record in memory lies within `upper`, within `lower`.
    """

    __slots__ = ("_entity", "decision", "is_exact", "is_impossible", "lower", "passes", "surely", "upper")

    def __init__(self, entity: EntityModel, decision: Decision) -> None:
        bounds = compile_decision(decision)
        self._entity = entity
        self.decision = decision
        self.lower, self.upper = bounds
        self.is_exact = bounds.is_exact
        self.is_impossible = self.upper == NOTHING
        self.passes: Matcher = _matcher(self.upper)
        self.surely: Matcher = self.passes if self.is_exact else _matcher(self.lower)

    @property
    def constant(self) -> bool | None:
        """The outcome when it is the same for every record."""
        if self.lower == EVERYTHING:
            return True
        return False if self.is_impossible else None

    async def allows(self, record: Mapping[str, Any], context: CustomContext | None) -> bool:
        """Whether the record is allowed; functions are asked only while the answer depends on them."""
        if self.is_exact or not self.passes(record):
            return self.passes(record)
        if self.surely(record):
            return True
        instance = self._entity.codec.load(record)
        return await settle(self.decision, record, instance, _needed(context))

    async def explain(
        self, record: Mapping[str, Any] | None = None, context: CustomContext | None = None
    ) -> Explanation:
        """The decision in words, for this record or for records in general; every function is asked of a record."""
        if record is None or self.is_exact:
            return explain(self.decision, record, {})
        outcomes = await ask(self.decision, self._entity.codec.load(record), _needed(context))
        return explain(self.decision, record, outcomes)


def _needed(context: CustomContext | None) -> CustomContext:
    if context is None:
        msg = "A rule with a custom function needs the context to ask it with."
        raise TypeError(msg)
    return context


def _matcher(filter: Filter) -> Matcher:
    if filter == EVERYTHING:
        return _always
    return _never if filter == NOTHING else matcher(filter)


def _always(_record: Mapping[str, Any]) -> bool:
    return True


def _never(_record: Mapping[str, Any]) -> bool:
    return False
