"""What SQLite lacks: decimals that compare as numbers, and Unicode case folding."""

from __future__ import annotations

import sqlite3
from functools import lru_cache

from atakora_data.query.decimals import decimal_key


def register(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that compiled queries and indexes call; null in, null out."""
    connection.create_function("decimal_key", 1, _decimal_key, deterministic=True)
    connection.create_function("casefold", 1, _casefold, deterministic=True)


@lru_cache(maxsize=4096)
def _decimal_key(value: str | float | None) -> str | None:
    """No number is no value: a document from before the field became a decimal must not break every query."""
    try:
        return None if value is None else decimal_key(str(value))
    except ValueError:
        return None


def _casefold(value: str | float | None) -> str | None:
    return None if value is None else str(value).casefold()
