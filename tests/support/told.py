"""Requests as data, and what their answers tell: to compare what two apps say, or one app to two callers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from tests.support.app import Answer, Client


@dataclass(frozen=True)
class Way:
    """One request. body: what GraphQL takes as variables, too; parameters: of a list, lists and dicts sent as JSON."""

    method: str
    path: str
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, Any] = field(default_factory=dict)

    async def ask(self, client: Client) -> Answer:
        """Send it."""
        query = {
            name: orjson.dumps(each).decode() if isinstance(each, dict | list) else each
            for name, each in self.parameters.items()
        }
        return await client.ask(self.method, self.path, self.body, headers=self.headers, query=query)


def listing(path: str, **parameters: Any) -> Way:
    """A list with its parameters."""
    return Way("GET", path, parameters=parameters)


def graphql(query: str, **variables: Any) -> Way:
    """A GraphQL request."""
    return Way("POST", "graphql", {"query": query, "variables": variables})


_VARYING_HEADERS = ("X-Correlation-Id", "Content-Length", "ETag")
_VARYING_NAMES = ("_etag", "traceId", "nextToken")


def told(answer: Answer) -> tuple[int, dict[str, str], Any]:
    """Status, headers and body; of etags, tokens and trace ids only whether there is one."""
    headers = {name: "…" if name in _VARYING_HEADERS else value for name, value in answer.headers.items()}
    return answer.status, headers, _steady(orjson.loads(answer.body)) if answer.body else None


def raw(answer: Answer) -> bytes:
    """Everything that was sent, to look for what must not be in it."""
    return answer.body + orjson.dumps(dict(answer.headers))


def _steady(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: each is not None if name in _VARYING_NAMES else _steady(each) for name, each in value.items()}
    return [_steady(each) for each in value] if isinstance(value, list) else value
