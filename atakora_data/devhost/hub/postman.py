"""From messages to the connections they are for; nobody is waited for."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from atakora_data.devhost.hub import frames
from atakora_data.devhost.hub.connection import Connection
from atakora_data.devhost.hub.connections import Connections

_AT_ONCE = 500
_AT_ONCE_BYTES = 1024 * 1024


class Postman:
    """Hands messages to connections, in the order they come."""

    def __init__(self, connections: Connections, most_waiting: int) -> None:
        self._connections = connections
        self._most_waiting = most_waiting
        self._unjudged = 0

    async def send(self, messages: Sequence[Mapping[str, Any]]) -> None:
        """Send messages `{target, arguments, connectionId | userId | groupName}`; one that names nobody goes to all.

        What nobody is connected for is lost. Others get their turn after every 500, and when a lot was handed out: then
        clients are let go until what waits for all of them together is within bounds.
        """
        encoded = _Encoded()
        for number, message in enumerate(messages, 1):
            self._hand_out(message, encoded)
            if number % _AT_ONCE == 0 or self._unjudged >= self._step:
                await asyncio.sleep(0)
                self._relieve()

    def receivers(self, message: Mapping[str, Any]) -> tuple[Connection, ...]:
        """The connections that a message is for."""
        if message.get("connectionId"):
            found = self._connections.connection(message["connectionId"])
            return () if found is None else (found,)
        if message.get("userId"):
            return self._connections.of_session(message["userId"])
        if message.get("groupName"):
            return self._connections.of_group(message["groupName"])
        return self._connections.all()

    def _hand_out(self, message: Mapping[str, Any], encoded: _Encoded) -> None:
        receivers = self.receivers(message)
        if receivers:
            record = encoded.invocation(message)
            self._unjudged += len(record) * len(receivers)
            for each in receivers:
                each.put(record)

    @property
    def _step(self) -> int:
        return min(_AT_ONCE_BYTES, self._most_waiting)

    def _relieve(self) -> None:
        """Let those go for which most waits, until the rest is within bounds."""
        self._unjudged = 0
        slow = sorted((each for each in self._connections.all() if each.waiting), key=lambda each: each.waiting)
        waiting = sum(each.waiting for each in slow)
        while slow and waiting > self._most_waiting:
            waiting -= slow[-1].waiting
            slow.pop().let_go()


class _Encoded:
    """Messages as records. A payload that many of them share is encoded once."""

    def __init__(self) -> None:
        self._payloads: dict[int, orjson.Fragment] = {}

    def invocation(self, message: Mapping[str, Any]) -> bytes:
        return frames.invocation(message["target"], [self._argument(each) for each in message["arguments"]])

    def _argument(self, argument: Any) -> Any:
        if not isinstance(argument, dict) or not isinstance(argument.get("payload"), dict):
            return argument
        return {**argument, "payload": self._payload(argument["payload"])}

    def _payload(self, payload: dict[str, Any]) -> orjson.Fragment:
        known = self._payloads.get(id(payload))
        if known is None:
            known = self._payloads[id(payload)] = orjson.Fragment(orjson.dumps(payload))
        return known
