"""What the local host answers when a client does not speak HTTP: told like any other error, without repeating it."""

from __future__ import annotations

import re

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError, InvalidURLError, LineTooLong

from atakora_data.api.http.correlation import CORRELATION_HEADER, correlation_id
from atakora_data.api.http.message import Request
from atakora_data.api.http.problem import problem
from atakora_data.devhost.answer import Answer
from atakora_data.errors import MalformedRequest
from atakora_data.service.context import RequestContext

LONGEST_LINE = 32 * 1024

_QUOTATION = re.compile(r":|\n|\"|b'")


class Server(web.Server):
    """Makes the protocol of each connection."""

    def __call__(self) -> web.RequestHandler:
        """Speak with one client."""
        return Protocol(self, loop=self._loop, **self._kwargs)


class Protocol(web.RequestHandler):
    """Speaks HTTP with one client. Whoever sends something else is answered: that is no fault of this program."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer 400 to what is not HTTP, and close the connection; our own faults go the usual way."""
        if not isinstance(exc, HttpProcessingError) or request.writer.output_size > 0:
            return super().handle_error(request, status, exc, message)
        return _refusal(_explained(exc))


def _explained(error: HttpProcessingError) -> MalformedRequest:
    if isinstance(error, LineTooLong):
        return MalformedRequest(
            f"The URL or a header has more than {LONGEST_LINE} bytes.",
            hint="Send long queries in the body of a POST to /graphql.",
        )
    if isinstance(error, InvalidURLError):
        return MalformedRequest(
            "The target of the request is not a URL.", hint="Percent-encode each character that is not ASCII."
        )
    said = _QUOTATION.split(error.message, maxsplit=1)[0].strip().rstrip(".")
    return MalformedRequest(f"This is not HTTP/1.1: {said}.")


def _refusal(error: MalformedRequest) -> Answer:
    trace = correlation_id({})
    told = problem(error, Request("", (), url="/", context=RequestContext(correlation_id=trace)))
    told.headers[CORRELATION_HEADER] = trace
    answer = Answer(told.status, told.headers.items(), told.body)
    answer.force_close()
    return answer
