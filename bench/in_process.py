"""Calls HTTP functions in this process, one request at a time: `in_process.py floor|product SECONDS`, prints JSON."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import json
import os
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import azure.functions as func

HEADERS = {"authorization": f"Bearer {os.environ['TOKEN']}", "content-type": "application/json"}
LIST_QUERY = "filter%5Bstatus%5D%5Beq%5D=published&orderBy=-createdAt&limit=20"
Function = Callable[[func.HttpRequest], Awaitable[func.HttpResponse]]


def request(method: str, path: str, body: bytes = b"", query: str = "", **params: str) -> func.HttpRequest:
    """What the worker would hand to the function."""
    url = f"http://127.0.0.1:7071/api/{path}" + (f"?{query}" if query else "")
    return func.HttpRequest(method, url, headers=HEADERS, params=params, route_params={"path": path}, body=body)


def requests(workload: str) -> Iterator[func.HttpRequest]:
    """The endless requests of one workload."""
    if workload == "get":
        for id in itertools.cycle(json.loads(Path(os.environ["IDS"]).read_text())):
            yield request("GET", f"posts/{id}")
    if workload == "list":
        params = {"filter[status][eq]": "published", "orderBy": "-createdAt", "limit": "20"}
        while True:
            yield request("GET", "posts", query=LIST_QUERY, **params)
    for number in itertools.count():
        post = {"title": "A load post", "slug": f"in-{os.getpid()}-{number}", "content": "x" * 300}
        yield request("POST", "posts", json.dumps({**post, "status": "published", "tags": ["a", "b"]}).encode())


def functions(side: str) -> dict[str, Function]:
    """The functions by workload: the product has one for all."""
    module = importlib.import_module("floor_functions" if side == "floor" else "function_app")
    found: dict[str, Any] = {each.get_function_name(): each.get_user_function() for each in module.app.get_functions()}
    if side == "floor":
        return found
    [handler] = found.values()
    return dict.fromkeys(("get", "list", "create"), handler)


async def measure(side: str, seconds: float) -> dict[str, float]:
    """Requests per second by workload."""
    rates = {}
    for workload, function in functions(side).items():
        source = requests(workload)
        for _ in range(50):
            await function(next(source))
        count, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            response = await function(next(source))
            assert response.status_code < 300, response.get_body()  # noqa: PLR2004 - success
            count += 1
        rates[workload] = count / (time.perf_counter() - start)
    return rates


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(sys.argv[1], float(sys.argv[2])))))
