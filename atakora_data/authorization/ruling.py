"""A decision, prepared for use: its bounds, and whether a record in memory passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from atakora_data.authorization.compile import compile_decision
from atakora_data.authorization.decision import Decision
from atakora_data.authorization.evaluate import CustomContext, RelatedReader, ask, predicates, settle
from atakora_data.authorization.explain import Explanation, explain
from atakora_data.authorization.relatives import answered, crosses, possible
from atakora_data.query.evaluate import Matcher, Related, matcher, matches
from atakora_data.query.filter import EVERYTHING, NOTHING, Filter
from atakora_data.registry.entity import EntityModel


class Ruling:
    """What one rule means for one principal.

    upper: what a store is asked for. lower: what is allowed whatever functions say. is_exact: no function has a say.
    is_immediate: exact, and told from the record alone: then `passes` says whether a record in memory is allowed.
    crosses: related records have a say.
    """

    __slots__ = (
        "_entity",
        "crosses",
        "decision",
        "is_exact",
        "is_immediate",
        "is_impossible",
        "lower",
        "passes",
        "upper",
    )

    def __init__(self, entity: EntityModel, decision: Decision) -> None:
        bounds = compile_decision(decision)
        self._entity = entity
        is_bound_across = crosses(*bounds)
        self.crosses = is_bound_across or crosses(*(each.filter for each in predicates(decision)))
        self.decision = decision
        self.lower, self.upper = bounds
        self.is_exact = bounds.is_exact
        self.is_immediate = self.is_exact and not is_bound_across
        self.is_impossible = self.upper == NOTHING
        self.passes: Matcher = _unknowable if is_bound_across else _matcher(self.upper)

    @property
    def constant(self) -> bool | None:
        """The outcome when it is the same for every record."""
        if self.lower == EVERYTHING:
            return True
        return False if self.is_impossible else None

    async def allows(self, record: Mapping[str, Any], context: CustomContext | None) -> bool:
        """Whether the record is allowed; functions are asked only while the answer depends on them."""
        if self.is_immediate:
            return self.passes(record)
        if context is not None and context.is_gone and self.crosses:
            ways = await possible(self._filters, record, _reader(context))
            return all([await self._allowed(record, context, related) for related in ways])
        return await self._allowed(record, context, await self._related(record, context))

    async def _allowed(self, record: Mapping[str, Any], context: CustomContext | None, related: Related | None) -> bool:
        if self.is_exact or not matches(self.upper, record, related):
            return matches(self.upper, record, related)
        if matches(self.lower, record, related):
            return True
        instance = self._entity.codec.load(record)
        return await settle(self.decision, record, instance, _needed(context), related)

    async def explain(
        self, record: Mapping[str, Any] | None = None, context: CustomContext | None = None
    ) -> Explanation:
        """The decision in words, for this record or for records in general; every function is asked of a record."""
        if record is None or (self.is_immediate and not self.crosses):
            return explain(self.decision, record, {})
        related = await self._related(record, context)
        if self.is_exact:
            return explain(self.decision, record, {}, related)
        outcomes = await ask(self.decision, self._entity.codec.load(record), _needed(context))
        return explain(self.decision, record, outcomes, related)

    async def _related(self, record: Mapping[str, Any], context: CustomContext | None) -> Related | None:
        """What the rule asks of the record's relatives, looked up."""
        if not self.crosses:
            return None
        return await answered(self._filters, record, _reader(_needed(context)))

    @property
    def _filters(self) -> list[Filter]:
        """Everything that may ask of related records."""
        return [*(each.filter for each in predicates(self.decision)), self.lower, self.upper]


def _reader(context: CustomContext) -> RelatedReader:
    if context.related is None:
        msg = "A rule that crosses relations needs a context that can look for related records."
        raise TypeError(msg)
    return context.related


def _needed(context: CustomContext | None) -> CustomContext:
    if context is None:
        msg = "A rule with a custom function needs the context to ask it with."
        raise TypeError(msg)
    return context


def _matcher(filter: Filter) -> Matcher:
    if filter == EVERYTHING:
        return _always
    return _never if filter == NOTHING else matcher(filter)


def _unknowable(_record: Mapping[str, Any]) -> bool:
    msg = "The rule crosses relations: it cannot be told from the record alone."
    raise TypeError(msg)


def _always(_record: Mapping[str, Any]) -> bool:
    return True


def _never(_record: Mapping[str, Any]) -> bool:
    return False
