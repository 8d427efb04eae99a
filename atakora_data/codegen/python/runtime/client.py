"""What every client has; a generated one adds its collections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Generic, Literal, Self, TypeVar, overload

import aiohttp

from .call import Call, Operation
from .problem import ProblemError
from .realtime import Realtime
from .records import Context
from .shapes import Schema, Writer
from .transport import Token, Transport

T_co = TypeVar("T_co", covariant=True)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")
D = TypeVar("D")
E = TypeVar("E")

_GOOD = range(200, 300)


@dataclass(frozen=True)
class Done(Generic[T_co]):
    """One operation of a batch that was carried out."""

    status: int
    value: T_co
    ok: Literal[True] = True


@dataclass(frozen=True)
class Failed:
    """One operation of a batch that was not."""

    status: int
    error: ProblemError
    ok: Literal[False] = False


Outcome = Done[A] | Failed
"""What became of one operation of a batch."""


class Client:
    """One app, and who asks it.

    endpoint: where the API begins, such as `https://blog.example.com/api`. token: a bearer token, or what gives the one
    of now and is asked for each request; without it you are anonymous. retries: how often a request is tried again that
    met a passing fault and can be repeated. headers: sent with every request. session: used instead of one of its own.
    """

    def __init__(
        self,
        schema: Schema,
        endpoint: str,
        *,
        token: Token | None = None,
        retries: int = 2,
        headers: Mapping[str, str] | None = None,
        session: aiohttp.ClientSession | None = None,
    ) -> None:
        transport = Transport(endpoint, token, retries, headers or {}, session)
        self._context = Context(schema, Writer(schema), transport, Realtime(transport))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """End all subscriptions, and let go of all connections."""
        await self._context.realtime.close()
        await self._context.transport.close()

    @overload
    async def batch(self, a: Call[A], /, *, atomic: Literal[True]) -> tuple[A]: ...
    @overload
    async def batch(self, a: Call[A], b: Call[B], /, *, atomic: Literal[True]) -> tuple[A, B]: ...
    @overload
    async def batch(self, a: Call[A], b: Call[B], c: Call[C], /, *, atomic: Literal[True]) -> tuple[A, B, C]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], c: Call[C], d: Call[D], /, *, atomic: Literal[True]
    ) -> tuple[A, B, C, D]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], c: Call[C], d: Call[D], e: Call[E], /, *, atomic: Literal[True]
    ) -> tuple[A, B, C, D, E]: ...
    @overload
    async def batch(self, *calls: Call[A], atomic: Literal[True]) -> tuple[A, ...]: ...
    @overload
    async def batch(self, a: Call[A], /, *, atomic: Literal[False] = False) -> tuple[Outcome[A]]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], /, *, atomic: Literal[False] = False
    ) -> tuple[Outcome[A], Outcome[B]]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], c: Call[C], /, *, atomic: Literal[False] = False
    ) -> tuple[Outcome[A], Outcome[B], Outcome[C]]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], c: Call[C], d: Call[D], /, *, atomic: Literal[False] = False
    ) -> tuple[Outcome[A], Outcome[B], Outcome[C], Outcome[D]]: ...
    @overload
    async def batch(
        self, a: Call[A], b: Call[B], c: Call[C], d: Call[D], e: Call[E], /, *, atomic: Literal[False] = False
    ) -> tuple[Outcome[A], Outcome[B], Outcome[C], Outcome[D], Outcome[E]]: ...
    @overload
    async def batch(self, *calls: Call[A], atomic: Literal[False] = False) -> tuple[Outcome[A], ...]: ...
    async def batch(self, *calls: Call[Any], atomic: bool = False) -> Any:
        """Sends several calls in one request, at most 100.

        With atomic, all are carried out or none, and the first error is raised.
        """
        body = {"atomic": atomic, "operations": [each.operation.in_batch() for each in calls]}
        told = await self._context.transport.send(Operation("POST", "/batch", body=body))
        return tuple(_outcome(call, each, atomic=atomic) for call, each in zip(calls, told["results"], strict=True))


def _outcome(call: Call[Any], told: Mapping[str, Any], *, atomic: bool) -> Any:
    status, body = told["status"], told.get("body")
    if atomic:
        return call.read(body)
    return Done(status, call.read(body)) if status in _GOOD else Failed(status, ProblemError(status, body))
