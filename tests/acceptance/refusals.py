"""What a clear refusal looks like."""

from __future__ import annotations

from typing import Any

from tests.acceptance.wire import Reply

_TRACES = (b"Traceback", b'File \\"', b"sqlite", b"pydantic")


def refused(reply: Reply, status: int, code: str, *words: str) -> dict[str, Any]:
    """The problem document of a refusal with this status and code, which has these words in its detail or hint."""
    assert (status, "application/problem+json") == (reply.status, reply.kind), reply.body[:500]
    told: dict[str, Any] = reply.json
    assert (status, code) == (told["status"], told["code"]), told
    assert told["title"]
    assert f"/api/docs#{code}" == told["type"]
    assert reply.headers["x-correlation-id"] == told["traceId"]
    _check(told["detail"], told.get("hint"), reply, words)
    return told


def graphql_refused(reply: Reply, code: str, *words: str) -> dict[str, Any]:
    """The first GraphQL error, which has this code and these words in its message or hint."""
    assert reply.status < 500
    assert "json" in reply.kind
    told: dict[str, Any] = reply.json["errors"][0]
    extensions = told["extensions"]
    assert code == extensions["code"], told
    assert 400 <= extensions["status"] < 500
    assert reply.headers["x-correlation-id"] == extensions["traceId"]
    _check(told["message"], extensions.get("hint"), reply, words)
    return told


def _check(detail: str, hint: str | None, reply: Reply, words: tuple[str, ...]) -> None:
    assert detail
    for each in words:
        assert each in f"{detail} {hint}"
    assert not [each for each in _TRACES if each in reply.body]
