"""Happenings as log lines: one JSON object each, which Application Insights and `jq` can take apart."""

from __future__ import annotations

import logging
from http import HTTPStatus

import orjson
from msgspec.structs import asdict

from atakora_data.telemetry.happenings import Happening, RequestAnswered

_log = logging.getLogger("atakora_data.telemetry")

_DIGITS = 6


class LogObserver:
    """Writes each happening; failures as warnings, the rest for information."""

    def note(self, happening: Happening) -> None:
        """Write one line, if its level is logged."""
        level = logging.WARNING if _is_failure(happening) else logging.INFO
        if _log.isEnabledFor(level):
            _log.log(level, "%s", _text(happening))


def _is_failure(happening: Happening) -> bool:
    if isinstance(happening, RequestAnswered):
        return happening.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return happening.error is not None


def _text(happening: Happening) -> str:
    facts = {name: round(value, _DIGITS) if isinstance(value, float) else value for name, value in _facts(happening)}
    return orjson.dumps({"happening": type(happening).__name__, **facts}).decode()


def _facts(happening: Happening) -> list[tuple[str, object]]:
    return [(name, value) for name, value in asdict(happening).items() if value not in {None, ""}]
