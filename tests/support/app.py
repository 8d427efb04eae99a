"""A served app without a server: requests go through the real pipeline, tokens included."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson

from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.application import Application
from atakora_data.bootstrap import bootstrap
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.registry.registry import Registry
from atakora_data.settings import Settings
from atakora_data.storage.port import EntityStore


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as data."""
        return orjson.loads(self.body)


@dataclass
class Client:
    """Asks the app as somebody: `token` None asks anonymously."""

    application: Application
    token: str | None = None

    def as_(self, id: str, *roles: str, **claims: Any) -> Client:
        """The same app, asked by this principal."""
        settings = self.application.settings
        token = mint(local_key(settings.key_file), audience=settings.audience, id=id, roles=roles, claims=claims)
        return Client(self.application, token)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request; `path` below `/api`, percent-encoded, maybe with a query string."""
        target, _, text = path.partition("?")
        text = urlencode(query) if query else text
        sent = {"content-type": "application/json"} if body is not None else {}
        if self.token is not None:
            sent["authorization"] = f"Bearer {self.token}"
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        response: Response = await self.application.handle(
            Request(
                method,
                parse_path(target.strip("/")),
                parse_query(text) if text else (),
                {**sent, **(headers or {})},
                content,
                f"http://127.0.0.1:7071/api/{target.strip('/')}" + (f"?{text}" if text else ""),
            )
        )
        return Answer(response.status, response.headers, response.body)

    async def get(self, path: str, **query: Any) -> Answer:
        """GET with query parameters; a dict or list as value is sent as JSON."""
        data = {
            name: orjson.dumps(value).decode() if isinstance(value, dict | list) else value
            for name, value in query.items()
        }
        return await self.ask("GET", path, query=data)

    async def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """POST to the GraphQL door."""
        return await self.ask("POST", "graphql", {"query": query, "variables": variables or {}})


def encoded(id: str) -> str:
    """An id as a path segment."""
    return quote(id, safe="")


@asynccontextmanager
async def running(
    folder: Path,
    *,
    schemas: Path | None = None,
    registry: Registry | None = None,
    store: EntityStore | None = None,
    **settings: Any,
) -> AsyncIterator[Client]:
    """The app on a database below `folder`, anonymous to begin with."""
    given = Settings(
        schemas=schemas or folder / "schemas",
        data=folder / "data.db",
        key_file=folder / "local.key",
        **settings,
    )
    application = bootstrap(given, registry=registry, store=store)
    await application.start()
    try:
        yield Client(application)
    finally:
        await application.stop()
