"""The client in Node against the local host: every call, and what comes of it."""

from __future__ import annotations

from typing import Any

from tests.clients.newspaper import Newspaper
from tests.codegen.typescript.workbench import Workbench
from tests.support.talk import Talk


async def spoken(talk: Talk) -> dict[str, list[Any]]:
    """All that a script says, by the first word of each line."""
    return {word: rest for word, *rest in await talk.ends()}


def outline(failure: dict[str, Any]) -> tuple[str, str, int]:
    """What an error is called, its code and its status."""
    return failure["name"], failure["code"], failure["status"]


async def test_reading(bench: Workbench, served: Newspaper) -> None:
    """Lists, pages, records, relations and aggregates arrive as their types say: moments as Date, decimals as text."""
    async with bench.running("reads", served.api, served.token()) as talk:
        said = await spoken(talk)
    assert [3, True, "Post 5", "Alice", "a@example.com"] == said["list"]
    assert [["2026-01-31T12:00:05.500Z", *[True] * 6]] == said["moments"]
    assert ["19.90", "2026-01-31", "12:30:00.000000"] == said["texts"]
    assert ["Python", 2] == said["through"]
    assert ["Post 4"] == said["next"]
    assert [[f"_etag _version title Post {number}" for number in range(1, 6)]] == said["all"]
    assert [True] == said["broken off"]
    assert [["_etag", "_version", "author", "title"], "alice"] == said["get"]
    assert ("ProblemError", "not_found", 404) == outline(said["missing"][0])
    assert "There is no User `a/b?c#d`." == said["odd id"][0]["message"]
    assert ["User", 5] == said["typed"]
    assert ["Second", 2] == said["related"]
    assert [2, True] == said["linked"]
    assert (["Alice"], ["User"]) == (said["relatedOne"], said["related type"])
    assert [2, 1, {"views": 2, "price": "19.90"}, {"views": 2}, True, "2026-01-31"] == said["aggregate"]
    assert [["a moment", None]] == said["groups"]


async def test_writing(bench: Workbench, served: Newspaper) -> None:
    """Records are written one by one, in bulk, with their relations, by actions and in batches; errors are typed."""
    async with bench.running("writes", served.api, served.token()) as talk:
        said = await spoken(talk)
    assert ["One", "alice", "Alice", True] == said["create"]
    assert [3, "One", 0, 2] == said["update"]
    assert ("ProblemError", "precondition_failed", 412) == outline(said["stale"][0])
    assert [412] == said["stale delete"]
    assert [None] == said["cleared"]
    assert ["Two", 0] == said["replace"]
    assert "precondition_failed" == said["only new"][0]["code"]
    assert ("validation_failed", "/title") == (said["invalid"][0]["code"], said["invalid"][0]["errors"][0]["pointer"])
    assert ("sign_in_required", 401) == (said["refused"][0]["code"], said["refused"][0]["status"])
    assert ["Dear all"] == said["anonymous"]
    assert ["published", True, "alice"] == said["action"]
    assert [4.5] == said["action with input"]
    assert (["Two!"], ["Two!"]) == (said["action that is called otherwise"], said["action without input"])
    assert [2, "C", 1] == said["nested"]
    assert ([7], [0]) == (said["link"], said["unlink"])
    assert [2, [9, 9]] == said["updateMany"]
    assert [2, ["A", "B"], True] == said["deleteMany"]
    assert ("ProblemError", "too_many_affected", 409) == outline(said["too many"][0])


async def test_batches(bench: Workbench, served: Newspaper) -> None:
    """Each result has the type of its call; atomic ones are all or none; a call that is never awaited is never sent."""
    async with bench.running("batches", served.api, served.token()) as talk:
        said = await spoken(talk)
    assert ["Batched", True, 1] == said["batch"]
    assert [False, 404, "not_found"] == said["one failed"]
    assert ["X", "Y"] == said["atomic"]
    assert ("already_exists", 1) == (said["all or none"][0]["code"], said["all or none"][0]["operation"])
    assert ["not_found"] == said["nothing"]
    assert (["X"], [], ["not_found"]) == (said["not yet"], said["once"], said["deleted"])
