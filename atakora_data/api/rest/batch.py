"""Many operations in one request: each goes the way it would go on its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import partial
from typing import Any

import orjson

from atakora_data.api.http.conditional import refuse_match, refuse_none_match
from atakora_data.api.http.content import JSON, BodyReader
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.problem import internal_problem, problem
from atakora_data.api.http.query import check_encoding
from atakora_data.api.http.router import Router
from atakora_data.api.rest.batch_operations import read_batch
from atakora_data.api.rest.parameters import read_nothing
from atakora_data.errors import QueryTooExpensive, RequestError
from atakora_data.service.context import RequestContext
from atakora_data.service.entity_service import EntityService
from atakora_data.service.together import OperationFailed

MAX_ANSWER = 16 * 1024 * 1024
"""How many bytes the answers of a batch may have before no further operation is begun."""

_log = logging.getLogger(__name__)


class BatchDoor:
    """Answers `POST /batch`. router: to the collections, and nowhere else."""

    def __init__(self, router: Router, body: BodyReader, service: EntityService) -> None:
        self._router = router
        self._service = service
        self._body = body

    async def __call__(self, request: Request) -> Response:
        """The results in the order of the operations, whether they succeeded or not."""
        refuse_match(request.headers)
        refuse_none_match(request.headers)
        read_nothing(request)
        batch = read_batch(self._body.read(request), request)
        if batch.is_atomic:
            return await self._together(batch.requests, request)
        results: list[dict[str, Any]] = []
        size = 0
        for each in batch.requests:
            response = await self._answer(each) if size <= MAX_ANSWER else problem(_too_large(), each)
            size += len(response.body)
            results.append(_result(response))
        return _answered(results)

    async def _together(self, requests: Sequence[Request], request: Request) -> Response:
        """All operations in one write. When one is refused, it says why, the others are 424, and nothing is written."""
        try:
            responses = await self._service.together([partial(self._stage, each) for each in requests], request.context)
        except OperationFailed as failure:
            if not isinstance(failure.error, RequestError):
                raise failure.error from failure
            return _refused(requests, request, failure.index, failure.error)
        return _answered([_result(each) for each in responses])

    async def _stage(self, request: Request, context: RequestContext) -> Response:
        request.context = context
        return await self._run(request)

    async def _answer(self, request: Request) -> Response:
        """The answer to one operation, whatever happens: the others go on."""
        try:
            return await self._run(request)
        except RequestError as error:
            return problem(error, request)
        except Exception:  # noqa: BLE001  # as for a request on its own: logged in full, told as a 500
            trace = request.context.correlation_id
            about = {"tenant": request.context.tenant_id}
            _log.exception("%s failed in a batch (correlation id %s)", request.method, trace, extra=about)
            return internal_problem(request)

    async def _run(self, request: Request) -> Response:
        check_encoding([*request.path, *(text for pair in request.query for text in pair)])
        return await self._router.find(request)(request)


def _refused(requests: Sequence[Request], request: Request, index: int | None, error: RequestError) -> Response:
    """The status of the operation that was refused, and its problem with `operation`, its place in the batch."""
    told = problem(error, request if index is None else requests[index])
    others = {"status": 424, "headers": {}, "body": None}
    results = [_result(told) if place == index else others for place in range(len(requests))]
    body = {**orjson.loads(told.body), "operation": index, "results": results}
    return Response(told.status, told.headers, orjson.dumps(body))


def _answered(results: Sequence[dict[str, Any]]) -> Response:
    return Response(200, {"Content-Type": JSON}, orjson.dumps({"results": results}))


def _result(response: Response) -> dict[str, Any]:
    body = orjson.Fragment(response.body) if response.body else None
    return {"status": response.status, "headers": response.headers, "body": body}


def _too_large() -> QueryTooExpensive:
    return QueryTooExpensive(
        f"The answers before this one have more than {MAX_ANSWER} bytes; it was not begun.",
        hint="Ask for less in one batch: fewer operations, a smaller limit, less to include.",
    )
