"""An instance takes only so much at once, and lets nobody wait for ever."""

from __future__ import annotations

import asyncio
import logging

import orjson
import pytest

from atakora_data.api.http.bounds import Bounds
from atakora_data.api.http.message import Request, Response
from atakora_data.api.http.pipeline import Pipeline
from atakora_data.api.http.router import CollectionRoutes, Router
from atakora_data.authorization.principal import ANONYMOUS, Principal


class Door:
    """A pipeline whose handler waits until it is let go, and notes how that ended."""

    def __init__(self, *, most: int | None = None, seconds: float | None = None) -> None:
        self.go_on = asyncio.Event()
        self.failure: Exception | None = None
        self.begun = 0
        self.ended: list[str] = []
        self.bounds = Bounds(most=most, seconds=seconds)
        routes = {"things": CollectionRoutes({"GET": self._handle, "POST": self._handle})}
        router = Router(routes, {"health": {"GET": self._handle}, "graphql": {"POST": self._handle}})
        self.only_reads = False
        self._pipeline = Pipeline(authenticate=_anybody, router=router, bounds=self.bounds)

    async def ask(self, method: str = "GET", path: str = "things") -> Response:
        """The answer."""
        return await self._pipeline(Request(method, (path,)))

    def begin(self, method: str = "GET", path: str = "things") -> asyncio.Task[Response]:
        """Ask without waiting."""
        return asyncio.create_task(self.ask(method, path))

    async def begun_by(self, count: int) -> None:
        """Returns when so many requests are being handled."""
        async with asyncio.timeout(5):
            while self.begun < count:  # noqa: ASYNC110 - the handler counts, and every turn brings it on
                await asyncio.sleep(0)

    async def _handle(self, request: Request) -> Response:
        self.begun += 1
        request.only_reads = self.only_reads
        try:
            await self.go_on.wait()
        except asyncio.CancelledError:
            self.ended.append("broken off")
            raise
        self.ended.append("done")
        if self.failure is not None:
            raise self.failure
        return Response(200)


async def _anybody(_authorization: str | None) -> Principal:
    return ANONYMOUS


def told(answer: Response) -> tuple[int, str]:
    """Status and code of a refusal."""
    return answer.status, orjson.loads(answer.body)["code"]


@pytest.mark.parametrize("seconds", [None, 5.0])
async def test_too_many_at_once_are_refused_at_once(seconds: float | None) -> None:
    """Reads and writes alike, with 503 and Retry-After; nothing is handled. When one ends, the next may come."""
    door = Door(most=2, seconds=seconds)
    under_way = [door.begin("GET"), door.begin("POST")]
    await door.begun_by(2)
    for method in ("GET", "POST"):
        refused = await door.ask(method)
        assert (503, "overloaded") == told(refused)
        assert "1" == refused.headers["Retry-After"]
    assert 2 == door.begun
    door.go_on.set()
    assert [200, 200] == [(await each).status for each in under_way]
    assert 200 == (await door.ask()).status


async def test_health_is_answered_however_much_is_under_way() -> None:
    """Whoever probes an instance that is busy does not take it for dead."""
    door = Door(most=1)
    under_way = [door.begin()]
    await door.begun_by(1)
    under_way.append(door.begin(path="health"))
    await door.begun_by(2)
    door.go_on.set()
    assert [200, 200] == [(await each).status for each in under_way]


async def test_a_read_that_takes_too_long_is_broken_off() -> None:
    """It is 503 with what to do, and its place is free again."""
    door = Door(most=1, seconds=0.01)
    answer = await door.ask()
    assert (503, "timed_out") == told(answer)
    assert {"1"} == {answer.headers["Retry-After"]}
    assert "Ask for less" in orjson.loads(answer.body)["hint"]
    assert ["broken off"] == door.ended
    door.go_on.set()
    assert 200 == (await door.ask()).status


@pytest.mark.parametrize("path", ["things", "graphql"])
async def test_a_write_that_takes_too_long_goes_on(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Its caller is told that it may have happened, and not when to try again; it keeps its place, and ends."""
    door = Door(most=1, seconds=0.01)
    answer = await door.ask("POST", path)
    assert (504, "outcome_unknown") == told(answer)
    assert "Retry-After" not in answer.headers
    assert "Read what is stored" in orjson.loads(answer.body)["hint"]
    assert "Idempotency-Key" in orjson.loads(answer.body)["hint"]
    assert [] == door.ended
    assert 503 == (await door.ask("POST", path)).status
    door.go_on.set()
    with caplog.at_level(logging.WARNING):
        await door.bounds.settle()
        await asyncio.sleep(0)
    assert ["done"] == door.ended
    assert "POST ended late with 200" in caplog.text
    assert 200 == (await door.ask("POST", path)).status


async def test_a_post_that_only_reads_is_broken_off() -> None:
    """Once its handler has said so it is a read: 503, and its place is free."""
    door = Door(most=1, seconds=0.01)
    door.only_reads = True
    answer = await door.ask("POST", "graphql")
    assert ((503, "timed_out"), "1") == (told(answer), answer.headers["Retry-After"])
    assert ["broken off"] == door.ended
    door.go_on.set()
    assert 200 == (await door.ask("POST", "graphql")).status


async def test_a_post_that_only_reads_ends_with_its_caller() -> None:
    """Nobody waits for it any more, and nothing is half written."""
    door = Door(seconds=5)
    door.only_reads = True
    asking = door.begin("POST")
    await door.begun_by(1)
    asking.cancel()
    await asyncio.wait([asking])
    await door.bounds.settle()
    assert (True, ["broken off"]) == (asking.cancelled(), door.ended)


async def test_how_a_late_write_failed_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Nobody waits for it any more; the log has it under the id that the caller was told."""
    door = Door(seconds=0.01)
    trace = (await door.ask("POST")).headers["X-Correlation-Id"]
    door.failure = RuntimeError("the disk is full")
    door.go_on.set()
    with caplog.at_level(logging.WARNING):
        await door.bounds.settle()
        await asyncio.sleep(0)
    assert f"POST failed after its time (correlation id {trace})" in caplog.text
    assert "the disk is full" in caplog.text


async def test_a_write_survives_a_caller_who_goes_away() -> None:
    """Once begun it is not broken off by anybody."""
    door = Door(seconds=5)
    asking = door.begin("POST")
    await door.begun_by(1)
    asking.cancel()
    await asyncio.wait([asking])
    door.go_on.set()
    await door.bounds.settle()
    assert (True, ["done"]) == (asking.cancelled(), door.ended)


async def test_a_time_out_of_something_else_is_a_fault() -> None:
    """It is not told as the limit of the request, which was not reached."""
    door = Door(seconds=5)
    door.failure = TimeoutError("elsewhere")
    door.go_on.set()
    assert [(500, "internal_error")] * 2 == [told(await door.ask(method)) for method in ("GET", "POST")]
