"""The local host in one piece: the project's function app, served over HTTP until somebody stops it."""

from __future__ import annotations

import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from atakora_data.application import Application
from atakora_data.devhost.background import running
from atakora_data.devhost.banner import banner
from atakora_data.devhost.exchange import Exchange
from atakora_data.devhost.functions import Functions, read_functions
from atakora_data.devhost.host_json import route_prefix
from atakora_data.devhost.hub.hub import beside
from atakora_data.devhost.hub.open import closing, hub_of
from atakora_data.devhost.parts import parts_of, refuse_unservable
from atakora_data.devhost.personas import DESK, personas
from atakora_data.devhost.project import load_function_app
from atakora_data.devhost.sending import sender
from atakora_data.devhost.server import run, serving, told_to_stop
from atakora_data.identity.local import mint
from atakora_data.identity.local_key import local_key


class Project(Struct, frozen=True):
    """A project that is loaded and can be served. prefix: of all routes. application: None for one that is not ours."""

    functions: Functions
    prefix: str
    application: Application | None


def load_project(folder: Path) -> Project:
    """Load `function_app.py` and read its functions; the environment must be complete already.

    AtakoraError: something in the project is broken, and a change of it may heal that.
    """
    app = load_function_app(folder)
    application = _application(app)
    prefix = route_prefix(folder, os.environ)
    functions = read_functions(app, prefix, os.environ)
    refuse_unservable(functions, application)
    return Project(functions, prefix, application)


def serve_project(project: Project, host: str, port: int) -> None:
    """Serve the functions, print where they are, and return when told to stop. HostError: the address is taken."""
    level = project.application.settings.log_level if project.application else "INFO"
    logging.basicConfig(level=level, format="%(levelname)s %(name)s: %(message)s")
    run(_serve(project, host, port))


def _application(app: object) -> Application | None:
    """Find what stands behind the function app; a function app of another make has none."""
    application = getattr(app, "application", None)
    return application if isinstance(application, Application) else None


async def _serve(project: Project, host: str, port: int) -> None:
    application = project.application
    hub = hub_of(application)
    send = sender(application, hub)
    serve = beside(hub, Exchange(project.functions.http, send))
    async with _started(application):
        parts = parts_of(project.functions, application, send)
        for part in parts:
            await part.start()
        async with serving(serve, host, port) as root, closing(hub), running(parts):
            url, stop = f"{root}/{project.prefix}".rstrip("/"), told_to_stop()
            print(await _welcome(application, url) if application else f"Serving {url}", flush=True)  # noqa: T201
            await stop.wait()


@asynccontextmanager
async def _started(application: Application | None) -> AsyncIterator[None]:
    """Start the app, and stop it when the block ends."""
    try:
        if application is not None:
            await application.start()
        yield
    finally:
        if application is not None:
            await application.stop()


async def _welcome(application: Application, url: str) -> str:
    settings = application.settings
    key = local_key(settings.key_file)
    tenant = settings.anonymous_tenant or DESK
    claims = application.tenancy.claims_of(tenant)
    tokens = [
        (each, mint(key, audience=settings.audiences[0], id=each.id, roles=each.roles, claims=claims))
        for each in await personas(application, tenant)
    ]
    return banner(url, application.registry, tokens, tenant=tenant if claims else "")
