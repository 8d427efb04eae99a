"""Which pages of other origins may call (the Fetch standard's CORS protocol)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from atakora_data.api.http.message import Response

_EXPOSED = "Allow, ETag, Idempotency-Replayed, Location, RateLimit, RateLimit-Policy, Retry-After, X-Correlation-Id"
_ALLOWED_HEADERS = (
    "Authorization, Content-Type, If-Match, If-None-Match, Idempotency-Key, X-Correlation-Id, "
    "X-Requested-With, X-SignalR-User-Agent"
)
"""The last two are sent by stock SignalR clients when they negotiate."""

_SECONDS_TO_REMEMBER = "600"


class Cors:
    """Tells browsers which origins may call: exact ones, `http://localhost:*` for any port, `*` for all.

    shows_charge: whether answers tell what they cost, which scripts may then read.
    Credentials are never allowed: callers prove who they are by the Authorization header, not by cookies.
    """

    def __init__(self, origins: Iterable[str] = (), *, shows_charge: bool = False) -> None:
        self._exposed = f"{_EXPOSED}, X-Request-Charge" if shows_charge else _EXPOSED
        given = tuple(origins)
        self._all = "*" in given
        self._exact = frozenset(given)
        self._any_port = tuple(each[:-1] for each in given if each.endswith(":*"))
        self.is_on = bool(given)

    def apply(self, headers: Mapping[str, str], response: Response) -> None:
        """Add what the browser asks for to a response, by the headers of its request."""
        answer = response.headers
        answer["Vary"] = f"{answer['Vary']}, Origin" if "Vary" in answer else "Origin"
        origin = headers.get("origin")
        if origin is None or not self._allows(origin):
            return
        answer["Access-Control-Allow-Origin"] = origin
        if "access-control-request-method" in headers:
            answer["Access-Control-Allow-Methods"] = answer.get("Allow", "")
            answer["Access-Control-Allow-Headers"] = _ALLOWED_HEADERS
            answer["Access-Control-Max-Age"] = _SECONDS_TO_REMEMBER
        else:
            answer["Access-Control-Expose-Headers"] = self._exposed

    def _allows(self, origin: str) -> bool:
        return self._all or origin in self._exact or self._allows_port(origin)

    def _allows_port(self, origin: str) -> bool:
        return any(
            origin.startswith(prefix) and origin[len(prefix) :].isascii() and origin[len(prefix) :].isdigit()
            for prefix in self._any_port
        )
