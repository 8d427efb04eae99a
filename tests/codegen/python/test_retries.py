"""What the client tries again, and how: against a server that answers as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count
from typing import Any

import aiohttp
import pytest

from tests.codegen.typescript.flaky import FlakyServer, Script, flaky
from tests.codegen.typescript.test_retries import BUSY, CUT, GOOD, LIMITED, LONG, MISSING, RECORD, RUNNING, Answer

MADE: Answer = (201, {}, RECORD)
AT_ONCE = {"Retry-After": "0"}


def tokens() -> Iterator[str]:
    """A new token each time."""
    return (f"token {number}" for number in count(1))


async def outcome(package: Any, script: Script, call: str, *arguments: Any, **options: Any) -> tuple[Any, FlakyServer]:
    """What becomes of a call for categories, a value or an error, and the server that was asked."""
    settings = {name: options.pop(name) for name in ("token", "retries", "headers") if name in options}
    async with flaky(script) as server, package.BlogClient(server.api, **settings) as client:
        try:
            return await getattr(client.category, call)(*arguments, **options), server
        except (package.ProblemError, package.UnreachableError, package.UnexpectedAnswerError) as error:
            return error, server


@pytest.mark.parametrize(
    ("script", "call", "arguments"),
    [
        ([BUSY, CUT, GOOD], "get", ["1"]),
        ([CUT, BUSY, MADE], "create", [{"id": "1", "name": "C"}]),
        ([BUSY, GOOD], "update", ["1", {"name": "D"}]),
        ([CUT, RUNNING, MADE], "create", [{"id": "1", "name": "C"}]),
        ([LIMITED, GOOD], "replace", ["1", {"name": "D"}]),
    ],
)
async def test_passing_faults_are_tried_again(package: Any, script: Script, call: str, arguments: list[Any]) -> None:
    """Busy answers, lost connections and limits pass; each request carries the token of its moment, and all headers."""
    each = tokens()
    found, server = await outcome(
        package, script, call, *arguments, token=lambda: next(each), headers={"x-app": "test"}
    )
    assert "C" == found.name
    sent = [(headers["Authorization"], headers["x-app"]) for _, _, headers in server.asked]
    assert [(f"Bearer token {number}", "test") for number in range(1, len(list(script)) + 1)] == sent


async def test_a_repeated_creation_has_the_same_key(package: Any) -> None:
    """`Idempotency-Key` goes with every POST: the same when it is sent again, another for another call."""
    async with flaky([CUT, BUSY, MADE, MADE, GOOD]) as server, package.BlogClient(server.api, token="t") as client:
        await client.category.create({"id": "1", "name": "C"})
        await client.category.create({"id": "2", "name": "C"})
        await client.category.get("1")
    keys = [headers.get("Idempotency-Key") for _, _, headers in server.asked]
    assert (1, True, None) == (len({*keys[:3]}), keys[2] != keys[3] is not None, keys[4])


async def test_what_could_harm_is_not_repeated(package: Any) -> None:
    """A conditional write is repeated only when it surely was not carried out: else it would meet its own change."""
    for condition in ({"if_match": "e"}, {"if_none": True}):
        refused, server = await outcome(package, [BUSY], "replace", "1", {"name": "D"}, token="t", **condition)
        assert ("store_unavailable", 503, 1) == (refused.code, refused.status, len(server.asked))
        lost, _ = await outcome(package, [CUT], "replace", "1", {"name": "D"}, token="t", **condition)
        assert isinstance(lost, package.UnreachableError)
    done, server = await outcome(package, [LIMITED, GOOD], "update", "1", {"name": "D"}, token="t", if_match="e")
    assert ("C", ['"e"'] * 2) == (done.name, [headers["If-Match"] for _, _, headers in server.asked])


async def test_who_is_anonymous_has_no_key(package: Any) -> None:
    """The app refuses one; so that nothing is made twice, creating is repeated only when it surely was not done."""
    for token in (None, lambda: None):
        refused, server = await outcome(package, [BUSY], "create", {"id": "1", "name": "C"}, token=token)
        assert ("store_unavailable", 1) == (refused.code, len(server.asked))
        assert {"Idempotency-Key", "Authorization"}.isdisjoint(server.asked[0][2])
    made, _ = await outcome(package, [LIMITED, MADE], "create", {"id": "1", "name": "C"})
    assert "C" == made.name


async def test_a_deletion_whose_answer_was_lost_is_done(package: Any) -> None:
    """The second attempt finds nothing, because of the first; a record that was never there is an error."""
    assert (await outcome(package, [(503, AT_ONCE, ""), MISSING], "delete", "1"))[0] is None
    assert "not_found" == (await outcome(package, [MISSING], "delete", "1"))[0].code


async def test_it_ends_some_day(package: Any) -> None:
    """Two more attempts unless told otherwise, and no wait beyond half a minute."""
    gone, server = await outcome(package, [(502, AT_ONCE, "<h1>Bad gateway</h1>")] * 3, "get", "1")
    assert ("unknown", 502, "<h1>Bad gateway</h1>", 3) == (gone.code, gone.status, str(gone), len(server.asked))
    assert 503 == (await outcome(package, [BUSY], "get", "1", retries=0))[0].status
    assert 503 == (await outcome(package, [LONG], "get", "1"))[0].status
    async with package.BlogClient("http://127.0.0.1:1/api", retries=1) as nowhere:
        with pytest.raises(package.UnreachableError, match=r"No answer from http://127\.0\.0\.1:1/api/categories/1\."):
            await nowhere.category.get("1")


async def test_a_call_can_be_ended(package: Any) -> None:
    """Who stops waiting ends the attempts as well."""
    async with flaky([(503, {"Retry-After": "20"}, "")]) as server, package.BlogClient(server.api) as client:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.ensure_future(client.category.get("1")), 0.05)
        assert 1 == len(server.asked)


async def test_an_answer_of_newer_schemas_is_told(package: Any) -> None:
    """With what is the matter, and the remedy; what was merely added is passed over."""
    added = RECORD.replace("{", '{"unheardOf": 1, ', 1)
    assert "C" == (await outcome(package, [(200, {}, added)], "get", "1"))[0].name
    other = RECORD.replace('"C"', "[]")
    strange, _ = await outcome(package, [(200, {}, other)], "get", "1")
    assert isinstance(strange, package.UnexpectedAnswerError)
    assert "generate it anew" in str(strange)
    page, _ = await outcome(package, [(200, {}, "<html>")], "get", "1")
    assert isinstance(page, package.UnexpectedAnswerError)


async def test_a_session_of_ones_own_stays_open(package: Any) -> None:
    """It is used, and is not the client's to close."""
    async with flaky([GOOD]) as server, aiohttp.ClientSession(headers={"x-app": "own"}) as session:
        async with package.BlogClient(server.api, session=session) as client:
            await client.category.get("1")
        assert ("own", False) == (server.asked[0][2]["x-app"], session.closed)
