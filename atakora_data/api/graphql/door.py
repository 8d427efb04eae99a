"""The GraphQL door: HTTP in, HTTP out, as the GraphQL-over-HTTP specification says."""

from __future__ import annotations

from functools import partial

import orjson

from atakora_data.api import pages
from atakora_data.api.graphql.execution import Engine
from atakora_data.api.graphql.negotiation import HTML, JSON, RESPONSE_JSON, media_type
from atakora_data.api.graphql.reading import OperationReader
from atakora_data.api.graphql.refusal import refusal
from atakora_data.api.http.content import DEFAULT_MAX_BODY
from atakora_data.api.http.message import Request, Response
from atakora_data.errors import RequestError

_OFFERED = (JSON, RESPONSE_JSON)
_OFFERED_BY_GET = (*_OFFERED, HTML)


class GraphQLDoor:
    """Answers `GET` and `POST /graphql`: itself a handler.

    playground: whether a browser gets the playground page. graphql-core is imported with this module: make the door
    when it is first needed.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        playground: bool = True,
        max_body: int = DEFAULT_MAX_BODY,
    ) -> None:
        self._engine = engine
        self._reader = OperationReader(max_body)
        self._offered_by_get = _OFFERED_BY_GET if playground else _OFFERED

    async def __call__(self, request: Request) -> Response:
        """The answer to the request, for the caller in its context."""
        kind = JSON
        try:
            offered = _OFFERED if request.method == "POST" else self._offered_by_get
            kind = media_type(request.headers.get("accept"), offered)
            return _playground() if kind == HTML else await self._run(request, kind)
        except RequestError as error:
            return refusal(error, request, kind)

    async def _run(self, request: Request, kind: str) -> Response:
        operation = self._reader.read(request)
        reads = partial(setattr, request, "only_reads", True)
        try:
            answer = await self._engine.run(
                operation, request.context, only_queries=request.method != "POST", on_query=reads
            )
        finally:
            request.only_reads = False
        status = 400 if answer.is_refused and kind == RESPONSE_JSON else 200
        return Response(status, {"Content-Type": kind, "Vary": "Accept"}, orjson.dumps(answer.body))


def _playground() -> Response:
    headers = {"Content-Type": HTML, "Content-Security-Policy": pages.PLAYGROUND_POLICY, "Vary": "Accept"}
    return Response(200, headers, pages.playground_page())
