"""What a store asks its engine, for people who want to know."""

from __future__ import annotations

from typing import Protocol, TypeGuard

from atakora_data.query.filter import Filter
from atakora_data.storage.port import Target


class StatementTeller(Protocol):
    """A store that can tell how it asks for the records that match."""

    def statement(self, target: Target, filter: Filter) -> str | None:
        """The statement in the language of the engine, every value a placeholder; None when one does not suffice."""


def tells(store: object) -> TypeGuard[StatementTeller]:
    """Whether the store can tell."""
    return hasattr(store, "statement")
