"""The function app: what `function_app.py` hands to Azure Functions and to the local host alike."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import azure.functions as func

from atakora_data.application import Application
from atakora_data.bootstrap import bootstrap
from atakora_data.settings import Settings
from atakora_data.triggers.http import add_http_trigger


class AtakoraFunctionApp(func.FunctionApp):
    """A function app that knows the application behind it."""

    def __init__(self, application: Application) -> None:
        super().__init__(http_auth_level=func.AuthLevel.ANONYMOUS)
        self.application = application
        add_http_trigger(self, application.handle)


def create_function_app(settings: Settings | None = None, *, project: Path | None = None) -> AtakoraFunctionApp:
    """Load the schemas and wire the app; nothing connects before the first request.

    settings: read from the environment unless given. project: the folder that relative paths start from.
    SchemaError, SettingsError: what is wrong, so that a broken app fails when it starts and not when it is asked.
    """
    settings = settings or Settings.from_environment(os.environ, project=project)
    logging.getLogger("atakora_data").setLevel(settings.log_level)
    return AtakoraFunctionApp(bootstrap(settings))
