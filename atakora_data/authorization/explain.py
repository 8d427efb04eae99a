"""Third reading: a decision in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

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
from atakora_data.authorization.evaluate import Outcomes
from atakora_data.query.evaluate import Related, matches
from atakora_data.query.filter import EVERYTHING, NOTHING, Filter


class Explanation(Struct, frozen=True):
    """One part of a decision and what it comes to.

    allowed: None when it depends on the record and none was given, or on a function that was not asked.
    words: the rule, such as `owner(authorId)`. reason: why, where there is more to say. parts: what it is made of.
    """

    allowed: bool | None
    words: str
    parts: tuple[Explanation, ...] = ()
    reason: str = ""

    def render(self, indent: int = 0) -> str:
        """The tree as indented lines, each with its outcome."""
        mark = {True: "allowed", False: "denied", None: "depends on the record"}[self.allowed]
        why = f" ({self.reason})" if self.reason else ""
        return "\n".join(
            [f"{'  ' * indent}{self.words}: {mark}{why}", *(part.render(indent + 1) for part in self.parts)]
        )

    def as_dict(self) -> dict[str, Any]:
        """The tree as JSON data: `{allowed, rule}`, with `reason` and `parts` where there are any."""
        told: dict[str, Any] = {"allowed": self.allowed, "rule": self.words}
        if self.reason:
            told["reason"] = self.reason
        if self.parts:
            told["parts"] = [part.as_dict() for part in self.parts]
        return told


def explain(
    decision: Decision, record: Mapping[str, Any] | None, outcomes: Outcomes, related: Related | None = None
) -> Explanation:
    """Which part of the decision comes to what, for this record or for records in general."""
    match decision:
        case Constant(allowed, words, reason):
            return Explanation(allowed, words, reason=reason)
        case Predicate(filter, words):
            return _explain_predicate(filter, words, record, related)
        case Custom(function, words):
            return Explanation(None if record is None else outcomes.get(function), words)
        case AnyDecision(items):
            parts = tuple(explain(item, record, outcomes, related) for item in items)
            return Explanation(_any({part.allowed for part in parts}), "any of", parts)
        case AllDecision(items):
            parts = tuple(explain(item, record, outcomes, related) for item in items)
            return Explanation(_all({part.allowed for part in parts}), "all of", parts)
        case NotDecision(item):
            part = explain(item, record, outcomes, related)
            return Explanation(None if part.allowed is None else not part.allowed, "not", (part,))


def _explain_predicate(
    filter: Filter, words: str, record: Mapping[str, Any] | None, related: Related | None
) -> Explanation:
    if filter in (EVERYTHING, NOTHING):
        return Explanation(filter == EVERYTHING, words, reason="whatever the record, for what the caller is")
    return Explanation(None if record is None else matches(filter, record, related), words)


def _any(outcomes: set[bool | None]) -> bool | None:
    if True in outcomes:
        return True
    return None if None in outcomes else False


def _all(outcomes: set[bool | None]) -> bool | None:
    if False in outcomes:
        return False
    return None if None in outcomes else True
