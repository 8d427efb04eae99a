"""An app that is set up as in Azure: by its environment alone."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest

from atakora_data.bootstrap import bootstrap
from atakora_data.settings import Settings
from atakora_data.storage.cosmos.containers import container_specs
from atakora_data.testing import Client
from tests.identity.provider import AUDIENCE, TENANT, Provider, providing
from tests.security.notes import REGISTRY
from tests.storage.cosmos.server import Server, serving

Deploy = Callable[..., Awaitable[Client]]
"""Makes a deployed app; keywords are App Settings."""


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """Entra ID."""
    async with providing() as found:
        yield found


@pytest.fixture
async def account() -> AsyncIterator[Server]:
    """Cosmos DB, with the containers that were deployed with the app."""
    async with serving() as server:
        for spec in container_specs(REGISTRY):
            server.add(spec.name, spec.paths, described=spec.to_json())
        yield server


@pytest.fixture
async def deploy(provider: Provider, account: Server) -> AsyncIterator[Deploy]:
    """Apps on Cosmos DB, asked anonymously, stopped afterwards."""
    environ = {
        "WEBSITE_SITE_NAME": "app",
        "ATAKORA_STORE": "cosmos",
        "COSMOS": f"AccountEndpoint={account.url};AccountKey={base64.b64encode(b'key').decode()};",
        "ATAKORA_COSMOS_DATABASE": "d",
        "ATAKORA_AUDIENCE": AUDIENCE,
        "ATAKORA_ENTRA_TENANTS": TENANT,
        "ATAKORA_ENTRA_AUTHORITY": provider.authority,
        "ATAKORA_CURSOR_KEY": "c" * 32,
    }
    async with AsyncExitStack() as stack:

        async def make(**settings: str) -> Client:
            application = bootstrap(Settings.from_environment({**environ, **settings}), registry=REGISTRY)
            stack.push_async_callback(application.stop)
            return Client(application)

        yield make
