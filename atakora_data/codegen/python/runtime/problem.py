"""What can go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LONGEST = 500


@dataclass(frozen=True)
class Violation:
    """What is wrong with one part of the input. pointer: where, such as `/title`."""

    pointer: str
    detail: str
    code: str


class ProblemError(Exception):
    """The app refused a call.

    code: stable, such as `not_found`. status: that of HTTP. errors: what is wrong with the input.
    trace_id: finds the request in the logs of the app. operation: which one of an atomic batch failed, counted from 0.
    """

    def __init__(self, status: int, told: Any) -> None:
        problem: Mapping[str, Any] = told if isinstance(told, Mapping) and "code" in told else {}
        self.status = status
        self.code: str = problem.get("code", "unknown")
        self.title: str = problem.get("title") or f"The answer has the status {status}."
        self.detail: str | None = problem.get("detail") or (told[:_LONGEST] if isinstance(told, str) and told else None)
        self.hint: str | None = problem.get("hint")
        self.errors = tuple(_violation(each) for each in problem.get("errors") or ())
        self.trace_id: str | None = problem.get("traceId")
        self.operation: int | None = problem.get("operation")
        super().__init__(self.detail or self.title)


def _violation(told: Mapping[str, str]) -> Violation:
    return Violation(told.get("pointer", ""), told.get("detail", ""), told.get("code", ""))


class UnreachableError(Exception):
    """No answer came, also not after trying again; `__cause__` is what aiohttp said."""


class UnexpectedAnswerError(Exception):
    """The app answered what this client was not made for, maybe from newer schemas: generate it anew."""


class NotAskedForError(AttributeError):
    """A field or relation that the record was read without. `hasattr` says whether it is there."""
