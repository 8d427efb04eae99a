"""What stops the app or a part of it, and is told to whoever runs it."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from atakora_data.errors.root import AtakoraError


class Problem(Struct, frozen=True):
    """One thing wrong with a schema module: where it stands, what it is, what to do."""

    location: str
    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.location}: {self.message} {self.remedy}"


class SchemaError(AtakoraError):
    """The schema folder cannot be served; `problems` lists all that was found, never only the first."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        count = len(self.problems)
        head = f"{count} problem{'s' if count != 1 else ''} in the schemas:"
        super().__init__("\n".join([head, *(f"  {problem}" for problem in self.problems)]))


class EventsUnavailable(AtakoraError):
    """Events cannot be published now; some of them may have been, and giving all of them again is right."""


class SettingsError(AtakoraError):
    """A setting is missing or contradicts another; the message names it and the remedy."""


class HostError(AtakoraError):
    """The local host cannot serve this project; the message says why and what to do."""
