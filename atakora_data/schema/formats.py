"""The canonical wire form of scalars, which is also how they are stored: code-point order is the order of values.

Each `read_…` takes JSON data and answers the Python value, or raises ValueError saying what is expected.
Each `write_…` takes the Python value and answers JSON data.
"""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

import orjson

INT32: Final = (-(2**31), 2**31 - 1)
"""The bounds of an `int` that declares none: GraphQL's Int."""

INT53: Final = (-(2**53 - 1), 2**53 - 1)
"""The bounds of an `int` that declares more: what JSON numbers hold exactly."""

MAX_DECIMAL_LENGTH: Final = 400
MAX_ID_LENGTH: Final = 255
_QUOTED_LENGTH: Final = len('"2024-01-31T09:30:00.000000Z"')
_DATETIME: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(Z|z|[+-]\d\d:\d\d)?", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME: Final = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?", re.ASCII)
_DECIMAL: Final = re.compile(r"[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,4})?", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.ASCII)


def read_datetime(value: Any) -> datetime:
    """An RFC 3339 date and time with its offset, in UTC."""
    match = _DATETIME.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("must be a date and time such as 2024-01-31T09:30:00Z")
    offset = match[1]
    if offset is None:
        raise ValueError("must say its offset from UTC: append Z for UTC, or an offset such as +02:00")
    try:
        if offset == "Z":
            return datetime.fromisoformat(value)
        return datetime.fromisoformat(value.upper()).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError("must be a date and time that exists, from year 1 to 9999 in UTC") from None


def write_datetime(value: datetime) -> str:
    """In UTC, always with six digits of microseconds."""
    if value.tzinfo is not UTC:
        value = _in_utc(value)
    text = orjson.dumps(value, option=orjson.OPT_UTC_Z).decode()  # several times as fast as isoformat
    return text[1:-1] if len(text) == _QUOTED_LENGTH else f"{text[1:20]}.000000Z"


def _in_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("must say its time zone: use utcnow() or datetime(…, tzinfo=UTC)")
    return value.astimezone(UTC)


def write_uuid(value: UUID) -> str:
    """Lower case with hyphens."""
    return orjson.dumps(value)[1:-1].decode()  # several times as fast as str


def read_date(value: Any) -> date:
    """An ISO date."""
    if not isinstance(value, str) or _DATE.fullmatch(value) is None:
        raise ValueError("must be a date such as 2024-01-31")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a date that exists") from None


def write_date(value: date) -> str:
    """As `2024-01-31`."""
    return value.isoformat()


def read_time(value: Any) -> time:
    """An ISO time of day without an offset."""
    if not isinstance(value, str) or _TIME.fullmatch(value) is None:
        raise ValueError("must be a time of day without an offset, such as 09:30:00")
    try:
        return time.fromisoformat(value)
    except ValueError:
        raise ValueError("must be a time of day that exists") from None


def write_time(value: time) -> str:
    """Always with six digits of microseconds."""
    if value.tzinfo is not None:
        raise ValueError("must not have a time zone; for a moment in time declare a datetime")
    return value.isoformat(timespec="microseconds")


def read_decimal(value: Any) -> Decimal:
    """A number in a string, or a JSON integer; a JSON float has lost its digits already."""
    if isinstance(value, float):
        raise ValueError('must be a string, since a JSON number loses digits: send "1.10", not 1.10')  # noqa: TRY004  # one kind of error for all bad values
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or _DECIMAL.fullmatch(value) is None:
        raise ValueError('must be a decimal number in a string, such as "1.10"')
    number = Decimal(value)
    write_decimal(number)
    return number


def write_decimal(value: Decimal) -> str:
    """In plain digits, as many as were given: `1.10`."""
    if not value.is_finite():
        raise ValueError("must be a finite number")
    if abs(value.adjusted()) > MAX_DECIMAL_LENGTH or len(text := format(value, "f")) > MAX_DECIMAL_LENGTH:
        raise ValueError(f"must have at most {MAX_DECIMAL_LENGTH} digits")
    return text.removeprefix("-") if not value else text


def read_uuid(value: Any) -> UUID:
    """A UUID in its usual form; upper case is accepted."""
    if not isinstance(value, str) or _UUID.fullmatch(value.lower()) is None:
        raise ValueError("must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e")
    return UUID(value)


def canonical_uuid(value: Any) -> str:
    """Lower case with hyphens."""
    if isinstance(value, str) and _UUID.fullmatch(value) is not None:
        return value
    return str(read_uuid(value))


def canonical_string(value: Any) -> str:
    """A string without U+0000, which no store keeps."""
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004  # one kind of error for all bad values
    if "\0" in value:
        raise ValueError("must not contain the character U+0000")
    if not value.isascii() and any("\ud800" <= each <= "\udfff" for each in value):
        raise ValueError("must be valid Unicode, without lone surrogates")
    return value


def canonical_integer(value: Any, bounds: tuple[int, int]) -> int:
    """A whole number within the bounds."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError("must be a whole number")  # noqa: TRY004  # one kind of error for all bad values
    if not bounds[0] <= value <= bounds[1]:
        raise ValueError(f"must be from {bounds[0]} to {bounds[1]}")
    return value


def canonical_float(value: Any) -> float:
    """A finite number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("must be a number")  # noqa: TRY004  # one kind of error for all bad values
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("must be a number of at most 1.8e308") from None
    if not math.isfinite(number):
        raise ValueError("must be a finite number")
    return number


def canonical_boolean(value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError("must be true or false")  # noqa: TRY004  # one kind of error for all bad values
    return value


def check_id(value: str) -> str:
    """The id as it is, if every store and URL can carry it."""
    if not 1 <= len(value) <= MAX_ID_LENGTH:
        raise ValueError(f"must have 1 to {MAX_ID_LENGTH} characters")
    if value in (".", "..") or _UNFIT_FOR_IDS.search(value) is not None:
        raise ValueError("must not contain / \\ ? # or control characters, nor be . or ..")
    if value in RESERVED_IDS:
        raise ValueError(f"must not be `{value}`, which is a path of its own")
    return value


RESERVED_IDS: Final = frozenset({"aggregate"})
"""What stands for something else than a record below a collection."""


_UNFIT_FOR_IDS: Final = re.compile(r"[/\\?#\x00-\x1f\x7f-\x9f]")
