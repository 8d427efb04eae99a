"""The way of every request: who asks, who answers, what an error looks like."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from atakora_data.api.http.bounds import Bounds
from atakora_data.api.http.correlation import CORRELATION_HEADER, correlation_id
from atakora_data.api.http.cors import Cors
from atakora_data.api.http.headers import STANDARD
from atakora_data.api.http.message import PROBES, Handler, Request, Response
from atakora_data.api.http.problem import internal_problem, problem
from atakora_data.api.http.query import check_encoding
from atakora_data.api.http.rate_limit import RateLimiter
from atakora_data.api.http.router import Router
from atakora_data.authorization.principal import Principal
from atakora_data.errors import GatewayRequired, InvalidToken, RequestError
from atakora_data.service.context import RequestContext

Authenticator: TypeAlias = Callable[[str | None], Awaitable[Principal]]
"""The caller by the value of the Authorization header: anonymous without one; InvalidToken when it is bad."""

TenantOf: TypeAlias = Callable[[Principal], str | None]
"""The caller's tenant: "" when tenancy is off, None when it is on and the caller has none."""

Refusal: TypeAlias = Callable[[RequestError, Request], Response]
"""How an error is told."""

Once: TypeAlias = Callable[[Handler, Request], Awaitable[Response]]
"""The answer of the handler, or the one that the first request with this key was given."""

KEY_HEADER: Final = "idempotency-key"
_EASY_AUTH: Final = "x-ms-client-principal"
_GATEWAY: Final = "x-gateway-authorization"

_log = logging.getLogger(__name__)


class Pipeline:
    """Answers every request, whatever happens: itself a handler.

    standard: headers of every answer that does not say otherwise. ready: awaited first, so that a store that cannot be
    opened is told like any other error. refusals: by path, for those that tell errors in their own way. bounds, rate:
    how much, and how often, is too much; None for no limit. tenant_of: without it tenancy is off.
    once: makes who answers a POST that has a key. easy_auth: reads the caller that App Service tells, where that is on.
    gateway: refuses what did not come through the gateway, by the value of its header; None where anybody may come.
    """

    def __init__(
        self,
        *,
        authenticate: Authenticator,
        router: Router,
        cors: Cors | None = None,
        ready: Callable[[], Awaitable[None]] | None = None,
        refusals: Mapping[str, Refusal] | None = None,
        standard: Mapping[str, str] = STANDARD,
        bounds: Bounds | None = None,
        rate: RateLimiter | None = None,
        once: Callable[[], Once] | None = None,
        easy_auth: Callable[[str], Principal] | None = None,
        gateway: Callable[[str | None], Awaitable[None]] | None = None,
        tenant_of: TenantOf = lambda _: "",
    ) -> None:
        self._gateway = gateway
        self._tenant_of = tenant_of
        self._refusals = refusals or {}
        self._ready = ready
        self._authenticate = authenticate
        self._router = router
        self._cors = cors if cors is not None and cors.is_on else None
        self._standard = dict(standard)
        self._rate = rate
        self._once = once
        self._easy_auth = easy_auth
        self._answer_in_time = self._answer if bounds is None else partial(bounds.answer, self._answer)

    async def __call__(self, request: Request) -> Response:
        """The answer to the request; only cancellation is raised."""
        trace = correlation_id(request.headers)
        request.context = RequestContext(correlation_id=trace)
        try:
            response = await self._answer_in_time(request)
        except RequestError as error:
            response = self._refusals.get("/".join(request.path), problem)(error, request)
        except Exception:  # noqa: BLE001  # the last resort: logged in full, told as a 500 with the trace id
            about = {"tenant": request.context.tenant_id}
            _log.exception("%s failed (correlation id %s)", request.method, trace, extra=about)
            response = internal_problem(request)
        return self._finish(request, response, trace)

    async def _answer(self, request: Request) -> Response:
        if self._ready is not None:
            await self._ready()
        check_encoding(chain(request.path, chain.from_iterable(request.query)))
        try:
            if self._gateway is not None and request.path not in PROBES:
                await self._gateway(request.headers.get(_GATEWAY))
            principal = await self._caller(request.headers)
        except (InvalidToken, GatewayRequired):
            if self._rate is not None:
                self._rate.take_of_address(request)
            raise
        if self._rate is not None:
            self._rate.take(principal, request)
        request.context = RequestContext(principal, self._tenant_of(principal), request.context.correlation_id)
        handle = self._router.find(request)
        if self._once is not None and KEY_HEADER in request.headers and request.method == "POST":
            return await self._once()(handle, request)
        return await handle(request)

    async def _caller(self, headers: Mapping[str, str]) -> Principal:
        said = headers.get(_EASY_AUTH) if self._easy_auth is not None else None
        if said is not None and self._easy_auth is not None:
            return self._easy_auth(said)
        return await self._authenticate(headers.get("authorization"))

    def _finish(self, request: Request, response: Response, trace: str) -> Response:
        headers = response.headers = {**self._standard, **response.headers, CORRELATION_HEADER: trace}
        if request.tells is not None:
            headers.update(request.tells)
        if self._cors is not None:
            self._cors.apply(request.headers, response)
        if request.method == "HEAD":
            headers["Content-Length"] = str(len(response.body))
            response.body = b""
        return response
