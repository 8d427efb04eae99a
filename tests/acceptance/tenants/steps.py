"""What somebody does in one step, and what is told of it: by REST and GraphQL, the typed API, and real time."""

from __future__ import annotations

import base64
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

import orjson

from atakora_data.errors import RequestError
from atakora_data.identity.easy_auth import HEADER
from atakora_data.realtime.port import Delivery, HubAccess
from atakora_data.testing import Answer, Client
from tests.support.told import Way

ETAG: Final = "{etag}"
TOKEN: Final = "{token}"
SESSION: Final = "{session}"
SUBSCRIPTION: Final = "{subscription}"
POSITION: Final = "{position}"
AUDIT: Final = "{audit}"
"""In a request: what the same person was told of such a thing last."""

FOREIGN: Final = "{foreign "
"""Before such a name: what somebody of the same name in another tenant was told last."""

_PLACE: Final = re.compile(r"\{(foreign )?(etag|token|session|subscription|position|audit)\}")


class Key(NamedTuple):
    """What is remembered: by whom, what, and of which request."""

    who: str
    name: str
    about: str = ""


@dataclass
class Memory:
    """What the people of one tenant were told that they send again later. foreign: what those of another were told."""

    known: dict[Key, str] = field(default_factory=dict)
    foreign: Memory | None = None

    def filled(self, text: str, who: str, about: str) -> tuple[str, dict[str, str]]:
        """The text with what is remembered, and what stands in it by what it stands for."""
        used: dict[str, str] = {}

        def fill(found: re.Match[str]) -> str:
            source = self.foreign if found[1] else self
            known = {} if source is None else source.known
            value = known.get(_key(who, found[2], about), f"never-told-{found[2]}")
            used[value] = found[0]
            return value

        return _PLACE.sub(fill, text), used


AUDITS: Final = "club-audits"


def told_of(client: Client) -> str:
    """What App Service writes of the caller, in its long names."""
    who = client.principal
    pairs = [
        ("http://schemas.microsoft.com/identity/claims/objectidentifier", who.id),
        ("http://schemas.microsoft.com/identity/claims/tenantid", who.tenant_id),
        *(("roles", each) for each in sorted(who.roles)),
    ]
    return base64.b64encode(orjson.dumps({"claims": [{"typ": name, "val": value} for name, value in pairs]})).decode()


_OF_A_REQUEST: Final = frozenset({"etag", "token"})


def _key(who: str, name: str, about: str) -> Key:
    return Key(who, name, about if name in _OF_A_REQUEST else "")


@dataclass(frozen=True)
class Step:
    """Something to do. way: one request; work: with the typed API, as the caller.

    by_app_service: whether App Service tells who asks, in place of a token.
    """

    who: str
    roles: tuple[str, ...] = ()
    way: Way | None = None
    work: Callable[[Any], Awaitable[Any]] | None = None
    name: str = ""
    by_app_service: bool = False

    async def told(self, client: Client, memory: Memory) -> Any:
        """What the caller is told, without what differs from time to time."""
        if self.work is not None:
            return await _told_of(self.work(client.data))
        assert self.way is not None
        about = (
            f"{self.way.method} {self.way.path} {self.way.parameters.get('filter')}{self.way.parameters.get('orderBy')}"
        )
        path, used = memory.filled(self.way.path, self.who, about)
        sent = {"body": self.way.body, "headers": dict(self.way.headers), "parameters": dict(self.way.parameters)}
        source = about if self.way.method == "GET" else f"GET {self.way.path} NoneNone"
        text, more = memory.filled(orjson.dumps(sent).decode(), self.who, source)
        answer = await self._asked(Way(self.way.method, path, **orjson.loads(text)), client)
        self._remember(answer, memory, about)
        return _steady(self.way, answer, {**used, **more})

    async def _asked(self, way: Way, client: Client) -> Answer:
        if not self.by_app_service:
            return await way.ask(client)
        return await replace(way, headers={**way.headers, HEADER: told_of(client)}).ask(replace(client, token=None))

    def _remember(self, answer: Answer, memory: Memory, about: str) -> None:
        found = {"etag": answer.headers.get("ETag")}
        body = orjson.loads(answer.body) if answer.body else None
        if isinstance(body, dict):
            found |= {"token": body.get("nextToken"), "session": body.get("session"), "position": body.get("position")}
            found["subscription"] = body.get("id") if "expiresAt" in body else None
            if self.way is not None and self.way.path == AUDITS and body.get("items"):
                found["audit"] = body["items"][0].get("id")
        for name, value in found.items():
            if value is not None:
                memory.known[_key(self.who, name, about)] = value.strip('"') if name == "etag" else value


async def _told_of(work: Awaitable[Any]) -> Any:
    try:
        return _plain(await work)
    except RequestError as error:
        return type(error).__name__, error.status, error.detail, error.hint, [*error.errors]


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.model_dump(mode="json", exclude={"etag"}) if hasattr(value, "model_dump") else value


_VARYING_HEADERS: Final = ("X-Correlation-Id", "Content-Length", "ETag")
_VARYING: Final = (
    "_etag",
    "traceId",
    "nextToken",
    "url",
    "accessToken",
    "session",
    "expiresAt",
    "position",
    "timestamp",
)


def _steady(way: Way, answer: Answer, used: Mapping[str, str]) -> Any:
    """Status, headers and body; of what is random or of the moment only whether it is there."""
    is_new = way.path.startswith("realtime/")
    varying = (*_VARYING_HEADERS, "Location") if is_new else _VARYING_HEADERS
    headers = {name: "…" if name in varying else value for name, value in answer.headers.items()}
    text = answer.body.decode()
    for value, place in used.items():
        text = text.replace(value, place) if place not in (POSITION, f"{FOREIGN}position}}") else text
    body = orjson.loads(text) if text else None
    if is_new and isinstance(body, dict) and "id" in body:
        body["id"] = "…"
    return answer.status, headers, steady(body)


def steady(value: Any) -> Any:
    """The data, but of what is random or of the moment only whether it is there."""
    if isinstance(value, dict):
        if "recordId" in value:
            value = {name: "…" if name in ("id", "at") else each for name, each in value.items()}
        told = {"headers": lambda each: each} if "status" in value else {}
        return {
            name: value[name] is not None if name in _VARYING else told.get(name, steady)(_open(name, value[name]))
            for name in value
        }
    if not isinstance(value, list):
        return value
    found = [steady(each) for each in value]
    is_trail = bool(found) and isinstance(found[0], dict) and "recordId" in found[0]
    return sorted(found, key=str) if is_trail else found


def _open(name: str, value: Any) -> Any:
    """The headers of an operation in a batch, as those of an answer."""
    if name == "headers" and isinstance(value, dict):
        return {each: "…" if each in _VARYING_HEADERS else text for each, text in value.items()}
    return value


@dataclass
class Heard:
    """A hub that keeps what it is to send."""

    sent: list[Delivery] = field(default_factory=list)

    async def access(self, session: str, seconds: int) -> HubAccess:
        """A place that nobody connects to."""
        return HubAccess("https://hub.example", f"{session} for {seconds > 0}")

    async def send(self, deliveries: Any) -> None:
        """Keep them."""
        self.sent += deliveries

    async def close(self) -> None:
        """Nothing is open."""
