"""Aggregate functions that SQLite lacks: exact sums and averages of numbers, and those of decimals.

Each takes one value a record and passes over null and what is no number: a document from before the schema changed.
Decimals are exact up to `EXACT_DIGITS`, far more than any that can be stored needs.
"""

from __future__ import annotations

import math
import sqlite3
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from typing import Any

EXACT_DIGITS = 10_000
"""With so many digits sums of decimals are worked out."""

AVERAGE_DIGITS = 28
"""With so many significant digits averages of decimals are answered."""

_EXACT = Context(prec=EXACT_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_AVERAGE = Context(prec=AVERAGE_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


def register(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that compiled aggregations call."""
    for name, function in _FUNCTIONS.items():
        connection.create_aggregate(name, 1, function)


class _Numbers:
    """The numbers so far: whole ones added up, the others kept, for only together they add up exactly."""

    def __init__(self) -> None:
        self.count = 0
        self.whole = 0
        self.floats: list[float] = []

    def step(self, value: Any) -> None:
        """Take the value of a record."""
        if isinstance(value, int):
            self.whole += value
        elif isinstance(value, float):
            self.floats.append(value)
        else:
            return
        self.count += 1

    def total(self) -> float:
        """The sum of all, rounded once."""
        try:
            return math.fsum([*self.floats, float(self.whole)])
        except OverflowError:
            return math.inf if sum(self.floats) + self.whole > 0 else -math.inf


class _Sum(_Numbers):
    """Whole as text while all numbers are whole, for they may add up to more than 64 bits; else a float."""

    def finalize(self) -> str | float | None:
        """The sum."""
        if not self.count:
            return None
        return self.total() if self.floats else str(self.whole)


class _Average(_Numbers):
    def finalize(self) -> float | None:
        """The average."""
        if not self.count:
            return None
        return self.total() / self.count if self.floats else self.whole / self.count


class _DecimalSum:
    def __init__(self) -> None:
        self.count = 0
        self.sum = Decimal(0)

    def step(self, value: Any) -> None:
        """Take the value of a record."""
        number = _decimal(value)
        if number is not None:
            self.count += 1
            self.sum = _EXACT.add(self.sum, number)

    def finalize(self) -> str | None:
        """The sum."""
        return _spelled(self.sum) if self.count else None


class _DecimalAverage(_DecimalSum):
    def finalize(self) -> str | None:
        """The average."""
        return _spelled(_AVERAGE.divide(self.sum, Decimal(self.count))) if self.count else None


class _Least:
    """The spelling of the least number; of several the first in order of code points."""

    sign = 1

    def __init__(self) -> None:
        self.best: tuple[Decimal, str] | None = None

    def step(self, value: Any) -> None:
        """Take the value of a record."""
        number = _decimal(value)
        if number is None:
            return
        found = (number if self.sign > 0 else number.copy_negate(), str(value))
        if self.best is None or found < self.best:
            self.best = found

    def finalize(self) -> str | None:
        """The number found."""
        return None if self.best is None else self.best[1]


class _Greatest(_Least):
    sign = -1


_FUNCTIONS: dict[str, Any] = {
    "exact_sum": _Sum,
    "exact_avg": _Average,
    "decimal_sum": _DecimalSum,
    "decimal_avg": _DecimalAverage,
    "decimal_min": _Least,
    "decimal_max": _Greatest,
}


def _decimal(value: Any) -> Decimal | None:
    try:
        number = None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None


def _spelled(number: Decimal) -> str:
    """In plain digits, as decimals are stored, unless that were endless."""
    text = str(number) if abs(number.adjusted()) > EXACT_DIGITS else format(number, "f")
    return text.removeprefix("-") if not number else text
