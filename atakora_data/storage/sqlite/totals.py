"""Aggregate functions that SQLite lacks: exact sums and averages of numbers, and those of decimals."""

from __future__ import annotations

import sqlite3
from typing import Any

from atakora_data.query.totals import Average, DecimalAverage, DecimalSum, Greatest, Least, Sum


def register(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that compiled aggregations call."""
    for name, function in _FUNCTIONS.items():
        connection.create_aggregate(name, 1, function)


class _SumAsText(Sum):
    """Whole sums as text, for they may have more than the 64 bits of SQLite's own numbers."""

    def finalize(self) -> Any:
        """The sum."""
        total = super().finalize()
        return str(total) if isinstance(total, int) else total


_FUNCTIONS: dict[str, Any] = {
    "exact_sum": _SumAsText,
    "exact_avg": Average,
    "decimal_sum": DecimalSum,
    "decimal_avg": DecimalAverage,
    "decimal_min": Least,
    "decimal_max": Greatest,
}
