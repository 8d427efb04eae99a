"""Which request is being answered, for whatever is done on its behalf."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("atakora_trace", default="")


def current_trace() -> str:
    """The correlation id of the request, empty outside of any."""
    return _current.get()


@contextmanager
def tracing(trace: str) -> Iterator[None]:
    """What is done inside, in all tasks that start there, is done for this request."""
    token = _current.set(trace)
    try:
        yield
    finally:
        _current.reset(token)
