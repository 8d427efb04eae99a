"""Asks an app in process: whole requests through the real pipeline, tokens included, without sockets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

import orjson
from msgspec import Struct

from atakora_data.api.http.message import Request
from atakora_data.api.http.query import parse_path, parse_query
from atakora_data.api.typed.data import ServiceData
from atakora_data.application import Application
from atakora_data.authorization.principal import ANONYMOUS, Principal
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key
from atakora_data.schema.data import E
from atakora_data.service.context import RequestContext
from atakora_data.testing.factories import Factory
from atakora_data.testing.principals import user

_ORIGIN = "http://127.0.0.1:7071/api/"


class Answer(Struct):
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
    """Asks the app as somebody, anonymously to begin with.

    token: the bearer token it sends. principal: who that is.
    """

    application: Application = field(repr=False)
    token: str | None = field(default=None, repr=False)
    principal: Principal = ANONYMOUS
    _factory: Factory = field(default_factory=Factory, repr=False)

    def as_(self, who: Principal | str, *roles: str, **claims: Any) -> Client:
        """The same app, asked by this principal; `as_("alice", "editor")` is short for `as_(user("alice", …))`."""
        principal = user(who, roles=roles, **claims) if isinstance(who, str) else who
        return replace(self, token=self._token(principal), principal=principal)

    @property
    def context(self) -> RequestContext:
        """Who asks, and for which tenant, as the service is told."""
        return RequestContext(self.principal, self.application.tenancy.tenant_of(self.principal))

    @property
    def data(self) -> ServiceData:
        """The typed data API as this principal, as hooks have it: `await client.data[Post].query().all()`."""
        return ServiceData(self.application.service, self.context)

    async def make(self, entity: type[E], /, **values: Any) -> E:
        """Store a valid record, as the system in the principal's tenant; what is required and not given is filled in.

        The values are the same in every run. A required to-one relation gets a target that is made as well, unless
        its foreign key or the relation is given: `make(Post, author=alice)`.
        """
        return await self._factory.make(self.data.as_system(), entity, values)

    async def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, Any] | None = None,
    ) -> Answer:
        """One request; `path` below `/api`, percent-encoded, maybe with a query string. A body that is data is JSON."""
        if self.principal.is_system:
            msg = "The system asks in process only: use `client.data`, or a principal that can have a token."
            raise TypeError(msg)
        target, _, text = path.partition("?")
        text = urlencode(query) if query else text
        sent = {"content-type": "application/json"} if body is not None else {}
        if self.token is not None:
            sent["authorization"] = f"Bearer {self.token}"
        content = body if isinstance(body, bytes) else b"" if body is None else orjson.dumps(body)
        response = await self.application.handle(
            Request(
                method,
                parse_path(target.strip("/")),
                parse_query(text) if text else (),
                {**sent, **(headers or {})},
                content,
                _ORIGIN + target.strip("/") + (f"?{text}" if text else ""),
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

    async def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        """POST with a JSON body."""
        return await self.ask("POST", path, body, headers=headers)

    async def patch(self, path: str, body: Any) -> Answer:
        """PATCH with a JSON merge patch."""
        return await self.ask("PATCH", path, body)

    async def delete(self, path: str) -> Answer:
        """DELETE."""
        return await self.ask("DELETE", path)

    async def graphql(self, query: str, variables: Mapping[str, Any] | None = None) -> Answer:
        """POST to the GraphQL door."""
        return await self.ask("POST", "graphql", {"query": query, "variables": variables or {}})

    def _token(self, principal: Principal) -> str | None:
        if principal.id is None:
            return None
        settings = self.application.settings
        known = {
            "email": principal.email,
            "name": principal.name,
            "scp": " ".join(sorted(principal.scopes)) or None,
        }
        return mint(
            local_key(settings.key_file),
            audience=settings.audiences[0],
            id=principal.id,
            roles=sorted(principal.roles),
            groups=sorted(principal.groups),
            tenant=principal.tenant_id,
            claims={**{name: value for name, value in known.items() if value is not None}, **principal.claims},
        )
