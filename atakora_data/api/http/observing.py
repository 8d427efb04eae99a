"""Tells an observer of each request and its answer."""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import TypeAlias

from atakora_data.api.http.correlation import CORRELATION_HEADER, correlation_id
from atakora_data.api.http.message import Handler, Request, Response
from atakora_data.storage.charges import charging
from atakora_data.telemetry.happenings import RequestAnswered
from atakora_data.telemetry.port import Observer
from atakora_data.telemetry.trace import tracing

Template: TypeAlias = Callable[[tuple[str, ...]], str | None]
"""The path with `{id}` where an id stands; None where nothing is."""


class ObservedHandler:
    """Answers as the handler does, and tells how it went. Of the path only its template is told."""

    def __init__(self, handle: Handler, observer: Observer, template: Template) -> None:
        self._handle = handle
        self._observer = observer
        self._template = template

    async def __call__(self, request: Request) -> Response:
        """The handler's answer."""
        began, trace = perf_counter(), correlation_id(request.headers)
        request.headers = {**request.headers, CORRELATION_HEADER.lower(): trace}
        with charging() as charge, tracing(trace):
            response = await self._handle(request)
        self._observer.note(
            RequestAnswered(
                trace,
                request.method,
                self._template(request.path),
                response.status,
                perf_counter() - began,
                charge.units,
                charge.requests,
                request.context.tenant_id or "",
            )
        )
        return response
