"""The application behind its triggers: the one place where the two meet."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

import azure.functions as func

from atakora_data.application import Application, Realtime
from atakora_data.bootstrap import bootstrap
from atakora_data.settings import Settings
from atakora_data.triggers.http import add_http_trigger


class AtakoraFunctionApp(func.FunctionApp):
    """A function app that knows the application behind it."""

    def __init__(self, application: Application) -> None:
        super().__init__(http_auth_level=func.AuthLevel.ANONYMOUS)
        self.application = application
        add_http_trigger(self, application.handle)
        if application.realtime is not None:
            _add_realtime_triggers(self, application, application.realtime)


def _add_realtime_triggers(app: func.FunctionApp, application: Application, realtime: Realtime) -> None:
    """Let changes of realtime entities wake the app; what they need is imported when the first one does."""
    from atakora_data.triggers.change_feed import add_change_feed_triggers
    from atakora_data.triggers.service_bus import add_fan_out_trigger

    async def process(container: str, documents: Sequence[Mapping[str, Any]]) -> None:
        await application.start()
        await realtime.processor.process(container, documents)

    async def fan_out(body: bytes) -> str | None:
        from atakora_data.events.message import from_message
        from atakora_data.realtime.fan_out import messages_text

        await application.start()
        deliveries = await realtime.fan_out.deliveries(from_message(body))
        return messages_text(deliveries) if deliveries else None

    add_change_feed_triggers(app, application.registry, application.settings.cosmos_database, process)
    add_fan_out_trigger(app, fan_out)


def wire(settings: Settings) -> AtakoraFunctionApp:
    """The app that these settings make."""
    logging.getLogger("atakora_data").setLevel(settings.log_level)
    logging.getLogger("azure").setLevel(logging.WARNING)  # below that the SDKs tell of each request, headers and all
    return AtakoraFunctionApp(bootstrap(settings))
