"""The app for whoever asks with `requests`, such as schemathesis: in process, without a socket."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPResponse

from atakora_data.api.http.message import Request
from atakora_data.api.http.query import parse_path, parse_query
from tests.support.app import Client


class AppAdapter(HTTPAdapter):
    """Sends what `requests` prepared to the app, without a socket."""

    def __init__(self, client: Client, runner: asyncio.Runner) -> None:
        super().__init__()
        self._client = client
        self._runner = runner

    def send(self, request: requests.PreparedRequest, **_options: Any) -> requests.Response:  # type: ignore[override]  # takes what it ignores
        """The app's answer as `requests` would have read it from the wire."""
        target, _, query = request.path_url.partition("?")
        asked = Request(
            str(request.method),
            parse_path(target.removeprefix("/api")),
            parse_query(query),
            {name.lower(): str(value) for name, value in request.headers.items()},
            as_bytes(request.body),
            str(request.url),
        )
        answer = self._runner.run(self._client.application.handle(asked))
        raw = HTTPResponse(BytesIO(answer.body), answer.headers, answer.status, preload_content=False)
        return self.build_response(request, raw)


def as_bytes(body: Any) -> bytes:
    """A prepared body as it goes over the wire."""
    if body is None:
        return b""
    return body if isinstance(body, bytes) else str(body).encode()
