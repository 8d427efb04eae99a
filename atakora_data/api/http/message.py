"""HTTP messages as the doors see them: no azure.functions, no aiohttp."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, field

from atakora_data.service.context import RequestContext

NOBODY = RequestContext()
"""The context of a request that has not passed the pipeline."""


PROBES: Final = frozenset({("health",)})
"""What the platform asks to learn whether the app lives: answered to anybody, however often it is asked."""


class Request(Struct):
    """What was asked.

    path: decoded segments below `/api`, e.g. `("posts", "1")`. query: decoded pairs in the order sent.
    headers: lower-case names. url: as sent, for `instance` and `Location`. context: set by the pipeline.
    tells: headers of the answer, whatever it is going to be. only_reads: whether a handler found that what it is doing
    writes nothing, though the method might.
    """

    method: str
    path: tuple[str, ...]
    query: Sequence[tuple[str, str]] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    url: str = ""
    context: RequestContext = NOBODY
    tells: Mapping[str, str] | None = None
    only_reads: bool = False


class Response(Struct):
    """What is answered. headers: canonical names; `Content-Type` stands among them."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


Handler: TypeAlias = Callable[[Request], Awaitable[Response]]
"""The one shape of everything that answers."""
