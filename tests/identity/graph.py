"""A stand-in for Microsoft Graph: real HTTP, pages, and it can fail."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from atakora_data.identity.entra.graph import AccessToken
from tests.identity.pieces import in_pieces

TOKEN = "graph-token"


@dataclass
class GraphServer:
    """Tells groups by object id, a page of two at a time.

    failures: statuses that the next requests get. headers: with them. asked: paths with their query. elsewhere: where
    next pages are said to be. hold: what answers wait for. content: what is answered instead, if anything.
    broken: pages that fail, by their number. is_slow: whether answers arrive in pieces.
    """

    groups: dict[str, list[str]]
    url: str = ""
    failures: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    elsewhere: str | None = None
    content: bytes | None = None
    broken: dict[int, int] = field(default_factory=dict)
    is_slow: bool = False
    hold: asyncio.Event = field(default_factory=asyncio.Event)

    async def token(self, scope: str) -> AccessToken:
        """A token for this server alone."""
        assert f"{self.url}/.default" == scope
        return AccessToken(TOKEN, 2**40)

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """A page of groups."""
        self.asked.append(request.path_qs)
        await self.hold.wait()
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.Response(status=401)
        if self.failures:
            return web.Response(status=self.failures.pop(0), headers=self.headers)
        if self.content is not None:
            return web.Response(body=self.content, content_type="application/json")
        return await self._groups(request)

    async def _groups(self, request: web.BaseRequest) -> web.StreamResponse:
        _, _, kind, id, *rest = request.path.split("/")
        if rest != ["transitiveMemberOf", "microsoft.graph.group"] or request.headers["ConsistencyLevel"] != "eventual":
            return web.Response(status=400)
        found = self.groups.get(f"{kind}/{id}")
        if found is None:
            return web.Response(status=404)
        start = int(request.query.get("$skiptoken", "0"))
        if start // 2 + 1 in self.broken:
            return web.Response(status=self.broken[start // 2 + 1], headers=self.headers)
        page: dict[str, object] = {"value": [{"id": each} for each in found[start : start + 2]]}
        if start + 2 < len(found):
            page["@odata.nextLink"] = f"{self.elsewhere or self.url}{request.path}?$skiptoken={start + 2}"
        return await in_pieces(request, page) if self.is_slow else web.json_response(page)


@asynccontextmanager
async def graph_of(groups: dict[str, list[str]]) -> AsyncIterator[GraphServer]:
    """A server that listens."""
    found = GraphServer(groups)
    found.hold.set()
    runner = web.ServerRunner(web.Server(found.answer))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    found.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield found
    finally:
        found.hold.set()
        await runner.cleanup()
