"""Third reading: a decision in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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
from atakora_data.query.evaluate import matches


@dataclass(frozen=True, slots=True)
class Explanation:
    """allowed: None when it depends on the record and none was given. parts: what the outcome is made of."""

    allowed: bool | None
    words: str
    parts: tuple[Explanation, ...] = ()

    def render(self, indent: int = 0) -> str:
        """The tree as indented lines, each with its outcome."""
        mark = {True: "allowed", False: "denied", None: "depends on the record"}[self.allowed]
        lines = [f"{'  ' * indent}{self.words}: {mark}"]
        return "\n".join([*lines, *(part.render(indent + 1) for part in self.parts)])

    def as_dict(self) -> dict[str, Any]:
        """The tree as JSON data."""
        parts = [part.as_dict() for part in self.parts]
        return {"allowed": self.allowed, "rule": self.words, **({"parts": parts} if parts else {})}


def explain(decision: Decision, record: Mapping[str, Any] | None, outcomes: Outcomes) -> Explanation:
    """Which part of the decision comes to what, for this record or for records in general."""
    match decision:
        case Constant(allowed, words):
            return Explanation(allowed, words)
        case Predicate(filter, words):
            return Explanation(None if record is None else matches(filter, record), words)
        case Custom(function, words):
            return Explanation(None if record is None else outcomes[function], words)
        case AnyDecision(items):
            parts = tuple(explain(item, record, outcomes) for item in items)
            return Explanation(_any({part.allowed for part in parts}), "any of", parts)
        case AllDecision(items):
            parts = tuple(explain(item, record, outcomes) for item in items)
            return Explanation(_all({part.allowed for part in parts}), "all of", parts)
        case NotDecision(item):
            part = explain(item, record, outcomes)
            return Explanation(None if part.allowed is None else not part.allowed, "not", (part,))


def _any(outcomes: set[bool | None]) -> bool | None:
    if True in outcomes:
        return True
    return None if None in outcomes else False


def _all(outcomes: set[bool | None]) -> bool | None:
    if False in outcomes:
        return False
    return None if None in outcomes else True
