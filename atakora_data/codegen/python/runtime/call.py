"""Calls: requests that are sent when they are awaited."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

T_co = TypeVar("T_co", covariant=True)


@dataclass(frozen=True)
class Operation:
    """One request below the endpoint, as plain data."""

    method: str
    path: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    def in_batch(self) -> dict[str, Any]:
        """How it stands in a batch."""
        told: dict[str, Any] = {"method": self.method, "path": self.path}
        if self.headers:
            told["headers"] = dict(self.headers)
        return told if self.body is None else {**told, "body": self.body}


Send = Callable[[Operation], Awaitable[Any]]


class Call(Generic[T_co]):
    """A request that is sent when it is first awaited, and only once.

    Until then it can be given to `batch`, which sends several in one request.
    """

    def __init__(self, operation: Operation, read: Callable[[Any], T_co], send: Send) -> None:
        self.operation = operation
        self.read = read
        self._send = send
        self._answer: asyncio.Future[T_co] | None = None

    def __await__(self) -> Generator[Any, None, T_co]:
        if self._answer is None:
            self._answer = asyncio.ensure_future(self._answered())
        return self._answer.__await__()

    async def _answered(self) -> T_co:
        return self.read(await self._send(self.operation))
