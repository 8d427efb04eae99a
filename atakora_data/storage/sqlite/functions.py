"""What SQLite lacks: decimals that compare as numbers, and Unicode case folding."""

from __future__ import annotations

import sqlite3

from atakora_data.query.decimals import decimal_key


def register(connection: sqlite3.Connection) -> None:
    """Give the connection the functions that compiled queries and indexes call; null in, null out."""
    connection.create_function("decimal_key", 1, _decimal_key, deterministic=True)
    connection.create_function("casefold", 1, _casefold, deterministic=True)


def _decimal_key(text: str | None) -> str | None:
    return None if text is None else decimal_key(text)


def _casefold(text: str | None) -> str | None:
    return None if text is None else text.casefold()
