"""The change-feed triggers: one for each container with realtime entities, which hands on what changed there."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

import azure.functions as func

from atakora_data.registry.registry import Registry

CONNECTION: Final = "COSMOS"
LEASES: Final = "atakora-leases"
_UNSAFE: Final = re.compile(r"[^0-9A-Za-z]")

Process: TypeAlias = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[None]]
"""Takes the documents that changed in a container; what it raises lets the trigger give them again."""


def add_change_feed_triggers(app: func.FunctionApp, registry: Registry, database: str, process: Process) -> None:
    """Let the function app watch the containers of all realtime entities. database: the one they are in."""
    for container in sorted({each.container for each in registry if each.realtime}):
        _add(app, container, database, process)


def function_name(container: str) -> str:
    """What the function of a container is called."""
    return f"change_feed_{_UNSAFE.sub('_', container)}"


def _add(app: func.FunctionApp, container: str, database: str, process: Process) -> None:
    name = function_name(container)

    @app.function_name(name)
    @app.retry(strategy="fixed_delay", max_retry_count="-1", delay_interval="00:00:05")  # else a failure loses them
    @app.cosmos_db_trigger(
        arg_name="documents",
        connection=CONNECTION,
        database_name=database,
        container_name=container,
        lease_container_name=LEASES,
        lease_container_prefix=name,
        create_lease_container_if_not_exists=False,
    )
    async def change_feed(documents: func.DocumentList) -> None:
        await process(container, [each.data for each in documents])
