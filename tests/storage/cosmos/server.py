"""As much of a Cosmos DB account as the store asks for, on 127.0.0.1, with faults on demand.

It knows databases and containers, documents, etags, logical partitions, unique keys, patches, transactional batches
that are undone as a whole when one operation is refused, two ranges of partitions, and queries (`sql.py`) with the
composite indexes that their orders need. Every request for documents is recorded.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from zlib import crc32

import orjson
from aiohttp import web

from tests.storage.cosmos.sql import BadQuery, parse

Json = dict[str, Any]


class Sent(NamedTuple):
    """A request for documents. number: counted from 1; operations: of a batch.

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
        return self.method in ("CREATE", "PUT", "DELETE", "BATCH")


@dataclass(frozen=True)
class Fault:
    """What becomes of a request. status 0: the connection is cut. acts: it is carried out before that."""

    status: int = 0
    sub_status: int = 0
    acts: bool = False
    wait: int | None = None


class Refusal(Exception):
    """An operation that is not carried out."""

    def __init__(self, status: int, sub_status: int = 0) -> None:
        super().__init__(status)
        self.status = status
        self.sub_status = sub_status


@dataclass
class Container:
    """Its documents, by partition key and id."""

    paths: list[str]
    unique: list[str] = field(default_factory=list)
    name: str = ""
    composites: list[list[tuple[str, bool]]] = field(default_factory=list)
    described: Json = field(default_factory=dict)
    documents: dict[tuple[str, str], Json] = field(default_factory=dict)


class Server:
    """An account with one database.

    writes: how many documents were stored or removed. fault: asked of every request for documents what is to go wrong
    with it. gate: what it has to wait for.
    """

    def __init__(self) -> None:
        self.url = ""
        self.containers: dict[str, Container] = {}
        self.sent: list[Sent] = []
        self.fault: Callable[[Sent], Fault | None] = lambda _: None
        self.gate: Callable[[Sent], Awaitable[Any] | None] = lambda _: None
        self.writes = 0

    def add(self, name: str, paths: Iterable[str], unique: Iterable[str] = ()) -> None:
        """Make a container."""
        self.containers[name] = Container(list(paths), list(unique), name)

    def documents(self, *containers: str) -> list[Json]:
        """All documents of these containers, or of all."""
        wanted = containers or tuple(self.containers)
        return [document for name in wanted for document in self.containers[name].documents.values()]

    async def answer(self, request: web.Request) -> web.StreamResponse:  # noqa: PLR0911 - a table of paths
        """The answer to any request."""
        match request.path.strip("/").split("/"):
            case [""]:
                return web.json_response(self._account(request))
            case ["dbs"]:
                return web.json_response({"id": "d", "_rid": "d", "_self": "dbs/d/"}, status=201)
            case ["dbs", _]:
                return web.json_response({"id": "d", "_rid": "d", "_self": "dbs/d/"})
            case ["dbs", _, "colls"]:
                return self._made(orjson.loads(await request.read()))
            case ["dbs", _, "colls", name]:
                return self._described(name)
            case ["dbs", _, "colls", name, "pkranges"]:
                if request.headers.get("if-none-match") == '"1"':
                    return web.Response(status=304, headers={"etag": '"1"'})
                ranges = _ranges(self.containers[name])
                return web.json_response({"_rid": name, "PartitionKeyRanges": ranges}, headers={"etag": '"1"'})
            case ["dbs", _, "colls", name, "docs", *rest]:
                return await self._documents(request, name, "/".join(rest))
        return web.json_response({}, status=400)

    async def charged(self, request: web.Request) -> web.StreamResponse:
        """As `answer`, with what each costs."""
        response = await self.answer(request)
        response.headers["x-ms-request-charge"] = "1"
        return response

    async def _documents(self, request: web.Request, name: str, id: str) -> web.StreamResponse:
        if "x-ms-cosmos-is-query-plan-request" in request.headers:
            return web.json_response(_PLAN)
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
            response = self._carried_out(request, self.containers[name], sent, body)
        if fault is None:
            seen = (f"{each['id']}:-1#{self.writes}" for each in _ranges(self.containers[name]))
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

    def _carried_out(self, request: web.Request, container: Container, sent: Sent, body: Any) -> web.Response:
        partition = request.headers.get("x-ms-documentdb-partitionkey", "")
        try:
            if sent.method == "QUERY":
                range_id = request.headers.get("x-ms-documentdb-partitionkeyrangeid")
                results = _selected(container, partition, range_id, body)
                return web.json_response({"_rid": "", "Documents": results, "_count": len(results)})
            if sent.method == "BATCH":
                return self._batch(container, partition, body)
            etag = request.headers.get("if-match")
            found = self._one(container, partition, sent.method, sent.id, body, etag)
        except BadQuery as error:
            return web.json_response({"message": str(error)}, status=400)
        except Refusal as refusal:
            headers = {"x-ms-substatus": str(refusal.sub_status)}
            return web.json_response({"message": "refused"}, status=refusal.status, headers=headers)
        status = {"CREATE": 201, "DELETE": 204}.get(sent.method, 200)
        return web.json_response(found, status=status) if found else web.Response(status=status)

    def _batch(self, container: Container, partition: str, operations: list[Json]) -> web.Response:
        before, answers = dict(container.documents), list[Json]()
        for operation in operations:
            kind = operation["operationType"].upper()
            body, id = operation.get("resourceBody"), operation.get("id") or operation["resourceBody"]["id"]
            try:
                found = self._one(container, partition, _KINDS.get(kind, kind), id, body, operation.get("ifMatch"))
            except Refusal as refusal:
                container.documents = before
                failed = [{"statusCode": 424} for _ in operations]
                failed[len(answers)] = {"statusCode": refusal.status, "subStatusCode": refusal.sub_status}
                return web.json_response(failed, status=207)
            status = {"CREATE": 201, "DELETE": 204}.get(kind, 200)
            answers.append({"statusCode": status, "eTag": (found or {}).get("_etag"), "resourceBody": found})
        return web.json_response(answers)

    def _one(
        self, container: Container, partition: str, method: str, id: str, body: Any, etag: str | None
    ) -> Json | None:
        place = (partition, id)
        found = container.documents.get(place)
        if method == "CREATE":
            if found is not None:
                raise Refusal(409)
            return self._stored(container, place, body)
        if found is None:
            raise Refusal(404)
        if method == "GET":
            return found
        if etag is not None and etag != found["_etag"]:
            raise Refusal(412)
        match method:
            case "DELETE":
                del container.documents[place]
                self.writes += 1
                return None
            case "PATCH":
                return self._stored(container, place, _patched(deepcopy(found), body["operations"]))
        return self._stored(container, place, body)

    def _stored(self, container: Container, place: tuple[str, str], body: Json) -> Json:
        if len(orjson.dumps(body)) > 2 * 1024 * 1024:
            raise Refusal(413)
        partition = [_value(body, path) for path in container.paths]
        if orjson.loads(place[0]) != partition or body["id"] != place[1]:
            raise Refusal(400, 1001)
        for path in container.unique:
            taken = {
                _text(_value(other, path))
                for at, other in container.documents.items()
                if at != place and at[0] == place[0]
            }
            if _text(_value(body, path)) in taken:
                raise Refusal(409)
        self.writes += 1
        document = {
            **_as_numbers(body),
            "_etag": f'"0-{self.writes:04x}"',
            "_ts": self.writes,
            "_rid": "r",
            "_self": f"dbs/d/colls/{container.name}/docs/{self.writes}/",
        }
        container.documents[place] = document
        return document

    def _made(self, body: Json) -> web.Response:
        if body["id"] in self.containers:
            return web.json_response({"message": "there already"}, status=409)
        self.add(
            body["id"],
            body["partitionKey"]["paths"],
            [key["paths"][0] for key in body.get("uniqueKeyPolicy", {}).get("uniqueKeys", ())],
        )
        made = self.containers[body["id"]]
        made.composites = [
            [(each["path"], each["order"] == "descending") for each in index]
            for index in body.get("indexingPolicy", {}).get("compositeIndexes", ())
        ]
        made.described = {**body, "_rid": body["id"], "_self": f"dbs/d/colls/{body['id']}/"}
        return web.json_response(made.described, status=201)

    def _described(self, name: str) -> web.Response:
        container = self.containers.get(name)
        if container is None:
            return web.json_response({"message": "none"}, status=404, headers={"x-ms-substatus": "1003"})
        if container.described:
            return web.json_response(container.described)
        kind = "MultiHash" if len(container.paths) > 1 else "Hash"
        key = {"paths": container.paths, "kind": kind, "version": 2}
        return web.json_response({"id": name, "_rid": name, "_self": f"dbs/d/colls/{name}/", "partitionKey": key})

    def _account(self, request: web.Request) -> Json:
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
async def serving() -> AsyncIterator[Server]:
    """A server that holds nothing yet."""
    server = Server()
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


_KINDS = {"CREATE": "CREATE", "REPLACE": "PUT"}
_RANGE = {"min": "", "max": "FF", "isMinInclusive": True, "isMaxInclusive": False}
_PLAN = {
    "partitionedQueryExecutionInfoVersion": 2,
    "queryInfo": {"distinctType": "None", "orderBy": [], "groupByExpressions": [], "aggregates": []},
    "queryRanges": [_RANGE],
}


def _method(request: web.Request) -> str:
    if "x-ms-cosmos-is-batch-request" in request.headers:
        return "BATCH"
    if "x-ms-documentdb-isquery" in request.headers or "x-ms-documentdb-query" in request.headers:
        return "QUERY"
    return "CREATE" if request.method == "POST" else request.method


def _selected(container: Container, partition: str, range_id: str | None, body: Json) -> list[Any]:
    query = parse(body["query"])
    if len(query.order) > 1 and not _is_indexed(container, query.order):
        raise Refusal(400)
    parameters = {each["name"]: each["value"] for each in body.get("parameters", ())}
    key = orjson.loads(partition) if partition else []
    documents = [
        document
        for (place, _), document in container.documents.items()
        if orjson.loads(place)[: len(key)] == key and range_id in (None, _range_of(container, place))
    ]
    return query.run(documents, parameters)


def _is_indexed(container: Container, order: Sequence[tuple[tuple[str, ...], bool]]) -> bool:
    """Whether a composite index has exactly these paths, in these directions or all of them turned around."""
    wanted = [(path, descends) for path, descends in order]
    for index in container.composites:
        known = [(tuple(name.strip('"') for name in _NAME.findall(path)), descends) for path, descends in index]
        if wanted in (known, [(path, not descends) for path, descends in known]):
            return True
    return False


_NAME = re.compile(r'"[^"]*"|[^/"]+')


def _ranges(container: Container) -> list[Json]:
    """Two halves; a hierarchy is kept in one, since the SDK knows where in it a prefix lies."""
    if len(container.paths) > 1:
        return [{"id": "0", "minInclusive": "", "maxExclusive": "FF", "parents": []}]
    halves = [("", "1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"), ("1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "FF")]
    return [
        {"id": str(number), "minInclusive": low, "maxExclusive": high, "parents": []}
        for number, (low, high) in enumerate(halves)
    ]


def _range_of(container: Container, place: str) -> str:
    return str(crc32(place.encode()) % len(_ranges(container)))


def _at(document: Json, names: Iterable[str]) -> Any:
    value: Any = document
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _value(document: Json, path: str) -> Any:
    return _at(document, [name.strip('"') for name in path.strip("/").split("/")])


def _as_numbers(value: Any) -> Any:
    """Numbers are doubles, whole ones print as integers: 1.0 comes back as 1, and 2^53 + 1 as 2^53."""
    match value:
        case dict():
            return {name: _as_numbers(each) for name, each in value.items()}
        case list():
            return [_as_numbers(each) for each in value]
        case bool():
            return value
        case int() | float() if float(value).is_integer():
            return int(float(value)) if abs(value) < _LARGEST_INTEGER else float(value)
    return value


_LARGEST_INTEGER = 2**63


def _text(value: Any) -> bytes:
    return orjson.dumps(value)


def _patched(document: Json, operations: Iterable[Json]) -> Json:
    for each in operations:
        *parents, last = each["path"].strip("/").split("/")
        place = document
        for name in parents:
            place = place[name]
        if each["op"] == "remove":
            del place[last]
        else:
            place[last] = each["value"]
    return document
