"""What is done with changes as they happen."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

from .answers import read_as
from .problem import ProblemError
from .realtime import Stop, Subscription
from .records import NOTHING, Records, at

R = TypeVar("R")
W = TypeVar("W")

_MISSING = 404


@dataclass(frozen=True)
class Change:
    """What is told of a change beside the record. changed_fields: of an update, as far as you may read them."""

    operation: Literal["created", "updated", "deleted"]
    changed_fields: tuple[str, ...]
    version: int | None
    timestamp: datetime


Handler = Callable[[Any, Change], Awaitable[object] | object]


class Hearing:
    """Hands changes to their handlers, one after the other, each when the one before was handled."""

    def __init__(
        self,
        handlers: Mapping[str, Handler | None],
        on_error: Callable[[Exception], object] | None,
        record: Any,
        again: Callable[[str], Awaitable[Any]],
    ) -> None:
        """handlers: by operation. record: the type of records. again: reads one whose event has only its id."""
        self._handlers = {name: each for name, each in handlers.items() if each is not None}
        if not self._handlers:
            raise TypeError("subscribe needs on_create, on_update or on_delete.")
        self._on_error = on_error
        self._record = record
        self._again = again
        self._names = {field.alias: name for name, field in record.model_fields.items()}
        self._queue: asyncio.Queue[Mapping[str, Any] | Exception | None] = asyncio.Queue()
        self._is_ended = False
        self._task = asyncio.create_task(self._handle_all())

    @property
    def operations(self) -> list[str]:
        """What somebody wants to hear of."""
        return list(self._handlers)

    def next(self, payload: Any) -> None:
        """One more change."""
        self._queue.put_nowait(payload["data"])

    def refuse(self, error: Exception) -> None:
        """There will be no more changes: that is told behind those which came before."""
        self._queue.put_nowait(error)

    def end(self) -> None:
        """Begin with no other change; a handler that is at work finishes what it does."""
        self._is_ended = True
        self._queue.put_nowait(None)

    async def _handle_all(self) -> None:
        while (told := await self._queue.get()) is not None and not self._is_ended:
            if isinstance(told, Exception):
                self._fail(told)
                return
            try:
                await self._handle(told)
            except Exception as error:  # noqa: BLE001 - whatever a handler raises is told
                if not _is_gone(told, error):
                    self._fail(error)

    def _fail(self, error: Exception) -> None:
        """Tell what went wrong; to the event loop when nobody else wants to hear it."""
        unheard = error
        if self._on_error is not None:
            try:
                self._on_error(error)
            except Exception as another:  # noqa: BLE001 - there is nobody else to tell
                unheard = another
            else:
                return
        context = {"message": "A change could not be handled.", "exception": unheard}
        asyncio.get_running_loop().call_exception_handler(context)

    async def _handle(self, told: Mapping[str, Any]) -> None:
        operation = told["operation"]
        handler = self._handlers.get(operation)
        if handler is None:
            return
        if told.get("isTruncated") and operation != "deleted":
            record = await self._again(told["record"]["id"])
        else:
            record = read_as(self._record, told["record"])
        if operation == "deleted":
            for name in record.__dict__.keys() - record.model_fields_set:
                object.__delattr__(record, name)
        handled = handler(record, self._change(told))
        if inspect.isawaitable(handled):
            await handled

    def _change(self, told: Mapping[str, Any]) -> Change:
        fields = tuple(self._names.get(each, each) for each in told.get("changedFields") or ())
        moment = datetime.fromisoformat(told["timestamp"])
        return Change(told["operation"], fields, told.get("version"), moment)


def _is_gone(told: Mapping[str, Any], error: Exception) -> bool:
    """Whether the record was gone when it was read again: its deletion is told as well."""
    return bool(told.get("isTruncated")) and isinstance(error, ProblemError) and error.status == _MISSING


class Subscribing(Records, Generic[R, W]):
    """Records whose changes can be heard of."""

    def _again(self, id: str) -> Awaitable[Any]:
        return self._one("GET", at(id), (), None)

    async def subscribe(
        self,
        *,
        filter: W = NOTHING,
        on_create: Callable[[R, Change], Awaitable[object] | object] | None = None,
        on_update: Callable[[R, Change], Awaitable[object] | object] | None = None,
        on_delete: Callable[[R, Change], Awaitable[object] | object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
    ) -> Stop:
        """Hears of changes as they happen, until what this gives is called.

        on_delete: also for a record that does not match the filter any more, or is no longer yours to read: with its id
        alone. on_error: also for what a handler raises. A `ProblemError` of the app's has ended the subscription.
        """
        handlers: dict[str, Handler | None] = {"created": on_create, "updated": on_update, "deleted": on_delete}
        hearing = Hearing(handlers, on_error, self._record, self._again)
        wanted = {"entity": self._entity, "operations": hearing.operations}
        if filter is not None:
            wanted["filter"] = self._context.writer.filter(self._entity, filter)
        return await self._context.realtime.subscribe(
            Subscription(wanted, hearing.next, hearing.refuse, hearing.end),
        )
