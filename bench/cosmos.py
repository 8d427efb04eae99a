"""What our HTTP function costs on Cosmos DB, beside a hand-written one that makes the same call of the SDK.

CPU time of this process per request, in one run: both sides by turns, each with a client of its own, against the server
of the tests in a process of its own. `cosmos.py [SECONDS] [--profile get|list]`.
"""

from __future__ import annotations

import argparse
import asyncio
import cProfile
import itertools
import json
import pstats
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import azure.functions as func
import dataset
import jwt
import orjson
from azure.cosmos.aio import CosmosClient

from atakora_data.identity.local import ISSUER, mint
from atakora_data.identity.local_key import local_key
from atakora_data.settings import Connection, Settings
from atakora_data.storage.cosmos.retrying import CLIENT_OPTIONS
from atakora_data.storage.cosmos.transport import ChargedTransport
from atakora_data.triggers.wiring import wire

HERE = Path(__file__).parent
POSTS = 1_000
ROUND = 100
TARGET = 1.25
SERVER = """
import asyncio, sys
from tests.storage.cosmos.server import serving
async def main():
    async with serving() as server:
        print(server.url, flush=True)
        while True:
            await asyncio.sleep(1)
            server.sent.clear()
asyncio.run(main())
"""
LIST = (
    'SELECT TOP @p0 * FROM c WHERE c["entityType"]=@p4 AND c["tenantId"]=@p5 AND (c["status"]=@p1 OR c["authorId"]=@p2)'
    ' AND c["status"]=@p3 ORDER BY c["status"],c["createdAt"] DESC,c["id"]'
)
FIELDS = ("id", "title", "slug", "content", "status", "authorId", "tags", "createdAt")
FLOORS = ("the SDK's own client", "the product's options")
Function = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


@contextmanager
def serving() -> Iterator[str]:
    """The address of a server that holds nothing yet."""
    server = subprocess.Popen([sys.executable, "-c", SERVER], cwd=HERE.parent, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    try:
        yield server.stdout.readline().strip()
    finally:
        server.kill()
        server.wait()


class Floor:
    """The hand-written side: the token, one call of the SDK, the row rule, the answer."""

    def __init__(self, client: CosmosClient, key: bytes, audience: str) -> None:
        self._posts = client.get_database_client("atakora").get_container_client("posts")
        self._key, self._audience = key, audience

    async def get(self, req: func.HttpRequest) -> func.HttpResponse:
        """One post."""
        who = self._caller(req)
        post = await self._posts.read_item(f"{req.route_params['path'].rpartition('/')[2]}", "Post")
        if post["status"] != "published" and post["authorId"] != who:
            return func.HttpResponse(status_code=404)
        etag = post["_etag"]
        return func.HttpResponse(orjson.dumps(shown(post)), mimetype="application/json", headers={"ETag": etag})

    async def list(self, req: func.HttpRequest) -> func.HttpResponse:
        """Twenty posts."""
        who = self._caller(req)
        values = (21, "published", who, req.params["filter[status][eq]"], "Post", "")
        parameters: list[dict[str, object]] = [{"name": f"@p{n}", "value": each} for n, each in enumerate(values)]
        found = self._posts.query_items(LIST, parameters=parameters, partition_key="Post", max_item_count=21)
        posts = [shown(each) async for each in found]
        body = {"items": posts[:20], "more": len(posts) > 20}  # noqa: PLR2004 - a page
        return func.HttpResponse(orjson.dumps(body), mimetype="application/json")

    def _caller(self, req: func.HttpRequest) -> str:
        token = req.headers["authorization"].removeprefix("Bearer ")
        claims = jwt.decode(token, self._key, algorithms=["HS256"], issuer=ISSUER, audience=self._audience)
        return str(claims["sub"])


def shown(post: dict[str, Any]) -> dict[str, Any]:
    """What a caller gets to see of a document."""
    return {name: post[name] for name in FIELDS}


@asynccontextmanager
async def both(url: str, folder: Path) -> AsyncIterator[tuple[dict[str, dict[str, Function]], list[str], str]]:
    """The functions of both sides by workload, the ids that are asked for, and the caller's token."""
    connection = Connection("COSMOS", f"AccountEndpoint={url};AccountKey=a2V5;")
    key_file = folder / "local.key"
    settings = Settings(schemas=HERE / "schemas", store="cosmos", cosmos=connection, key_file=key_file)
    app, key = wire(settings), local_key(key_file)
    blog = dataset.make()
    token = mint(key, audience=settings.audience, id=blog.reader)
    ours = next(each.get_user_function() for each in app.get_functions())
    ids = [await create(ours, post, mint(key, audience=settings.audience, id=post[5])) for post in blog.posts[:POSTS]]
    tuned = {**CLIENT_OPTIONS, "transport": ChargedTransport(), "enable_endpoint_discovery": False}
    async with CosmosClient(url, "a2V5") as client, CosmosClient(url, "a2V5", **tuned) as same_client:
        floors = [Floor(each, key, settings.audience) for each in (client, same_client)]
        sides = {name: {"get": each.get, "list": each.list} for name, each in zip(FLOORS, floors, strict=True)}
        try:
            yield {**sides, "product": {"get": ours, "list": ours}}, ids, token
        finally:
            await app.application.stop()


async def create(function: Function, post: tuple[str, ...], token: str) -> str:
    """Store a post of the data set through the product, as its author; its id."""
    body = dict(zip(("title", "slug", "content"), post[1:4], strict=True)) | {"status": "published"}
    answer = await function(request("POST", "posts", token, json.dumps({**body, "tags": ["a", "b"]}).encode()))
    assert answer.status_code == 201, answer.get_body()  # noqa: PLR2004 - created
    return str(json.loads(answer.get_body())["id"])


def request(method: str, path: str, token: str, body: bytes = b"", query: str = "", **params: str) -> func.HttpRequest:
    """What the worker would hand to the function."""
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    url = f"http://127.0.0.1:7071/api/{path}" + (f"?{query}" if query else "")
    return func.HttpRequest(method, url, headers=headers, params=params, route_params={"path": path}, body=body)


def requests(workload: str, ids: list[str], token: str) -> Iterator[func.HttpRequest]:
    """The endless requests of one workload."""
    params = {"filter[status][eq]": "published", "orderBy": "-createdAt", "limit": "20"}
    for id in itertools.cycle(ids):
        if workload == "get":
            yield request("GET", f"posts/{id}", token)
        else:
            query = "filter%5Bstatus%5D%5Beq%5D=published&orderBy=-createdAt&limit=20"
            yield request("GET", "posts", token, query=query, **params)


async def costs(function: Function, asked: Iterator[func.HttpRequest], count: int) -> float:
    """CPU microseconds of this process per request."""
    start = time.process_time()
    for _ in range(count):
        response = await function(next(asked))
        assert response.status_code == 200, response.get_body()  # noqa: PLR2004 - success
    return (time.process_time() - start) / count * 1e6


async def compare(sides: dict[str, dict[str, Function]], ids: list[str], token: str, seconds: float) -> None:
    """Both sides by turns, so that whatever else this machine does troubles both."""
    print("| measure | floor | product | ratio | at most |\n|---|---|---|---|---|")
    for workload in ("get", "list"):
        asked = {side: requests(workload, ids, token) for side in sides}
        assert_same([json.loads((await sides[side][workload](next(asked[side]))).get_body()) for side in sides])
        taken: dict[str, list[float]] = {side: [] for side in sides}
        until = time.perf_counter() + seconds
        while time.perf_counter() < until or len(taken["product"]) < 3:  # noqa: PLR2004 - the first is a warm-up
            for side, functions in sides.items():
                taken[side].append(await costs(functions[workload], asked[side], ROUND))
        medians = {side: statistics.median(each[1:]) for side, each in taken.items()}
        product = medians["product"]
        for name in FLOORS:
            floor = medians[name]
            print(
                f"| cosmos: {workload}, {name} | {floor:.0f} µs | {product:.0f} µs | {product / floor:.2f} | {TARGET} |"
            )


def assert_same(answers: Iterable[dict[str, Any]]) -> None:
    """All sides answer the same records."""
    first, *others = [[shown(each) for each in answer.get("items", [answer])] for answer in answers]
    assert all(first == other for other in others), (first, others)


async def main(asked: argparse.Namespace) -> None:
    """Measure, or profile one workload of the product."""
    with serving() as url, tempfile.TemporaryDirectory() as folder:
        async with both(url, Path(folder)) as (sides, ids, token):
            if asked.profile is None:
                await compare(sides, ids, token, asked.seconds)
                return
            source = requests(asked.profile, ids, token)
            await costs(sides["product"][asked.profile], source, ROUND)
            with cProfile.Profile() as profile:
                await costs(sides["product"][asked.profile], source, 10 * ROUND)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("seconds", type=float, nargs="?", default=10, help="for each workload")
    parser.add_argument("--profile", choices=["get", "list"], help="where the product's time goes")
    asyncio.run(main(parser.parse_args()))
