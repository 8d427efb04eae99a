"""The way of every request: who asks, who answers, what an error looks like."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from itertools import chain
from typing import TypeAlias

from atakora_data.api.http.correlation import CORRELATION_HEADER, correlation_id
from atakora_data.api.http.cors import Cors
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import internal_problem, problem
from atakora_data.api.http.query import check_encoding
from atakora_data.api.http.router import Router
from atakora_data.authorization.principal import Principal
from atakora_data.errors import RequestError
from atakora_data.service.context import RequestContext

Authenticator: TypeAlias = Callable[[str | None], Awaitable[Principal]]
"""The caller by the value of the Authorization header: anonymous without one; InvalidToken when it is bad."""

Refusal: TypeAlias = Callable[[RequestError, Request], Response]
"""How an error is told."""

_log = logging.getLogger(__name__)


class Pipeline:
    """Answers every request, whatever happens: itself a handler.

    Answers are not to be cached unless their handler says so: most depend on who asks. ready: awaited first, so that
    a store that cannot be opened is told like any other error. refusals: by path, for those that tell errors in their
    own way.
    """

    def __init__(
        self,
        *,
        authenticate: Authenticator,
        router: Router,
        cors: Cors | None = None,
        ready: Callable[[], Awaitable[None]] | None = None,
        refusals: Mapping[str, Refusal] | None = None,
    ) -> None:
        self._refusals = refusals or {}
        self._ready = ready
        self._authenticate = authenticate
        self._router = router
        self._cors = cors if cors is not None and cors.is_on else None

    async def __call__(self, request: Request) -> Response:
        """The answer to the request; only cancellation is raised."""
        trace = correlation_id(request.headers)
        request.context = RequestContext(correlation_id=trace)
        try:
            if self._ready is not None:
                await self._ready()
            check_encoding(chain(request.path, chain.from_iterable(request.query)))
            principal = await self._authenticate(request.headers.get("authorization"))
            request.context = RequestContext(principal=principal, correlation_id=trace)
            response = await self._router.find(request)(request)
        except RequestError as error:
            response = self._refusals.get("/".join(request.path), problem)(error, request)
        except Exception:  # noqa: BLE001  # the last resort: logged in full, told as a 500 with the trace id
            _log.exception("%s failed (correlation id %s)", request.method, trace)
            response = internal_problem(request)
        return self._finish(request, response, trace)

    def _finish(self, request: Request, response: Response, trace: str) -> Response:
        headers = response.headers
        headers[CORRELATION_HEADER] = trace
        headers["X-Content-Type-Options"] = "nosniff"
        headers.setdefault("Cache-Control", "no-store")
        if self._cors is not None:
            self._cors.apply(request.headers, response)
        if request.method == "HEAD":
            headers["Content-Length"] = str(len(response.body))
            response.body = b""
        return response
