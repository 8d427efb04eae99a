"""The HTTP server of the local host: bound to one address, stopped without cutting off a request."""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeAlias

from aiohttp import StreamReader, web
from aiohttp.abc import AbstractStreamWriter
from aiohttp.http_parser import RawRequestMessage

from atakora_data.devhost.exchange import LARGEST_BODY
from atakora_data.devhost.protocol import LONGEST_LINE, Server
from atakora_data.errors import HostError

_log = logging.getLogger(__name__)

LONGEST_GOODBYE_SECONDS = 10.0

Serve: TypeAlias = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
"""Answers one request."""


@asynccontextmanager
async def serving(serve: Serve, host: str, port: int) -> AsyncIterator[str]:
    """Serve until the block ends; the value is the URL, with the port that was found when asked for port 0.

    Leaving waits for requests under way. HostError: the address cannot be bound.
    """
    server = Server(
        serve,
        request_factory=_request,
        access_log=None,
        logger=_log,
        auto_decompress=False,
        max_line_size=LONGEST_LINE,
        max_field_size=LONGEST_LINE,
    )
    runner = web.ServerRunner(server, shutdown_timeout=LONGEST_GOODBYE_SECONDS)
    await runner.setup()
    try:
        await _bind(runner, host, port)
        yield _url(host, runner)
    finally:
        await runner.cleanup()


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run to the end on uvloop where it is installed."""
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main)


def told_to_stop() -> asyncio.Event:
    """Set by Ctrl-C or SIGTERM, from now on."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    return stop


def _request(
    message: RawRequestMessage,
    payload: StreamReader,
    protocol: web.RequestHandler,
    writer: AbstractStreamWriter,
    task: asyncio.Task[None],
) -> web.BaseRequest:
    loop = asyncio.get_running_loop()
    return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=LARGEST_BODY)


async def _bind(runner: web.ServerRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError as error:
        raise HostError(_why(error, host, port)) from error


def _why(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is in use. Stop what listens there, or choose another with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} may not be bound by this user. Choose one above 1023 with --port."
    return (
        f"The address {host}:{port} cannot be bound: {error.strerror or error}. Choose another with --host and --port."
    )


def _url(host: str, runner: web.ServerRunner) -> str:
    address = runner.addresses[0]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{address[1]}"


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory
