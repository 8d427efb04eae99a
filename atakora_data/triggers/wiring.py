"""The application behind its triggers: the one place where the two meet."""

from __future__ import annotations

import logging

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


def wire(settings: Settings) -> AtakoraFunctionApp:
    """The app that these settings make."""
    logging.getLogger("atakora_data").setLevel(settings.log_level)
    return AtakoraFunctionApp(bootstrap(settings))
