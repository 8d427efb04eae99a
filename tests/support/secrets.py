"""What no log may show: whatever looks like a token or a key, and the secret values that tests use."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from pathlib import Path

LOG_FILES = ("*.log", "log.txt")

KNOWN = (
    "XSENSITIVEX",
    "a-key-of-the-service-with-more-than-32-characters=",
    "an access key that only tests know, and long enough",
    "c2VjcmV0IGtleSBvZiB0aGUgdGVzdHM=",
    "c2VjcmV0LWtleS1vZi10aGUtdG9waWM=",
)
"""Values of sensitive fields, and keys of services, as tests have them."""

_SHAPES = {
    "a token": re.compile(r"eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{16,}"),
    "a bearer": re.compile(r"[Bb]earer +[\w.~+/-]{20,}"),
    "a connection string": re.compile(r"(?:Account|SharedAccess|Access)Key=[^\s;'\"<]{2,}"),
    "a signed address": re.compile(r"[?&](?:sig|access_token|code)=[\w%+/.-]{16,}"),
}


class Extras(logging.Handler):
    """Keeps what log records carry beside their message, as an exporter would send it."""

    _STANDARD = frozenset(logging.makeLogRecord({}).__dict__)

    def __init__(self) -> None:
        super().__init__()
        self._kept: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep it."""
        if more := {name: value for name, value in record.__dict__.items() if name not in self._STANDARD}:
            self._kept.append(str(more))

    def taken(self) -> list[str]:
        """What was kept since the last time."""
        found, self._kept = self._kept, []
        return found


def secrets_in(text: str, more: tuple[str, ...] = ()) -> Iterator[str]:
    """What a text gives away, in words that do not. more: further secret values."""
    for name, shape in _SHAPES.items():
        if found := shape.search(text):
            yield f"{name} ({found[0][:4]}…)"
    for each in (*KNOWN, *more):
        if each in text:
            yield f"a secret value ({each[:4]}…)"


def secrets_of(folder: Path) -> tuple[str, ...]:
    """The keys that were made in a folder."""
    return tuple(path.read_text("utf-8").strip() for path in folder.rglob("local.key"))


def logged_in(folder: Path) -> Iterator[str]:
    """What processes logged to files in a folder."""
    for pattern in LOG_FILES:
        for path in folder.rglob(pattern):
            yield path.read_text("utf-8", errors="replace")
