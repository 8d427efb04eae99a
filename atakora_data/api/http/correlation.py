"""The id by which a request is found again in answers, errors and logs."""

from __future__ import annotations

from collections.abc import Mapping
from random import Random

CORRELATION_HEADER = "X-Correlation-Id"

_MAX_LENGTH = 128
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:")
_HEX = frozenset("0123456789abcdef")
_TRACEPARENT_PARTS = 4
_TRACE_ID_LENGTH = 32
_random = Random()  # noqa: S311 - an id to find a request by is no secret, and asking the kernel for one costs 5 µs


def correlation_id(headers: Mapping[str, str]) -> str:
    """The caller's `x-correlation-id`, else the trace id of its `traceparent`, else a new one.

    What is not well-formed is not taken over: it could forge log lines.
    """
    given = headers.get("x-correlation-id")
    if given is not None and 0 < len(given) <= _MAX_LENGTH and _ALLOWED.issuperset(given):
        return given
    parent = headers.get("traceparent")
    return (_trace_id(parent) if parent is not None else None) or f"{_random.getrandbits(128):032x}"


def _trace_id(parent: str) -> str | None:
    """The trace id of a W3C `traceparent`, e.g. `00-4bf9…4736-00f0…02b7-01`; None when it is not one."""
    parts = parent.split("-")
    if len(parts) < _TRACEPARENT_PARTS:
        return None
    trace = parts[1]
    is_valid = len(trace) == _TRACE_ID_LENGTH and _HEX.issuperset(trace) and trace.strip("0") != ""
    return trace if is_valid else None
