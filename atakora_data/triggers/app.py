"""The function app: what `function_app.py` hands to Azure Functions and to the local host alike."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import azure.functions as func

from atakora_data.settings import Settings


def create_function_app(settings: Settings | None = None, *, project: Path | None = None) -> func.FunctionApp:
    """Load the schemas and wire the app; nothing connects before the first request.

    settings: read from the environment unless given. project: the folder that relative paths start from.
    SchemaError, SettingsError: what is wrong, so that a broken app fails when it starts and not when it is asked.
    """
    with _nothing_collected():
        from atakora_data.triggers.wiring import wire

        return wire(settings or Settings.from_environment(os.environ, project=project))


@contextmanager
def _nothing_collected() -> Iterator[None]:
    """What is loaded stays: to search it for garbage again and again would take a tenth of the cold start."""
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_collecting:
            gc.enable()
