"""The local host in one piece: the project's function app, served over HTTP until somebody stops it."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from atakora_data.application import Application
from atakora_data.devhost.banner import banner
from atakora_data.devhost.exchange import Exchange
from atakora_data.devhost.functions import http_functions
from atakora_data.devhost.host_json import route_prefix
from atakora_data.devhost.personas import personas
from atakora_data.devhost.project import load_function_app
from atakora_data.devhost.server import run, serving, until_told_to_stop
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key


def serve_project(project: Path, host: str, port: int) -> None:
    """Load `function_app.py`, serve its functions, print where they are, and return when told to stop.

    The environment must be complete already. AtakoraError: it cannot be loaded or served.
    """
    app = load_function_app(project)
    application = _application(app)
    if application is not None:
        logging.basicConfig(level=application.settings.log_level, format="%(levelname)s %(name)s: %(message)s")
    prefix = route_prefix(project, os.environ)
    run(_serve(Exchange(http_functions(app, prefix)), application, host, port, prefix))


def _application(app: object) -> Application | None:
    """Find what stands behind the function app; a function app of another make has none."""
    application = getattr(app, "application", None)
    return application if isinstance(application, Application) else None


async def _serve(exchange: Exchange, application: Application | None, host: str, port: int, prefix: str) -> None:
    async with _stopping(application), serving(exchange, host, port) as root:
        url = f"{root}/{prefix}".rstrip("/")
        print(await _welcome(application, url) if application else f"Serving {url}", flush=True)  # noqa: T201
        await until_told_to_stop()


@asynccontextmanager
async def _stopping(application: Application | None) -> AsyncIterator[None]:
    try:
        yield
    finally:
        if application is not None:
            await application.stop()


async def _welcome(application: Application, url: str) -> str:
    await application.start()
    settings = application.settings
    key = local_key(settings.key_file)
    tokens = [
        (each, mint(key, audience=settings.audience, id=each.id, roles=each.roles))
        for each in await personas(application)
    ]
    return banner(url, application.registry, tokens)
