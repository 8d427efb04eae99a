"""Which parts run beside the server: one for each function that waits for changes or for messages."""

from __future__ import annotations

import logging

from atakora_data.application import Application, Realtime
from atakora_data.devhost.background import Part
from atakora_data.devhost.change_feed import FeedPart
from atakora_data.devhost.functions import FeedFunction, Functions
from atakora_data.devhost.invocation import Send
from atakora_data.devhost.lease import Lease
from atakora_data.devhost.pump import PumpPart
from atakora_data.errors import HostError
from atakora_data.events.local_topic import LocalTopic

_log = logging.getLogger(__name__)


def refuse_unservable(functions: Functions, application: Application | None) -> None:
    """Refuse functions that would never be called. HostError: it names the first, and what to do."""
    waiting = [*functions.feeds, *functions.topics]
    if waiting and (application is None or application.realtime is None):
        raise HostError(
            f"The function {waiting[0].name} waits for changes of records, but no entity tells of any. "
            "Mark one with realtime = True."
        )
    for each in functions.feeds:
        _refuse_unknown_container(each, application)


def parts_of(functions: Functions, application: Application | None, send: Send) -> list[Part]:
    """The parts for these functions, which `refuse_unservable` let pass. send: takes what functions put out."""
    if application is None or application.realtime is None:
        return []
    realtime = application.realtime
    feeds = [
        FeedPart(each, realtime.feed, Lease(realtime.state, each.container, each.name), send)
        for each in functions.feeds
    ]
    return [*feeds, *_pumps(functions, realtime, send)]


def _pumps(functions: Functions, realtime: Realtime, send: Send) -> list[Part]:
    if isinstance(realtime.topic, LocalTopic):
        return [PumpPart(each, realtime.topic, send) for each in functions.topics]
    for each in functions.topics:
        _log.warning(
            "SERVICE_BUS is set, so events go there, and %s is not called here: run it with `func start`, "
            "or leave SERVICE_BUS empty.",
            each.name,
        )
    return []


def _refuse_unknown_container(function: FeedFunction, application: Application | None) -> None:
    known = {each.container for each in application.registry if each.realtime} if application else set()
    if function.container not in known:
        raise HostError(
            f"The function {function.name} waits for changes in the container {function.container}, "
            f"which holds no entity with realtime = True. Such are: {', '.join(sorted(known))}."
        )
