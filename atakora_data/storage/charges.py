"""What the requests to a store cost, summed for whoever asks: request units, as Azure Cosmos DB counts them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from msgspec import Struct

from atakora_data.errors import QueryTooExpensive


class Charge(Struct):
    """What was spent so far. units: request units; requests: how many there were; budget: what reads may spend.

    outer: what this is a part of.
    """

    units: float = 0.0
    requests: int = 0
    budget: float | None = None
    outer: Charge | None = None


_current: ContextVar[Charge | None] = ContextVar("atakora_charge", default=None)
_is_writing: ContextVar[bool] = ContextVar("atakora_is_writing", default=False)


@contextmanager
def charging(budget: float | None = None) -> Iterator[Charge]:
    """Sum up what is spent inside, in all tasks that start there. budget: reads beyond it are refused."""
    charge = Charge(budget=budget, outer=_current.get())
    token = _current.set(charge)
    try:
        yield charge
    finally:
        _current.reset(token)


@contextmanager
def finishing() -> Iterator[None]:
    """Refuse nothing inside for what it costs: a write that has begun is finished."""
    token = _is_writing.set(True)
    try:
        yield
    finally:
        _is_writing.reset(token)


def may_refuse() -> bool:
    """Whether a read may be refused for what it costs."""
    return not _is_writing.get()


def note_charge(units: float) -> None:
    """Add what one request cost."""
    for charge in _charges():
        charge.units += units
        charge.requests += 1


def require_budget() -> None:
    """Raise QueryTooExpensive when the budget is spent. Asked before each read, never in the middle of a write."""
    for charge in _charges():
        if charge.budget is not None and charge.units >= charge.budget and may_refuse():
            raise QueryTooExpensive(
                f"The request has spent {charge.units:.0f} request units, and {charge.budget:.0f} are allowed.",
                hint="Ask for less: a narrower filter, a smaller limit, fewer relations.",
            )


def _charges() -> Iterator[Charge]:
    """What is being spent on, from the inside out."""
    charge = _current.get()
    while charge is not None:
        yield charge
        charge = charge.outer
