"""One HTTP exchange: from aiohttp to a function and back, with the rules of the Functions host in between."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from urllib.parse import parse_qsl, urlsplit

import azure.functions as func
from aiohttp import web
from multidict import CIMultiDictProxy

from atakora_data.devhost.answer import Answer
from atakora_data.devhost.functions import HttpFunction
from atakora_data.devhost.invocation import Send, invoke, unreachable
from atakora_data.devhost.routes import decoded_path

LARGEST_BODY = 100 * 1024 * 1024
"""The Functions host refuses more; the app has its own, lower bound."""

_log = logging.getLogger(__name__)


class Exchange:
    """Answers each request with the first function, by name, whose route and methods match.

    send: takes the messages of their SignalR outputs, before they are answered.
    """

    def __init__(self, functions: Sequence[HttpFunction], send: Send = unreachable) -> None:
        self._functions = tuple(functions)
        self._send = send

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request: 404 without a function, 413 for a huge body, 500 for a function that fails."""
        target = request.raw_path if request.raw_path.startswith("/") else _origin_form(request.raw_path)
        path, _, query = target.partition("?")
        found = self._find(request.method, decoded_path(path))
        if found is None:
            return Answer(404)
        if (request.content_length or 0) > LARGEST_BODY:
            return _too_large()
        body = await _body(request)
        if body is None:
            return Answer(400)
        function, parameters = found
        headers = _headers(request.headers)
        req = func.HttpRequest(
            request.method,
            f"http://{headers.get('host', 'localhost')}{target}",
            headers=headers,
            params=_Parameters(query) if query else {},
            route_params=parameters,
            body=body,
        )
        return await self._run(function, req)

    async def _run(self, function: HttpFunction, req: func.HttpRequest) -> Answer:
        try:
            return _answer(await invoke(function, req, self._send))
        except Exception:  # noqa: BLE001 - whatever a function raises is a 500, as in Azure
            _log.exception("The function %s failed.", function.name)
            return Answer(500)

    def _find(self, method: str, path: str) -> tuple[HttpFunction, dict[str, str]] | None:
        for function in self._functions:
            if method in function.methods:
                parameters = function.route.parameters(path)
                if parameters is not None:
                    return function, parameters
        return None


def _answer(response: func.HttpResponse) -> Answer:
    """Convert as the worker does: without a content type, it is the response's `mimetype`."""
    if not isinstance(response, func.HttpResponse):
        raise TypeError(f"A function must return an HttpResponse, not {type(response).__name__}.")
    answer = Answer(response.status_code, response.headers, response.get_body())
    if not answer.has_type:
        text = response.mimetype.startswith("text/")
        answer.add("Content-Type", f"{response.mimetype}; charset={response.charset}" if text else response.mimetype)
    return answer


async def _body(request: web.BaseRequest) -> bytes | None:
    """Read the body that the host passes on, only one whose length was announced; None when the client went away."""
    if not request.content_length:
        return b""
    try:
        if request.headers.get("Expect", "").lower() == "100-continue":
            await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
            request.writer.output_size = 0
        arrived = request.content
        return arrived.read_nowait() if arrived.is_eof() else await request.read()
    except (ConnectionError, web.RequestPayloadError):
        return None


def _headers(sent: CIMultiDictProxy[str]) -> dict[str, str]:
    """Lower the names and join what was sent repeatedly."""
    headers: dict[str, str] = {}
    for name, value in sent.items():
        lower = name.lower()
        headers[lower] = f"{headers[lower]},{value}" if lower in headers else value
    return headers


class _Parameters(Mapping[str, str]):
    """The query as functions see it, read when one looks: repeated names joined by commas, empty values left out."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _values(self) -> dict[str, str]:
        params: dict[str, str] = {}
        for name, value in parse_qsl(self._text, errors="replace"):
            params[name] = f"{params[name]},{value}" if name in params else value
        return params

    def __bool__(self) -> bool:
        return True

    def __getitem__(self, name: str) -> str:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def _origin_form(target: str) -> str:
    """Read `GET http://host/path`, as proxies send it."""
    parts = urlsplit(target)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


def _too_large() -> Answer:
    answer = Answer(413)
    answer.force_close()
    return answer
