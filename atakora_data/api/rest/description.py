"""Serves the description of the app: made when first asked for, then kept."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

import orjson

from atakora_data.api.http.conditional import is_not_modified
from atakora_data.api.http.content import JSON
from atakora_data.api.http.message import Request, Response
from atakora_data.registry.registry import Registry


@dataclass(slots=True)
class OpenApiDoor:
    """Answers `GET /openapi.json`; the same for everybody."""

    registry: Registry
    server: str = "/api"
    playground: bool = False
    explain: bool = False
    _body: bytes = field(default=b"", init=False)
    _tag: str = field(default="", init=False)

    async def __call__(self, request: Request) -> Response:
        """The document, or 304 when the caller has it."""
        if not self._body:
            self._make()
        headers = {"ETag": self._tag, "Cache-Control": "no-cache"}
        if is_not_modified(request.headers, self._tag):
            return Response(304, headers)
        return Response(200, {"Content-Type": JSON, **headers}, self._body)

    def _make(self) -> None:
        from atakora_data.api.rest.openapi.document import openapi_document

        self._body = orjson.dumps(
            openapi_document(self.registry, server=self.server, playground=self.playground, explain=self.explain)
        )
        self._tag = f'"{hashlib.blake2b(self._body, digest_size=8).hexdigest()}"'
