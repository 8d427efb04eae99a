"""Runs a project under the real Functions worker library, and prints what it indexed and answered as JSON.

Usage: python worker_driver.py PROJECT REQUESTS, where REQUESTS is a JSON list of {method, url, headers, body, path} for
the HTTP function, or of {function, parameter, kind, value, metadata} for one that something else wakes.
Small stand-ins take the place of the gRPC messages; everything else is the worker's own code.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from typing import Any

import azure_functions_runtime as worker


class Message:
    """Stands in for any gRPC message: what it was made with are its fields, and the first is the one that is set."""

    Success = 1
    Failure = 0
    undefined = None
    out = 1
    inout = 2

    def __init__(self, **fields: Any) -> None:
        self.fields = fields
        for name, value in fields.items():
            setattr(self, name, value)

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name)

    def WhichOneof(self, _group: str) -> str | None:  # noqa: N802 - the name that gRPC gave it
        """The name of the field that is set."""
        return next(iter(self.fields), None)


class Protos:
    """Stands in for the module of gRPC messages."""

    def __getattr__(self, _name: str) -> type[Message]:
        return Message


def init(project: str) -> Message:
    """The message that starts the worker."""
    request = Message(worker_init_request=Message(capabilities={}, function_app_directory=project))
    return Message(request=request, properties={"protos": Protos(), "host": "127.0.0.1"})


def invocation(function_id: str, asked: dict[str, Any]) -> Message:
    """The message that invokes a function, as the host makes it: an empty body is no body."""
    body = Message(bytes=asked["body"].encode()) if asked.get("body") else Message()
    params = {"path": asked["path"]} if asked.get("path") else {}
    http = Message(
        method=asked["method"], url=asked["url"], headers=asked.get("headers", {}), body=body, params=params, query={}
    )
    return _invoked(function_id, Binding("req", Message(http=http)), {})


def awakening(function_id: str, asked: dict[str, Any]) -> Message:
    """The message that invokes a function which something else wakes. kind: of the value, `json` or `bytes`."""
    value = asked["value"].encode() if asked["kind"] == "bytes" else asked["value"]
    metadata = {name: Message(**{kind: text}) for name, (kind, text) in asked.get("metadata", {}).items()}
    return _invoked(function_id, Binding(asked["parameter"], Message(**{asked["kind"]: value})), metadata)


def _invoked(function_id: str, given: Binding, metadata: dict[str, Message]) -> Message:
    invoked = Message(
        invocation_id="1",
        function_id=function_id,
        input_data=[given],
        trigger_metadata=metadata,
        trace_context=Message(trace_parent="", trace_state="", attributes={}),
        retry_context=Message(retry_count=0, max_retry_count=0, exception=None),
    )
    return Message(request=Message(invocation_request=invoked), properties={"protos": Protos(), "host": ""})


class Binding:
    """A named input."""

    def __init__(self, name: str, data: Message) -> None:
        self.name = name
        self.data = data

    def WhichOneof(self, _group: str) -> str:  # noqa: N802 - the name that gRPC gave it
        """Inputs always come as data."""
        return "data"


async def drive(project: str, requests: list[dict[str, Any]]) -> dict[str, Any]:
    """Index the project and invoke its functions."""
    worker.start_threadpool_executor()
    started = await worker.worker_init_request(init(project))
    if started.result.status != Message.Success:
        return {"failure": started.result.exception.message}
    indexed = (await worker.functions_metadata_request(init(project))).function_metadata_results
    functions = [
        {
            "name": each.name,
            "bindings": [json.loads(binding) for binding in each.raw_bindings],
            "retry": {name: str(value) for name, value in getattr(each.retry_options, "fields", {}).items()},
        }
        for each in indexed
    ]
    ids = {each.name: each.function_id for each in indexed}
    answers = [answer(await worker.invocation_request(_message(ids, asked))) for asked in requests]
    return {"functions": functions, "answers": answers}


def _message(ids: dict[str, str], asked: dict[str, Any]) -> Message:
    if "function" in asked:
        return awakening(ids[asked["function"]], asked)
    return invocation(ids["zz_http"], asked)


def answer(response: Message) -> dict[str, Any]:
    """What the function answered, or why it failed."""
    if response.result.status != Message.Success:
        return {"failure": response.result.exception.message}
    if "http" not in getattr(response.return_value, "fields", {}):
        return {"outputs": {each.name: each.data.fields for each in response.output_data}}
    http = response.return_value.http
    return {"status": int(http.status_code), "headers": http.headers, "body": http.body.bytes.decode()}


if __name__ == "__main__":
    folder = sys.argv[1]
    os.chdir(folder)
    sys.path.insert(0, folder)
    sys.stdout.write(json.dumps(asyncio.run(drive(folder, json.loads(sys.argv[2])))))
