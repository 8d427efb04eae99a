"""As much of a Cosmos DB account as the store asks for, on 127.0.0.1, with faults on demand.

It knows one database and its containers (`container.py`): documents, etags, logical partitions, hierarchies and their
prefixes, unique keys, lifetimes, patches, transactional batches, throughput, the feed of changes in its latest version
mode, two ranges of partitions, pages, and queries (`sql.py`) with the composite indexes that their orders need. Every
request for documents is recorded.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson
from aiohttp import web

from tests.storage.cosmos.container import RANGES, Container, Json, Operation, Refusal, Stored
from tests.storage.cosmos.sql import BadQuery, parse


class Sent(NamedTuple):
    """A request for documents. number: counted from 1; operations: of a batch.

    method: CREATE, GET, PUT, UPSERT, PATCH, DELETE, BATCH, QUERY, or FEED for changes.
    partition: the partition key that was sent, as JSON. query: its text; values: those of its parameters, by name.
    session: the token of what the client has seen.
    """

    number: int
    method: str
    container: str
    id: str
    operations: tuple[str, ...]
    partition: str = ""
    query: str = ""
    values: Mapping[str, Any] = MappingProxyType({})
    session: str = ""

    @property
    def is_write(self) -> bool:
        """Whether it may change something."""
        return self.method in ("CREATE", "PUT", "UPSERT", "PATCH", "DELETE", "BATCH")


@dataclass(frozen=True)
class Fault:
    """What becomes of a request. status 0: the connection is cut. acts: it is carried out before that."""

    status: int = 0
    sub_status: int = 0
    acts: bool = False
    wait: int | None = None


class Server:
    """An account with one database.

    fault: asked of every request for documents what is to go wrong with it. gate: what it has to wait for.
    clock: the time in seconds, for lifetimes.
    """

    def __init__(self) -> None:
        self.url = ""
        self.containers: dict[str, Container] = {}
        self.sent: list[Sent] = []
        self.fault: Callable[[Sent], Fault | None] = lambda _: None
        self.gate: Callable[[Sent], Awaitable[Any] | None] = lambda _: None
        self.clock: Callable[[], float] = time.time

    @property
    def writes(self) -> int:
        """How many documents were stored or removed."""
        return sum(each.writes for each in self.containers.values())

    def add(self, name: str, paths: Iterable[str], unique: Iterable[str] = (), described: Json | None = None) -> None:
        """Make a container."""
        self.containers[name] = Container(name, paths, unique, described=described, now=self._now)

    def _now(self) -> float:
        return self.clock()

    def documents(self, *containers: str) -> list[Json]:
        """All documents of these containers, or of all."""
        wanted = containers or tuple(self.containers)
        return [document for name in wanted for document in self.containers[name]]

    async def answer(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - a table of paths
        """The answer to any request."""
        match request.path.strip("/").split("/"):
            case [""]:
                return web.json_response(self._account())
            case ["dbs"]:
                return web.json_response(_DATABASE, status=201)
            case ["dbs", _]:
                return self._database(request)
            case ["dbs", _, "colls"]:
                return self._made(request, orjson.loads(await request.read()))
            case ["dbs", _, "colls", name]:
                return await self._described(request, name)
            case ["dbs", _, "colls", name, "pkranges"]:
                if request.headers.get("if-none-match") == '"1"':
                    return web.Response(status=304, headers={"etag": '"1"'})
                return web.json_response({"_rid": name, "PartitionKeyRanges": _RANGES}, headers={"etag": '"1"'})
            case ["dbs", _, "colls", name, "docs", *rest]:
                return await self._documents(request, name, "/".join(rest))
            case ["offers"]:
                return web.json_response({"Offers": self._offers(orjson.loads(await request.read()))})
        return web.json_response({}, status=400)

    async def charged(self, request: web.Request) -> web.StreamResponse:
        """As `answer`, with what each costs."""
        response = await self.answer(request)
        response.headers["x-ms-request-charge"] = "1"
        return response

    async def _documents(self, request: web.Request, name: str, id: str) -> web.StreamResponse:
        if "x-ms-cosmos-is-query-plan-request" in request.headers:
            return web.json_response(_PLAN)
        if name not in self.containers:
            return _none()
        body = orjson.loads(await request.read() or b"null")
        method = _method(request)
        operations = tuple(each["operationType"] for each in body) if method == "BATCH" else ()
        asked = body if method == "QUERY" else {}
        sent = Sent(
            len(self.sent) + 1,
            method,
            name,
            id or (body or {}).get("id", "") if not operations else "",
            operations,
            request.headers.get("x-ms-documentdb-partitionkey", ""),
            asked.get("query", ""),
            {each["name"]: each["value"] for each in asked.get("parameters", ())},
            request.headers.get("x-ms-session-token", ""),
        )
        self.sent.append(sent)
        fault = self.fault(sent)
        waiting = self.gate(sent)
        if waiting is not None:
            await waiting
        if fault is None or fault.acts:
            response = _carried_out(request, self.containers[name], sent, body)
        if fault is None:
            seen = (f"{each['id']}:-1#{self.writes}" for each in _RANGES)
            response.headers["x-ms-session-token"] = ",".join(seen)
            response.headers["x-ms-alt-content-path"] = f"dbs/d/colls/{name}"
            response.headers["x-ms-documentdb-partitionkeyrangeid"] = "0"
            return response
        if fault.status:
            headers = {"x-ms-substatus": str(fault.sub_status)}
            if fault.wait is not None:
                headers["x-ms-retry-after-ms"] = str(fault.wait)
            return web.json_response({"message": "a fault"}, status=fault.status, headers=headers)
        assert request.transport is not None
        request.transport.abort()
        await asyncio.sleep(0)
        raise web.HTTPInternalServerError

    def _database(self, request: web.Request) -> web.Response:
        if request.method != "DELETE":
            return web.json_response(_DATABASE)
        self.containers.clear()
        return web.Response(status=204)

    def _made(self, request: web.Request, body: Json) -> web.Response:
        name = body["id"]
        if name in self.containers:
            return web.json_response({"message": "there already"}, status=409)
        unique = [key["paths"][0] for key in body.get("uniqueKeyPolicy", {}).get("uniqueKeys", ())]
        described = {**body, "_rid": name, "_self": f"dbs/d/colls/{name}/"}
        self.add(name, body["partitionKey"]["paths"], unique, described)
        self.containers[name].throughput = _throughput(request)
        return web.json_response(described, status=201)

    async def _described(self, request: web.Request, name: str) -> web.Response:
        container = self.containers.get(name)
        if container is None:
            return _none()
        if request.method == "PUT":
            body = orjson.loads(await request.read())
            if any(body.get(each) != container.described.get(each) for each in _FIXED if each in body):
                return web.json_response({"message": "this cannot be changed"}, status=400)
            container.described |= body
        return web.json_response(container.described)

    def _offers(self, asked: Json) -> list[Json]:
        """The throughput of the containers that have one of their own."""
        wanted = {str(each["value"]) for each in asked.get("parameters", ())}
        return [
            {"id": each.name, "_rid": each.name, "resource": each.described["_self"], "content": each.throughput}
            for each in self.containers.values()
            if each.throughput and each.described["_self"] in wanted
        ]

    def _account(self) -> Json:
        here = [{"name": "here", "databaseAccountEndpoint": self.url}]
        return {
            "id": "account",
            "_self": "",
            "writableLocations": here,
            "readableLocations": here,
            "enableMultipleWriteLocations": False,
            "userConsistencyPolicy": {"defaultConsistencyLevel": "Session"},
        }


@asynccontextmanager
async def serving(containers: Mapping[str, Container] = MappingProxyType({})) -> AsyncIterator[Server]:
    """A server that holds nothing yet but these containers."""
    server = Server()
    server.containers |= containers
    application = web.Application(client_max_size=32 * 1024 * 1024)
    application.router.add_route("*", "/{path:.*}", server.charged)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    assert site._server is not None
    server.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/"  # type: ignore[attr-defined]
    try:
        yield server
    finally:
        await runner.cleanup()


_DATABASE = {"id": "d", "_rid": "d", "_self": "dbs/d/"}
_FIXED = ("partitionKey", "uniqueKeyPolicy")
_KINDS = {"REPLACE": "PUT", "READ": "GET"}
_SUCCESSES = {"CREATE": 201, "UPSERT": 201, "DELETE": 204}
_RANGES = [
    {"id": str(number), "minInclusive": low, "maxExclusive": high, "parents": []}
    for number, (low, high) in enumerate(RANGES)
]
_PLAN = {
    "partitionedQueryExecutionInfoVersion": 2,
    "queryInfo": {"distinctType": "None", "orderBy": [], "groupByExpressions": [], "aggregates": []},
    "queryRanges": [{"min": "", "max": "FF", "isMinInclusive": True, "isMaxInclusive": False}],
}


def _method(request: web.Request) -> str:
    if "x-ms-cosmos-is-batch-request" in request.headers:
        return "BATCH"
    if "x-ms-documentdb-isquery" in request.headers or "x-ms-documentdb-query" in request.headers:
        return "QUERY"
    if "a-im" in request.headers:
        return "FEED"
    if request.headers.get("x-ms-documentdb-is-upsert", "").lower() == "true":
        return "UPSERT"
    return "CREATE" if request.method == "POST" else request.method


def _json(body: Any, status: int = 200, headers: Mapping[str, str] = MappingProxyType({})) -> web.Response:
    return web.Response(body=orjson.dumps(body), status=status, content_type="application/json", headers=headers)


def _none() -> web.Response:
    return web.json_response({"message": "none"}, status=404, headers={"x-ms-substatus": "1003"})


def _carried_out(request: web.Request, container: Container, sent: Sent, body: Any) -> web.Response:
    # a key is the same however it is written
    partition = orjson.dumps(orjson.loads(sent.partition)).decode() if sent.partition else ""
    try:
        match sent.method:
            case "QUERY":
                return _page(request, _selected(request, container, partition, body))
            case "FEED":
                return _changes(request, container, partition)
            case "BATCH":
                return _batch(container, partition, body)
        etag = request.headers.get("if-match")
        found = container.carry_out(partition, Operation(sent.method, sent.id, body, etag))
    except BadQuery as error:
        return web.json_response({"message": str(error)}, status=400)
    except Refusal as refusal:
        headers = {"x-ms-substatus": str(refusal.sub_status)}
        return web.json_response({"message": "refused"}, status=refusal.status, headers=headers)
    status = _SUCCESSES.get(sent.method, 200)
    return _json(found, status) if found else web.Response(status=status)


def _batch(container: Container, partition: str, asked: Sequence[Json]) -> web.Response:
    kinds = [each["operationType"].upper() for each in asked]
    operations = [
        Operation(
            _KINDS.get(kind, kind),
            each.get("id") or each["resourceBody"]["id"],
            each.get("resourceBody"),
            each.get("ifMatch"),
        )
        for kind, each in zip(kinds, asked, strict=True)
    ]
    done = container.carry_out_all(partition, operations)
    if isinstance(done, tuple):
        number, refusal = done
        failed = [{"statusCode": 424} for _ in operations]
        failed[number] = {"statusCode": refusal.status, "subStatusCode": refusal.sub_status}
        return web.json_response(failed, status=207)
    return web.json_response(
        [
            {"statusCode": _SUCCESSES.get(kind, 200), "eTag": (found or {}).get("_etag"), "resourceBody": found}
            for kind, found in zip(kinds, done, strict=True)
        ]
    )


def _found(request: web.Request, container: Container, partition: str) -> Iterable[Stored]:
    """What the request is about: a partition or a part of one, a range, or what hashes into a range."""
    hashes = request.headers.get("x-ms-start-epk", ""), request.headers.get("x-ms-end-epk", "FF")
    return container.find(partition, request.headers.get("x-ms-documentdb-partitionkeyrangeid"), hashes)


def _most(request: web.Request) -> int:
    """How many documents an answer has at most."""
    asked = int(request.headers.get("x-ms-max-item-count", -1))
    return asked if asked > 0 else 1000


def _selected(request: web.Request, container: Container, partition: str, body: Json) -> list[Any]:
    query = parse(body["query"])
    if len(query.order) > 1 and not _is_indexed(container, query.order):
        raise Refusal(400)
    parameters = {each["name"]: each["value"] for each in body.get("parameters", ())}
    return query.run([each.document for each in _found(request, container, partition)], parameters)


def _page(request: web.Request, results: Sequence[Any]) -> web.Response:
    start, most = int(request.headers.get("x-ms-continuation", 0)), _most(request)
    page = results[start : start + most]
    headers = {"x-ms-continuation": str(start + most)} if start + most < len(results) else {}
    return _json({"_rid": "", "Documents": page, "_count": len(page)}, headers=headers)


def _changes(request: web.Request, container: Container, partition: str) -> web.Response:
    """What changed after what the etag tells; from now on for `*`; from the beginning without one.

    From a point in time the first answer tells only where that is.
    """
    if request.headers["a-im"].lower() != "incremental feed":
        return web.json_response({"message": "the account keeps no older versions"}, status=400)
    found = list(_found(request, container, partition))
    since, after = request.headers.get("if-modified-since"), request.headers.get("if-none-match")
    if after is None and since is not None:
        moment = parsedate_to_datetime(since).timestamp()
        before = [each.number for each in found if each.document["_ts"] <= moment]
        return web.Response(status=304, headers={"etag": f'"{max(before, default=0)}"'})
    if after == "*":
        return web.Response(status=304, headers={"etag": f'"{container.changes}"'})
    start = int(after.strip('"')) if after else 0
    page = container.changed(found, start, _most(request))
    if not page:
        return web.Response(status=304, headers={"etag": f'"{start}"'})
    documents = [{**each.document, "_lsn": each.number} for each in page]
    answer = {"_rid": "", "Documents": documents, "_count": len(documents)}
    return _json(answer, headers={"etag": f'"{page[-1].number}"'})


def _throughput(request: web.Request) -> Json:
    """What the container is to have for itself, as the service keeps it."""
    manual = request.headers.get("x-ms-offer-throughput")
    autoscale = request.headers.get("x-ms-cosmos-offer-autopilot-settings")
    if autoscale:
        most = orjson.loads(autoscale)["maxThroughput"]
        return {"offerThroughput": most // 10, "offerAutopilotSettings": {"maxThroughput": most}}
    return {"offerThroughput": int(manual)} if manual else {}


def _is_indexed(container: Container, order: Sequence[tuple[tuple[str, ...], bool]]) -> bool:
    """Whether a composite index has exactly these paths, in these directions or all of them turned around."""
    wanted = list(order)
    for index in container.described.get("indexingPolicy", {}).get("compositeIndexes", ()):
        known = [
            (tuple(name.strip('"') for name in _NAME.findall(each["path"])), each["order"] == "descending")
            for each in index
        ]
        if wanted in (known, [(path, not descends) for path, descends in known]):
            return True
    return False


_NAME = re.compile(r'"[^"]*"|[^/"]+')
