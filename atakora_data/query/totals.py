"""What sums, averages and extremes come to, value by value: the same in every store and in memory.

Each takes one value a record and passes over null and what is no number: a document from before the schema changed.
Decimals are exact up to `EXACT_DIGITS`, far more than any that can be stored needs. Without any value it is None.
"""

from __future__ import annotations

import math
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, InvalidOperation
from typing import Any

EXACT_DIGITS = 10_000
"""With so many digits sums of decimals are worked out."""

AVERAGE_DIGITS = 28
"""With so many significant digits averages of decimals are answered."""

_EXACT = Context(prec=EXACT_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
_AVERAGE = Context(prec=AVERAGE_DIGITS, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


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


class Sum(_Numbers):
    """The sum of numbers: whole, however large, while all of them are; else a float."""

    def finalize(self) -> int | float | None:
        """The sum."""
        if not self.count:
            return None
        return self.total() if self.floats else self.whole


class Average(_Numbers):
    """The average of numbers."""

    def finalize(self) -> float | None:
        """The average."""
        if not self.count:
            return None
        return self.total() / self.count if self.floats else self.whole / self.count


class DecimalSum:
    """The sum of decimals, as text."""

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


class DecimalAverage(DecimalSum):
    """The average of decimals, as text."""

    def finalize(self) -> str | None:
        """The average."""
        return _spelled(_AVERAGE.divide(self.sum, Decimal(self.count))) if self.count else None


class Least:
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


class Greatest(Least):
    """The spelling of the greatest number; of several the first in order of code points."""

    sign = -1


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
