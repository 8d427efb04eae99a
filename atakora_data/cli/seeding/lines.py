"""The lines of one file: each holds one record in wire form."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import orjson
from msgspec import Struct


class Line(Struct, frozen=True):
    """One line that is not blank. record: what it holds, or None with the fault that says why not."""

    path: Path
    number: int
    record: dict[str, Any] | None
    fault: str = ""

    @property
    def location(self) -> str:
        """File and line, as editors understand it."""
        return f"{self.path}:{self.number}"


def read_lines(path: Path) -> Iterator[Line]:
    """Read one file, line by line; a faulty line does not end it."""
    with path.open("rb") as file:
        for number, text in enumerate(file, start=1):
            if text.strip():
                yield _line(path, number, text)


def batches(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    """Take the lines in lists of this size."""
    while batch := list(islice(lines, size)):
        yield batch


def count_lines(path: Path) -> int:
    """Count the records of a file without reading them."""
    with path.open("rb") as file:
        return sum(1 for text in file if text.strip())


def _line(path: Path, number: int, text: bytes) -> Line:
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return Line(path, number, None, f"is not valid JSON: {error}")
    if not isinstance(record, dict):
        return Line(path, number, None, "is not a JSON object")
    return Line(path, number, record)
