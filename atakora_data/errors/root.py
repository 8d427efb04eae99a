"""What every error is: a root, what callers are told, and what is wrong with an input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec import Struct


class Violation(Struct, frozen=True):
    """One thing wrong with the input: where (a JSON pointer), what, and a stable code."""

    pointer: str
    detail: str
    code: str


class AtakoraError(Exception):
    """The root of all errors this package raises on purpose."""


class RequestError(AtakoraError):
    """An error the caller is told: each class has a fixed status, code and title."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "malformed_request"
    title: ClassVar[str] = "The request is malformed"

    def __init__(self, detail: str, *, hint: str | None = None, errors: Iterable[Violation] = ()) -> None:
        super().__init__(detail)
        self.detail = detail
        self.hint = hint
        self.errors = tuple(errors)

    @property
    def headers(self) -> dict[str, str]:
        """Response headers that belong to this error, such as `Allow` or `Retry-After`."""
        return {}
